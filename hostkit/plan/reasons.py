"""Why a track is rendered: what of it differs from the last time."""

from __future__ import annotations

from collections.abc import Mapping

from hostkit.plan.fingerprint import fingerprint
from hostkit.plan.prints import PrintPlan

UNCHANGED = "nothing it depends on changed"
"""Why a track is not rendered."""


def parts(plan: PrintPlan) -> dict[str, str]:
    """Short fingerprints of what a print depends on, under the words used for them.

    Changes in any of them change the print's fingerprint, and the other way round.
    """
    pieces = {
        "notes": plan.score,
        "instrument": plan.instrument,
        "effects": plan.effects,
        "sample rate": plan.sample_rate,
        "length": (plan.frames, plan.tail),
    }
    return {name: fingerprint(name, piece)[:16] for name, piece in pieces.items()}


def why(before: Mapping[str, str] | None, now: Mapping[str, str]) -> str:
    """The reason in words.

    >>> why(None, {"notes": "a"})
    'not rendered before'
    >>> why({"notes": "a", "effects": "b"}, {"notes": "c", "effects": "d"})
    'notes and effects changed'
    >>> why({"notes": "a"}, {"notes": "a"})
    'its print is not in the store'
    """
    if not before:
        return "not rendered before"
    changed = [name for name, value in now.items() if before.get(name) != value]
    if not changed:
        return "its print is not in the store"
    return f"{' and '.join(changed)} changed"
