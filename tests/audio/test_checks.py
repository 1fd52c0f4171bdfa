"""Facts about a signal: offset, silence, full scale, phase."""

from __future__ import annotations

import numpy as np
import pytest

from hostkit.audio.block import Audio
from hostkit.audio.checks import SignalCheck, SignalFacts


def facts(audio: Audio, block_frames: int = 10**6) -> SignalFacts:
    check = SignalCheck(audio.shape[0], 48_000)
    for start in range(0, audio.shape[1], block_frames):
        check.push(audio[:, start : start + block_frames])
    return check.facts()


def sine(phase: float = 0.0, offset: float = 0.0) -> np.ndarray:
    time = np.arange(48_000) / 48_000
    return (0.5 * np.sin(2 * np.pi * 100 * time + phase) + offset).astype(np.float32)


def test_offset_of_each_channel() -> None:
    assert facts(np.stack([sine(), sine(offset=0.01)])).dc_offsets == pytest.approx(
        (0.0, 0.01), abs=1e-8
    )


@pytest.mark.parametrize(("phase", "correlation"), [(0, 1), (np.pi, -1), (np.pi / 2, 0)])
def test_phase_correlation(phase: float, correlation: float) -> None:
    result = facts(np.stack([sine(), sine(phase)]), block_frames=777)
    assert result.phase_correlation == pytest.approx(correlation, abs=1e-6)


def test_silent_channels_have_no_phase() -> None:
    result = facts(np.stack([sine(), np.zeros(48_000, dtype=np.float32)]))
    assert result.silent_channels == (1,)
    assert result.phase_correlation is None
    assert facts(sine()[None]).phase_correlation is None


def test_samples_at_full_scale_are_counted_in_every_channel() -> None:
    audio = np.zeros((2, 100), dtype=np.float32)
    audio[0, 3], audio[1, 4], audio[1, 5], audio[0, 6] = 1.0, -1.0, 1.5, 0.999
    result = facts(audio, block_frames=5)
    assert result.full_scale_samples == 3
    assert result.peaks == (1.0, 1.5)
    assert result.frames == 100


def test_nothing_at_all() -> None:
    result = SignalCheck(2, 48_000).facts()
    assert (result.frames, result.dc_offsets, result.silent_channels) == (0, (0.0, 0.0), (0, 1))
