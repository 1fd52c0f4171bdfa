"""How far the level of a whole delivery may change, and what such a change cures.

One gain moves all files alike (`hostkit.delivery.gain`), so what cures one of them has to
suit the others: a change that brings the full mix to its loudness and a stem over its
limit is no cure.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from hostkit.delivery.gain import Gain
from hostkit.delivery.limits import Limits, Measured

_MARGIN_DB = 0.01
"""Kept from every limit: rounding moves a measure by less."""


@dataclass(frozen=True)
class Bound:
    """A change of level that must not be passed, and why, in words."""

    change_db: float
    why: str = ""


@dataclass(frozen=True)
class Headroom:
    """The changes of level, in dB, that leave every file within its limits.

    `gain` is what the delivery has now; None where nobody knows how it was made.
    """

    lowest: Bound = Bound(-math.inf)
    highest: Bound = Bound(math.inf)
    gain: Gain | None = None

    def cure(self, wish_db: float) -> str:
        """What to do about a level, in words: the change that suits all, nearest to a wish.

        >>> Headroom(highest=Bound(2.04), gain=Gain()).cure(3.3)
        'raise by 2 dB: gain_db: 2 in the session, or --trim 2 for one run'
        >>> Headroom(Bound(2.8, "a.wav has to be louder"), Bound(1.0, "b.wav is not")).cure(3.3)
        'raise by 3.3 dB; no gain alone does it: a.wav has to be louder, and b.wav is not; \
tame the peaks by a compressor or limiter on the master, or level the mixes by their recipes'
        """
        if self.lowest.change_db > self.highest.change_db:
            return (
                f"{_change(wish_db)}; no gain alone does it: {self.lowest.why}, and "
                f"{self.highest.why}; tame the peaks by a compressor or limiter on the master, "
                "or level the mixes by their recipes"
            )
        change_db = self._nearest(wish_db)
        how = f": {self.gain.changed_by(change_db)}" if self.gain else ""
        return f"{_change(change_db)}{how}"

    def _nearest(self, wish_db: float) -> float:
        """In tenths of a dB, where there is one between the bounds."""
        low, high = self.lowest.change_db, self.highest.change_db
        change_db = min(max(wish_db, low), high)
        tenths = (
            round(change_db, 1),
            math.floor(change_db * 10) / 10,
            math.ceil(change_db * 10) / 10,
        )
        return next((tenth for tenth in tenths if low <= tenth <= high), change_db)


def headroom_of(files: Iterable[Measured], limits: Limits, gain: Gain | None) -> Headroom:
    """What all files of a delivery leave together."""
    lowest, highest = Bound(-math.inf), Bound(math.inf)
    for file in files:
        for bound in _lowest(file, limits):
            lowest = max(lowest, bound, key=lambda bound: bound.change_db)
        for bound in _highest(file, limits):
            highest = min(highest, bound, key=lambda bound: bound.change_db)
    return Headroom(lowest, highest, gain)


def _lowest(file: Measured, limits: Limits) -> Iterator[Bound]:
    if (wish_db := _to_target(file, limits)) is not None:
        change_db = wish_db - _tolerance(limits)
        yield Bound(change_db, f"{file.path} needs at least {change_db:+.1f} dB")


def _highest(file: Measured, limits: Limits) -> Iterator[Bound]:
    if (wish_db := _to_target(file, limits)) is not None:
        change_db = wish_db + _tolerance(limits)
        yield Bound(change_db, f"{file.path} needs at most {change_db:+.1f} dB")
    if limits.true_peak_dbtp is not None:
        change_db = limits.true_peak_dbtp - _MARGIN_DB - file.measures.loudness.true_peak_dbtp
        yield Bound(change_db, f"the peaks of {file.path} have {_room(change_db)}")
    if file.clipping and file.clipping.lower_db:
        yield Bound(-file.clipping.lower_db, f"{file.path} is clipped")
    elif not file.is_float:
        change_db = -file.measures.loudness.sample_peak_dbfs - _MARGIN_DB
        yield Bound(change_db, f"the peaks of {file.path} have {_room(change_db)}")


def _to_target(file: Measured, limits: Limits) -> float | None:
    """What brings a mix to its loudness exactly, where it has to have one and can be heard."""
    measured = file.measures.loudness.integrated_lufs
    if limits.integrated_lufs is None or not limits.asks_loudness_of(file):
        return None
    return limits.integrated_lufs - measured if math.isfinite(measured) else None


def _tolerance(limits: Limits) -> float:
    return max(limits.tolerance_lu - _MARGIN_DB, 0.0)


def _change(change_db: float) -> str:
    return f"{'raise' if change_db > 0 else 'lower'} by {abs(round(change_db, 2)):g} dB"


def _room(change_db: float) -> str:
    return (
        f"room for {change_db:.1f} dB" if change_db > 0 else f"to come down by {-change_db:.1f} dB"
    )
