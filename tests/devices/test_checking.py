"""What `check` says of parameter values."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hostkit.devices.builtin import BUILTINS, BuiltinEffect
from hostkit.devices.checking import (
    check_builtin,
    check_builtin_lane,
    check_lane,
    check_params,
    find_param,
)
from hostkit.devices.description import ParamDescription

DEVICE = BuiltinEffect(
    "device",
    "Device",
    (
        ParamDescription("threshold_db", "Threshold", 0.0, "number", -80.0, 0.0, "dB"),
        ParamDescription("wave", "Wave", "Square", "choice", choices=("Square", "Triangle")),
        ParamDescription("sync", "Sync", False, "switch"),
        ParamDescription("note", "Note", "C3", "text", automatable=False),
        ParamDescription("open", "Open", 0.0, "number", None, 5.0),
        ParamDescription("size", "Size", 1.0, "number", 0.0, None, "m", automatable=False),
        ParamDescription("a_hz", "A", 1.0, "number", 0.0, 1.0, "Hz"),
        ParamDescription("a_ms", "A", 1.0, "number", 0.0, 1.0, "ms"),
    ),
)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("threshold_db", -24),
        ("threshold", -80.0),
        ("wave", "triangle"),
        ("sync", True),
        ("sync", 0),
        ("note", "C#4"),
        ("note", 12),
        ("open", -1e9),
        ("size", 1e9),
    ],
)
def test_good_values(key, value) -> None:
    assert check_params(DEVICE, {key: value}) == []


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("threshhold", -24, "there is no parameter 'threshhold'; did you mean 'threshold_db'?"),
        ("xyzzy", 1, "there is no parameter 'xyzzy'; there are threshold_db, wave, "),
        ("a", 1, "there is no parameter 'a'; "),
        ("threshold", 1, "'threshold_db' is 1, out of range; it takes a number from -80 to 0 dB"),
        ("threshold", math.nan, "'threshold_db' is nan, out of range"),
        ("threshold", "low", "'threshold_db' is 'low'; it takes a number from -80 to 0 dB"),
        ("threshold", True, "'threshold_db' is True; it takes a number"),
        ("open", 6, "'open' is 6, out of range; it takes a number of at most 5"),
        ("size", -1, "'size' is -1, out of range; it takes a number of at least 0 m"),
        ("wave", "Trangle", "not one of Square, Triangle; did you mean 'Triangle'?"),
        ("wave", 3, "'wave' is 3, not one of Square, Triangle"),
        ("sync", "yes", "'sync' is 'yes'; it takes true or false"),
        ("sync", 2, "'sync' is 2; it takes true or false"),
        ("note", True, "'note' is True; it takes the text the plug-in shows"),
    ],
)
def test_bad_values(key, value, message) -> None:
    (problem,) = check_params(DEVICE, {key: value})
    assert message in str(problem)


def test_a_key_without_its_unit_must_be_the_only_one() -> None:
    assert find_param(DEVICE.params, "threshold").key == "threshold_db"
    assert find_param(DEVICE.params, "a") is None


@pytest.mark.parametrize(
    ("key", "values", "problems"),
    [
        ("threshold", (-80, -3), []),
        ("sync", (0, 1), []),
        ("threshold", (-80, 3, 3), ["out of range; it takes a number from -80 to 0 dB"]),
        ("size", (1,), ["'size' cannot be automated; set it under params"]),
        ("wave", (1,), ["'wave' takes no numbers, so it cannot be automated"]),
        ("gone", (1,), ["there is no parameter 'gone'"]),
    ],
)
def test_lanes(key, values, problems) -> None:
    found = check_lane(DEVICE, key, list(enumerate(values)))
    assert len(found) == len(problems)
    for problem, expected in zip(found, problems, strict=True):
        assert expected in str(problem)


def test_builtins_by_name() -> None:
    assert check_builtin("gain", {"gain_db": -3}) == []
    assert check_builtin("convolution", {"impulse_response_filename": "hall.wav"}) == []
    (missing,) = check_builtin("convolution", {"mix": 0.5})
    assert str(missing) == "convolution needs 'impulse_response_filename', the path of a file"
    (refused,) = check_builtin("pitch_shift", {"semitones": 3})
    assert "pitch_shift' is not offered" in refused.message
    assert check_builtin_lane("gain", "gain_db", [(0, -3.0)]) == []
    (unknown,) = check_builtin_lane("gian", "gain_db", [(0, -3.0)])
    assert unknown.cure == "did you mean 'gain'?"


@given(
    st.sampled_from(sorted(BUILTINS)),
    st.dictionaries(st.text(max_size=8), st.floats() | st.booleans() | st.text(max_size=5)),
)
def test_nothing_that_can_be_written_breaks_the_check(name, values) -> None:
    assert len(check_builtin(name, values)) <= len(values) + 1
