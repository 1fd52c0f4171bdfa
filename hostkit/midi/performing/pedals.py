"""A pedal that is still down where its track ends.

Nobody's foot stays there: it goes up, as notes without an end are closed. But what dies away
by itself, a piano's last chord, is left to ring: that is what the pedal was held for.
"""

from __future__ import annotations

import numpy as np

from hostkit.midi.channels import CHANNELS, channel_of, ending
from hostkit.midi.controllers import BANK_MSB, PEDALS, RESET_CONTROLLERS
from hostkit.midi.drums import DRUM_BANK, is_drum_channel
from hostkit.midi.events import SampleEvents
from hostkit.midi.general import dies_away
from hostkit.midi.messages import Messages
from hostkit.midi.performing.notes import Performance
from hostkit.midi.reading.repair import Repair


def with_pedals_lifted(
    performance: Performance, where: str, instrument_dies_away: bool | None
) -> Performance:
    """The performance with every pedal up at its end that the instrument would ring on under.

    `instrument_dies_away` says of what kind it is; None leaves it to the programs that the
    messages choose, drums being of those that die away.
    """
    if instrument_dies_away:
        return performance
    messages = Messages.of(performance.events.messages)
    if not any(m[0] & 0xF0 == 0xB0 and m[1] in PEDALS and m[2] >= 64 for m in messages.kinds):
        return performance
    down: dict[tuple[int, int], None] = {}
    dying: dict[int, bool] = {}
    banks: dict[int, int] = {}
    telling = np.flatnonzero(messages.are(lambda m: m[0] & 0xF0 in (0xB0, 0xC0)))
    for message in messages.take(telling):
        channel = channel_of(message)
        if message[0] & 0xF0 == 0xC0:
            drums = banks.get(channel) == DRUM_BANK
            dying[channel] = drums or is_drum_channel(channel) or dies_away(message[1])
        elif message[1] == BANK_MSB:
            banks[channel] = message[2]
        elif message[1] in PEDALS and message[2] >= 64:
            down[channel, message[1]] = None
        elif message[1] in PEDALS:
            down.pop((channel, message[1]), None)
        elif message[1] == RESET_CONTROLLERS:
            for pedal in PEDALS:
                down.pop((channel, pedal), None)
    if instrument_dies_away is None:  # a channel without a program plays the piano
        down = {held: None for held in down if not dying.get(held[0], True)}
    if not down:
        return performance
    lifts = [
        bytes((0xB0 | channel % CHANNELS, pedal, 0)) + ending(channel) for channel, pedal in down
    ]
    events = performance.events
    end = max(performance.end_sample, events.end - 1)
    lifted = SampleEvents(
        np.append(events.samples, np.full(len(lifts), end, dtype=np.int64)), messages + lifts
    )
    repair = Repair(where, f"pedals held beyond its end, lifted there: {len(lifts)}")
    return Performance(lifted, (*performance.repairs, repair), performance.end_sample)
