"""Ramps against numerical integration of their definition."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hostkit.timebase.curves.ramps import CURVES, Ramp

bpms = st.floats(20, 400)
ramps = st.builds(Ramp, bpms, bpms, st.floats(0.25, 512), st.sampled_from(CURVES)).filter(
    lambda ramp: ramp.start_bpm != ramp.end_bpm
)


@pytest.mark.parametrize(
    ("curve", "seconds"), [("beats", 8.954), ("time", 8.727), ("geometric", 9.190)]
)
def test_eighty_to_hundred_and_forty_over_sixteen_beats(curve, seconds):
    assert Ramp(80, 140, 16, curve).seconds == pytest.approx(seconds, abs=5e-4)


@given(ramps, st.floats(0, 1))
def test_time_is_the_integral_of_sixty_over_tempo(ramp, part):
    beats = part * ramp.beats
    # Gauss-Legendre with 200 nodes is exact here; 40 are too few at 20→300 bpm.
    nodes, weights = np.polynomial.legendre.leggauss(200)
    at = (nodes + 1) / 2 * beats
    integral = sum(
        w * 60 / ramp.bpm_at(b) for w, b in zip(weights, at.tolist(), strict=True)
    ) * beats / 2  # fmt: skip
    assert ramp.seconds_at(beats) == pytest.approx(integral, rel=1e-6, abs=1e-9)


@given(ramps, st.floats(0, 1))
def test_the_inverse_gives_the_beat_back(ramp, part):
    beats = part * ramp.beats
    assert ramp.beats_at(ramp.seconds_at(beats)) == pytest.approx(beats, rel=1e-8, abs=1e-8)


@given(ramps)
def test_each_curve_is_linear_in_what_its_name_says(ramp):
    halfway = {
        "beats": ramp.bpm_at(ramp.beats / 2),
        "time": ramp.bpm_at(ramp.beats_at(ramp.seconds / 2)),
    }
    mean = (ramp.start_bpm + ramp.end_bpm) / 2
    expected = {"beats": mean, "time": mean}.get(
        ramp.curve, math.sqrt(ramp.start_bpm * ramp.end_bpm)
    )
    middle = halfway.get(ramp.curve, ramp.bpm_at(ramp.beats / 2))
    assert middle == pytest.approx(expected, rel=1e-6)
    assert ramp.bpm_at(0.0) == pytest.approx(ramp.start_bpm, rel=1e-9)
    assert ramp.bpm_at(ramp.beats) == pytest.approx(ramp.end_bpm, rel=1e-9)


@given(ramps)
def test_arrays_and_numbers_agree(ramp):
    beats = np.linspace(0, ramp.beats, 33)
    each = [ramp.seconds_at(b) for b in beats.tolist()]
    np.testing.assert_allclose(ramp.seconds_at_each(beats), each, rtol=1e-12, atol=1e-12)


def test_a_ramp_that_hardly_moves_is_nearly_steady():
    for curve in CURVES:
        assert Ramp(120, 120.000001, 8, curve).seconds == pytest.approx(4.0, abs=1e-7)


def test_the_steepest_ramp_is_integrated_well_enough_to_tell():
    assert Ramp(20, 298, 1, "time").seconds == pytest.approx(120 / 318, rel=1e-15)
