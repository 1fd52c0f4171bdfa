"""Controllers, parameters and modes as one table: what each is at rest, what clears it,
whether music that begins in the middle has to be told of it, and which end notes.

From the MIDI 1.0 specification, RP-015 (what Reset All Controllers clears), RP-018 and
General MIDI level 2 (values at rest), which GS and XG share.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

BANK_MSB, MODULATION, DATA_MSB, VOLUME, PAN, EXPRESSION = 0, 1, 6, 7, 10, 11
BANK_LSB, DATA_LSB = 32, 38
SUSTAIN, SOSTENUTO, HOLD_2 = 64, 66, 69
INCREMENT, DECREMENT = 96, 97
NRPN_LSB, NRPN_MSB, RPN_LSB, RPN_MSB = 98, 99, 100, 101
ALL_SOUND_OFF, RESET_CONTROLLERS, ALL_NOTES_OFF = 120, 121, 123
NO_PARAMETER = 127

Role = Literal["value", "pedal", "bank", "parameter", "data", "once", "ends notes", "mode", "reset"]


@dataclass(frozen=True)
class Controller:
    """One row. `rest` is the value before anything is said, None where devices differ.

    `cleared` says that controller 121 brings it to rest. Roles: a `value` or `pedal` is
    carried over to where music begins in the middle; `bank`, `parameter` and `data` are
    carried with what they belong to; `once` counts for the next note only and is not; what
    `ends notes` ends those of its channel; so does a `mode`, which is carried over, too.
    """

    number: int
    name: str
    role: Role = "value"
    rest: int | None = 0
    cleared: bool = True


_KEPT = False
_ROWS: tuple[Controller, ...] = (
    Controller(BANK_MSB, "bank", "bank", 0, _KEPT),
    Controller(MODULATION, "modulation"),
    Controller(DATA_MSB, "data", "data", None, _KEPT),
    Controller(VOLUME, "volume", rest=100, cleared=_KEPT),
    Controller(8, "balance", rest=64, cleared=_KEPT),
    Controller(PAN, "pan", rest=64, cleared=_KEPT),
    Controller(EXPRESSION, "expression", rest=127),
    Controller(BANK_LSB, "bank, fine", "bank", 0, _KEPT),
    Controller(DATA_LSB, "data, fine", "data", None, _KEPT),
    Controller(VOLUME + 32, "volume, fine", cleared=_KEPT),
    Controller(8 + 32, "balance, fine", cleared=_KEPT),
    Controller(PAN + 32, "pan, fine", cleared=_KEPT),
    Controller(EXPRESSION + 32, "expression, fine", rest=127),
    Controller(SUSTAIN, "sustain", "pedal"),
    Controller(65, "portamento"),
    Controller(SOSTENUTO, "sostenuto", "pedal"),
    Controller(67, "soft"),
    Controller(68, "legato"),
    Controller(HOLD_2, "hold 2", "pedal"),
    *(Controller(n, f"sound {n - 69}", rest=64, cleared=_KEPT) for n in range(70, 80)),
    Controller(84, "portamento from", "once", None),
    Controller(88, "velocity, fine", "once", None),
    Controller(91, "reverb", rest=40, cleared=_KEPT),
    *(Controller(n, f"effect {n - 90}", cleared=_KEPT) for n in range(92, 96)),
    Controller(INCREMENT, "data up", "data", None, _KEPT),
    Controller(DECREMENT, "data down", "data", None, _KEPT),
    *(Controller(n, "which parameter", "parameter", NO_PARAMETER) for n in range(98, 102)),
    Controller(ALL_SOUND_OFF, "all sound off", "ends notes", None, _KEPT),
    Controller(RESET_CONTROLLERS, "reset all controllers", "reset", None, _KEPT),
    Controller(122, "local keyboard", "once", None, _KEPT),
    Controller(ALL_NOTES_OFF, "all notes off", "ends notes", None, _KEPT),
    Controller(124, "omni off", "mode", None, _KEPT),
    Controller(125, "omni on", "mode", None, _KEPT),
    Controller(126, "mono", "mode", None, _KEPT),
    Controller(127, "poly", "mode", None, _KEPT),
)
_NAMED = {row.number: row for row in _ROWS}
CONTROLLERS: tuple[Controller, ...] = tuple(
    _NAMED.get(number, Controller(number, f"controller {number}")) for number in range(128)
)
"""By number; those that no standard speaks of are values that a reset brings to 0."""

PEDALS = tuple(row.number for row in CONTROLLERS if row.role == "pedal")
"""What keeps notes sounding without a key."""
NOTE_ENDERS = frozenset(row.number for row in CONTROLLERS if row.role in ("ends notes", "mode"))

MODE_PAIRS = {124: "omni", 125: "omni", 126: "mono", 127: "mono"}
"""Two modes of one kind: the later counts. At rest a channel is poly, and hears only itself."""
MODE_AT_REST = {"omni": 124, "mono": 127}

RPN_AT_REST: dict[tuple[int, int], tuple[int, int]] = {
    (0, 0): (2, 0),  # bend range: two semitones
    (0, 1): (64, 0),  # fine tuning
    (0, 2): (64, 0),  # coarse tuning
    (0, 3): (0, 0),  # tuning program
    (0, 4): (0, 0),  # tuning bank
    (0, 5): (0, 64),  # modulation depth: half a semitone
}
"""Registered parameters, MSB and LSB: their values at rest, MSB and LSB."""


def ends_notes(message: bytes) -> bool:
    """Whether a message ends all notes of its channel: controllers 120, 123 and 124 to 127.

    >>> ends_notes(bytes((0xB0, 123, 0))), ends_notes(bytes((0xB0, 121, 0)))
    (True, False)
    """
    return message[0] & 0xF0 == 0xB0 and message[1] in NOTE_ENDERS
