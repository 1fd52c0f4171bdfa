"""The session file as data: what the user wrote, checked in shape, nothing derived.

The names of things are checked against each other when a plan is made, because that
needs the MIDI file, the presets and the plug-ins (`hostkit.plan.build`).
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BeforeValidator,
    ConfigDict,
    Field,
    Tag,
    field_validator,
    model_validator,
)

from hostkit.errors import BadValue
from hostkit.midi.reading.encoding import known_encoding
from hostkit.session.devices import Effect, Instrument
from hostkit.session.fields import (
    AutoLengthField,
    Bpm,
    Curve,
    FileName,
    FrameRateField,
    GainDb,
    LengthField,
    Meter,
    Milliseconds,
    Name,
    Names,
    Number,
    Pan,
    PositionField,
    SampleRate,
    Text,
    YamlMap,
    form,
    nothing_is_a_map,
)

AutomationPoint = tuple[PositionField, Number]
MAX_TRACKS = 512
MAX_POINTS = 100_000


class Picture(YamlMap):
    frame_rate: FrameRateField
    start: PositionField


class TempoPoint(YamlMap):
    """A tempo, a meter, or the start of a ramp; `bpm` counts quarter notes."""

    model_config = ConfigDict(
        json_schema_extra={"anyOf": [{"required": ["bpm"]}, {"required": ["meter"]}]}
    )

    at: PositionField
    bpm: Bpm | None = None
    meter: Meter | None = None
    ramp_to: Bpm | None = None
    until: PositionField | None = None
    curve: Curve = "beats"

    @model_validator(mode="after")
    def _complete(self) -> TempoPoint:
        if self.bpm is None and self.meter is None:
            raise BadValue("a tempo point needs bpm, meter or both")
        if (self.ramp_to is None) != (self.until is None):
            raise BadValue("ramp_to and until belong together: {ramp_to: 120, until: 13|1}")
        if self.ramp_to is not None and self.bpm is None:
            raise BadValue("a ramp starts from a bpm: {bpm: 92, ramp_to: 120, until: 13|1}")
        return self


class Tail(YamlMap):
    """How long to listen on after the last event."""

    below_db: float = Field(default=-90, ge=-144, le=-20)
    for_ms: float = Field(default=500, ge=1, le=60_000)
    max_s: float = Field(default=20, ge=0, le=600)


class FormSection(YamlMap):
    name: Name
    at: PositionField


class Hit(YamlMap):
    """A moment to hit; `rise_from` is where the rise that leads to it starts."""

    at: PositionField
    name: Text
    rise_from: PositionField | None = None
    weight: float = Field(default=1, ge=0, le=100)
    tolerance_frames: float | None = Field(default=None, ge=0, le=100)


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


class Track(YamlMap):
    instrument: Instrument
    midi: TrackMidi | None = None
    effects: list[Effect] = Field(default=[], max_length=64)
    gain_db: GainDb = 0.0
    pan: Pan = 0.0
    stem: Name | None = None
    tags: Names = Field(default=[], max_length=64)
    sends: dict[Name, GainDb] = {}
    automation: dict[
        Text, Annotated[list[AutomationPoint], Field(min_length=1, max_length=MAX_POINTS)]
    ] = {}

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
    effects: list[Effect] = Field(default=[], max_length=64)
    gain_db: GainDb = 0.0
    sends: dict[Name, GainDb] = {}


class Stem(YamlMap):
    code: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,16}$")] | None = None


class Loop(YamlMap):
    section: Name


class Sting(YamlMap):
    section: Name
    max: LengthField | None = None


class MixRecipe(YamlMap):
    like: Name | None = None
    mute: Names = []
    only: Names = []
    gain_db: dict[Name, GainDb] = {}
    stems: bool = False
    key: Literal["full", "self"] = "full"
    duck: bool = False
    sections: Names | None = None
    length: LengthField | None = None
    tempo_limit_percent: float = Field(default=2.0, ge=0, le=20)
    loop: Loop | None = None
    sting: Sting | None = None


Recipe = Annotated[
    MixRecipe, BeforeValidator(nothing_is_a_map, json_schema_input_type=MixRecipe | None)
]
Mixes = Annotated[
    Annotated[list[Name], Tag("list")] | Annotated[dict[Name, Recipe], Tag("map")],
    form("mixes are a list of standard names or a map of name: recipe"),
]


class Dialogue(YamlMap):
    """What music is ducked under; without `at` by its time stamp, else from 1|1.

    `channel` is how mono dialogue is heard: from both sides, or from one loudspeaker.
    """

    file: FileName
    at: PositionField | None = None
    channel: Literal["both", "centre"] = "both"


class Duck(YamlMap):
    """How; what is None is as in `hostkit duck`. `phrases` is a list in place of a search.

    `cc` is the controller that the curve is written out as: 11 expression, 7 volume.
    """

    target_lu: float | None = Field(default=None, ge=0, le=40)
    listener: Literal["expert", "general", "ambience"] | None = None
    max_depth_db: float = Field(default=18, ge=0, le=60)
    mode: Literal["broadband", "speech_band", "both"] = "broadband"
    lookahead_ms: Milliseconds | None = None
    attack_ms: Milliseconds | None = None
    hold_ms: Milliseconds | None = None
    release_ms: Milliseconds | None = None
    slope_db_per_s: float | None = Field(default=None, gt=0, le=1000)
    vad: Literal["energy", "neural", "both"] = "energy"
    phrases: FileName | None = None
    weights: dict[Name, Annotated[float, Field(ge=0, le=1)]] = {}
    protect: Literal["hits"] | None = None
    cc: Literal[11, 7] = 11
    intelligibility: bool = False


class Deliver(YamlMap):
    format: Literal["pcm16", "pcm24", "float32"] = "pcm24"
    profile: Name | None = None


class Share(YamlMap):
    """Who wrote or publishes a part of the music, as collecting societies know them."""

    name: Text
    society: Text | None = None
    ipi: Annotated[Text, Field(pattern=r"^[0-9.]{1,14}$")] | None = None
    share_percent: float = Field(default=100, ge=0, le=100)


class Credits(YamlMap):
    """What a cue sheet says of the cue besides its timing."""

    production: Text | None = None
    episode: Text | None = None
    air_date: Annotated[Text, Field(pattern=r"^\d{4}-\d\d-\d\d$")] | None = None
    usage: Literal["main title", "end title", "theme", "visual", "background"] = "background"
    composers: list[Share] = Field(default=[], max_length=100)
    publishers: list[Share] = Field(default=[], max_length=100)

    @model_validator(mode="after")
    def _whole(self) -> Credits:
        for role, shares in (("composers", self.composers), ("publishers", self.publishers)):
            total = sum(share.share_percent for share in shares)
            if shares and abs(total - 100) > 0.011:  # thirds are written 33.33
                raise BadValue(f"the shares of the {role} make {total:g} percent, not 100")
        return self


class Session(YamlMap):
    hostkit: Literal[1]
    cue: Text | None = None
    title: Text | None = None
    version: int = Field(default=1, ge=0, le=9999)
    sample_rate: SampleRate = 48_000
    extends: FileName | None = None
    midi: SessionMidi | None = None
    picture: Picture | None = None
    tempo: list[TempoPoint] | None = Field(default=None, min_length=1, max_length=10_000)
    length: AutoLengthField = "auto"
    tail: Tail = Tail()
    sections: list[FormSection] = Field(default=[], max_length=1000)
    hits: list[Hit] = Field(default=[], max_length=10_000)
    tracks: Annotated[dict[Name, Track], Field(min_length=1, max_length=MAX_TRACKS)]
    buses: dict[Name, Bus] = {}
    stems: dict[Name, Stem] = {}
    master: list[Effect] = Field(default=[], max_length=64)
    gain_db: GainDb = 0.0
    mixes: Mixes = {}
    credits: Credits | None = None
    dialogue: Dialogue | None = None
    duck: Duck | None = None
    deliver: Deliver = Deliver()

    @property
    def midi_file(self) -> str | None:
        """The MIDI file of all tracks that name none."""
        return self.midi.file if isinstance(self.midi, SessionMidiFile) else self.midi

    @property
    def midi_encoding(self) -> str | None:
        """What texts of MIDI files are written in, where the session says so."""
        return self.midi.encoding if isinstance(self.midi, SessionMidiFile) else None

    def stem_of(self, track: str) -> str:
        """The stem a track goes to: the one it names, else one of its own name."""
        return self.tracks[track].stem or track
