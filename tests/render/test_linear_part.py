"""What is linear in a master device goes into the stems, and only the rest is residual."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from hostkit.jobs.prints import AUDIO
from hostkit.jobs.store import Store
from hostkit.render.master.linear_part import CENTRE, WINDOW_FRAMES, Filter, Spectra

RATE = 48_000
FULL_SCALE = 2**23


def noise(frames: int) -> np.ndarray:
    return 0.1 * np.random.default_rng(7).standard_normal((2, frames)).astype(np.float32)


def responses(dry: np.ndarray, wet: np.ndarray) -> np.ndarray:
    spectra = Spectra(2)
    for start in range(0, dry.shape[1], 30_000):  # blocks that are no multiple of a window
        part = slice(start, start + 30_000)
        spectra.push(dry[:, part], wet[:, part])
    return spectra.responses()


@pytest.mark.parametrize(("gain", "delay"), [(-1.0, 0), (0.5, 37), (-2.0, 300), (1.8, -20)])
def test_gain_polarity_and_delay_are_found(gain: float, delay: int):
    dry = noise(10 * RATE)
    taps = responses(dry, gain * np.roll(dry, delay, axis=1))
    expected = np.zeros(WINDOW_FRAMES)
    expected[CENTRE + delay] = gain
    # Noise that a delay moves in and out of windows does not repeat: −40 dB of it is left.
    assert np.abs(taps - expected).max() < 0.01 * abs(gain)


def test_tone_is_found_within_one_decibel():
    dry = noise(20 * RATE)
    made = np.zeros_like(dry)
    for frame in range(1, dry.shape[1]):  # a one-pole low-pass at 1 kHz
        made[:, frame] = made[:, frame - 1] + 0.123 * (dry[:, frame] - made[:, frame - 1])
    hz = np.fft.rfftfreq(WINDOW_FRAMES, 1 / RATE)
    turn = np.exp(-2j * np.pi * hz / RATE)
    expected = 20 * np.log10(np.abs(0.123 / (1 - 0.877 * turn)))
    found = 20 * np.log10(np.abs(np.fft.rfft(responses(dry, made), axis=1)))
    heard = (hz > 30) & (hz < 18_000)
    assert np.abs(found - expected)[:, heard].max() < 1


def test_where_nothing_is_changed_nothing_is_done():
    dry = noise(2 * RATE)
    crackle = dry.copy()
    crackle[:, ::9000] = 0.0
    unit = np.zeros(WINDOW_FRAMES)
    unit[CENTRE] = 1
    assert np.array_equal(responses(dry, dry), np.stack((unit, unit)))
    assert np.array_equal(responses(dry, crackle), np.stack((unit, unit)))
    assert np.array_equal(responses(0 * dry, 0 * dry), np.stack((unit, unit)))


def test_a_filter_is_a_convolution_whatever_the_blocks(tmp_path: Path):
    taps = np.zeros((2, WINDOW_FRAMES), dtype=np.float32)
    taps[0, CENTRE - 3 : CENTRE + 5] = np.linspace(-1, 1, 8)
    taps[1, CENTRE + 700] = -0.5
    store = Store(tmp_path)
    with store.writer("ab" * 32, AUDIO, 2, "t") as writer:
        writer.write(taps)
        writer.finish(0, ())
    response, audio = store.get("ab" * 32), noise(150_000)
    assert response is not None
    expected = [
        np.convolve(x.astype(np.float64), k.astype(np.float64))[CENTRE:]
        for x, k in zip(audio, taps, strict=True)
    ]
    for blocks in ([150_000], [10, 70_000, 0, 79_990]):
        one, parts, start = Filter(response), [], 0
        for frames in blocks:
            parts.append(one.through(audio[:, start : start + frames], start))
            start += frames
        made = np.concatenate(parts, axis=1)
        assert made.shape[1] == 150_000 - CENTRE
        assert np.abs(made - np.stack(expected)[:, : made.shape[1]]).max() < 1e-6


TWO = """
tracks:
  a: {instrument: {tone: {gain: 0.02}}, midi: {track: a}}
  b: {instrument: {tone: {gain: 0.02}}, midi: {track: b}, stem: b, pan: 0.3}
"""
SCORE = {"a": [(0, 4, 57), (4, 4, 64)], "b": [(0, 8, 72)]}


def test_a_saturator_that_is_hardly_driven_leaves_a_quiet_residual(make):
    """tanh of twice the mix: gain goes to the stems, the third harmonic is left, −45 dB."""
    made = make(f"master: [{{distortion: {{drive_db: 6}}}}]\n{TWO}", **SCORE)
    mix, residual = made.mix("full"), made.stem("glue")
    plain = make(TWO, **SCORE).mix("full")
    expected = np.tanh(10 ** (6 / 20) * plain / FULL_SCALE) * FULL_SCALE
    frames = min(mix.shape[1], expected.shape[1])
    assert np.abs(mix[:, :frames] - expected[:, :frames]).max() <= 4
    inside = slice(RATE // 2, 3 * RATE)  # away from where notes begin and end at once
    assert power_db(residual[:, inside]) < power_db(mix[:, inside]) - 40


def test_twice_the_same_to_the_bit(make):
    text = f"master: [{{distortion: {{drive_db: 20}}}}]\n{TWO}"
    one, two = make(text, store="one", **SCORE), make(text, store="two", **SCORE)
    for stem in ("a", "b", "glue"):
        assert np.array_equal(one.stem(stem), two.stem(stem))


def test_a_loop_goes_round_its_filter(make):
    """The filter has been round before the loop is heard: no step at the join."""
    head = "sections: [{name: s, at: 1|1}]\nmixes: {l: {loop: {section: s}}}\n"
    text = f"{head}master: [{{distortion: {{drive_db: 6}}}}]\n{TWO}"
    made = make(text, a=[(0, 8, 57)], b=[(0, 8, 69)])  # 440 Hz: whole waves in 4 s
    loop = made.mix("l", "l")[0] / FULL_SCALE
    assert len(loop) == 4 * RATE
    assert abs(loop[0] - loop[-1]) <= np.abs(np.diff(loop)).max() * 1.01


def power_db(samples: np.ndarray) -> float:
    return 10 * np.log10(np.mean((samples / FULL_SCALE) ** 2) + 1e-20)
