"""The plan: what a session comes to, in samples, with nothing left to look up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from hostkit.plan.devices import DeviceSpec
from hostkit.plan.ducking.steps import CurvePlan, DuckedPlan
from hostkit.plan.prints import PrintPlan
from hostkit.plan.stems import GluePlan, MasteredPlan, MasterPlan, ResponsePlan, StemPlan
from hostkit.timebase.tempo_map import TempoMap

FULL = "full"
"""The mix that always exists."""
WHOLE = "whole"
"""The name of a session's form as it was written, nothing left out."""
GLUE = "glue"
"""The residual stem: what a master device adds and no other stem can carry."""


@dataclass(frozen=True, eq=False)
class TrackPlan:
    """A track's print and its fingerprint."""

    name: str
    print: PrintPlan
    fingerprint: str

    @property
    def devices(self) -> tuple[DeviceSpec, ...]:
        return (self.print.instrument, *self.print.effects)


StepPlan: TypeAlias = (
    StemPlan | MasterPlan | ResponsePlan | MasteredPlan | GluePlan | CurvePlan | DuckedPlan
)


@dataclass(frozen=True, eq=False)
class Step:
    """Something made between prints and files, kept in the store under its fingerprint.

    `needs` are the fingerprints of the prints and steps that it reads. `tracks` sound in it.
    """

    name: str
    plan: StepPlan
    fingerprint: str
    needs: tuple[str, ...]
    tracks: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class PlannedStem:
    """A stem that mixes are sums of.

    `name` is unique in the plan: that of the stem as delivered (`stem`), and for one that
    differs from it in some mix, `strings@bed`, after the first mix it is in.
    """

    name: str
    stem: str
    step: Step

    @property
    def plan(self) -> StepPlan:
        return self.step.plan

    @property
    def fingerprint(self) -> str:
        return self.step.fingerprint

    @property
    def tracks(self) -> tuple[str, ...]:
        """The tracks that sound in it."""
        return self.step.tracks


@dataclass(frozen=True)
class MixPlan:
    """A mix is the sum of the planned stems it names; `write_stems` asks for their files.

    `curve` is what a ducked mix was lowered by. No track of `without` is to sound in it: it
    is left out by the recipe, or the mix's name says so.
    """

    name: str
    stems: tuple[str, ...]
    write_stems: bool = False
    curve: CurvePlan | None = None
    without: tuple[str, ...] = ()


@dataclass(frozen=True)
class Mark:
    """A section or hit, at its frame in a form."""

    kind: Literal["section", "hit"]
    name: str
    frame: int


@dataclass(frozen=True)
class LoopFacts:
    """What a loop repeats: whole bars of a section. `bpm` is its mean tempo."""

    section: str
    bars: int
    bpm: float
    meter: str


@dataclass(frozen=True)
class Form:
    """The order of a session's music in one set of files.

    `sections` names what is played, in order; empty where a session names none.
    `ending` is the frame on which the last content ends, where that was asked for, and
    `tempo_change_percent` what the tempo gave for it.
    """

    name: str = WHOLE
    kind: Literal["whole", "cut", "sting", "loop"] = "whole"
    sections: tuple[str, ...] = ()
    marks: tuple[Mark, ...] = ()
    ending: int | None = None
    tempo_change_percent: float = 0.0
    loop: LoopFacts | None = None


@dataclass(frozen=True, eq=False)
class Plan:
    """One form of a session: its prints, and the stems and mixes made of them.

    `frames` is the exact length, or None to ring out. `steps` are in an order in which each
    needs only earlier ones; `stems` are the last of them.
    """

    form: Form
    sample_rate: int
    sample_format: str
    tempo_map: TempoMap
    frames: int | None
    tracks: tuple[TrackPlan, ...]
    steps: tuple[Step, ...]
    stems: tuple[PlannedStem, ...]
    mixes: tuple[MixPlan, ...]
    warnings: tuple[str, ...] = ()

    @property
    def stems_by_name(self) -> dict[str, PlannedStem]:
        return {stem.name: stem for stem in self.stems}


@dataclass(frozen=True, eq=False)
class SessionPlan:
    """A session's forms: the whole one first, then one for each cut-down, sting and loop."""

    session: str
    sample_rate: int
    sample_format: str
    plans: tuple[Plan, ...]
    lacking: tuple[tuple[str, str], ...] = ()
    """Mixes that are wanted and that this session cannot give: why, and what would do it."""

    @property
    def whole(self) -> Plan:
        return self.plans[0]

    @property
    def warnings(self) -> tuple[str, ...]:
        """Those of all forms, each once."""
        return tuple(dict.fromkeys(text for plan in self.plans for text in plan.warnings))
