"""What one print is made of."""

from __future__ import annotations

from dataclasses import dataclass

from hostkit.midi.events import Score
from hostkit.plan.devices import EffectSpec, InstrumentSpec


@dataclass(frozen=True)
class TailPlan:
    """When a sound counts as over: under `below_db` for `for_frames`, at most `max_frames`."""

    below_db: float
    for_frames: int
    max_frames: int


@dataclass(frozen=True, eq=False)
class PrintPlan:
    """A track up to its fader: everything its print depends on, and nothing else.

    `frames` is the exact length, or None to ring out after the last event.
    """

    score: Score
    instrument: InstrumentSpec
    effects: tuple[EffectSpec, ...]
    sample_rate: int
    frames: int | None
    tail: TailPlan
