"""Which notes of which MIDI file a session and its tracks play, as it is written."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, Tag, model_validator

from hostkit.errors import BadValue
from hostkit.midi.reading.encoding import known_encoding
from hostkit.session.model.articulations import ArticulationName
from hostkit.session.model.fields import FileName, Text, YamlMap, form


def _encoding(name: str) -> str:
    if known_encoding(name) is None:
        raise BadValue(
            f"there is no text encoding {name!r}", cure="write shift_jis, cp1251, utf-8…"
        )
    return name


Encoding = Annotated[str, Field(max_length=40), AfterValidator(_encoding)]
"""What names and markers of a MIDI file are written in; left out, it is guessed."""


MAX_PARTS = 64


def _midi_track(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise BadValue(
            "a MIDI track is a name or a number",
            cure="for several that one instrument plays write tracks: {NAME: ARTICULATION}",
        )
    return value


def _parts(value: Any) -> Any:
    if not isinstance(value, dict) or not value:
        raise BadValue(
            "tracks: are MIDI tracks, each with the articulation of its notes",
            cure="write tracks: {Violins Legato: legato, Violins Pizz: pizz}",
        )
    return value


class MidiSource(YamlMap):
    """What a track plays. `port` is as in the file, from 0, for those that use several.

    `tracks` are several in place of one, each with the articulation that its notes are played in.
    """

    file: FileName | None = None
    track: Annotated[str | int, BeforeValidator(_midi_track)] | None = None
    tracks: Annotated[
        dict[Text, ArticulationName],
        BeforeValidator(_parts),
        Field(min_length=1, max_length=MAX_PARTS),
    ] = {}
    channel: int | None = Field(default=None, ge=1, le=16)
    port: int | None = Field(default=None, ge=0, le=127)
    encoding: Encoding | None = None

    @model_validator(mode="after")
    def _one_or_several(self) -> MidiSource:
        if self.tracks and self.track is not None:
            raise BadValue(
                "track: and tracks: are both here", cure="keep one; tracks: names all of them"
            )
        return self


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
        "port: 0-127}, or {tracks: {NAME: ARTICULATION}}"
    ),
]
