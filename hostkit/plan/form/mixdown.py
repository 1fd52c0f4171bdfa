"""From channels to the nodes, stems and mixes of one form.

With a linear master a stem is one node. Otherwise a stem is mixed dry; the master is run on
the sum of all dry stems to know its gains; each stem goes through the master by those gains;
what is linear in devices without a gain to share is estimated and put into the stems, and
what is left of them is a stem of its own, the residual stem. The gain on everything comes
after all that, with each stem's step to integer samples, so that no device hears it.
A ducked mix is the sum of its stems' integer samples, each lowered by the one curve of them all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from hostkit.devices.spec import EffectSpec, followed, keys_of
from hostkit.plan.form.channels import MixInputs, louder, reached
from hostkit.plan.form.ducked_stems import curve_of, ducked_stems
from hostkit.plan.form.made_nodes import MadeNodes, dither_seed, tracks_of
from hostkit.plan.form.mastering import Master
from hostkit.plan.mixes.recipes import Selection
from hostkit.plan.nodes.click import ClickPlan
from hostkit.plan.nodes.ducking import Ducking
from hostkit.plan.nodes.node import AnyNode
from hostkit.plan.nodes.stems import (
    MasteredPlan,
    MasterPlan,
    ResidualPlan,
    ResponsePlan,
    Span,
    StemPlan,
)
from hostkit.plan.plan import CLICK, RESIDUAL, MixPlan, PlannedStem
from hostkit.timebase.transport import Transport


@dataclass
class Mixdown:
    """Plans mixes of one form. `stems` names each stem's tracks, in the order of delivery.

    `mockups` are the inputs as they are where recorded players are left out.
    `trim_db` is the gain on every stem, and so on every mix. `click` plans the click.
    """

    form: str
    inputs: MixInputs
    mockups: MixInputs
    stems: Mapping[str, tuple[str, ...]]
    master: Master
    span: Span
    transport: Transport
    format: str
    click: Callable[[], ClickPlan]
    ducking: Ducking | None = None
    trim_db: float = 0.0
    _stems: dict[str, PlannedStem] = field(default_factory=dict)
    _made: MadeNodes = field(init=False)

    def __post_init__(self) -> None:
        self._made = MadeNodes(self.form)

    def mixes(
        self, selections: Iterable[Selection]
    ) -> tuple[tuple[MixPlan, ...], tuple[PlannedStem, ...], tuple[AnyNode, ...]]:
        """The mixes, the stems they are sums of, and the nodes that lead there, in order."""
        everything = self._stems_of(self._everything)
        whole = {node.fingerprint: name for name, node in everything.items()}
        planned = tuple(self._mix(selection, whole) for selection in selections)
        return planned, tuple(self._stems.values()), self._made.leading_to(self._stems)

    def _mix(self, selection: Selection, whole: Mapping[str, str]) -> MixPlan:
        names, curve = [], None
        made = self._click() if selection.click else self._stems_of(selection)
        if selection.duck and self.ducking is not None:
            curve = curve_of(made, self.ducking, self.span, self.format)
            made = ducked_stems(made, curve, self._made)
        for stem, node in made.items():
            plain = whole.get(node.fingerprint) == stem
            name = stem if plain else _of_mix(stem, selection)
            known = self._stems.setdefault(node.fingerprint, PlannedStem(name, stem, node))
            names.append(known.name)
        return MixPlan(
            selection.name, tuple(names), selection.write_stems, curve, selection.without
        )

    def _click(self) -> dict[str, AnyNode]:
        """The one stem of a click, which is in no other mix."""
        return {CLICK: self._made.node("click", CLICK, self.click(), (), ())}

    @property
    def _everything(self) -> Selection:
        """The mix of all channels as they are, which has no name of its own."""
        return Selection("", dict.fromkeys(self.inputs.channels, 0.0))

    def _stems_of(self, selection: Selection) -> dict[str, AnyNode]:
        """The finished stems of a mix by name, the residual stem last."""
        if self.master.linear and self.span.loop_frames is None:
            return {
                stem: self._stem(stem, selection, tracks, finished=True)
                for stem, tracks in self.stems.items()
                if any(track in selection.gains for track in tracks)
            }
        dry = self._dry(selection)
        everything = replace(self._everything, live=selection.live)
        side_chain = everything if selection.key == "full" else selection
        gains = self._gains(side_chain) if self.master.side_chained else None
        response = self._response(side_chain, gains) if self.master.has_residual else None
        made = {
            stem: self._mastered(_of_mix(stem, selection), stem, node, gains, response)
            for stem, node in dry.items()
        }
        if self.master.has_residual:
            mastered = self._mastered_mix(selection, gains, self.master.devices)
            made[RESIDUAL] = self._residual(_of_mix(RESIDUAL, selection), mastered, made)
        return made

    def _dry(self, selection: Selection) -> dict[str, AnyNode]:
        return {
            stem: self._stem(stem, selection, tracks, finished=False)
            for stem, tracks in self.stems.items()
            if any(track in selection.gains for track in tracks)
        }

    def _stem(
        self, stem: str, selection: Selection, tracks: Sequence[str], *, finished: bool
    ) -> AnyNode:
        playing = [track for track in tracks if track in selection.gains]
        offsets = {selection.gains[track] for track in playing}
        stem_gain_db = offsets.pop() if len(offsets) == 1 else 0.0
        inputs = self.inputs if selection.live else self.mockups
        channels = tuple(
            louder(inputs.channels[track], selection.gains[track] - stem_gain_db)
            for track in playing
        )
        looped = self.span.loop_frames is not None
        buses, master = reached(inputs.buses, channels), self.master.devices if finished else ()
        returns = [effect for bus in buses for effect in bus.effects]
        plan = StemPlan(
            channels=channels,
            buses=buses,
            master=master,
            sample_rate=self.span.sample_rate,
            layout=self.span.layout,
            sample_format=self.format if finished else None,
            frames=None if looped else self.span.frames,
            tail=self.span.tail.through((*returns, *master), self.span.sample_rate),
            dither_seed=dither_seed(stem, self.format) if finished else 0,
            most_frames=self.span.most_frames,
            gain_db=stem_gain_db,
            fade_frames=self.span.fade_frames if finished else 0,
            trim_db=self.trim_db if finished else 0.0,
            transport=followed(self.transport, (*returns, *master)),
        )
        needs = (*(channel.print for channel in channels), *keys_of(returns))
        name = _of_mix(stem, selection)
        return self._made.node(
            "stem", name if finished else f"unmastered {name}", plan, needs, tuple(playing)
        )

    def _gains(self, selection: Selection) -> AnyNode:
        """The gains of all bus compressors, with this mix as their key."""
        dry = self._dry(selection)
        sources = tuple(node.fingerprint for node in dry.values())
        devices = self.master.up_to_last_key
        plan = MasterPlan(sources, devices, None, False, self._span_for(devices))
        name = _of_mix("gains of the master", selection)
        return self._made.node("master", name, plan, sources, tracks_of(dry.values()))

    def _mastered_mix(
        self,
        selection: Selection,
        gains: AnyNode | None,
        devices: tuple[EffectSpec, ...],
        name: str = "mastered mix",
    ) -> AnyNode:
        """The mix through devices of the master, as audio."""
        dry = self._dry(selection)
        sources = tuple(node.fingerprint for node in dry.values())
        known = gains.fingerprint if gains else None
        plan = MasterPlan(sources, devices, known, True, self._span_for(devices))
        needs = (*sources, known) if known else sources
        return self._made.node(
            "master", _of_mix(name, selection), plan, needs, tracks_of(dry.values())
        )

    def _response(self, selection: Selection, gains: AnyNode | None) -> AnyNode:
        """What is linear in the devices that no stem can go through, on this mix."""
        mastered = self._mastered_mix(selection, gains, self.master.devices)
        reference = self._mastered_mix(selection, gains, self.master.on_stems, "mix as shared out")
        plan = ResponsePlan(mastered.fingerprint, reference.fingerprint, self.span.layout)
        name = _of_mix("response of the master", selection)
        needs = (mastered.fingerprint, reference.fingerprint)
        return self._made.node("response", name, plan, needs, mastered.tracks)

    def _mastered(
        self, name: str, stem: str, dry: AnyNode, gains: AnyNode | None, response: AnyNode | None
    ) -> AnyNode:
        known = gains.fingerprint if gains else None
        filtered = response.fingerprint if response else None
        plan = MasteredPlan(
            dry.fingerprint,
            self.master.on_stems,
            known,
            self._span_for(self.master.on_stems),
            self.format,
            dither_seed(stem, self.format),
            filtered,
            self.trim_db,
        )
        needs = tuple(need for need in (dry.fingerprint, known, filtered) if need)
        return self._made.node("mastered", name, plan, needs, dry.tracks)

    def _residual(self, name: str, mastered: AnyNode, stems: Mapping[str, AnyNode]) -> AnyNode:
        parts = tuple(node.fingerprint for node in stems.values())
        seed = dither_seed(RESIDUAL, self.format)
        plan = ResidualPlan(mastered.fingerprint, parts, self.span, self.format, seed, self.trim_db)
        needs = (mastered.fingerprint, *parts)
        return self._made.node("residual", name, plan, needs, mastered.tracks)

    def _span_for(self, devices: Sequence[EffectSpec]) -> Span:
        """The span with the transport that these master devices follow; a loop goes round."""
        transport = replace(self.transport, loop_frames=self.span.loop_frames)
        tail = self.span.tail.through(devices, self.span.sample_rate)
        return replace(self.span, transport=followed(transport, devices), tail=tail)


def _of_mix(name: str, selection: Selection) -> str:
    return f"{name}@{selection.name}" if selection.name else name
