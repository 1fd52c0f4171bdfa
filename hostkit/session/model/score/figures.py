"""The figures of the genre as a score writes them: a map for each, under the key that names it.

`hostkit.plan.scoring.figures` makes phrases of them, `hostkit.themes.figures` says what each does.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, Tag, model_validator

from hostkit.errors import BadValue
from hostkit.session.model.articulations import ArticulationName
from hostkit.session.model.fields import Line, Number, PositionField, Text, YamlMap, form
from hostkit.session.model.score.fields import KeyField, PitchesField, PitchField, Velocity
from hostkit.themes.figures.cluster import ClusterKind, Motion
from hostkit.themes.figures.drone import CurveShape
from hostkit.themes.figures.swell import SwellBy

Bars = Annotated[float, Field(gt=0, le=1000)]
RoundBars = Annotated[float, Field(ge=0.25, le=1000)]
"""How long one round is of what comes again: never so short that it comes without end."""
Octaves = Annotated[int, Field(ge=1, le=8)]
Evolving = Literal["rotate", "grow", "climb", "thicken", "split"]
Grids = Annotated[dict[Text, Text], Field(min_length=1, max_length=32)]
MAX_TEXT = 20_000
Chords = Annotated[str, Field(min_length=1, max_length=MAX_TEXT)]
Rhythm = Annotated[Text, Field(min_length=1)]


class Figure(YamlMap):
    """What all figures say: how long, how loud, how that moves, in which articulation."""

    bars: Bars | None = None
    until: PositionField | None = None
    velocity: Velocity | None = None
    swell: Text | None = None
    swell_by: SwellBy = "expression"
    articulation: ArticulationName | None = None

    @model_validator(mode="after")
    def _one_length(self) -> Figure:
        if self.bars is not None and self.until is not None:
            raise BadValue("bars: and until: both say how long", cure="take one of them out")
        return self


class TonesFigure(Figure):
    """A figure of the tones of chords, of a scale, or of notes; `register` is their middle."""

    chord: Chords | None = None
    scale: KeyField | None = None
    notes: PitchesField | None = None
    register_: PitchField | None = Field(default=None, alias="register")

    @model_validator(mode="after")
    def _one_kind_of_tones(self) -> TonesFigure:
        given = [key for key in ("chord", "scale", "notes") if getattr(self, key) is not None]
        if len(given) != 1:
            what = " and ".join(f"{key}:" for key in given) or "no chord:, scale: or notes:"
            raise BadValue(f"here is {what}", cure="write one of them: chord: Dm")
        return self


class Ostinato(TonesFigure):
    """Tones in a rhythm, again and again; `evolve` changes it every `every_bars`."""

    rhythm: Rhythm = "8"
    pattern: Text = "up"
    accents: list[Annotated[int, Field(ge=1, le=256)]] = Field(default=[], max_length=256)
    short: bool = False
    evolve: Evolving | None = None
    every_bars: RoundBars | None = None


class Arpeggio(TonesFigure):
    """Tones one after the other in notes of `value`, over `octaves`; `ring` holds them."""

    value: Text = "16"
    order: Text = "up"
    octaves: Octaves = 1
    ring: bool = True


class Pedal(Figure):
    """A note and the octaves below it, held, and struck again every `again_bars`."""

    note: PitchField
    octaves: Octaves = 1
    again_bars: RoundBars | None = None


class Cluster(Figure):
    """Every key of a kind from one to another; a `motion` takes `over_bars`, else all of it."""

    low: PitchField = Field(alias="from")
    high: PitchField = Field(alias="to")
    kind: ClusterKind = "semitones"
    key: KeyField | None = None
    motion: Motion | None = None
    over_bars: Bars | None = None


class Rise(Figure):
    """Climbs to a hit and grows on the way; through all keys, or those of a `key`."""

    to_hit: Line
    start: PitchField = Field(alias="from")
    over: Text = "octave"
    key: KeyField | None = None
    value: Text = "16"
    swell: Text = "p < ff"
    accelerate: bool = False


class HitChord(Figure):
    """A chord struck where it stands or `on` a hit, doubled in `octaves` below.

    It sounds for a note value, `length`.
    """

    on: Line | None = None
    chord: Text | None = None
    notes: PitchesField | None = None
    register_: PitchField | None = Field(default=None, alias="register")
    octaves: Octaves = 1
    length: Text = "1"

    @model_validator(mode="after")
    def _something_to_strike(self) -> HitChord:
        if (self.chord is None) == (self.notes is None):
            raise BadValue("a hit is a chord: or notes:", cure="write one of them: chord: Dm")
        return self


class Tremolo(Figure):
    """Notes repeated in `value`, or played `in_turn`."""

    notes: PitchesField
    value: Text = "32"
    in_turn: bool = False


class Fill(YamlMap):
    """In place of the pattern in the last `beats` of every so many bars."""

    every_bars: RoundBars = 4
    beats: Annotated[float, Field(gt=0, le=64)] = 2
    pattern: Grids | None = None


class Percussion(Figure):
    """A pattern by name, or grids by drum: a sign for each `step`."""

    pattern: Annotated[
        Annotated[Text, Tag("text")] | Annotated[Grids, Tag("map")],
        form("a pattern is a name (chase) or grids by drum: {kick: X..x..x.}"),
    ]
    step: Text = "16"
    fill: Fill | None = None


class Texture(YamlMap):
    """A parameter of the track that a drone moves, as `automation:` names it."""

    parameter: Text
    start: Number = Field(alias="from")
    to: Number
    curve: CurveShape = "drift"
    period_bars: RoundBars = 4
    seed: Annotated[int, Field(ge=0, le=2**32)] = 0


class Drone(Figure):
    """A note and octaves above it held for long; voices breathe, a parameter moves."""

    note: PitchField
    octaves: Octaves = 1
    fifth: bool = False
    breath_bars: RoundBars | None = None
    texture: Texture | None = None
