"""The split into speech band and rest."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray

from hostkit.ducking.gain.speech_band import band_of, half_length, taps, with_context

RATES = (8_000, 44_100, 48_000, 96_000)


def response_db(rate: int, pitch_hz: float) -> float:
    half = half_length(rate)
    turning = np.exp(-2j * np.pi * pitch_hz / rate * np.arange(-half, half + 1))
    return float(20 * np.log10(abs(taps(rate) @ turning)))


@pytest.mark.parametrize("rate", RATES)
def test_the_filter_is_linear_in_phase_and_passes_speech(rate: int) -> None:
    assert np.array_equal(taps(rate), taps(rate)[::-1])
    for pitch_hz in (450, 1000, 3000):
        assert response_db(rate, pitch_hz) == pytest.approx(0.0, abs=0.05)
    assert response_db(rate, 300) == pytest.approx(-6.0, abs=0.3)
    assert response_db(rate, 100) < -50
    if rate > 20_000:
        assert response_db(rate, 4000) == pytest.approx(-6.0, abs=0.3)
        assert response_db(rate, 4500) < -50


@pytest.mark.parametrize("frames", [1, 100, 15_424, 15_425, 65_536])
def test_the_band_is_a_plain_convolution(frames: int) -> None:
    rate, half = 48_000, half_length(48_000)
    draw = np.random.default_rng(frames)
    padded = draw.standard_normal((2, frames + 2 * half)).astype(np.float32)
    expected = [np.convolve(channel, taps(rate), mode="valid") for channel in padded]
    assert np.allclose(band_of(padded, rate), expected, atol=1e-12)


@pytest.mark.parametrize("sizes", [[1000], [5, 3], [1000, 1000, 7], [200, 1000, 999, 480]])
def test_context_is_what_lies_around_a_block(sizes: list[int]) -> None:
    signal: NDArray[np.float32] = np.arange(1, sum(sizes) + 1, dtype=np.float32)[np.newaxis]
    edges = np.cumsum([0, *sizes])
    blocks = (signal[:, a:b] for a, b in pairwise(edges))
    context = 100
    around = np.pad(signal, ((0, 0), (context, context)))
    done = 0
    for padded in with_context(blocks, context):
        assert np.array_equal(padded, around[:, done : done + padded.shape[1]])
        done += padded.shape[1] - 2 * context
    assert done == sum(sizes)
