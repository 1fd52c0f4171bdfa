"""A version of a session, as it was planned at one moment, and the sounds to play of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from hostkit.audio.block import BLOCK_FRAMES
from hostkit.delivery.profiles.order import Order
from hostkit.pipeline import load, plan_order
from hostkit.plan.environment import Environment
from hostkit.plan.nodes.node import AnyNode
from hostkit.plan.nodes.stems import ChannelPlan, MasteredPlan, StemPlan
from hostkit.plan.plan import FULL, Plan, SessionPlan
from hostkit.session.load import LoadedSession
from hostkit.session.model.mixes import ARRANGING
from hostkit.session.model.session import Session

SEGMENT_FRAMES = BLOCK_FRAMES
"""What a page asks for at a time: what lies under one check sum in the store."""
RINGING_SECONDS = 5
"""How long a session is taken to ring on, until its stems are made."""


@dataclass(frozen=True, eq=False)
class PlayableSound:
    """What a page may play, under a name that says all that is heard of it (`source`).

    A stem as it is delivered is a `node`. Of one track of a stem there is no node: `mixed` is the
    stem with nothing but that. `mixed` is None where a stretch cannot be had before the whole: of
    a stem that hangs on all others, through a master that is not linear or the dialogue.
    """

    source: str
    node: AnyNode | None
    mixed: StemPlan | None
    alone: ChannelPlan | None = None
    """Of one track: its print, by fingerprint or straight."""


@dataclass(frozen=True, eq=False)
class StemSounds:
    """A stem, and its tracks each alone: through fader, sends and the stem's buses.

    What the tracks add up to is the stem where its buses are linear, before a master that is not.
    """

    name: str
    whole: PlayableSound
    tracks: Mapping[str, PlayableSound]


@dataclass(frozen=True, eq=False)
class SessionVersion:
    """A session as it was planned; `files` are all that this depends on."""

    number: int
    loaded: LoadedSession
    plan: SessionPlan
    files: frozenset[Path]

    @property
    def form(self) -> Plan:
        return self.plan.whole

    @cached_property
    def mixes(self) -> Mapping[str, tuple[StemSounds, ...]]:
        """The stems of each mix: the full one, and those that are ducked under the dialogue."""
        nodes = {node.fingerprint: node for node in self.form.nodes}
        stems = self.form.stems_by_name
        return {
            mix.name: tuple(
                _stem_sounds(stems[name].stem, stems[name].node, nodes) for name in mix.stems
            )
            for mix in self.form.mixes
        }

    @cached_property
    def sounds(self) -> Mapping[str, PlayableSound]:
        """All of them by their source."""
        stems = (stem for mix in self.mixes.values() for stem in mix)
        found = (one for stem in stems for one in (stem.whole, *stem.tracks.values()))
        return {sound.source: sound for sound in found}

    def stems(self, mix: str = FULL) -> tuple[StemSounds, ...]:
        """Those of a mix. The full mix stands for one that is not there."""
        return self.mixes.get(mix, self.mixes[FULL])

    def sources(self, mix: str = FULL) -> frozenset[str]:
        """Those of its stems: where they are the same in another version, it sounds the same."""
        return frozenset(stem.whole.source for stem in self.stems(mix))

    @property
    def expected_frames(self) -> int:
        """How long it is, as far as that is known before it is made."""
        ringing = RINGING_SECONDS * self.plan.sample_rate
        return self.form.frames or self.form.last_event + ringing


def read_version(number: int, session: Path, environment: Environment) -> SessionVersion:
    """Session file → Session → Plan. Raises InvalidInput with all problems."""
    order = Order(load(session, environment))
    plan = plan_order(order, environment, _ducked(order.session))
    return SessionVersion(number, order.loaded, plan, frozenset({*order.files, *environment.seen}))


def _ducked(session: Session) -> tuple[str, ...]:
    """The mixes of the whole form that are lowered under the dialogue."""
    written = session.mixes.items() if isinstance(session.mixes, dict) else ()
    return tuple(
        name
        for name, recipe in written
        if recipe.duck and not recipe.model_fields_set.intersection(ARRANGING)
    )


def _stem_sounds(name: str, node: AnyNode, nodes: Mapping[str, AnyNode]) -> StemSounds:
    whole = PlayableSound(node.fingerprint, node, _mixed(node.plan))
    plan = node.plan
    if isinstance(plan, MasteredPlan):
        plan = nodes[plan.source].plan
    alone = {}
    if isinstance(plan, StemPlan) and (mixed := _mixed(plan)):
        for number, channel in enumerate(plan.channels):
            source = f"{node.fingerprint}-{number}"
            only = replace(mixed, channels=(channel,))
            alone[channel.track] = PlayableSound(source, None, only, channel)
    return StemSounds(name, whole, alone)


def _mixed(plan: object) -> StemPlan | None:
    """The stem, where a stretch of it can be mixed."""
    return plan if isinstance(plan, StemPlan) else None
