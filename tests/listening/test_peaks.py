"""Waveforms as pages draw them."""

from __future__ import annotations

import base64

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from hostkit.audio.block import Audio
from hostkit.listening.page.peaks import FINE_FRAMES, Peaks, PeaksMeter


def peaks_of(audio: Audio) -> Peaks:
    meter = PeaksMeter()
    meter.add(audio)
    return meter.peaks()


def test_a_point_holds_the_lowest_and_the_highest_sample_of_all_channels():
    audio = np.zeros((2, 20 * FINE_FRAMES + 3), dtype=np.float32)
    audio[0, 5] = -0.5
    audio[1, FINE_FRAMES] = 0.001  # rounded outwards: seen
    audio[1, -1] = 2.0
    peaks = peaks_of(audio)
    assert peaks.frames == audio.shape[1]
    assert peaks.fine.shape == (21, 2)
    assert peaks.fine[:2].tolist() == [[-64, 0], [0, 1]]
    assert peaks.fine[-1].tolist() == [0, 127]
    assert peaks.coarse.tolist() == [[-64, 1], [0, 127]]
    level = peaks.as_json()["levels"][0]
    assert base64.b64decode(level["data"]) == peaks.fine.tobytes()


@given(st.lists(st.integers(0, 3 * FINE_FRAMES), max_size=8))
def test_how_audio_comes_in_blocks_is_all_the_same(lengths):
    noise = np.random.default_rng(4).uniform(-1, 1, (1, sum(lengths))).astype(np.float32)
    meter, start = PeaksMeter(), 0
    for length in lengths:
        meter.add(noise[:, start : start + length])
        start += length
    found, whole = meter.peaks(), peaks_of(noise)
    assert np.array_equal(found.fine, whole.fine)
    assert np.array_equal(found.coarse, whole.coarse)
