"""What controllers, programs and pedals are set to at a moment: chasing.

Whoever starts to play in the middle needs to be told what was set before.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

Setting: TypeAlias = tuple[str, int, int]
"""Which setting of a channel: kind and numbers."""

_BANK_MSB, _BANK_LSB = 0, 32
_DATA_MSB, _DATA_LSB = 6, 38
_NRPN_LSB, _NRPN_MSB, _RPN_LSB, _RPN_MSB = 98, 99, 100, 101
_FIRST_MODE = 120  # from here on controllers are commands: all sound off, local control…
PEDALS = (64, 66, 69)
"""Sustain, sostenuto, hold 2: what keeps notes sounding without a key."""
_AT_REST = {1: 0, 7: 100, 10: 64, 11: 127, 65: 0, 67: 0, 68: 0} | dict.fromkeys(PEDALS, 0)
"""Controllers whose value at rest is known (RP-015, and General MIDI's start values)."""


@dataclass
class ChannelState:
    """One channel (0…15): every setting as the messages that bring it about."""

    channel: int
    settings: dict[Setting, tuple[bytes, ...]] = field(default_factory=dict)
    _bank: dict[int, int] = field(default_factory=dict)
    _selected: Setting | None = None
    _numbers: dict[int, int] = field(default_factory=dict)

    def hear(self, message: bytes) -> None:
        """Takes a channel message other than a note."""
        kind = message[0] & 0xF0
        if kind == 0xB0 and message[1] < _FIRST_MODE:
            self._controller(message[1], message[2])
        elif kind == 0xC0:
            banks = [self._message(cc, value) for cc, value in sorted(self._bank.items())]
            self.settings["program", 0, 0] = (*banks, message)
        elif kind == 0xD0:
            self.settings["pressure", 0, 0] = (message,)
        elif kind == 0xE0:
            self.settings["bend", 0, 0] = (message,)

    @property
    def held_pedals(self) -> tuple[int, ...]:
        """The pedals that are down."""
        return tuple(cc for cc in PEDALS if self._value(cc) >= 64)

    def lift(self, pedal: int) -> bytes:
        """The message that lifts a pedal; it is up from now on."""
        message = self._message(pedal, 0)
        self.hear(message)
        return message

    def towards(self, target: Mapping[Setting, tuple[bytes, ...]]) -> Iterator[bytes]:
        """The messages that bring this channel to `target`; it is there afterwards."""
        for setting in [s for s in self.settings if s not in target]:
            yield from self._rest(setting)
        for setting in sorted(target, key=_in_order):
            if self.settings.get(setting) != target[setting]:
                yield from target[setting]
        self.settings = dict(target)

    def _rest(self, setting: Setting) -> Iterator[bytes]:
        kind, number, _ = setting
        if kind == "cc" and number in _AT_REST:
            yield self._message(number, _AT_REST[number])
        elif kind == "bend":
            yield bytes((0xE0 | self.channel, 0, 64))
        elif kind == "pressure":
            yield bytes((0xD0 | self.channel, 0))

    def _controller(self, number: int, value: int) -> None:
        if number in (_BANK_MSB, _BANK_LSB):
            self._bank[number] = value  # counts from the next program change on
        elif number in (_NRPN_LSB, _NRPN_MSB, _RPN_LSB, _RPN_MSB):
            self._select(number, value)
        elif number in (_DATA_MSB, _DATA_LSB):
            self._enter(number, value)
        else:
            self.settings["cc", number, 0] = (self._message(number, value),)

    def _select(self, number: int, value: int) -> None:
        self._numbers[number] = value
        registered = number in (_RPN_LSB, _RPN_MSB)
        msb, lsb = (_RPN_MSB, _RPN_LSB) if registered else (_NRPN_MSB, _NRPN_LSB)
        numbers = self._numbers.get(msb, 127), self._numbers.get(lsb, 127)
        self._selected = ("rpn" if registered else "nrpn", *numbers)

    def _enter(self, number: int, value: int) -> None:
        if self._selected is None:
            return
        kind, msb, lsb = self._selected
        first, second = (_RPN_MSB, _RPN_LSB) if kind == "rpn" else (_NRPN_MSB, _NRPN_LSB)
        head = (self._message(first, msb), self._message(second, lsb))
        known = {m[1]: m for m in self.settings.get(self._selected, ())[2:]}
        known[number] = self._message(number, value)
        self.settings[self._selected] = (*head, *(known[cc] for cc in sorted(known)))

    def _value(self, number: int) -> int:
        messages = self.settings.get(("cc", number, 0))
        return messages[0][2] if messages else 0

    def _message(self, number: int, value: int) -> bytes:
        return bytes((0xB0 | self.channel, number, value))


_ORDER = ("program", "rpn", "nrpn", "cc", "bend", "pressure")


def _in_order(setting: Setting) -> tuple[int, int, int]:
    kind, first, second = setting
    return _ORDER.index(kind), first, second
