"""What is told of a recording besides its sound, and what each kind of file calls it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Literal

from hostkit.ground.musical_key import short_key


@dataclass(frozen=True)
class Tags:
    """Texts of one line each, empty where nothing is known.

    `bpm` is a number, `key` in words (`D minor`), `isrc` without hyphens, `iswc` with all signs.
    """

    title: str = ""
    composer: str = ""
    publisher: str = ""
    album: str = ""
    genre: str = ""
    bpm: str = ""
    key: str = ""
    keywords: str = ""
    description: str = ""
    isrc: str = ""
    iswc: str = ""

    def __bool__(self) -> bool:
        """Whether anything is known."""
        return any(getattr(self, field.name) for field in fields(self))

    def named(self, kind: Kind) -> Iterator[tuple[str, str]]:
        """What is known, under the names that a kind of tags has for it."""
        for name, called in NAMES.items():
            value = getattr(self, name)
            if value and getattr(called, kind):
                short = name == "key" and kind != "aswg"
                yield getattr(called, kind), short_key(value) if short else value

    @property
    def unnamed_in_info(self) -> Iterator[tuple[str, str]]:
        """What is known and RIFF has no name for, in words."""
        for name, called in NAMES.items():
            if not called.info and getattr(self, name):
                yield called.word, getattr(self, name)


NO_TAGS = Tags()


@dataclass(frozen=True)
class Called:
    """What a tag is called: in words, and by each kind of tags; empty where one has none.

    `info` is RIFF's LIST INFO (Microsoft, 1991: there ISRC means a source and IKEY keywords, so
    the code and the musical key have no name), `aswg` the iXML extension of Sony's ASWG-G006,
    `vorbis` the comments of FLAC and Opus, `id3` a frame of ID3v2.3.
    """

    word: str
    info: str
    aswg: str
    vorbis: str
    id3: str


Kind = Literal["info", "aswg", "vorbis", "id3"]

NAMES: dict[str, Called] = {
    "title": Called("title", "INAM", "songTitle", "TITLE", "TIT2"),
    "composer": Called("composer", "IART", "composer", "COMPOSER", "TCOM"),
    "publisher": Called("publisher", "", "musicPublisher", "PUBLISHER", "TPUB"),
    "album": Called("album", "IPRD", "", "ALBUM", "TALB"),
    "genre": Called("genre", "IGNR", "genre", "GENRE", "TCON"),
    "bpm": Called("bpm", "", "tempo", "BPM", "TBPM"),
    "key": Called("key", "", "inKey", "KEY", "TKEY"),
    "keywords": Called("keywords", "IKEY", "", "KEYWORDS", "TXXX:KEYWORDS"),
    "description": Called("description", "ICMT", "notes", "DESCRIPTION", "COMM"),
    "isrc": Called("ISRC", "", "isrcId", "ISRC", "TSRC"),
    "iswc": Called("ISWC", "", "", "ISWC", "TXXX:ISWC"),
}
