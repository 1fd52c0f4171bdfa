"""Which notes of which MIDI file a session and its tracks play, as it is written."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field, Tag

from hostkit.errors import BadValue
from hostkit.midi.reading.encoding import known_encoding
from hostkit.session.model.fields import FileName, YamlMap, form


def _encoding(name: str) -> str:
    if known_encoding(name) is None:
        raise BadValue(
            f"there is no text encoding {name!r}", cure="write shift_jis, cp1251, utf-8…"
        )
    return name


Encoding = Annotated[str, Field(max_length=40), AfterValidator(_encoding)]
"""What names and markers of a MIDI file are written in; left out, it is guessed."""


class MidiSource(YamlMap):
    """What a track plays. `port` is as in the file, from 0, for those that use several."""

    file: FileName | None = None
    track: str | int | None = None
    channel: int | None = Field(default=None, ge=1, le=16)
    port: int | None = Field(default=None, ge=0, le=127)
    encoding: Encoding | None = None


class SessionMidiFile(YamlMap):
    """The MIDI file of all tracks that name none, and what its texts are written in."""

    file: FileName | None = None
    encoding: Encoding | None = None


SessionMidi = Annotated[
    Annotated[FileName, Tag("text")] | Annotated[SessionMidiFile, Tag("map")],
    form("a session's midi is a file name or {file: NAME, encoding: shift_jis}"),
]
TrackMidi = Annotated[
    Annotated[FileName, Tag("text")] | Annotated[MidiSource, Tag("map")],
    form(
        "a track's midi is a file name or {file: NAME, track: NAME or number, channel: 1-16, "
        "port: 0-127}"
    ),
]
