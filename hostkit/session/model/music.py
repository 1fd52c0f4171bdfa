"""The form of the music as it is written: picture, tempo, tail, sections, hits."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, ConfigDict, Field, model_validator

from hostkit.errors import BadValue
from hostkit.session.model.fields import (
    Bpm,
    Curve,
    FileName,
    FrameRateField,
    Line,
    Meter,
    Name,
    Names,
    PositionField,
    ToleranceFrames,
    YamlMap,
)

LandOn = Literal["downbeat", "beat", "any"]
"""Which beats of the music may meet a hit; `any` means places between beats too."""


def _not_empty(name: str) -> str:
    if not name:
        raise BadValue("a hit has a name", cure="write what is hit, as name: door slams")
    return name


HitName = Annotated[Line, AfterValidator(_not_empty), Field(json_schema_extra={"minLength": 1})]
"""What is hit, on a line; by it a hit is known in tables and in other programs."""


class Picture(YamlMap):
    """The film: its frame rate, the timecode of 1|1, and a `file` that pages show."""

    frame_rate: FrameRateField
    start: PositionField
    file: FileName | None = None


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
        if "curve" in self.model_fields_set and self.ramp_to is None:
            raise BadValue("curve is how a ramp goes: {bpm: 92, ramp_to: 120, until: 13|1}")
        return self


class Tail(YamlMap):
    """How long to listen on after the last event."""

    below_db: float = Field(default=-90, ge=-144, le=-20)
    for_ms: float = Field(default=500, ge=1, le=60_000)
    max_s: float = Field(default=20, ge=0, le=600)


class FormSection(YamlMap):
    """Where a section begins; `cut: clean` promises that the music can be cut there."""

    name: Name
    at: PositionField
    cut: Literal["clean"] | None = None


class Hit(YamlMap):
    """A moment to hit; `rise_from` is where the rise that leads to it starts.

    `tolerance_frames` is how many frames music may come early, and how many late. `tracks` are
    the tracks, stems or tags whose sound the hit and its rise are, as files of their own.
    """

    at: PositionField
    name: HitName
    rise_from: PositionField | None = None
    weight: float = Field(default=1, ge=0, le=100)
    tolerance_frames: ToleranceFrames = (1.0, 2.0)
    land_on: LandOn = "beat"
    tracks: Names = Field(default=[], max_length=64)
