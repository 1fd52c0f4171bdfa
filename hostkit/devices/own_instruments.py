"""hostkit's own instruments: how each is written, what it is, what plays it. One row each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from hostkit.devices.device import Device, Setup
from hostkit.devices.spec import OwnInstrumentSpec
from hostkit.devices.tone import ToneInstrument, ToneSpec
from hostkit.session.model.devices import Tone

_ROWS: tuple[tuple[type[Any], type[OwnInstrumentSpec], Callable[[Any, Setup], Device]], ...] = (
    (Tone, ToneSpec, ToneInstrument),
)

SPECS: Mapping[type[Any], type[OwnInstrumentSpec]] = {written: spec for written, spec, _ in _ROWS}
PLAYERS: Mapping[type[Any], Callable[[Any, Setup], Device]] = {
    spec: player for _, spec, player in _ROWS
}
