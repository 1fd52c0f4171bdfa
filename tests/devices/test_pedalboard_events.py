"""Crowds of events: spread no further than needed, and none is lost."""

from __future__ import annotations

from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from hostkit.devices.plugins.crowds import MOST_AT_ONCE, MOST_IN_BUFFER, spread
from hostkit.devices.plugins.lanes import GRID_FRAMES, Automation, DrivenParam, lane_value
from hostkit.devices.spec import Lane
from hostkit.midi.events import SampleEvents

BUFFER = 512
crowds = st.lists(st.tuples(st.integers(0, 3000), st.integers(1, 800)), min_size=0, max_size=6).map(
    lambda groups: sorted(at for at, count in groups for _ in range(count))
)


def timed(samples: list[int]) -> SampleEvents:
    messages = tuple(i.to_bytes(3, "big") for i in range(len(samples)))
    return SampleEvents(np.array(samples, dtype=np.int64), messages)


@given(crowds)
def test_spread_keeps_order_and_limits(samples: list[int]) -> None:
    events = timed(samples)
    out = spread(events, BUFFER)
    assert out.messages == events.messages
    assert (np.diff(out.samples) >= 0).all()
    assert (out.samples >= events.samples).all()
    assert max(Counter(out.samples.tolist()).values(), default=0) <= MOST_AT_ONCE
    in_buffers = Counter((out.samples // BUFFER).tolist())
    assert max(in_buffers.values(), default=0) <= MOST_IN_BUFFER
    np.testing.assert_array_equal(spread(out, BUFFER).samples, out.samples)


def test_spread_leaves_what_fits_alone() -> None:
    events = timed([5] * MOST_AT_ONCE + [6] * MOST_AT_ONCE)
    assert spread(events, BUFFER) is events


@given(
    st.lists(st.tuples(st.integers(0, 2000), st.floats(-60, 60)), min_size=1, max_size=5),
    st.lists(st.integers(1, 8), min_size=1, max_size=10),
)
def test_a_lane_is_the_same_however_it_is_cut(points, cuts) -> None:
    lane = Lane("gain_db", tuple(sorted(points, key=lambda point: point[0])))
    values: list[float] = []
    current: list[float] = []
    automation = Automation([DrivenParam(lane, lambda value: current.append(value))])
    start = 0
    for cut in cuts:
        frames = cut * GRID_FRAMES
        lengths = []
        for length in automation.stretches(start, frames):
            values += [current[-1]] * (length // GRID_FRAMES)
            lengths.append(length)
        assert sum(lengths) == frames
        start += frames
    assert values == [lane_value(lane, sample) for sample in range(0, start, GRID_FRAMES)]
