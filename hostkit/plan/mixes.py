"""Mix recipes to sums of stems."""

from __future__ import annotations

from collections.abc import Callable

from hostkit.plan.plan import MixPlan
from hostkit.session.model import Session
from hostkit.session.yaml_tree import Path as KeyPath

FULL = "full"


def plan_mixes(session: Session, fault: Callable[[KeyPath, str], None]) -> tuple[MixPlan, ...]:
    """The full mix: all stems in the order in which the tracks name them."""
    stems = dict.fromkeys(session.stem_of(track) for track in session.tracks)
    return (MixPlan(FULL, tuple(stems)),)
