"""The bus compressor against a plain frame-by-frame reference, and its stated behaviour."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hostkit.render.master.compressor import GRID_FRAMES, BusCompressor, Settings, reduction_db

RATE = 48_000


def plain(key: np.ndarray, s: Settings, rate: int) -> np.ndarray:
    """The gains of a key of shape (2, frames), by the equations, one frame after the other."""
    release = math.exp(-1000 / (s.release_ms * rate))
    attack = math.exp(-1000 / (s.attack_ms * rate))
    held = smooth = 0.0
    gains = []
    for left, right in key.T.tolist():
        level = max(abs(left), abs(right))
        over = (20 * math.log10(level) if level else -1000.0) - s.threshold_db
        if 2 * over < -s.knee_db:
            reduced = 0.0
        elif 2 * abs(over) <= s.knee_db and s.knee_db:
            reduced = (1 - 1 / s.ratio) * (over + s.knee_db / 2) ** 2 / (2 * s.knee_db)
        else:
            reduced = (1 - 1 / s.ratio) * over
        held = max(reduced, release * held)
        smooth = attack * smooth + (1 - attack) * held
        gains.append(10 ** ((s.makeup_db - smooth) / 20))
    return np.asarray(gains)


def music(frames: int, seed: int = 1) -> np.ndarray:
    """Notes with sudden starts, noise and silence."""
    random = np.random.default_rng(seed)
    swell = np.repeat(random.choice([0.0, 0.05, 0.4, 1.2], -(-frames // 3000)), 3000)[:frames]
    return (random.uniform(-1, 1, (2, frames)) * swell).astype(np.float32)


def streamed(s: Settings, key: np.ndarray, cuts: list[int]) -> np.ndarray:
    compressor = BusCompressor(s, RATE, 2)
    return np.concatenate([compressor.gains(part) for part in np.split(key, cuts, axis=1)])


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"threshold_db": -30, "ratio": 100, "knee_db": 0, "attack_ms": 0.05, "release_ms": 1},
        {"threshold_db": -12, "ratio": 4, "knee_db": 12, "attack_ms": 10, "makeup_db": 3},
        {"ratio": 1},
    ],
)
def test_gains_are_those_of_the_plain_reference(params):
    s = Settings.of(params.items())
    key = music(6 * GRID_FRAMES)
    np.testing.assert_allclose(streamed(s, key, []), plain(key, s, RATE), rtol=2e-7)


def test_a_quick_release_at_a_low_rate_stays_in_range():
    s = Settings.of({"release_ms": 1, "attack_ms": 0.05}.items())
    key = music(2 * GRID_FRAMES)
    gains = BusCompressor(s, 8000, 2).gains(key)
    np.testing.assert_allclose(gains, plain(key, s, 8000), rtol=2e-7)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 5 * GRID_FRAMES), max_size=8).map(sorted), st.integers(0, 9))
def test_blocks_do_not_matter_bit_for_bit(cuts, seed):
    s = Settings.of({"threshold_db": -20, "lookahead_ms": 2, "highpass_hz": 120}.items())
    key = music(5 * GRID_FRAMES, seed)
    assert np.array_equal(streamed(s, key, cuts), streamed(s, key, []))


def test_lookahead_is_the_same_gain_earlier():
    key = music(4 * GRID_FRAMES)
    plain_gains = streamed(Settings.of({}.items()), key, [])
    ahead = streamed(Settings.of({"lookahead_ms": 5}.items()), key, [])
    assert np.array_equal(ahead, plain_gains[240:])


def test_static_curve_is_ten_db_at_its_place():
    """−20 dB threshold, 4:1: a steady tone at −6.67 dBFS is 13.33 over and loses 10."""
    s = Settings.of({"threshold_db": -20, "ratio": 4, "knee_db": 0}.items())
    level = 10 ** ((-20 + 40 / 3) / 20)
    gains = streamed(s, np.full((2, 40 * GRID_FRAMES), level, dtype=np.float32), [])
    assert 20 * np.log10(gains[-1]) == pytest.approx(-10, abs=1e-3)


def test_the_knee_meets_both_sides_smoothly():
    s = Settings.of({"threshold_db": -20, "ratio": 3, "knee_db": 8}.items())
    levels = np.linspace(-30, -10, 20_001)
    slope = np.diff(reduction_db(levels, s)) / np.diff(levels)
    assert slope[0] == 0
    assert slope[-1] == pytest.approx(2 / 3)
    assert np.abs(np.diff(slope)).max() < 1e-3  # no corner


def test_the_louder_channel_decides_for_both():
    s = Settings.of({}.items())
    key = music(2 * GRID_FRAMES)
    swapped = key[::-1].copy()
    assert np.array_equal(streamed(s, key, []), streamed(s, swapped, []))
    one = key * np.float32([[1], [0]])
    assert np.array_equal(streamed(s, one, []), streamed(s, one[::-1].copy(), []))


def test_a_high_passed_detector_does_not_hear_the_bass():
    """30 Hz at full scale: −24 dB below the corner of 120 Hz (12 dB an octave, two octaves)."""
    time = np.arange(12 * GRID_FRAMES) / RATE
    bass = np.sin(2 * np.pi * 30 * time)[None, :].repeat(2, axis=0).astype(np.float32)
    given_hz = {"threshold_db": -18, "knee_db": 0, "highpass_hz": 120}
    assert streamed(Settings.of(given_hz.items()), bass, [])[-GRID_FRAMES:].min() == 1.0
    assert streamed(Settings.of({"threshold_db": -18}.items()), bass, []).min() < 0.5
