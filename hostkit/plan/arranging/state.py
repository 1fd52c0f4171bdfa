"""What controllers, programs and pedals are set to at a moment: chasing.

Whoever starts to play in the middle needs to be told what was set before. What each
controller does is in `hostkit.midi.controllers`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from hostkit.midi.channels import CHANNELS, ending
from hostkit.midi.controllers import (
    CONTROLLERS,
    DATA_LSB,
    DATA_MSB,
    DECREMENT,
    INCREMENT,
    MODE_AT_REST,
    MODE_PAIRS,
    NO_PARAMETER,
    NRPN_LSB,
    NRPN_MSB,
    PEDALS,
    RPN_AT_REST,
    RPN_LSB,
    RPN_MSB,
)

Setting: TypeAlias = tuple[str, int, int]
"""Which setting of a channel: kind and numbers."""

_CLEARED = ("bend", "pressure", "key")
"""What RP-015 has controller 121 clear besides controllers and the selected parameter."""
_ORDER = ("mode", "program", "bank", "rpn", "nrpn", "cc", "bend", "pressure", "key")
_PARAMETERS = {"rpn": (RPN_MSB, RPN_LSB), "nrpn": (NRPN_MSB, NRPN_LSB)}


@dataclass
class ChannelState:
    """One channel (see `channel_of`): every setting as the messages that bring it about."""

    channel: int
    settings: dict[Setting, tuple[bytes, ...]] = field(default_factory=dict)
    _bank: dict[int, int] = field(default_factory=dict)
    _selected: Setting | None = None
    _numbers: dict[int, int] = field(default_factory=dict)

    def hear(self, message: bytes) -> None:
        """Takes a channel message other than a note."""
        kind = message[0] & 0xF0
        if kind == 0xB0:
            self._controller(message[1], message[2])
        elif kind == 0xC0:
            banks = [self._message(cc, value) for cc, value in sorted(self._bank.items())]
            self.settings["program", 0, 0] = (*banks, message)
            self.settings.pop(("bank", 0, 0), None)
        elif kind == 0xD0:
            self.settings["pressure", 0, 0] = (message,)
        elif kind == 0xE0:
            self.settings["bend", 0, 0] = (message,)
        elif kind == 0xA0:
            self.settings["key", message[1], 0] = (message,)

    @property
    def held_pedals(self) -> tuple[int, ...]:
        """The pedals that are down."""
        return tuple(cc for cc in PEDALS if self._value(cc) >= 64)

    def lift(self, pedal: int) -> bytes:
        """The message that lifts a pedal; it is up from now on."""
        message = self._message(pedal, 0)
        self.hear(message)
        return message

    def towards(self, target: ChannelState) -> Iterator[bytes]:
        """The messages that bring this channel to `target`; it is there afterwards."""
        changes: list[tuple[Setting, tuple[bytes, ...]]] = [
            (setting, at_rest)
            for setting in self.settings
            if setting not in target.settings and (at_rest := tuple(self._rest(setting)))
        ]
        changes += [
            (setting, messages)
            for setting, messages in target.settings.items()
            if self.settings.get(setting) != messages
        ]
        changes.sort(key=lambda change: _in_order(change[0]))
        for _, messages in changes:
            yield from messages
        entered = [setting for setting, _ in changes if setting[0] in _PARAMETERS]
        if (entered[-1] if entered else self._selected) != target._selected:
            yield from target._selection()
        self.settings, self._bank = dict(target.settings), dict(target._bank)
        self._selected, self._numbers = target._selected, dict(target._numbers)

    def _rest(self, setting: Setting) -> Iterator[bytes]:
        kind, first, second = setting
        if kind == "cc" and (value := CONTROLLERS[first].rest) is not None:
            yield self._message(first, value)
        elif kind == "program":
            yield from (self._message(cc, 0) for cc in sorted(self._bank))
            yield self._other(0xC0, 0)
        elif kind == "bend":
            yield self._other(0xE0, 0, 64)
        elif kind == "pressure":
            yield self._other(0xD0, 0)
        elif kind == "key":
            yield self._other(0xA0, first, 0)
        elif kind == "mode":
            yield self._message(MODE_AT_REST["omni" if first == 0 else "mono"], 0)
        elif kind == "rpn" and (first, second) in RPN_AT_REST:
            msb, lsb = RPN_AT_REST[first, second]
            yield from self._select_messages(kind, first, second)
            yield self._message(DATA_MSB, msb)
            yield self._message(DATA_LSB, lsb)

    def _controller(self, number: int, value: int) -> None:
        role = CONTROLLERS[number].role
        if role in ("value", "pedal"):
            self.settings["cc", number, 0] = (self._message(number, value),)
        elif role == "bank":
            self._bank[number] = value  # counts from the next program change on
            banks = (self._message(cc, set_to) for cc, set_to in sorted(self._bank.items()))
            self.settings["bank", 0, 0] = tuple(banks)
        elif role == "parameter":
            self._select(number, value)
        elif role == "data":
            self._enter(number, value)
        elif role == "mode":
            which = 0 if MODE_PAIRS[number] == "omni" else 1
            self.settings["mode", which, 0] = (self._message(number, value),)
        elif role == "reset":
            self._reset()

    def _reset(self) -> None:
        """Controller 121, as RP-015 has it."""
        self.settings = {
            setting: messages
            for setting, messages in self.settings.items()
            if setting[0] not in _CLEARED
            and not (setting[0] == "cc" and CONTROLLERS[setting[1]].cleared)
        }
        self._selected, self._numbers = None, {}

    def _select(self, number: int, value: int) -> None:
        self._numbers[number] = value
        kind = "rpn" if number in (RPN_LSB, RPN_MSB) else "nrpn"
        msb, lsb = (self._numbers.get(cc, NO_PARAMETER) for cc in _PARAMETERS[kind])
        none = (msb, lsb) == (NO_PARAMETER, NO_PARAMETER)
        self._selected = None if none else (kind, msb, lsb)

    def _selection(self) -> tuple[bytes, ...]:
        kind, msb, lsb = self._selected or ("rpn", NO_PARAMETER, NO_PARAMETER)
        return tuple(self._select_messages(kind, msb, lsb))

    def _select_messages(self, kind: str, msb: int, lsb: int) -> Iterator[bytes]:
        first, second = _PARAMETERS[kind]
        yield self._message(first, msb)
        yield self._message(second, lsb)

    def _enter(self, number: int, value: int) -> None:
        if self._selected is None:
            return
        head = self._selection()
        entered = self.settings.get(self._selected, head)[2:]
        data = {m[1]: m for m in entered if m[1] in (DATA_MSB, DATA_LSB)}
        steps = [m for m in entered if m[1] in (INCREMENT, DECREMENT)]
        message = self._message(number, value)
        if number in (INCREMENT, DECREMENT):
            if steps and steps[-1][1] != number:
                steps.pop()  # one up and one down
            else:
                steps.append(message)
        else:
            data[number], steps = message, []
        self.settings[self._selected] = (*head, *(data[cc] for cc in sorted(data)), *steps)

    def _value(self, number: int) -> int:
        messages = self.settings.get(("cc", number, 0))
        return messages[0][2] if messages else 0

    def _message(self, number: int, value: int) -> bytes:
        return self._other(0xB0, number, value)

    def _other(self, status: int, *data: int) -> bytes:
        return bytes((status | self.channel % CHANNELS, *data)) + ending(self.channel)


def _in_order(setting: Setting) -> tuple[int, int, int]:
    kind, first, second = setting
    return _ORDER.index(kind), first, second
