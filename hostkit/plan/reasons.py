"""Why a node is made or kept: the one place that says so, for `plan`, `render` and `status`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from hostkit.plan.nodes.click import ClickPlan
from hostkit.plan.nodes.faders import Settings, faders_of, moved
from hostkit.plan.nodes.fingerprint import fingerprint
from hostkit.plan.nodes.node import AnyNode, is_played, is_track
from hostkit.plan.nodes.outputs import OutputsPlan
from hostkit.plan.nodes.prints import PrintPlan
from hostkit.plan.nodes.sources import NOTES, THEME
from hostkit.plan.nodes.stems import StemPlan

NEW = "not rendered before"
"""Why something is made that was never delivered."""
UNCHANGED = "nothing it depends on changed"
"""Why a track, the instrument of several, or a click is not rendered."""
AS_BEFORE = "its tracks and faders are as before"
"""Why nothing else is made again."""
OTHER_CLICKS = "tempo, hits or how it is to sound changed"
"""Why a click is made again."""
OTHER_OUTPUTS = "what it plays, or which outputs are taken, changed"
"""Why an instrument of several tracks is played again."""
LOST = "it is not in the store any more"
"""Why something is made again that is as it was delivered."""
NOW_A_KEY = "something is side-chained by it now"
"""Why a print is made of a track that stems read straight from its takes before."""
_MOST_NAMED = 3


@dataclass(frozen=True)
class Reasons:
    """`before` are the parts of each track as it was delivered last, by name.

    `level` says how the level of every stem changed since, where it did. `nodes` are those that
    it was delivered of, by their short fingerprints. `faders` are those of each stem, by its name,
    and its tracks.
    """

    before: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    level: str = ""
    nodes: frozenset[str] = frozenset()
    faders: Mapping[str, Mapping[str, Settings]] = field(default_factory=dict)

    def kept(self, node: AnyNode) -> str:
        """Why it is not made again where the store has it."""
        if is_played(node) or isinstance(node.plan, ClickPlan):
            return UNCHANGED
        return AS_BEFORE

    def made(self, node: AnyNode, changed: Sequence[str] = ()) -> str:
        """Why it is made where the store does not have it.

        `changed` names what it needs and was made anew.
        """
        if short(node.fingerprint) in self.nodes:
            return LOST
        if is_track(node):
            reason = why(self._before(node), parts(node.plan))
            was_straight = reason == LOST and self.nodes and node.plan.could_be_straight
            return NOW_A_KEY if was_straight else reason
        if not self.before:
            return NEW
        if changed:
            return f"{some(dict.fromkeys(changed))} changed"
        if isinstance(node.plan, OutputsPlan):
            return OTHER_OUTPUTS
        if isinstance(node.plan, ClickPlan):
            return OTHER_CLICKS
        words = [f"{track}: {what}" for track, what in self.moved(node).items()]
        return some(words) or self.level or "its mix changed"

    def moved(self, node: AnyNode) -> dict[str, str]:
        """The tracks of a stem whose fader, pan or sends are not as they were, and which."""
        before = self.faders.get(node.name, {})
        now = faders_of(node.plan) if isinstance(node.plan, StemPlan) else {}
        told = {name: moved(before[name], now[name]) for name in now if name in before}
        return {name: words for name, words in told.items() if words}

    def differs(self, node: AnyNode) -> str | None:
        """Why a track is not as it was delivered; None where it is."""
        if not is_track(node) or short(node.fingerprint) in self.nodes:
            return None
        return self.made(node) if _heard(self._before(node)) != _heard(parts(node.plan)) else None

    def _before(self, node: AnyNode) -> Mapping[str, str] | None:
        track = node.tracks[0] if node.tracks else node.name
        return self.before.get(node.name, self.before.get(track))


def parts(plan: PrintPlan) -> dict[str, str]:
    """Short fingerprints of what a print depends on, under the words used for them.

    Changes in any of them change the print's fingerprint, and the other way round.
    """
    return {name: short(fingerprint(name, piece)) for name, piece in plan.parts.items()}


def short(full: str) -> str:
    """What a manifest holds of a fingerprint: enough to tell it from the others of a session."""
    return full[:16]


def _heard(parts: Mapping[str, str] | None) -> Mapping[str, str] | None:
    """Without themes, which are heard as notes."""
    if parts is None:
        return None
    return {name: value for name, value in parts.items() if not name.startswith(THEME)}


def why(before: Mapping[str, str] | None, now: Mapping[str, str]) -> str:
    """The reason in words.

    >>> why(None, {"notes": "a"})
    'not rendered before'
    >>> why({"notes": "a", "effects": "b"}, {"notes": "c", "effects": "d"})
    'notes and effects changed'
    >>> why({"instrument": "a"}, {"instrument": "b", "preset keys/felt": "c"})
    'instrument changed'
    >>> why({"notes": "a", "theme ada": "a"}, {"notes": "b", "theme ada": "b"})
    'theme ada changed'
    >>> why({"effects": "a", "Comp ratio": "b"}, {"effects": "a"})
    'Comp ratio changed'
    >>> why({"notes": "a"}, {"notes": "a"})
    'it is not in the store any more'
    """
    if not before:
        return NEW
    changed = [name for name, value in now.items() if before.get(name) != value]
    changed = changed or [name for name in before if name not in now and not name.startswith(THEME)]
    themes = [name for name in changed if name.startswith(THEME) and name in before]
    if NOTES in changed and themes:
        changed = [name for name in changed if name != NOTES]
    elif NOTES not in changed:
        changed = [name for name in changed if not name.startswith(THEME)]
    if not changed:
        return LOST
    told = [name for name in changed if name in before] or changed
    return f"{' and '.join(told) if len(told) <= _MOST_NAMED else some(told)} changed"


def some(several: Iterable[str]) -> str:
    """The names, or the first few of many.

    >>> some(["a", "b", "c", "d", "e"])
    'a, b, c and 2 more'
    """
    names = list(several)
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return ", ".join(names[:_MOST_NAMED]) + more
