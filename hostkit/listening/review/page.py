"""The page as one file of HTML: looks, script and sound inside it, and no way to anything else.

Words of deliveries are data of a JSON block, which the script shows as text. No other script can
run and nothing can be fetched: the Content-Security-Policy has the hashes of what is ours.
"""

from __future__ import annotations

import hashlib
import json
import re
from base64 import b64encode
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from html import escape
from importlib.resources import files
from pathlib import Path
from typing import Any

MADE_BY = '<meta name="generator" content="hostkit review">'
"""Stands in the head of every page: by this another run knows what it may replace."""
_SCRIPTS = (("page", "player.js"), ("page", "canvas.js"))
_OWN_SCRIPTS = (
    "dom.js",
    "timecode.js",
    "segments.js",
    "notes.js",
    "lanes.js",
    "mixer.js",
    "notebook.js",
    "papers.js",
    "review.js",
)
_EXPORT = re.compile(r"^export (?=\w)|^export \{[^}]*\};\n|^import [^;]*;\n", re.MULTILINE)


@dataclass(frozen=True)
class Coded:
    """A sound's segments, one after the other in a file; 0 bytes are a silent one."""

    id: str
    path: Path
    segments: tuple[int, ...]

    def texts(self) -> Iterator[tuple[int, str]]:
        """Number and base64 of each that sounds."""
        with self.path.open("rb") as file:
            for number, size in enumerate(self.segments):
                if size:
                    yield number, b64encode(file.read(size)).decode()


def page(told: dict[str, Any], sounds: Iterable[Coded], *, apart: bool) -> Iterator[str]:
    """The parts of the page in order. Of a page whose sound is `apart` none is in it."""
    script, style = _script(), _asset("page", "looks.css") + _asset("review", "review.css")
    beside = " 'self' file:" if apart else ""
    policy = (
        f"default-src 'none'; script-src '{_hash(script)}'{beside}; style-src '{_hash(style)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    yield (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n{MADE_BY}\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(told['title'])} · review</title>\n<style>{style}</style></head>\n"
    )
    yield _asset("review", "review.html")
    yield f'<script type="application/json" id="told">{_embedded(told)}</script>\n'
    for sound in () if apart else sounds:
        for number, text in sound.texts():
            yield f'<script type="text/plain" id="sound-{sound.id}-{number}">{text}</script>\n'
    yield f'<script type="module">{script}</script>\n</body></html>\n'


def segment_scripts(sound: Coded) -> Iterator[tuple[str, str]]:
    """Names and contents of the files that lie beside a page: each hands over its segment."""
    for number, text in sound.texts():
        yield (
            f"sound/{sound.id}-{number}.js",
            f'hostkitSegment("{sound.id}-{number}", "{text}");\n',
        )


def _embedded(told: dict[str, Any]) -> str:
    """JSON in which nothing can end the block that it stands in."""
    return json.dumps(told, separators=(",", ":")).replace("<", "\\u003c")


@cache
def _script() -> str:
    """All modules as one, which needs none of the others' names."""
    sources = [_asset(*place) for place in _SCRIPTS]
    sources += [_asset("review", name) for name in _OWN_SCRIPTS]
    return "\n".join(_EXPORT.sub("", source) for source in sources)


def _asset(room: str, name: str) -> str:
    return (files(f"hostkit.listening.{room}") / name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return f"sha256-{b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
