"""Where the faders, pans and sends of a stem stand, and which were moved since."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from hostkit.plan.nodes.fingerprint import fingerprint
from hostkit.plan.nodes.stems import Level, StemPlan

Settings: TypeAlias = Mapping[str, float | str]
"""Fader, pan and sends of a track: a number each, or a short fingerprint where it moves."""

_FADER, _PAN, _SEND = "fader", "pan", "send to "


def faders_of(stem: StemPlan) -> dict[str, Settings]:
    """Those of every track in a stem."""
    return {
        channel.track: {
            _FADER: _set(channel.gain_db),
            _PAN: _set(channel.pan),
            **{f"{_SEND}{send.bus}": _set(send.gain_db) for send in channel.sends},
        }
        for channel in stem.channels
    }


def moved(before: Settings, now: Settings) -> str:
    """What was moved, in words; empty where nothing was.

    >>> moved({"fader": -5.0, "pan": 0.0}, {"fader": -2.5, "pan": 0.0, "send to hall": -8.0})
    'fader -5 → -2.5 dB, send to hall new'
    >>> moved({"fader": -5.0, "pan": "a3"}, {"fader": "b7", "pan": "a3"})
    'fader changed'
    """
    words = []
    for what in (*now, *(name for name in before if name not in now)):
        old, new = before.get(what), now.get(what)
        if old == new:
            continue
        if isinstance(old, str) or isinstance(new, str):
            words.append(f"{what} changed")
        elif old is None or new is None:
            words.append(f"{what} {'new' if old is None else 'gone'}")
        else:
            words.append(f"{what} {old:g} → {new:g}{'' if what == _PAN else ' dB'}")
    return ", ".join(words)


def _set(level: Level) -> float | str:
    return level if isinstance(level, (int, float)) else fingerprint("lane", level)[:16]
