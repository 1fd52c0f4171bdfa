"""What no session is begun from, by its ending, and what to do instead."""

from __future__ import annotations

import shlex
from pathlib import Path

from hostkit.errors import RequestError

_AS_DAWPROJECT = "export it as a DAWproject, or as a MIDI file"
_AS_MIDI = "export it as a MIDI file, or its tracks as audio into a folder"
_AS_SCORE = "export it as a MIDI file"
_AS_LIST = "begin one from the music, then bring it in: hostkit spot import {file} --into SESSION"

_KINDS = (
    ("a project of Cubase or Nuendo", (".cpr", ".npr"), _AS_DAWPROJECT),
    ("a project of Bitwig Studio", (".bwproject",), _AS_DAWPROJECT),
    ("a project of Studio One", (".song",), _AS_DAWPROJECT),
    ("a project of Logic", (".logicx", ".logic"), _AS_MIDI),
    ("a session of Pro Tools", (".ptx", ".ptf"), _AS_MIDI),
    ("a set of Live", (".als",), _AS_MIDI),
    ("a project of FL Studio", (".flp",), _AS_MIDI),
    ("a project of Digital Performer", (".dpdoc",), _AS_MIDI),
    ("a score", (".musicxml", ".mxl", ".mscz", ".mscx", ".sib", ".musx", ".dorico"), _AS_SCORE),
    ("a list for the picture, not music", (".edl", ".fcpxml"), _AS_LIST),
    ("text, not music", (".csv", ".txt"), f"if it lists markers, {_AS_LIST}"),
    ("video", (".mov", ".mp4", ".m4v", ".mxf"), "name it in a session: picture: {{file: {name}}}"),
    ("text; a session begins from music", (".yaml", ".yml"), "hostkit check {file} if it is one"),
)
"""What it is, how it ends, the cure."""


def refuse_unread(source: Path) -> None:
    """Raises RequestError for what is there and of such a kind."""
    if not source.exists():
        return
    for what, endings, cure in _KINDS:
        if source.suffix.lower() in endings:
            filled = cure.format(file=shlex.quote(str(source)), name=source.name)
            raise RequestError(f"this is {what}", cure=filled, file=source)
