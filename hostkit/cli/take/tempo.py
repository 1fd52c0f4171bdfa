"""What tempo is wanted, as it was typed: ranges, meters, and bars that stay."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from hostkit.cli.take.target import expect_free
from hostkit.errors import RequestError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from hostkit.timebase.position import BarBeat

LEAST_BPM, MOST_BPM = 5, 999
MOST_PERCENT = 50
_RANGE = re.compile(r"\s*([0-9]+(?:\.[0-9]+)?)\s*(?:[-–]\s*([0-9]+(?:\.[0-9]+)?)\s*)?", re.ASCII)
_METER = re.compile(r"([1-9]|[1-5][0-9]|6[0-4])/(1|2|4|8|16|32|64)", re.ASCII)
_KEPT = re.compile(r"\s*([0-9]+(?:\|[0-9.]+)?)\s*[-–]\s*([0-9]+(?:\|[0-9.]+)?)\s*", re.ASCII)


def bpm_range(typed: str) -> tuple[float, float]:
    """`100-140`, or one tempo. Raises RequestError.

    >>> bpm_range("100-140"), bpm_range("92.5")
    ((100.0, 140.0), (92.5, 92.5))
    """
    found = _RANGE.fullmatch(typed)
    if found is None:
        raise RequestError(f"--bpm {typed[:40]}: is no range of tempo", cure="write --bpm 100-140")
    low = round(float(found[1]), 3)
    high = round(float(found[2]), 3) if found[2] else low
    if low > high:
        raise RequestError(
            f"--bpm {typed[:40]}: the range goes down", cure=f"write --bpm {high:g}-{low:g}"
        )
    for bpm in (low, high):
        tempo("--bpm", bpm)
    return low, high


def tempo(option: str, bpm: float) -> float:
    """A tempo that a session can have. Raises RequestError."""
    if not LEAST_BPM <= bpm <= MOST_BPM:
        raise RequestError(
            f"{option}: {bpm:g} bpm is no tempo", cure=f"they go from {LEAST_BPM} to {MOST_BPM}"
        )
    return bpm


def change_per_beat(percent: float) -> float:
    """Per cent as a part. Raises RequestError."""
    if not (0 < percent <= MOST_PERCENT and math.isfinite(percent)):
        raise RequestError(
            f"--max-change: {percent:g} % a beat cannot be",
            cure=f"write more than 0 and at most {MOST_PERCENT}; over 2 is heard as a jump",
        )
    return percent / 100


def meters(typed: str) -> tuple[tuple[int, int], ...]:
    """`4/4,3/4`, the usual one first. Raises RequestError.

    >>> meters("4/4, 3/4")
    ((4, 4), (3, 4))
    """
    found = [_METER.fullmatch(text.strip()) for text in typed.split(",")]
    read = [(int(meter[1]), int(meter[2])) for meter in found if meter is not None]
    if len(read) < len(found):
        raise RequestError(
            f"--meters {typed[:40]}: is no list of meters", cure="write --meters 4/4,3/4"
        )
    return tuple(dict.fromkeys(read))


def kept_bars(typed: Sequence[str]) -> tuple[tuple[BarBeat, BarBeat], ...]:
    """`1-9` or `1|1-9|1`: from one bar line up to another. Raises RequestError."""
    from hostkit.errors import BadValue
    from hostkit.timebase.position import BarBeat, parse_position

    spans = []
    for text in typed:
        found = _KEPT.fullmatch(text)
        try:
            ends = [parse_position(end) for end in found.groups()] if found else []
        except BadValue as error:
            raise RequestError(*error.fault.of("--keep")) from None
        match ends:
            case [BarBeat() as first, BarBeat() as last]:
                spans.append((first, last))
            case _:
                raise RequestError(
                    f"--keep {text[:40]}: is no span of bars",
                    cure="write --keep 1-9 for the bars from 1 up to the bar line of 9",
                )
    return tuple(spans)


def expect_svg(out: Path | None, *, force: bool) -> None:
    """Raises RequestError where an image would get a name of another kind, or of what is there."""
    if out is None:
        return
    if out.suffix.lower() != ".svg":
        raise RequestError("the curve is drawn as SVG", cure="let the name end in .svg", file=out)
    expect_free(out, force=force)
