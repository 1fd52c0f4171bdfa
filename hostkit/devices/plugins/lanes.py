"""Parameter automation: pedalboard takes a parameter's value only between two calls.

So a device with lanes runs on a finer grid, and each step takes the lanes' values at its
first sample. Positions are samples of the device's input, whatever its latency.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from hostkit.devices.spec import Lane

GRID_FRAMES = 128
"""Frames between two values of a lane; divides every block size that hostkit streams in."""


def lane_value(lane: Lane, sample: int) -> float:
    """The lane's value at a sample: linear between points, held outside.

    Of two points at one sample the later holds from there on.

    >>> lane = Lane("gain_db", ((100, 0.0), (200, -6.0)))
    >>> lane_value(lane, 0), lane_value(lane, 150), lane_value(lane, 999)
    (0.0, -3.0, -6.0)
    """
    after = bisect_right(lane.points, sample, key=lambda point: point[0])
    if after == 0:
        return lane.points[0][1]
    start, value = lane.points[after - 1]
    if after == len(lane.points):
        return value
    stop, target = lane.points[after]
    return value + (target - value) * (sample - start) / (stop - start)


@dataclass(frozen=True)
class DrivenParam:
    """A lane and what sets its parameter, in the lane's units."""

    lane: Lane
    set_value: Callable[[float], None]


class Automation:
    """Sets the parameters that lanes drive, in step with a stream."""

    def __init__(self, driven: Sequence[DrivenParam]) -> None:
        self._driven = tuple(driven)
        self._last: list[float | None] = [None] * len(driven)

    def __bool__(self) -> bool:
        return bool(self._driven)

    def stretches(self, start: int, frames: int) -> Iterator[int]:
        """Lengths that add up to `frames`, with every parameter set for each in turn.

        `start` and `frames` are multiples of GRID_FRAMES when there are lanes. A length
        is as long as no value changes in it.
        """
        if not self._driven:
            yield frames
            return
        pending = 0
        for sample in range(start, start + frames, GRID_FRAMES):
            values: list[float | None] = [lane_value(one.lane, sample) for one in self._driven]
            if pending and values != self._last:
                yield pending
                pending = 0
            self._set(values)
            pending += GRID_FRAMES
        yield pending

    def _set(self, values: list[float | None]) -> None:
        for driven, value, last in zip(self._driven, values, self._last, strict=True):
            if value is not None and value != last:
                driven.set_value(value)
        self._last = values
