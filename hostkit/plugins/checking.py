"""Checking parameter values against a description: what `hostkit check` can know."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence

from hostkit.plugins.description import ParamDescription, ParamValue

_MOST_LISTED = 12


def find_param(params: Sequence[ParamDescription], key: str) -> ParamDescription | None:
    """The parameter of that key; or, where only one has it, of that key without its unit."""
    for param in params:
        if param.key == key:
            return param
    short = [param for param in params if param.short_key == key]
    return short[0] if len(short) == 1 else None


def check_param(params: Sequence[ParamDescription], key: str, value: ParamValue) -> str | None:
    """What is wrong with setting a parameter, and what would be right; None if nothing."""
    param = find_param(params, key)
    if param is None:
        return _unknown(params, key)
    return _CHECKS[param.type](param, value)


def check_params(
    params: Sequence[ParamDescription], values: Iterable[tuple[str, ParamValue]]
) -> list[str]:
    """All that is wrong with some parameter values, in their order."""
    problems = (check_param(params, key, value) for key, value in values)
    return [problem for problem in problems if problem is not None]


def check_lane(params: Sequence[ParamDescription], key: str, values: Iterable[float]) -> list[str]:
    """All that is wrong with automating a parameter with those values."""
    param = find_param(params, key)
    if param is None:
        return [_unknown(params, key)]
    if not param.automatable:
        return [f"parameter '{param.key}' cannot be automated; set it under params"]
    if param.type not in ("number", "switch"):
        return [f"parameter '{param.key}' takes no numbers, so it cannot be automated"]
    problems = (_check_number(param, value) for value in values)
    return list(dict.fromkeys(problem for problem in problems if problem is not None))


def _unknown(params: Sequence[ParamDescription], key: str) -> str:
    keys = [param.key for param in params]
    near = difflib.get_close_matches(key, keys, n=1)
    if near:
        return f"there is no parameter '{key}'; did you mean '{near[0]}'?"
    if not keys:
        return f"there is no parameter '{key}'; there are none"
    listed = ", ".join(keys[:_MOST_LISTED]) + (", …" if len(keys) > _MOST_LISTED else "")
    return f"there is no parameter '{key}'; there are {listed}"


def _check_number(param: ParamDescription, value: ParamValue) -> str | None:
    low, high = (0.0, 1.0) if param.type == "switch" else (param.minimum, param.maximum)
    wanted = f"a number{_range(low, high, param.units)}"
    if isinstance(value, bool) or not isinstance(value, int | float):
        return f"parameter '{param.key}' is {value!r}; it takes {wanted}"
    if not (low is None or value >= low) or not (high is None or value <= high):
        return f"parameter '{param.key}' is {value:g}, out of range; it takes {wanted}"
    return None


def _range(low: float | None, high: float | None, units: str) -> str:
    unit = f" {units}" if units else ""
    if low is not None and high is not None:
        return f" from {low:g} to {high:g}{unit}"
    if low is not None:
        return f" of at least {low:g}{unit}"
    return f" of at most {high:g}{unit}" if high is not None else unit


def _check_switch(param: ParamDescription, value: ParamValue) -> str | None:
    if isinstance(value, str) or value not in (0, 1):
        return f"parameter '{param.key}' is {value!r}; it takes true or false"
    return None


def _check_choice(param: ParamDescription, value: ParamValue) -> str | None:
    text = str(value)
    if text.strip().lower() in {choice.strip().lower() for choice in param.choices}:
        return None
    near = difflib.get_close_matches(text, param.choices, n=1)
    hint = f"; did you mean '{near[0]}'?" if near else ""
    return f"parameter '{param.key}' is {value!r}, not one of {', '.join(param.choices)}{hint}"


def _check_text(param: ParamDescription, value: ParamValue) -> str | None:
    if isinstance(value, bool):
        return f"parameter '{param.key}' is {value!r}; it takes the text the plug-in shows"
    return None


_CHECKS = {
    "number": _check_number,
    "switch": _check_switch,
    "choice": _check_choice,
    "text": _check_text,
}
