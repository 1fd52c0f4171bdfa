"""hostkit's own instruments: the key each is written by, what it is, what plays it. One row each.

The key, not the model that has it: jobs, which only play, need nothing that reads sessions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from hostkit.devices.device import Device, Setup
from hostkit.devices.spec import OwnInstrumentSpec
from hostkit.devices.tone import ToneInstrument, ToneSpec

_ROWS: tuple[tuple[str, type[OwnInstrumentSpec], Callable[[Any, Setup], Device]], ...] = (
    ("tone", ToneSpec, ToneInstrument),
)

SPECS: Mapping[str, type[OwnInstrumentSpec]] = {key: spec for key, spec, _ in _ROWS}
PLAYERS: Mapping[type[Any], Callable[[Any, Setup], Device]] = {
    spec: player for _, spec, player in _ROWS
}
