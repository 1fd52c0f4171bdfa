"""Handles of a loaded plug-in's parameters, whoever hosts it."""

from __future__ import annotations

import re
from typing import Protocol

_MIDI_CONTROLLER = re.compile(r"MIDI (CC |Ch\. ?\d+ )", re.IGNORECASE)
_HOST_VALUES = {("Buffer Size", "frames"), ("Sample Rate", "frames"), ("Latency", "frames")}
_HARDLY_ANYTHING = 1e-6


class RawParam(Protocol):
    """A host's handle of one parameter; `raw_value` lies in 0…1.

    It points into the instance that it was taken from: after a reset it is stale.
    """

    raw_value: float

    @property
    def name(self) -> str: ...
    @property
    def label(self) -> str: ...
    @property
    def default_raw_value(self) -> float: ...
    @property
    def num_steps(self) -> int: ...
    @property
    def is_automatable(self) -> bool: ...
    @property
    def string_value(self) -> str: ...
    def get_text_for_raw_value(self, raw_value: float) -> str: ...
    def get_raw_value_for_text(self, string_value: str) -> float: ...


def is_for_users(name: str, unit: str) -> bool:
    """Whether a parameter is the user's business, in any host.

    Not so: the 2080 that DPF makes of MIDI controllers, and the values that a host sets
    (buffer size, sample rate, latency).
    """
    return bool(name) and not _MIDI_CONTROLLER.match(name) and (name, unit) not in _HOST_VALUES


def set_raw(handle: RawParam, raw: float) -> None:
    """Sets a parameter to a raw value from 0 to 1, so that the processor hears of it.

    JUCE passes on only values that differ from the last it passed on, and starts at 0
    whatever the plug-in's default is: a first 0 would never arrive.
    """
    if raw == 0.0:
        handle.raw_value = _HARDLY_ANYTHING
    handle.raw_value = raw
