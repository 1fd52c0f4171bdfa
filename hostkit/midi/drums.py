"""Which channels play drums: the ways of General MIDI 1 and 2, GS and XG in one.

On channel 10 of each port notes are drums. Files make other channels drums, or channel 10
none, by a bank select before the program (GM 2: bank 120, melodic 121; XG: 127 and 126) or
by a system exclusive (GS: use for rhythm part; XG: part mode). All of them become what
General MIDI level 2 says, which a player here understands: bank 120 or 121, and the program.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from hostkit.midi.channels import CHANNELS, channel_of, ending, port_of
from hostkit.midi.controllers import BANK_LSB, BANK_MSB
from hostkit.midi.messages import Messages
from hostkit.midi.midi_file import MidiTrack

DRUM_CHANNEL = 9
"""Of 0…15, on every port."""
DRUM_BANK, MELODIC_BANK = 120, 121
"""Bank select of General MIDI level 2."""

System = Literal["", "gm", "gm2", "gs", "xg"]
_DRUM_BANKS: dict[System, tuple[int, ...]] = {
    "": (120, 126, 127),
    "gm": (120, 126, 127),
    "gm2": (120,),
    "gs": (),  # 126 and 127 are the sounds of older synthesisers
    "xg": (126, 127),
}
_MELODIC_BANKS: dict[System, tuple[int, ...]] = {
    "": (121,), "gm": (121,), "gm2": (121,), "gs": (), "xg": (0, 64)
}  # fmt: skip
"""What makes channel 10 play no drums."""

_RESETS: tuple[tuple[bytes, bytes, System], ...] = (  # what stands around the device's number
    (b"\xf0\x7e", b"\x09\x01", "gm"),
    (b"\xf0\x7e", b"\x09\x02", ""),
    (b"\xf0\x7e", b"\x09\x03", "gm2"),
    (b"\xf0\x41", b"\x42\x12\x40\x00\x7f\x00", "gs"),
    (b"\xf0\x41", b"\x42\x12\x00\x00\x7f", "gs"),
    (b"\xf0\x43", b"\x4c\x00\x00\x7e\x00", "xg"),
)
_GS_PART_MODE, _XG_PART_MODE = b"\x42\x12\x40", b"\x4c\x08"


def is_drum_channel(channel: int) -> bool:
    """Whether a channel (see `channel_of`) plays drums where nothing is said."""
    return channel % CHANNELS == DRUM_CHANNEL


def drum_channels(messages: Sequence[bytes]) -> frozenset[int]:
    """The channels that play drums, as `with_drums_as_banks` left the messages.

    One whose first note is of drums counts, whatever it plays later.
    """
    said: dict[int, bool] = {}
    drums: dict[int, bool] = {}
    for message in messages:
        kind, channel = message[0] & 0xF0, channel_of(message)
        if kind == 0xB0 and message[1] == BANK_MSB and message[2] in (DRUM_BANK, MELODIC_BANK):
            said[channel] = message[2] == DRUM_BANK
        elif kind == 0x90 and channel not in drums:
            drums[channel] = said.get(channel, is_drum_channel(channel))
    return frozenset(channel for channel, plays_drums in drums.items() if plays_drums)


def with_drums_as_banks(track: MidiTrack) -> MidiTrack:
    """The track with every way of making drums turned into bank selects of GM level 2."""
    messages = track.messages
    chosen = messages.are(lambda m: m[0] & 0xF0 == 0xB0 and m[1] == BANK_MSB and m[2] > 0)
    systems = [event for event in track.sysex if is_of_drums(event[1])]
    if not systems and not chosen.any():
        return track
    ticks: list[int] = []
    made: list[bytes] = []
    state = _State()
    exclusives = iter([*systems, (int(track.ticks[-1]) + 1 if len(track.ticks) else 0, b"")])
    next_tick, exclusive = next(exclusives)
    for tick, message in zip(track.ticks.tolist(), messages, strict=True):
        while exclusive and next_tick <= tick:
            for extra in state.hear_exclusive(exclusive):
                ticks.append(next_tick)
                made.append(extra)
            next_tick, exclusive = next(exclusives)
        ticks.append(tick)
        made.append(state.hear(message))
    return MidiTrack(
        track.index,
        track.name,
        np.asarray(ticks, dtype=track.ticks.dtype),
        Messages.of(made),
        track.end_tick,
        track.sysex,
    )


@dataclass
class _State:
    """What the file has said so far: by port the system, by channel drums and program."""

    systems: dict[int, System] = field(default_factory=dict)
    drums: dict[int, bool] = field(default_factory=dict)
    programs: dict[int, int] = field(default_factory=dict)

    def plays_drums(self, channel: int) -> bool:
        return self.drums.get(channel, is_drum_channel(channel))

    def hear(self, message: bytes) -> bytes:
        """A channel message, as GM level 2 says it."""
        kind, channel = message[0] & 0xF0, channel_of(message)
        if kind == 0xC0:
            self.programs[channel] = message[1]
        if kind != 0xB0 or message[1] != BANK_MSB:
            return message
        system = self.systems.get(channel // CHANNELS, "")
        bank = message[2]
        if bank in _DRUM_BANKS[system]:
            self.drums[channel] = True
        elif bank in _MELODIC_BANKS[system] or (self.drums.get(channel) and system != "gs"):
            self.drums[channel] = False
        said = bank
        if self.plays_drums(channel) != is_drum_channel(channel) or channel in self.drums:
            said = DRUM_BANK if self.plays_drums(channel) else _melodic(channel, bank)
        elif bank in (DRUM_BANK, MELODIC_BANK):
            said = 0
        return bytes((message[0], BANK_MSB, said)) + message[3:]

    def hear_exclusive(self, message: bytes) -> Iterator[bytes]:
        """What a system exclusive does to the channels, as messages for them."""
        port = port_of(message)
        if (system := _system(message)) is not None:
            self.systems[port] = system
            for channel, plays in list(self.drums.items()):
                if channel // CHANNELS == port:
                    del self.drums[channel]
                    if plays != is_drum_channel(channel):
                        yield from self._bank(channel, not plays, 0)
            return
        part = _part_mode(message)
        if part is not None:
            channel, plays = port * CHANNELS + part[0], part[1]
            if plays != self.plays_drums(channel):
                self.drums[channel] = plays
                yield from self._bank(channel, plays, self.programs.get(channel, 0))

    def _bank(self, channel: int, drums: bool, program: int) -> Iterator[bytes]:
        bank = DRUM_BANK if drums else MELODIC_BANK
        nibble, port = channel % CHANNELS, ending(channel)
        yield bytes((0xB0 | nibble, BANK_MSB, bank)) + port
        yield bytes((0xB0 | nibble, BANK_LSB, 0)) + port
        yield bytes((0xC0 | nibble, program)) + port


def _melodic(channel: int, bank: int) -> int:
    return MELODIC_BANK if is_drum_channel(channel) else bank % DRUM_BANK


def is_of_drums(message: bytes) -> bool:
    """Whether a system exclusive resets the system, or says which channel plays drums."""
    return _system(message) is not None or _part_mode(message) is not None


def _system(message: bytes) -> System | None:
    """The system that a message resets the port to."""
    for maker, rest, system in _RESETS:
        if message[:2] == maker and message[3 : 3 + len(rest)] == rest:
            return system
    return None


def _part_mode(message: bytes) -> tuple[int, bool] | None:
    """The channel (0…15) that a message makes drums, or none."""
    if message[:2] == b"\xf0\x41" and message[3:6] == _GS_PART_MODE and len(message) > 8:
        block, what = message[6], message[7]
        if block & 0xF0 == 0x10 and what == 0x15:
            return _channel_of_block(block & 0x0F), message[8] > 0
    if message[:2] == b"\xf0\x43" and message[3:5] == _XG_PART_MODE and len(message) > 7:
        part, what = message[5], message[6]
        if part < CHANNELS and what == 0x07:
            return part, message[7] > 0
    return None


def _channel_of_block(block: int) -> int:
    """GS counts parts so that block 0 is channel 10, and 1…9 are channels 1…9."""
    if block == 0:
        return DRUM_CHANNEL
    return block - 1 if block <= DRUM_CHANNEL else block
