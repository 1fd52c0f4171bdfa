"""Checking parameter values against a description: what `hostkit check` can know."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from hostkit.devices.builtin import BUILTINS, unknown_builtin
from hostkit.devices.description import ParamDescription, ParamValue
from hostkit.devices.own import OWN
from hostkit.errors import Fault

_MOST_LISTED = 12


class Described(Protocol):
    """A PluginDescription or a Builtin."""

    @property
    def params(self) -> tuple[ParamDescription, ...]: ...


def find_param(params: Sequence[ParamDescription], key: str) -> ParamDescription | None:
    """The parameter of that key; or, where only one has it, of that key without its unit."""
    for param in params:
        if param.key == key:
            return param
    short = [param for param in params if param.short_key == key]
    return short[0] if len(short) == 1 else None


def check_params(device: Described, values: Mapping[str, ParamValue]) -> list[Fault]:
    """What is wrong with parameter values, and what would be right.

    >>> from hostkit.devices.builtin import BUILTINS
    >>> print(*check_params(BUILTINS["gain"], {"gain": 3, "gain_db": 300}))
    parameter 'gain_db' is 300, out of range; it takes a number from -200 to 100 dB
    """
    problems = []
    for key, value in values.items():
        param = find_param(device.params, key)
        problem = _CHECKS[param.type](param, value) if param else _unknown(device.params, key)
        if problem is not None:
            problems.append(problem)
    return problems


def check_lane(device: Described, key: str, points: Iterable[tuple[int, float]]) -> list[Fault]:
    """All that is wrong with automating a parameter through those points."""
    param = find_param(device.params, key)
    if param is None:
        return [_unknown(device.params, key)]
    if not param.automatable:
        return [Fault(f"parameter '{param.key}' cannot be automated", "set it under params")]
    if param.type not in ("number", "switch"):
        return [
            Fault(
                f"parameter '{param.key}' takes no numbers, so it cannot be automated",
                cure="set it under params",
            )
        ]
    problems = (_check_number(param, value) for _, value in points)
    return list(dict.fromkeys(problem for problem in problems if problem is not None))


def check_builtin(name: str, values: Mapping[str, ParamValue]) -> list[Fault]:
    """What is wrong with a built-in effect by name, or with its parameters.

    >>> print(*check_builtin("highpass", {}))
    there is no built-in effect 'highpass'; did you mean 'highpass_filter'?
    """
    builtin = BUILTINS.get(name) or OWN.get(name)
    if builtin is None:
        return [unknown_builtin(name, OWN)]
    problems = [
        Fault(f"{name} needs '{key}', the path of a file")
        for key in builtin.files
        if not isinstance(values.get(key), str)
    ]
    others = {key: value for key, value in values.items() if key not in builtin.files}
    return problems + check_params(builtin, others)


def check_builtin_lane(name: str, key: str, points: Iterable[tuple[int, float]]) -> list[Fault]:
    """All that is wrong with automating a parameter of a built-in effect."""
    builtin = BUILTINS.get(name) or OWN.get(name)
    return [unknown_builtin(name, OWN)] if builtin is None else check_lane(builtin, key, points)


def _unknown(params: Sequence[ParamDescription], key: str) -> Fault:
    keys = [param.key for param in params]
    near = difflib.get_close_matches(key, keys, n=1)
    listed = ", ".join(keys[:_MOST_LISTED]) + (", …" if len(keys) > _MOST_LISTED else "")
    cure = f"did you mean '{near[0]}'?" if near else f"there are {listed or 'none'}"
    return Fault(f"there is no parameter '{key}'", cure)


def _check_number(param: ParamDescription, value: ParamValue) -> Fault | None:
    low, high = (0.0, 1.0) if param.type == "switch" else (param.minimum, param.maximum)
    wanted = f"a number{_range(low, high, param.units)}"
    if isinstance(value, bool) or not isinstance(value, int | float):
        return Fault(f"parameter '{param.key}' is {value!r}", f"it takes {wanted}")
    if not (low is None or value >= low) or not (high is None or value <= high):
        return Fault(f"parameter '{param.key}' is {value:g}, out of range", f"it takes {wanted}")
    return None


def _range(low: float | None, high: float | None, units: str) -> str:
    unit = f" {units}" if units else ""
    if low is not None and high is not None:
        return f" from {low:g} to {high:g}{unit}"
    if low is not None:
        return f" of at least {low:g}{unit}"
    return f" of at most {high:g}{unit}" if high is not None else unit


def _check_switch(param: ParamDescription, value: ParamValue) -> Fault | None:
    if isinstance(value, str) or value not in (0, 1):
        return Fault(f"parameter '{param.key}' is {value!r}", "it takes true or false")
    return None


def _check_choice(param: ParamDescription, value: ParamValue) -> Fault | None:
    text = str(value)
    if text.strip().lower() in {choice.strip().lower() for choice in param.choices}:
        return None
    near = difflib.get_close_matches(text, param.choices, n=1)
    hint = f"did you mean '{near[0]}'?" if near else ""
    choices = ", ".join(param.choices)
    return Fault(f"parameter '{param.key}' is {value!r}, not one of {choices}", hint)


def _check_text(param: ParamDescription, value: ParamValue) -> Fault | None:
    if isinstance(value, bool):
        return Fault(f"parameter '{param.key}' is {value!r}", "it takes the text the plug-in shows")
    return None


_CHECKS = {
    "number": _check_number,
    "switch": _check_switch,
    "choice": _check_choice,
    "text": _check_text,
}
