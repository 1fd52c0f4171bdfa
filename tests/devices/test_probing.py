"""Reading and setting parameters through texts, with plug-ins of all manners."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from hostkit.devices.plugins.loading import number_in
from hostkit.devices.plugins.probing import LiveParam, describe_param, raw_for, raw_function, shows

CONTINUOUS = 2**31 - 1


@dataclass
class Handle:
    """A stand-in for pedalboard's handle: `text` shows a raw value, `parse` reads a text."""

    text: Callable[[float], str]
    parse: Callable[[str], float] = lambda text: -1.0
    num_steps: int = CONTINUOUS
    label: str = ""
    name: str = "Value"
    default_raw_value: float = 0.5
    is_automatable: bool = True
    raw_value: float = 0.5
    tells_only_the_current: bool = False

    @property
    def string_value(self) -> str:
        return self.text(self.raw_value)

    def get_text_for_raw_value(self, raw: float) -> str:
        return self.string_value if self.tells_only_the_current else self.text(raw)

    def get_raw_value_for_text(self, text: str) -> float:
        return self.parse(text)


def decibels(raw: float) -> str:
    return f"{-80 + 80 * raw:.2f}"


def frequency(raw: float) -> str:
    hertz = 20 * 1000**raw
    return f"{hertz / 1000:.3f} kHz" if hertz >= 1000 else f"{hertz:.2f} Hz"


def choice(*texts: str) -> Callable[[float], str]:
    return lambda raw: texts[min(int(raw * (len(texts) - 1) + 0.5), len(texts) - 1)]


HANDLES = {
    "threshold": Handle(decibels, lambda text: (float(text) + 80) / 80, label="dB"),
    "frequency": Handle(frequency),
    "wave": Handle(choice("Square", "Triangle"), num_steps=2),
    "switch": Handle(choice("Off", "On"), num_steps=2),
    "bare switch": Handle(choice("0.000", "1.000"), num_steps=2),
    "divisor": Handle(choice("1", "2", "3", "4", "5"), num_steps=5),
    "note": Handle(lambda raw: "CDEFGAB"[int(raw * 7) % 7] + str(int(raw * 200))),
    "no bottom": Handle(lambda raw: f"{-60 + 60 * raw:.1f} dB" if raw else "-inf dB"),
    "current only": Handle(decibels, tells_only_the_current=True),
    "reversed": Handle(lambda raw: f"{10 - 10 * raw:.3f}"),
    "constant": Handle(lambda _: "Default"),
}


@pytest.mark.parametrize(
    ("name", "type_", "range_", "default", "units"),
    [
        ("threshold", "number", (-80, 0), -40, "dB"),
        ("frequency", "number", (20, 20_000), pytest.approx(632.46), ""),
        ("wave", "choice", (None, None), "Triangle", ""),
        ("switch", "switch", (None, None), True, ""),
        ("bare switch", "switch", (None, None), True, ""),
        ("divisor", "number", (1, 5), 3, ""),
        ("note", "text", (None, None), "F100", ""),
        ("no bottom", "number", (None, 0), -30, "dB"),
        ("current only", "number", (-80, 0), -40, ""),
        ("reversed", "number", (0, 10), 5, ""),
        ("constant", "choice", (None, None), "Default", ""),
    ],
)
def test_describe(name, type_, range_, default, units) -> None:
    handle = HANDLES[name]
    before = handle.raw_value
    found = describe_param(handle, "value")
    assert (found.type, (found.minimum, found.maximum)) == (type_, range_)
    assert (found.default, found.units) == (default, units)
    assert handle.raw_value == before


@pytest.mark.parametrize(
    ("name", "value", "raw"),
    [
        ("threshold", -24, 0.7),
        ("threshold", "-24 dB", 0.7),
        ("frequency", 2000, 2 / 3),
        ("wave", "triangle", 1.0),
        ("switch", True, 1.0),
        ("switch", "off", 0.0),
        ("bare switch", 1, 1.0),
        ("divisor", 4, 0.75),
        ("note", "C0", 0.0),
        ("no bottom", -6, 0.9),
        ("current only", -20, 0.75),
        ("reversed", 2.5, 0.75),
    ],
)
def test_raw_value_for_the_users(name, value, raw) -> None:
    handle = HANDLES[name]
    param = LiveParam(handle, describe_param(handle, "value"))
    found = raw_for(param, value)
    assert found == pytest.approx(raw, abs=2e-3)
    if name != "divisor":
        assert shows(handle.text(found), param.description, value)


@pytest.mark.parametrize(
    ("name", "value"),
    [("threshold", -24.3), ("frequency", 2000), ("no bottom", -7), ("reversed", 2.5)],
)
def test_a_function_for_lanes_agrees(name, value) -> None:
    handle = HANDLES[name]
    param = LiveParam(handle, describe_param(handle, "value"))
    assert raw_function(param)(value) == pytest.approx(raw_for(param, value), abs=1e-3)


@pytest.mark.parametrize(("name", "value"), [("wave", "Saw"), ("note", "H9"), ("threshold", "x")])
def test_values_that_no_raw_value_shows(name, value) -> None:
    handle = HANDLES[name]
    with pytest.raises(ValueError, match=r"is shown as|is not a number"):
        raw_for(LiveParam(handle, describe_param(handle, "value")), value)


def test_shows_tells_a_rounded_value_from_another() -> None:
    param = describe_param(HANDLES["threshold"], "value")
    assert shows("-24.0", param, -24.03)
    assert not shows("-24.0", param, -25)
    divisor = describe_param(HANDLES["divisor"], "value")
    assert not shows("3", divisor, 2.5)


@pytest.mark.parametrize(("text", "number"), [("nan", None), ("", None), ("12 %", 12.0)])
def test_number_in(text, number) -> None:
    assert number_in(text) == number
