"""The kinds of spotting lists, a row each: how one is told by its content, read and written.

Another format is a module and a row here; the order is that in which content is looked at.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from hostkit.errors import InvalidInput, Problem, RequestError
from hostkit.picture.spotting.avid import is_avid, read_avid, write_avid
from hostkit.picture.spotting.cmx import is_cmx, read_cmx
from hostkit.picture.spotting.cmx_lines import write_cmx
from hostkit.picture.spotting.columns import (
    is_premiere,
    is_steinberg,
    is_table,
    read_table,
    write_premiere,
    write_table,
)
from hostkit.picture.spotting.content import Content
from hostkit.picture.spotting.final_cut.fcpxml import is_fcpxml, read_fcpxml, write_fcpxml
from hostkit.picture.spotting.marker import Given, Outgoing, Refused, SpottingList
from hostkit.picture.spotting.midi_markers import is_midi, read_midi_markers, write_midi_markers
from hostkit.picture.spotting.protools import is_protools, read_protools, write_protools

Read = Callable[[Content, Given], SpottingList]


@dataclass(frozen=True)
class Format:
    """A kind of list. `name` is what `--format` takes; `write` is None where none is written."""

    name: str
    about: str
    endings: tuple[str, ...]
    is_one: Callable[[Content], bool]
    read: Read
    write: Callable[[Outgoing], bytes] | None = None


def _of_text(is_one: Callable[[str], bool]) -> Callable[[Content], bool]:
    return lambda content: content.is_text and is_one(content.text)


def _from_text(read: Callable[[str, Given], SpottingList]) -> Read:
    return lambda content, given: read(content.text, given)


FORMATS = (
    Format(
        "midi",
        "markers of a MIDI file",
        (".mid", ".midi"),
        lambda content: is_midi(content.data),
        lambda content, given: read_midi_markers(content.data, given),
        write_midi_markers,
    ),
    Format(
        "fcpxml",
        "Final Cut's XML",
        (".fcpxml", ".fcpxmld"),
        _of_text(is_fcpxml),
        lambda content, given: read_fcpxml(content.data, given),
        write_fcpxml,
    ),
    Format(
        "protools",
        "Pro Tools' session text",
        (".ptxt",),
        _of_text(is_protools),
        _from_text(read_protools),
        write_protools,
    ),
    Format(
        "premiere",
        "Premiere's marker table",
        (),
        _of_text(is_premiere),
        _from_text(read_table),
        write_premiere,
    ),
    Format(
        "avid",
        "Avid's marker text",
        (".txt",),
        _of_text(is_avid),
        _from_text(read_avid),
        write_avid,
    ),
    Format(
        "edl",
        "CMX3600 edit decision list",
        (".edl",),
        _of_text(is_cmx),
        _from_text(read_cmx),
        write_cmx,
    ),
    Format(
        "cubase",
        "marker table of Cubase or Nuendo",
        (),
        _of_text(is_steinberg),
        _from_text(read_table),
    ),
    Format(
        "csv",
        "table with named columns",
        (".csv", ".tsv"),
        _of_text(is_table),
        _from_text(read_table),
        write_table,
    ),
)

_OTHERS = (
    (b"<REAPER_PROJECT", "a REAPER project", "export its markers as CSV or MIDI"),
    (b"PK\x03\x04", "a ZIP archive, as DAWprojects are", "export its markers as CSV or MIDI"),
    (b"<xmeml", "the XML of Final Cut 7 or Premiere", "export FCPXML, an EDL or the markers"),
    (b"\x03\x00\x01\x0f\x00\x00\x00\x00", "AAF", "export an EDL or the markers as text"),
    (b"{", "JSON", "export a table with a column of timecode"),
)
"""What is known and no list: how it begins, what it is, what to export instead."""


def read_list(path: Path, given: Given, name: str | None = None) -> tuple[Format, SpottingList]:
    """The list in a file, of the format `name`, else of the one that its content is in.

    Raises InvalidInput: a file that cannot be read or is no list, a list that needs a frame rate
    or contradicts it; RequestError for a format that there is not.
    """
    content = Content.of(path)
    found = _named(name) if name else _told_by_content(content, path)
    try:
        read = found.read(content, given)
    except Refused as error:
        raise error.at(path) from None
    if name and not (read.markers or read.skipped or read.events or found.is_one(content)):
        problem = Problem(str(path), 0, 0, f"has nothing of {found.about}", "leave --format out")
        raise InvalidInput([problem])
    return found, read


def writing(path: Path | None, name: str | None = None) -> Format:
    """The format to write a file in: by `name`, else by the file's ending. Raises RequestError."""
    if name or path is None:
        found = _named(name or "")
    else:
        endings = {ending: one for one in FORMATS for ending in one.endings}
        suffix = path.suffix.lower()
        if suffix not in endings:
            raise RequestError(
                "no format ends so",
                cure=f"name it: --format {'|'.join(written_names())}",
                file=path,
            )
        found = endings[suffix]
    if found.write is None:
        raise RequestError(
            f"{found.name} is read, not written", cure=f"write {', '.join(written_names())}"
        )
    return found


def written(hits: Outgoing, kind: Format, session: Path) -> bytes:
    """The hits of a session as such a file. Raises InvalidInput where they cannot be written."""
    assert kind.write is not None
    try:
        return kind.write(hits)
    except Refused as error:
        raise error.at(session) from None


def written_names() -> tuple[str, ...]:
    """The formats that can be written, by the names that `--format` takes."""
    return tuple(one.name for one in FORMATS if one.write is not None)


def _named(name: str) -> Format:
    for one in FORMATS:
        if one.name == name.lower():
            return one
    known = ", ".join(one.name for one in FORMATS)
    raise RequestError(f"there is no format {name[:40]!r}", cure=f"there are {known}")


def _told_by_content(content: Content, path: Path) -> Format:
    begin = content.data[:512].lstrip(b"\xef\xbb\xbf \t\r\n")
    for mark, what, cure in _OTHERS:
        if begin.startswith(mark) or (mark.startswith(b"<") and mark in begin):
            raise InvalidInput([Problem(str(path), 0, 0, f"is {what}, not a spotting list", cure)])
    for one in FORMATS:
        if one.is_one(content):
            return one
    what = "is empty" if not content.data.strip() else "is no spotting list that hostkit knows"
    known = ", ".join(one.name for one in FORMATS)
    raise InvalidInput([Problem(str(path), 0, 0, what, f"known are {known} (--format)")])
