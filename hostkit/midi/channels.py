"""Which channel a message is for: one of sixteen, on one of several ports.

A channel message is status and data, as on the wire; where its track stands on a port other
than the first (meta event FF 21), the port's number stands behind it as one more byte. So
messages stay plain bytes, and two parts on channel 1 of two ports are two channels.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from hostkit.midi.messages import Messages

CHANNELS = 16
MOST_PORTS = 16
"""What a player here tells apart; the seventeenth port is played by the first again."""

_LENGTHS = {0x80: 3, 0x90: 3, 0xA0: 3, 0xB0: 3, 0xC0: 2, 0xD0: 2, 0xE0: 3}
_END_OF_SYSEX = 0xF7


def channel_message(status: int, first: int, second: int) -> bytes:
    r"""A channel message of its proper length.

    >>> channel_message(0xC0, 48, 0)
    b'\xc00'
    """
    return bytes((status, first, second))[: _LENGTHS[status & 0xF0]]


def port_of(message: bytes) -> int:
    r"""The port (0…127) of a channel message or system exclusive.

    >>> port_of(b"\x90<@"), port_of(b"\xc0\x30\x01"), port_of(b"\xf0\x7e\xf7\x02")
    (0, 1, 2)
    """
    if message[0] == 0xF0:
        return message[-1] if message[-2] == _END_OF_SYSEX else 0
    length = _LENGTHS[message[0] & 0xF0]
    return message[length] if len(message) > length else 0


def channel_of(message: bytes) -> int:
    r"""Sixteen times the port and the channel, both from 0: what tells channels apart.

    >>> channel_of(b"\x99<@"), channel_of(b"\x99<@\x01")
    (9, 25)
    """
    return CHANNELS * port_of(message) + (message[0] & 0x0F)


def channels_of(messages: Messages) -> NDArray[np.int64]:
    r"""`channel_of` each kind of the messages.

    >>> channels_of(Messages.of([b"\x99<@", b"\xc9\x07\x01"])).tolist()
    [9, 25]
    """
    table = messages.table.astype(np.int64)
    has_one = table[:, 0] & 0xE0 == 0xC0
    port = np.where(has_one, table[:, 2], table[:, 3])
    return np.asarray(CHANNELS * port + (table[:, 0] & 0x0F), dtype=np.int64)


def ending(channel: int) -> bytes:
    r"""What stands behind the messages of a channel as `channel_of` counts: its port.

    >>> ending(9), ending(25)
    (b'', b'\x01')
    """
    port = channel // CHANNELS
    return bytes((port,)) if port else b""


def on_port(message: bytes, port: int) -> bytes:
    r"""The channel message on another port.

    >>> on_port(b"\x90<@\x03", 0), on_port(b"\x90<@", 1)
    (b'\x90<@', b'\x90<@\x01')
    """
    return message[: _LENGTHS[message[0] & 0xF0]] + (bytes((port,)) if port else b"")


def each(messages: Messages, change: Callable[[bytes], bytes]) -> Messages:
    """The messages, each changed; a kind of message is changed once."""
    kinds: dict[bytes, int] = {}
    indices = [kinds.setdefault(change(kind), len(kinds)) for kind in messages.kinds]
    return Messages(tuple(kinds), np.asarray(indices, dtype=np.int64)[messages.indices])
