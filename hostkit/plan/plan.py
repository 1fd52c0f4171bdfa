"""The plan: what a session comes to, in samples, with nothing left to look up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from hostkit.audio.layout import ChannelLayout
from hostkit.devices.spec import PluginSpec
from hostkit.plan.nodes.ducking import CurvePlan, Ducking
from hostkit.plan.nodes.node import AnyNode, NodePlan, TrackNode, devices_of, is_played, is_track
from hostkit.timebase.tempo_map import TempoMap

FULL = "full"
"""The mix that always exists."""
WHOLE = "whole"
"""The name of a session's form as it was written, nothing left out."""
RESIDUAL = "glue"
"""The residual stem: what a master device adds and no other stem can carry.

Files and manifests of deliveries have this name, and its dither's seed is made of it: it stays.
"""
CLICK = "click"
"""The stem of a click, which nothing but a click is the sum of."""


@dataclass(frozen=True, eq=False)
class PlannedStem:
    """A stem that mixes are sums of.

    `name` is unique in the plan: that of the stem as delivered (`stem`), and for one that
    differs from it in some mix, `strings@bed`, after the first mix it is in.
    """

    name: str
    stem: str
    node: AnyNode

    @property
    def plan(self) -> NodePlan:
        return self.node.plan

    @property
    def fingerprint(self) -> str:
        return self.node.fingerprint

    @property
    def tracks(self) -> tuple[str, ...]:
        """The tracks that sound in it."""
        return self.node.tracks


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
    `tempo_change_percent` what the tempo gave for it. Last notes end up to `early_seconds`
    before they are written to, so that they ring out. What ends at an exact length is
    `faded` there.
    """

    name: str = WHOLE
    kind: Literal["whole", "cut", "sting", "loop", "one_shot"] = "whole"
    sections: tuple[str, ...] = ()
    marks: tuple[Mark, ...] = ()
    ending: int | None = None
    tempo_change_percent: float = 0.0
    early_seconds: float = 0.0
    faded: bool = False
    loop: LoopFacts | None = None

    @property
    def in_words(self) -> str:
        """What it is made of, and how it is played otherwise than the session.

        >>> Form("cut_30", "cut", ("intro", "end"), tempo_change_percent=1.5).in_words
        'cut of intro, end, played 1.5 % faster'
        """
        changes = changes_in_words(self.tempo_change_percent, self.early_seconds)
        return form_in_words(self.kind, self.sections, changes)


def form_in_words(kind: str, sections: Sequence[str], changes: str) -> str:
    """A form by its kind and what it is made of; `changes` may be empty."""
    what = f"{kind.replace('_', '-')} of {', '.join(sections)}" if sections else kind
    return f"{what}, {changes}" if changes else what


def changes_in_words(tempo_change_percent: float, early_seconds: float) -> str:
    """How a form is played otherwise than the session; empty where it is not.

    >>> changes_in_words(-1.25, 0.5)
    'played 1.25 % slower, last notes end 0.5 s early'
    """
    percent = f"{abs(tempo_change_percent):.2f}".rstrip("0").rstrip(".")
    way = "faster" if tempo_change_percent > 0 else "slower"
    tempo = f"played {percent} % {way}" if percent != "0" else ""
    notes = f"last notes end {early_seconds:.2g} s early" if early_seconds else ""
    return ", ".join(filter(None, (tempo, notes)))


@dataclass(frozen=True, eq=False)
class Plan:
    """One form of a session: its prints, and the stems and mixes made of them.

    `frames` is the exact length, or None to ring out. Stems and mixes have the channels of
    `layout`. `nodes` are in an order in which each
    needs only earlier ones: instruments of several tracks and the tracks' prints first, the
    `stems` last.
    """

    form: Form
    sample_rate: int
    layout: ChannelLayout
    sample_format: str
    tempo_map: TempoMap
    frames: int | None
    nodes: tuple[AnyNode, ...]
    stems: tuple[PlannedStem, ...]
    mixes: tuple[MixPlan, ...]
    warnings: tuple[str, ...] = ()

    @property
    def tracks(self) -> tuple[TrackNode, ...]:
        """Those of the nodes that are a track's print."""
        return tuple(node for node in self.nodes if is_track(node))

    @property
    def last_event(self) -> int:
        """The frame on which the last source ends."""
        return max((track.plan.source.end for track in self.tracks), default=0)

    @property
    def stems_by_name(self) -> dict[str, PlannedStem]:
        return {stem.name: stem for stem in self.stems}


@dataclass(frozen=True, eq=False)
class SessionPlan:
    """A session's forms: the whole one first, then each cut-down, sting, loop and one-shot."""

    session: str
    sample_rate: int
    layout: ChannelLayout
    sample_format: str
    plans: tuple[Plan, ...]
    lacking: tuple[tuple[str, str], ...] = ()
    """Mixes that are wanted and that this session cannot give: why, and what would do it."""
    spoken: Ducking | None = None
    """The dialogue that the session names, whether a mix is ducked under it or not."""

    @property
    def whole(self) -> Plan:
        return self.plans[0]

    @property
    def nodes(self) -> tuple[AnyNode, ...]:
        """Those of all forms."""
        return tuple(node for form in self.plans for node in form.nodes)

    @property
    def tracks(self) -> tuple[TrackNode, ...]:
        """Those of the whole form, then those of the others that are not the same again."""
        again = {track.fingerprint for track in self.whole.tracks}
        others = (track for form in self.plans[1:] for track in form.tracks)
        new = {track.fingerprint: track for track in others if track.fingerprint not in again}
        return (*self.whole.tracks, *new.values())

    @property
    def hosted(self) -> dict[str, str]:
        """Plug-ins by name that another host than the usual one plays: which, and why."""
        devices = (device for node in self.nodes for device in devices_of(node.plan))
        return {
            device.name: f"{device.host}: {device.host_why}"
            for device in devices
            if isinstance(device, PluginSpec) and device.host_why
        }

    @property
    def paced(self) -> dict[str, float]:
        """Plug-ins by name that are played in real time: the least seconds of all their nodes."""
        nodes = {node.fingerprint: (form, node) for form in self.plans for node in form.nodes}
        seconds: dict[str, float] = {}
        for form, node in nodes.values():
            last = node.plan.source.end if is_played(node) else form.last_event
            for device in devices_of(node.plan):
                if isinstance(device, PluginSpec) and device.realtime:
                    before = seconds.get(device.name, 0.0)
                    frames = last if form.frames is None else form.frames
                    seconds[device.name] = before + frames / self.sample_rate
        return seconds

    @property
    def warnings(self) -> tuple[str, ...]:
        """Those of all forms, each once."""
        return tuple(dict.fromkeys(text for plan in self.plans for text in plan.warnings))
