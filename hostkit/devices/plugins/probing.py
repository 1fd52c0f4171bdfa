"""Learning what a loaded plug-in's parameters mean, by asking for a few texts of each."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from hostkit.devices.description import ParamDescription, ParamValue
from hostkit.devices.plugins.handles import RawParam
from hostkit.devices.plugins.loading import HostedPlugin, number_in, python_name, raw_params

MOST_STEPS = 128
"""Parameters with more steps count as continuous (plug-ins report 2³¹−1 for those)."""

_TRUE_TEXTS = {"on", "yes", "true", "enabled"}
_POINTS = 33
_MANY_POINTS = 257
_LINE_POINTS = 17
_MOST_CHOICES = 64


@dataclass(frozen=True)
class LiveParam:
    """A parameter of a loaded plug-in; the handle is good until the next reset."""

    handle: RawParam
    description: ParamDescription


def param_handles(plugin: HostedPlugin) -> dict[str, RawParam]:
    """Handles of a plug-in that pedalboard hosts, as `by_key`."""
    return by_key(raw_params(plugin))


def by_key(found: Iterable[RawParam]) -> dict[str, RawParam]:
    """Handles by pedalboard's key. Parameters that share a key get `_2`, `_3`, …"""
    handles: dict[str, RawParam] = {}
    for handle in found:
        key = base = _key(handle)
        number = 1
        while key in handles:
            number += 1
            key = f"{base}_{number}"
        if key:
            handles[key] = handle
    return handles


def _key(handle: RawParam) -> str:
    unit = "" if handle.label.startswith(":") else handle.label
    return python_name(f"{handle.name} {unit}")


def text_at(handle: RawParam, raw: float) -> str:
    """The text the plug-in shows for a raw value, without setting it."""
    return handle.get_text_for_raw_value(raw)


def _text_when_set(handle: RawParam, raw: float) -> str:
    before = handle.raw_value
    try:
        handle.raw_value = raw
        return handle.string_value
    finally:
        handle.raw_value = before


def steps_of(handle: RawParam) -> int | None:
    """Number of values of a stepped parameter; None for a continuous one."""
    return handle.num_steps if 2 <= handle.num_steps <= MOST_STEPS else None


def _points(count: int) -> list[float]:
    return [index / (count - 1) for index in range(count)]


def describe_param(handle: RawParam, key: str) -> ParamDescription:
    """Range, unit and choices of a parameter, from the texts of a few of its values."""
    steps = steps_of(handle)
    raws = _points(steps or _POINTS)
    texts = [text_at(handle, raw) for raw in raws]
    default_text = text_at(handle, handle.default_raw_value)
    if len(set(texts)) == 1 and len({_text_when_set(handle, raw) for raw in (0.0, 1.0)}) > 1:
        # Some plug-ins tell the text of the current value only.
        texts = [_text_when_set(handle, raw) for raw in raws]
        default_text = _text_when_set(handle, handle.default_raw_value)
    numbers = [number_in(text) for text in texts]
    base = ParamDescription(key, handle.name, default_text, automatable=handle.is_automatable)
    if _is_switch(texts, numbers, steps):
        return replace(base, default=handle.default_raw_value >= 0.5, type="switch")
    if all(number is not None for number in numbers):
        finite = [number for number in numbers if number is not None]
        return replace(
            base,
            type="number",
            default=number_in(default_text) or 0.0,
            minimum=_unless_infinite(min(finite)),
            maximum=_unless_infinite(max(finite)),
            units=handle.label.strip() or _unit(texts),
        )
    if steps is None:
        texts = [text_at(handle, raw) for raw in _points(_MANY_POINTS)]
    choices = tuple(dict.fromkeys(texts))
    if steps or len(choices) <= _MOST_CHOICES:
        base = replace(base, type="choice", choices=choices)
    return replace(base, units=handle.label.strip())


def _is_switch(texts: Sequence[str], numbers: Sequence[float | None], steps: int | None) -> bool:
    if steps == 2 and numbers == [0.0, 1.0]:
        return True
    distinct = {text.strip().lower() for text in texts}
    return len(distinct) == 2 and bool(distinct & _TRUE_TEXTS)


def _unless_infinite(number: float) -> float | None:
    return number if abs(number) < math.inf else None


def _unit(texts: Sequence[str]) -> str:
    units = {re.sub(r"^(-inf|[-+.\d\s]+)", "", text).strip() for text in texts}
    return units.pop() if len(units) == 1 else ""


def raw_for(param: LiveParam, value: ParamValue) -> float:
    """The raw value (0…1) at which the plug-in shows `value`.

    The plug-in's own reading of the text comes first, as in pedalboard; where that does
    not lead back to the value, its texts are searched. Raises ValueError when no raw
    value does.
    """
    description, handle = param.description, param.handle
    if description.type == "switch":
        return 1.0 if _truth(value) else 0.0
    if isinstance(value, str) and description.type != "number":
        return _raw_for_text(handle, value)
    number = number_in(value) if isinstance(value, str) else float(value)
    if number is None:
        raise ValueError(f"{value!r} is not a number")
    return _raw_for_number(handle, description, number)


def raw_function(param: LiveParam) -> Callable[[float], float]:
    """`raw_for` of one parameter's numbers, much quicker where its texts lie on a line."""
    description, handle = param.description, param.handle
    low, high = number_in(text_at(handle, 0.0)), number_in(text_at(handle, 1.0))
    if description.type != "number" or low is None or high is None or low == high:
        return lambda value: raw_for(param, value)
    slope = high - low
    for raw in _points(_LINE_POINTS):
        shown = number_in(text_at(handle, raw))
        if shown is None or not abs(shown - (low + slope * raw)) <= abs(slope) / 10_000:
            return lambda value: raw_for(param, value)
    return lambda value: min(max((value - low) / slope, 0.0), 1.0)


def _truth(value: ParamValue) -> bool:
    if isinstance(value, str):
        return value.strip().lower() in _TRUE_TEXTS
    return bool(value)


def _raw_for_text(handle: RawParam, text: str) -> float:
    raw = handle.get_raw_value_for_text(text)
    if 0.0 <= raw <= 1.0 and text_at(handle, raw) == text:
        return raw
    wanted = text.strip().lower()
    for raw in _points(steps_of(handle) or 1001):
        if text_at(handle, raw).strip().lower() == wanted:
            return raw
    raise ValueError(f"no value is shown as {text!r}")


def _raw_for_number(handle: RawParam, description: ParamDescription, number: float) -> float:
    raw = handle.get_raw_value_for_text(str(number))
    if 0.0 <= raw <= 1.0 and shows(text_at(handle, raw), description, number):
        return raw
    steps = steps_of(handle)
    if steps is not None:
        return _nearest(handle, _points(steps), number)
    low, high = 0.0, 1.0
    first, last = number_in(text_at(handle, low)), number_in(text_at(handle, high))
    if first is None or last is None or first == last:
        return _raw_by_range(description, number)
    for _ in range(32):
        middle = (low + high) / 2
        at_middle = number_in(text_at(handle, middle))
        if at_middle is None:
            return _raw_by_range(description, number)
        if (at_middle < number) == (first < last):
            low = middle
        else:
            high = middle
    return _nearest(handle, (low, high), number)


def _nearest(handle: RawParam, raws: Sequence[float], number: float) -> float:
    def distance(raw: float) -> float:
        shown = number_in(text_at(handle, raw))
        return math.inf if shown is None else abs(shown - number)

    return min(raws, key=distance)


def _raw_by_range(description: ParamDescription, number: float) -> float:
    low, high = description.minimum, description.maximum
    if low is None or high is None or low == high:
        raise ValueError(f"no value is shown as {number:g}")
    return min(max((number - low) / (high - low), 0.0), 1.0)


def shows(text: str, description: ParamDescription, value: ParamValue) -> bool:
    """Whether a plug-in's text means `value`: numbers to 1/1000 of the range, or a digit."""
    if description.type == "switch":
        number = number_in(text)
        on = text.strip().lower() in _TRUE_TEXTS if number is None else number >= 0.5
        return on == _truth(value)
    number = number_in(text)
    wanted = number_in(value) if isinstance(value, str) else float(value)
    if number is None or wanted is None:
        return text.strip().lower() == str(value).strip().lower()
    decimals = re.search(r"\.(\d+)", text)
    digit = 10.0 ** -len(decimals.group(1)) if decimals else 1.0
    if description.minimum is not None and description.maximum is not None:
        tolerance = max((description.maximum - description.minimum) / 1000, 1e-6)
        return abs(number - wanted) <= max(tolerance, min(digit, tolerance * 10))
    return abs(number - wanted) <= max(digit, abs(wanted) / 1000)
