"""Mix recipes to sums of stems."""

from __future__ import annotations

from hostkit.plan.plan import MixPlan
from hostkit.session.model import Session

FULL = "full"


def plan_mixes(session: Session) -> tuple[MixPlan, ...]:
    """The full mix: all stems in the order in which the tracks name them."""
    stems = dict.fromkeys(session.stem_of(track) for track in session.tracks)
    return (MixPlan(FULL, tuple(stems)),)
