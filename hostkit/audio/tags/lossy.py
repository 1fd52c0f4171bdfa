"""Tags of MP3 (ID3v2.3, which every player reads) and Opus (Vorbis comments), through mutagen."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from mutagen import id3
from mutagen.ogg import OggPage
from mutagen.oggopus import OggOpus

from hostkit.audio.tags.tags import Tags

_STREAM = 1
"""libsndfile numbers a stream by chance."""
_UTF_16 = 1
_LANGUAGE = "und"


def tag_lossy(path: Path, codec: str, tags: Tags) -> None:
    """Tags an `mp3` or `opus` file as it was just written. Raises OSError."""
    if codec == "opus":
        _tag_opus(path, tags)
    else:
        _tag_mp3(path, tags)


def _tag_mp3(path: Path, tags: Tags) -> None:
    written = id3.ID3()
    for name, value in tags.named("id3"):
        written.add(_frame(name, value))
    written.save(path, v1=0, v2_version=3, padding=lambda _: 0)


def _frame(name: str, value: str) -> id3.Frame:
    """A text frame; `TXXX:NAME` is one of anybody's own."""
    kind, _, own = name.partition(":")
    fields: dict[str, Any] = {"encoding": _UTF_16, "text": [value]}
    if own:
        fields["desc"] = own
    elif kind == "COMM":
        fields |= {"lang": _LANGUAGE, "desc": ""}
    elif kind == "TBPM":
        fields["text"] = [f"{float(value):.0f}"]  # ID3 has whole numbers
    return id3.Frames[kind](**fields)


def _tag_opus(path: Path, tags: Tags) -> None:
    file = OggOpus(path)
    for name, value in tags.named("vorbis"):
        file[name] = value
    file.save(padding=lambda _: 0)
    with path.open("r+b") as stream:
        for at, page in _pages(stream):
            page.serial = _STREAM
            stream.seek(at)
            stream.write(page.write())


def _pages(stream: BinaryIO) -> Iterator[tuple[int, Any]]:
    """Every page of an Ogg file and its place; the next is looked for behind the one before."""
    at = 0
    while True:
        stream.seek(at)
        try:
            page: Any = OggPage(stream)
        except EOFError:
            return
        yield at, page
        at += page.size
