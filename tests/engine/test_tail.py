"""Where a sound ends."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hostkit.engine.tail import TailListener
from hostkit.plan.prints import TailPlan

PLAN = TailPlan(below_db=-60, for_frames=100, max_frames=1000)


def end_of(audio: np.ndarray, must_reach: int, block: int) -> int:
    listener = TailListener(PLAN, must_reach)
    position = 0
    while listener.end is None:
        piece = audio[:, position : position + block]
        if piece.shape[1] < block:
            piece = np.pad(piece, ((0, 0), (0, block - piece.shape[1])))
        listener.hear(piece.astype(np.float32))
        position += block
    return listener.end


def sound(loud_frames: int, level: float = 0.5) -> np.ndarray:
    return np.full((2, loud_frames), level)


@pytest.mark.parametrize("block", [1, 7, 64, 5000])
def test_ends_so_long_after_the_last_loud_frame(block: int):
    assert end_of(sound(400), must_reach=200, block=block) == 500


def test_not_before_the_last_event():
    assert end_of(sound(0), must_reach=700, block=64) == 700


def test_not_later_than_the_most():
    assert end_of(sound(9000), must_reach=200, block=64) == 1200


def test_the_threshold_is_a_level():
    assert end_of(sound(500, 0.00101), must_reach=200, block=64) == 600  # −59.9 dBFS
    assert end_of(sound(500, 0.00099), must_reach=200, block=64) == 200  # −60.1 dBFS


def test_one_loud_channel_is_enough():
    audio = sound(500)
    audio[0] = 0
    assert end_of(audio, must_reach=0, block=64) == 600


@given(st.integers(0, 900), st.integers(0, 900), st.integers(1, 300))
def test_the_end_does_not_depend_on_the_blocks(loud: int, must_reach: int, block: int):
    expected = min(max(loud + 100 if loud else 100, must_reach), must_reach + 1000)
    if not loud and must_reach >= 100:
        expected = must_reach
    assert end_of(sound(loud), must_reach, block) == expected
