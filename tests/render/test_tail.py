"""Where a sound ends."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hostkit.plan.nodes.prints import TailPlan
from hostkit.render.track.stream import HeldBack
from hostkit.render.track.tail import TailListener

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


def kept(audio: np.ndarray, block: int, must_reach: int = 200) -> tuple[np.ndarray, TailListener]:
    """What a listener with a fade of 400 frames makes of a sound, up to its end."""
    listener = TailListener(PLAN, must_reach, 400)
    parts = []
    for start in range(0, audio.shape[1], block):
        piece = audio[:, start : start + block].astype(np.float32)
        listener.hear(piece)
        parts.append(listener.faded(piece))
        if listener.end is not None:
            break
    return np.concatenate(parts, axis=1)[:, : listener.end], listener


@pytest.mark.parametrize("block", [1, 7, 64, 5000])
def test_what_the_limit_cuts_off_is_faded_before_it_and_said(block: int):
    """The limit is 200 + 1000: up to 800 as it is, then sin⁴ of what is left of 400 frames."""
    made, listener = kept(sound(5000), block)
    left = np.minimum(1, (1200 - np.arange(1200)) / 400)
    expected = 0.5 * np.sin(left * np.pi / 2) ** 4
    np.testing.assert_allclose(made, np.tile(expected, (2, 1)), atol=1e-6)
    (told,) = listener.warnings
    assert told.startswith("it still sounds at -6 dBFS at the limit of its tail, and is faded")


def test_what_ends_by_itself_is_not_touched():
    dying = np.pad(sound(600), ((0, 0), (0, 400)))
    made, listener = kept(dying, 64)
    np.testing.assert_array_equal(made, dying[:, :700].astype(np.float32))
    assert listener.warnings == ()


def test_what_is_soft_at_the_limit_is_no_word_worth():
    plan_level = 0.00099  # −60.1 dBFS
    listener = TailListener(TailPlan(-90, 100, 1000), 200, 400)
    listener.hear(sound(5000, plan_level).astype(np.float32))
    assert listener.end == 1200
    assert listener.warnings == ()


def test_without_room_for_a_fade_it_is_said_all_the_same():
    listener = TailListener(TailPlan(-90, 100, 0), 200, 400)
    listener.hear(sound(5000).astype(np.float32))
    assert listener.end == 200
    assert "cut off there" in listener.warnings[0]


ECHOING = TailPlan(below_db=-60, for_frames=100, max_frames=3000, echo_frames=500)


@given(
    loud=st.integers(1, 300),
    gap=st.integers(1, 900),
    echo=st.integers(1, 50),
    must_reach=st.integers(0, 400),
    block=st.integers(1, 60),
)
def test_an_echo_is_waited_for_and_the_waiting_is_not_kept(loud, gap, echo, must_reach, block):
    """What is certain is never more than what is kept; an echo that comes too late is not heard."""
    audio = np.concatenate(
        [sound(loud), np.zeros((2, gap)), sound(echo), np.zeros((2, 3000))], axis=1
    )
    listener, held, kept = TailListener(ECHOING, must_reach), HeldBack(), []
    position = 0
    while listener.end is None:
        piece = audio[:, position : position + block].astype(np.float32)
        listener.hear(piece)
        held.push(piece)
        kept += held.until(listener.certain)
        position += block
    without, with_echo = (max(last + 100, must_reach) for last in (loud, loud + gap + echo))
    if gap <= 500:
        assert listener.end == with_echo
    elif gap > 500 + block and loud + 500 + block > must_reach:
        assert listener.end == max(without, must_reach)
    assert np.array_equal(np.concatenate(kept, axis=1), audio[:, : listener.end].astype(np.float32))
    assert held.given == listener.end
