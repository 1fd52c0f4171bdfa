"""The synthesisable cases of EBU Tech 3341 (v4) and Tech 3342 (v3).

Signals are 1 kHz sines at 48 kHz, in phase on both channels unless said otherwise; levels
are dBFS of the peak. Expected values and tolerances are the documents' own. Cases that
need EBU's recorded programmes (7, 8, 20–23; 3342-5, 6) are not here.
"""

from __future__ import annotations

import numpy as np
import pytest

from hostkit.audio.block import Audio
from hostkit.audio.layout import layout_of
from hostkit.audio.loudness.energies import Energies
from hostkit.audio.loudness.meter import Loudness, Meter

RATE = 48_000
SILENT = -np.inf
STEREO = (0.0, 0.0)


def tones(parts: list[tuple[float, float]], channels_db: tuple[float, ...] = STEREO) -> Audio:
    """Parts of (level in dBFS, seconds), one sine through all; each channel offset in dB."""
    frames = [round(seconds * RATE) for _, seconds in parts]
    envelope = np.repeat([10.0 ** (level / 20.0) for level, _ in parts], frames)
    sine = envelope * np.sin(2 * np.pi * 1_000 / RATE * np.arange(envelope.size))
    return np.stack([sine * 10.0 ** (db / 20.0) for db in channels_db]).astype(np.float32)


def measured(audio: Audio) -> tuple[Loudness, Energies]:
    meter = Meter(RATE, layout_of(audio.shape[0]))
    meter.push(audio)
    return meter.result(), meter.energies()


@pytest.mark.parametrize("level", [-23.0, -33.0], ids=["3341-1", "3341-2"])
def test_a_steady_tone(level: float) -> None:
    result, _ = measured(tones([(level, 20)]))
    assert result.integrated_lufs == pytest.approx(level, abs=0.1)
    assert result.max_momentary_lufs == pytest.approx(level, abs=0.1)
    assert result.max_short_term_lufs == pytest.approx(level, abs=0.1)


@pytest.mark.parametrize(
    "parts",
    [
        [(-36, 10), (-23, 60), (-36, 10)],
        [(-72, 10), (-36, 10), (-23, 60), (-36, 10), (-72, 10)],
        [(-26, 20), (-20, 20.1), (-26, 20)],
    ],
    ids=["3341-3", "3341-4", "3341-5"],
)
def test_gates(parts: list[tuple[float, float]]) -> None:
    assert measured(tones(parts))[0].integrated_lufs == pytest.approx(-23, abs=0.1)


def test_3341_6_surround_weights() -> None:
    audio = tones([(0, 20)], (-28, -28, -24, SILENT, -30, -30))
    assert measured(audio)[0].integrated_lufs == pytest.approx(-23, abs=0.1)


def test_the_lfe_channel_counts_for_nothing_but_peak() -> None:
    without = measured(tones([(0, 5)], (-28, -28, -24, SILENT, -30, -30)))[0]
    with_lfe = measured(tones([(0, 5)], (-28, -28, -24, -6, -30, -30)))[0]
    assert with_lfe.integrated_lufs == without.integrated_lufs
    assert with_lfe.true_peak_dbtp == pytest.approx(-6, abs=0.1)


def test_3341_9_short_term_is_constant_over_its_own_window() -> None:
    _, energies = measured(tones([(-20, 1.34), (-30, 1.66)] * 5))
    after_3_s = energies.short_term_lufs()[299:]
    assert after_3_s == pytest.approx(-23, abs=0.1)


@pytest.mark.parametrize("step", range(20))
def test_3341_10_short_term_maximum_wherever_the_tone_starts(step: int) -> None:
    audio = tones([(SILENT, step * 0.15), (-23, 3), (SILENT, 1)])
    assert measured(audio)[0].max_short_term_lufs == pytest.approx(-23, abs=0.1)


def test_3341_11_short_term_maximum_of_rising_tones() -> None:
    for step in range(20):
        silences = step * 0.15
        parts = [(SILENT, silences), (-38 + step, 3), (SILENT, 3 - silences)]
        result, _ = measured(tones(parts))
        assert result.max_short_term_lufs == pytest.approx(-38 + step, abs=0.1)


def test_3341_12_momentary_is_constant_over_its_own_window() -> None:
    _, energies = measured(tones([(-20, 0.18), (-30, 0.22)] * 25))
    after_1_s = energies.momentary_lufs()[99:]
    assert after_1_s == pytest.approx(-23, abs=0.1)


@pytest.mark.parametrize("step", range(20))
def test_3341_13_momentary_maximum_wherever_the_tone_starts(step: int) -> None:
    audio = tones([(SILENT, step * 0.02), (-23, 0.4), (SILENT, 1)])
    assert measured(audio)[0].max_momentary_lufs == pytest.approx(-23, abs=0.1)


def test_3341_14_momentary_maximum_of_rising_tones() -> None:
    for step in range(20):
        silences = step * 0.02
        parts = [(SILENT, silences), (-38 + step, 0.4), (SILENT, 0.4 - silences)]
        result, _ = measured(tones(parts))
        assert result.max_momentary_lufs == pytest.approx(-38 + step, abs=0.1)


@pytest.mark.parametrize(
    ("divisor", "degrees", "amplitude", "expected"),
    [
        (4, 0.0, 0.5, -6.0),
        (4, 45.0, 0.5, -6.0),
        (6, 60.0, 0.5, -6.0),
        (8, 67.5, 0.5, -6.0),
        (4, 45.0, 1.41, 3.0),
    ],
    ids=["3341-15", "3341-16", "3341-17", "3341-18", "3341-19"],
)
def test_true_peak(divisor: int, degrees: float, amplitude: float, expected: float) -> None:
    """Faded in and out over 10 ms: the onset of a tone switched on overshoots in truth."""
    frames = RATE
    phase = 2 * np.pi * np.arange(frames) / divisor + np.radians(degrees)
    fade = np.minimum(1.0, np.arange(frames) / 480)
    sine = amplitude * np.sin(phase) * fade * fade[::-1]
    result, _ = measured(np.stack([sine, sine]).astype(np.float32))
    assert expected - 0.4 <= result.true_peak_dbtp <= expected + 0.2


@pytest.mark.parametrize(
    ("levels", "expected"),
    [((-20, -30), 10), ((-20, -15), 5), ((-40, -20), 20), ((-50, -35, -20, -35, -50), 15)],
    ids=["3342-1", "3342-2", "3342-3", "3342-4"],
)
def test_loudness_range(levels: tuple[float, ...], expected: float) -> None:
    result, _ = measured(tones([(level, 20) for level in levels]))
    assert result.loudness_range_lu == pytest.approx(expected, abs=1)
