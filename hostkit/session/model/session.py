"""The session file as data: what the user wrote, checked in shape, nothing derived.

The names of things are checked against each other when a plan is made, because that
needs the MIDI file, the presets and the plug-ins (`hostkit.plan.build`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import ConfigDict, Field, field_validator, model_validator

from hostkit.audio.formats import FormatName
from hostkit.errors import BadValue
from hostkit.session.model.articulations import ArticulationPoints, Articulations
from hostkit.session.model.audio import Regions
from hostkit.session.model.click import ClickTrack
from hostkit.session.model.credits import Credits
from hostkit.session.model.devices import Effect, Instrument, MidiEffect, TrackOutput
from hostkit.session.model.fields import (
    AutoLengthField,
    DelayMs,
    FileName,
    GainDb,
    Line,
    Name,
    Names,
    Number,
    Pan,
    PositionField,
    SampleRate,
    Text,
    YamlMap,
)
from hostkit.session.model.midi import MidiSource, SessionMidi, SessionMidiFile, TrackMidi
from hostkit.session.model.mixes import Dialogue, Duck, Mixes
from hostkit.session.model.music import FormSection, Hit, Picture, Tail, TempoPoint
from hostkit.session.model.when_written import WhenWritten

if TYPE_CHECKING:
    from hostkit.session.model.score.entries import TrackScore
    from hostkit.session.model.score.themes import SessionThemes, Theme
else:
    TrackScore = Annotated[Any, WhenWritten("hostkit.session.model.score.entries:TrackScore")]
    SessionThemes = Annotated[Any, WhenWritten("hostkit.session.model.score.themes:SessionThemes")]

AutomationPoint = tuple[PositionField, Number]
MAX_TRACKS = 512
MAX_POINTS = 100_000


OF_NOTES = ("delay_ms", "articulation", "articulations", "expression_map")
"""Keys of a track that say how the notes of its instrument are played."""


class Track(YamlMap):
    """Where its sound comes from, and what becomes of it.

    An instrument that plays MIDI, a `score` or both, recorded `audio`, or another `output` of
    another track's instrument; recorded players over it are `live`.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "anyOf": [{"required": [key]} for key in ("instrument", "audio", "output")]
        }
    )

    instrument: Instrument | None = None
    output: TrackOutput | None = None
    midi: TrackMidi | None = None
    score: TrackScore = []
    live: Regions | None = None
    audio: Regions | None = None
    articulations: Articulations = {}
    expression_map: FileName | None = None
    articulation: ArticulationPoints = []
    lead_ms: Annotated[float, Field(ge=0, le=1000)] = 10.0
    delay_ms: DelayMs = 0.0
    midi_effects: list[MidiEffect] = Field(default=[], max_length=16)
    effects: list[Effect] = Field(default=[], max_length=64)
    gain_db: GainDb = 0.0
    pan: Pan = 0.0
    stem: Name | None = None
    tags: Names = Field(default=[], max_length=64)
    sends: dict[Name, GainDb] = {}
    automation: dict[
        Text, Annotated[list[AutomationPoint], Field(min_length=1, max_length=MAX_POINTS)]
    ] = {}

    @model_validator(mode="after")
    def _one_source(self) -> Track:
        if self.output is not None:
            self._check_output(self.output.of)
        elif self.audio is not None:
            self._check_audio()
        elif self.instrument is None:
            raise BadValue(
                "the key 'instrument' is missing",
                cure="add it, or audio: [{file: take.wav, at: 1|1}]",
            )
        elif self.midi_parts and self.articulation:
            raise BadValue(
                "midi: tracks: says in which articulation each note is played; here is "
                "articulation: too",
                cure="take articulation: out",
            )
        return self

    def _check_audio(self) -> None:
        others = [key for key in ("instrument", "midi", "score", "live") if getattr(self, key)]
        if others:
            raise BadValue(
                f"audio: stands in place of an instrument and its notes; here is {others[0]}: too",
                cure=f"take {others[0]}: out, or write live: for players over a mock-up",
            )
        others = [key for key in OF_NOTES if getattr(self, key)]
        if others:
            raise BadValue(
                f"{others[0]}: is for the notes of an instrument; here is audio: instead",
                cure="take it out; regions begin where their at: says",
            )

    def _check_output(self, of: str) -> None:
        others = [key for key in ("instrument", "audio") if getattr(self, key) is not None]
        if others:
            raise BadValue(
                f"output: takes the sound of {of}; here is {others[0]}: too",
                cure="take one of them out",
            )
        others = [key for key in ("midi", "score", "midi_effects", *OF_NOTES) if getattr(self, key)]
        if others:
            raise BadValue(
                f"output: takes what {of} plays, and {others[0]}: is for its notes",
                cure=f"write it in {of}",
            )

    @property
    def midi_parts(self) -> dict[str, str]:
        """Tracks of the MIDI file that are played together, and the articulation of each."""
        return self.midi.tracks if isinstance(self.midi, MidiSource) else {}

    @property
    def midi_file(self) -> str | None:
        """The MIDI file that the track itself names."""
        return self.midi.file if isinstance(self.midi, MidiSource) else self.midi

    @field_validator("automation", mode="before")
    @classmethod
    def _points(cls, value: Any) -> Any:
        """YAML has lists where a point is a pair."""
        if not isinstance(value, dict):
            return value
        return {
            target: [tuple(point) if isinstance(point, list) else point for point in points]
            if isinstance(points, list)
            else points
            for target, points in value.items()
        }


class Bus(YamlMap):
    """A shared effect return; every stem has one of its own. `sends` go to other buses."""

    effects: list[Effect] = Field(default=[], max_length=64)
    gain_db: GainDb = 0.0
    sends: dict[Name, GainDb] = {}


class Stem(YamlMap):
    """A stem that tracks go to; `code` is what its files are called in place of its name."""

    code: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,16}$")] | None = None


class Deliver(YamlMap):
    """What files are written as, and by which profile where none is named."""

    format: FormatName = "pcm24"
    profile: Name | None = None


class Session(YamlMap):
    """One cue: its music, its tracks, how they are mixed and what is delivered of them.

    `hostkit` is the version of the format. `length` ends all files there; `auto` lets the
    music ring out, as `tail` says. `gain_db` is added to every stem and mix.
    """

    hostkit: Literal[1]
    cue: Line | None = None
    title: Line | None = None
    version: int = Field(default=1, ge=0, le=9999)
    sample_rate: SampleRate = 48_000
    extends: FileName | None = None
    midi: SessionMidi | None = None
    themes: SessionThemes = {}
    picture: Picture | None = None
    tempo: list[TempoPoint] | None = Field(default=None, min_length=1, max_length=10_000)
    length: AutoLengthField = "auto"
    tail: Tail = Tail.model_construct()
    sections: list[FormSection] = Field(default=[], max_length=1000)
    hits: list[Hit] = Field(default=[], max_length=10_000)
    click: ClickTrack | None = None
    tracks: Annotated[dict[Name, Track], Field(min_length=1, max_length=MAX_TRACKS)]
    buses: dict[Name, Bus] = {}
    stems: dict[Name, Stem] = {}
    master: list[Effect] = Field(default=[], max_length=64)
    gain_db: GainDb = 0.0
    mixes: Mixes = {}
    credits: Credits | None = None
    dialogue: Dialogue | None = None
    duck: Duck | None = None
    deliver: Deliver = Deliver.model_construct()

    @property
    def midi_file(self) -> str | None:
        """The MIDI file of all tracks that name none."""
        return self.midi.file if isinstance(self.midi, SessionMidiFile) else self.midi

    @property
    def written_themes(self) -> Mapping[str, Theme]:
        """Its themes by name; none where their file was not read."""
        return {} if isinstance(self.themes, str) else self.themes

    @property
    def midi_encoding(self) -> str | None:
        """What texts of MIDI files are written in, where the session says so."""
        return self.midi.encoding if isinstance(self.midi, SessionMidiFile) else None

    def stem_of(self, track: str) -> str:
        """The stem a track goes to: the one it names, else one of its own name."""
        return self.tracks[track].stem or track
