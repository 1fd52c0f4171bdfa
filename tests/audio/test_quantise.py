"""IntSamples: rounding, saturation, dither, and the way back."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hostkit.audio.formats import FLOAT32, FORMATS, PCM16, PCM24, SampleFormat, sample_format
from hostkit.audio.quantise import dequantise, dither, quantise, saturate, to_step
from hostkit.delivery.writing.steps import step_for
from hostkit.errors import QualityError, RequestError

STEP = 2.0**-23


def row(*values: float) -> np.ndarray:
    return np.array([values], dtype=np.float32)


def test_24_bit_rounds_to_the_nearest_code_and_halves_to_even() -> None:
    audio = row(0.0, STEP, 0.4 * STEP, 0.6 * STEP, 0.5 * STEP, 1.5 * STEP, -0.5 * STEP, -1.5 * STEP)
    assert quantise(audio, PCM24).samples.tolist() == [[0, 1, 0, 1, 0, 2, 0, -2]]


def test_what_lies_outside_is_clipped_and_counted() -> None:
    result = quantise(row(1.0, 1.0 - STEP, -1.0, -1.0 - 2 * STEP, 7.0, -7.0), PCM24)
    top, bottom = 2**23 - 1, -(2**23)
    assert result.samples.tolist() == [[top, top, bottom, bottom, top, bottom]]
    assert result.clipped_samples == 4  # 1.0 is one step too high; 1 − step and −1.0 fit


def test_float_codes_have_48_db_of_headroom() -> None:
    result = quantise(row(1.5, -2.0, 255.0, 256.0, -1000.0), FLOAT32)
    most = 2**31 - 128
    assert result.samples.tolist() == [[3 * 2**22, -(2**24), 255 * 2**23, most, -most]]
    assert result.clipped_samples == 2


def test_sums_of_codes_saturate_without_touching_the_input() -> None:
    total = np.array([[2**23, 5, -(2**24)]], dtype=np.int32)
    result = saturate(total, PCM24)
    assert result.samples.tolist() == [[2**23 - 1, 5, -(2**23)]]
    assert result.clipped_samples == 2
    assert total.tolist() == [[2**23, 5, -(2**24)]]


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_a_sample_that_is_no_level_is_named(bad: float) -> None:
    audio = np.zeros((2, 10), dtype=np.float32)
    audio[1, 7] = bad
    with pytest.raises(QualityError, match="sample 107 of channel 2"):
        quantise(audio, PCM24, start_frame=100)


@pytest.mark.parametrize("form", FORMATS.values(), ids=lambda form: form.name)
@given(data=st.data())
def test_samples_survive_the_way_through_float(form: SampleFormat, data: st.DataObject) -> None:
    numbers = data.draw(st.lists(st.integers(form.lowest, form.highest), min_size=1))
    samples = np.array([numbers], dtype=np.int32)
    if form.is_float:  # of which 24 bits are significant
        samples = to_step(samples, step_for(int(abs(samples.astype(np.int64)).max()), 1))
    audio = dequantise(samples, form)
    assert (audio.astype(np.float64) * form.full_scale == samples).all()
    if not form.dithered:
        assert (quantise(audio, form).samples == samples).all()


@given(
    cuts=st.lists(st.integers(0, 4_000), max_size=8),
    seed=st.integers(0, 2**64 - 1),
    start=st.integers(0, 2**40),
)
def test_dither_does_not_depend_on_the_blocks(cuts: list[int], seed: int, start: int) -> None:
    edges = [0, *sorted(cuts), 4_000]
    whole = dither(2, start, 4_000, seed)
    parts = [dither(2, start + begin, end - begin, seed) for begin, end in pairwise(edges)]
    assert np.array_equal(np.concatenate(parts, axis=1), whole)


def test_dither_is_triangular_and_independent_between_channels() -> None:
    noise = dither(2, 0, 400_000, seed=1).astype(np.float64)
    assert np.abs(noise).max() <= 1.0
    # TPDF of ±1: variance 1/6, kurtosis 2.4; bounds are six standard errors
    assert noise.mean(axis=1) == pytest.approx([0.0, 0.0], abs=4e-3)
    assert noise.var(axis=1) == pytest.approx([1 / 6, 1 / 6], abs=2e-3)
    assert (noise**4).mean() / noise.var() ** 2 == pytest.approx(2.4, abs=0.03)
    assert abs(np.corrcoef(noise)[0, 1]) < 0.01
    assert abs(np.corrcoef(noise[0, 1:], noise[0, :-1])[0, 1]) < 0.01


def test_16_bit_dither_keeps_a_level_below_one_step() -> None:
    """The point of dither: the mean error of a constant of 0.3 integer samples is nearly none."""
    audio = np.full((1, 200_000), 0.3 / 2**15, dtype=np.float32)
    samples = quantise(audio, PCM16).samples
    assert samples.mean() == pytest.approx(0.3, abs=0.01)


def test_an_unknown_format_names_the_known_ones() -> None:
    with pytest.raises(RequestError, match=r"'pcm20'; there are pcm16, pcm24, float32"):
        sample_format("pcm20")
