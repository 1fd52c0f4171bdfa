"""One form of a session to its plan: tracks on the form's timeline, stems, mixes, marks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from hostkit.audio.checks import CLOSING_FADE_MS
from hostkit.audio.layout import ChannelLayout
from hostkit.devices.spec import Sidechain
from hostkit.errors import BadValue
from hostkit.picture.hits import HitPoint
from hostkit.plan.arranging.arranged import Arranged
from hostkit.plan.arranging.timeline import ArrangedTimeline
from hostkit.plan.devices.resolve import Resolver
from hostkit.plan.form.channels import MixInputs
from hostkit.plan.form.click import plan_click
from hostkit.plan.form.keys import key_order, keyed, keys_in
from hostkit.plan.form.mastering import Master
from hostkit.plan.form.mixdown import Mixdown
from hostkit.plan.found import Found, Gathering
from hostkit.plan.mixes.recipes import Selection
from hostkit.plan.music.midi_files import MidiFiles
from hostkit.plan.music.timeline import Timeline
from hostkit.plan.nodes.click import ClickPlan
from hostkit.plan.nodes.ducking import Ducking
from hostkit.plan.nodes.node import AnyNode, OutputsNode, TrackNode
from hostkit.plan.nodes.prints import TailPlan
from hostkit.plan.nodes.stems import BusPlan, ChannelPlan, Span
from hostkit.plan.plan import WHOLE, Form, Mark, Plan
from hostkit.plan.tracks.builder import PlannedTrack, TrackBuilder
from hostkit.session.load import LoadedSession
from hostkit.session.model.session import Session
from hostkit.timebase.position import Position
from hostkit.timebase.sampling import sample_of


@dataclass(frozen=True)
class FormPlanner:
    """Plans forms of one session; what they share is here."""

    loaded: LoadedSession
    resolver: Resolver
    midi: MidiFiles
    buses: tuple[BusPlan, ...]
    master: Master
    tail: TailPlan
    layout: ChannelLayout
    ducking: Ducking | None = None
    trim_db: float = 0.0
    dialogue: Sidechain | None = None

    def whole(
        self,
        timeline: Timeline,
        frames: int | None,
        selections: Sequence[Selection],
        remarks: tuple[str, ...] = (),
    ) -> Found[Plan]:
        """The form as it is written; `remarks` are on what all forms share."""
        fade = closing_fade(timeline.sample_rate) if frames is not None else 0
        span = Span(timeline.sample_rate, self.layout, frames, self.tail, fade_frames=fade)
        return self._plan(Form(), timeline, span, selections, remarks)

    def arranged(self, made: Arranged, selections: Sequence[Selection]) -> Found[Plan]:
        """A cut-down, sting, loop or one-shot."""
        rate = self.loaded.session.sample_rate
        timeline = ArrangedTimeline.of(made.arrangement, rate)
        exact = made.frames is not None or made.most_frames is not None
        fade = closing_fade(rate) if exact and made.loop_frames is None else 0
        ends = (made.frames, self.tail, made.most_frames, made.loop_frames, fade)
        span = Span(rate, self.layout, *ends)
        return self._plan(made.form, timeline, span, selections, made.warnings)

    def _plan(
        self,
        form: Form,
        timeline: Timeline,
        span: Span,
        selections: Sequence[Selection],
        remarks: tuple[str, ...] = (),
    ) -> Found[Plan]:
        """The plan has all there is to say of the form; what is wrong comes beside it."""
        told = Gathering(self.loaded)
        told.warn(*remarks)
        session = self.loaded.session
        shown = "" if form.name == WHOLE else form.name
        builder = self._builder(timeline, span, shown)
        built = told.take(self._tracks(builder, form))
        mockups = built
        if not all(selection.live for selection in selections):
            mockups = told.take(self._tracks(replace(builder, live=False), form))
        inputs = self._inputs(built, form)
        mixdown = Mixdown(
            form=shown,
            inputs=inputs,
            mockups=self._inputs(mockups, form),
            stems=_members(session, inputs.channels),
            master=self.master,
            span=span,
            transport=timeline.transport,
            format=session.deliver.format,
            click=lambda: self._click(timeline, span, built),
            ducking=self.ducking,
            trim_db=self.trim_db,
        )
        mixes, stems, made_of_prints = mixdown.mixes(selections)
        prints = _needed(_each_once(built, mockups), made_of_prints)
        marks = self._marks(timeline)
        repairs = [text for made in built for text in made.repairs]
        if form.name == WHOLE:
            form = replace(form, sections=tuple(m.name for m in marks if m.kind == "section"))
        plan = Plan(
            form=replace(form, marks=marks, faded=span.fade_frames > 0),
            sample_rate=timeline.sample_rate,
            layout=self.layout,
            sample_format=session.deliver.format,
            tempo_map=timeline.tempo_map,
            frames=span.frames,
            nodes=(*_instruments((*built, *mockups), prints), *prints, *made_of_prints),
            stems=stems,
            mixes=mixes,
            warnings=tuple(dict.fromkeys((*repairs, *told.warnings))),
        )
        return Found(plan, told.problems)

    def _builder(self, timeline: Timeline, span: Span, shown: str) -> TrackBuilder:
        """What plans tracks on a timeline; those of a loop ring out, and go round in stems."""
        return TrackBuilder(
            self.loaded,
            self.resolver,
            self.midi,
            timeline,
            None if span.loop_frames is not None else span.frames,
            self.tail,
            shown,
            loop_frames=span.loop_frames,
        )

    def _click(self, timeline: Timeline, span: Span, built: Sequence[PlannedTrack]) -> ClickPlan:
        """As long as the form; where that rings out, until its music is over."""
        session, rate = self.loaded.session, timeline.sample_rate
        frames = span.loop_frames or span.frames
        if frames is None:
            frames = max((made.node.plan.source.end for made in built), default=0)
            if isinstance(timeline, ArrangedTimeline):
                frames = max(frames, sample_of(timeline.arrangement.seconds, rate))
        hits = [
            HitPoint.of(hit, Fraction(frame, rate))
            for hit in session.hits
            for frame in _frames(timeline, hit.at)
        ]
        return plan_click(session, timeline.tempo_map, hits, frames, self.layout)

    def _tracks(self, builder: TrackBuilder, form: Form) -> Found[list[PlannedTrack]]:
        """The tracks that can be planned, as they stand in the session."""
        told, tracks = Gathering(self.loaded), self.loaded.session.tracks
        if self.dialogue and not self._dialogue_of(form):
            told.warn(f"{form.name}: what is side-chained by dialogue hears none, re-arranged")
        sources = told.take(builder.sources())
        made: dict[str, PlannedTrack] = {}
        keys = keys_in(self.loaded.session)
        for name in told.take(key_order(self.loaded)):
            if name in sources:
                prints, dialogue = _prints(made.values()), self._dialogue_of(form)
                made[name] = builder.print_of(sources[name], prints, dialogue, is_key=name in keys)
        return told.with_value([made[name] for name in tracks if name in made])

    def _inputs(self, built: Sequence[PlannedTrack], form: Form) -> MixInputs:
        """The channels of tracks, and the buses as these key them."""
        prints, dialogue = _prints(built), self._dialogue_of(form)
        return MixInputs(
            {made.channel.track: made.channel for made in built},
            tuple(replace(bus, effects=keyed(bus.effects, prints, dialogue)) for bus in self.buses),
        )

    def _dialogue_of(self, form: Form) -> Sidechain | None:
        """The dialogue as a key; a re-arranged form has none."""
        return self.dialogue if form.kind == "whole" else None

    def _marks(self, timeline: Timeline) -> tuple[Mark, ...]:
        session = self.loaded.session
        marks = [
            Mark("section", section.name, frame)
            for section in session.sections
            for frame in _frames(timeline, section.at)
        ]
        marks += [
            Mark("hit", hit.name, frame)
            for hit in session.hits
            for frame in _frames(timeline, hit.at)
        ]
        return tuple(sorted(marks, key=lambda mark: mark.frame))


def closing_fade(sample_rate: int) -> int:
    """Frames of the fade before an exact end."""
    return sample_rate * CLOSING_FADE_MS // 1000


def _prints(built: Iterable[PlannedTrack]) -> dict[str, str]:
    """Fingerprints of prints by the names of their tracks."""
    return {made.channel.track: made.node.fingerprint for made in built}


def _each_once(
    built: Sequence[PlannedTrack], mockups: Sequence[PlannedTrack]
) -> tuple[TrackNode, ...]:
    """The prints of tracks, then those that are others without recorded players."""
    known = {made.node.fingerprint for made in built}
    others = (made.node for made in mockups if made.node.fingerprint not in known)
    renamed = (replace(node, name=f"{node.name} (mock-up)") for node in others)
    return (*(made.node for made in built), *renamed)


def _needed(prints: Sequence[TrackNode], others: Iterable[AnyNode]) -> tuple[TrackNode, ...]:
    """The prints that something needs, also those that only key others."""
    needed = {need for node in others for need in node.needs}
    while (
        more := {need for node in prints if node.fingerprint in needed for need in node.needs}
        - needed
    ):
        needed |= more
    return tuple(node for node in prints if node.fingerprint in needed)


def _instruments(
    tracks: Iterable[PlannedTrack], prints: Iterable[TrackNode]
) -> tuple[OutputsNode, ...]:
    """The instruments, each once, that play for several tracks and that some of the prints need."""
    needed = {need for node in prints for need in node.needs}
    nodes = {track.played.fingerprint: track.played for track in tracks if track.played}
    return tuple(node for key, node in nodes.items() if key in needed)


def _frames(timeline: Timeline, position: Position) -> list[int]:
    try:
        return timeline.samples_of(position)
    except BadValue:
        return []  # already told, at its place


def _members(session: Session, channels: Mapping[str, ChannelPlan]) -> dict[str, tuple[str, ...]]:
    """The tracks of each stem, stems in the order in which tracks name them."""
    stems: dict[str, tuple[str, ...]] = {}
    for track in channels:
        stem = session.stem_of(track)
        stems[stem] = (*stems.get(stem, ()), track)
    return stems
