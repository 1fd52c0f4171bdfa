"""A loop's early notes: what begins before the loop does is played at the end of each round."""

from __future__ import annotations

from collections.abc import Set

import numpy as np
from numpy.typing import NDArray

from hostkit.midi.channels import channel_of
from hostkit.midi.messages import Messages
from hostkit.midi.midi_file import is_note_on
from hostkit.midi.performing.notes import settle_notes


def round_a_loop(
    samples: NDArray[np.int64],
    messages: Messages,
    loop_frames: int,
    keyswitches: Set[int],
    shortest_frames: int,
) -> tuple[NDArray[np.int64], Messages]:
    r"""The events of one round, counted from its start, with early notes at its end.

    A loop is folded, so what such a note still has to sound falls on the start of the next round.
    What else is early, controllers and keys in `keyswitches`, is there too: the first round and
    those notes need it.

    >>> notes = Messages.of([b"\x90<@", b"\x80<@"])
    >>> round_a_loop(np.array([-48, 100]), notes, 1000, frozenset(), 48)[0].tolist()
    [952, 1100]
    """
    notes = messages.are(lambda message: is_note_on(message) and message[1] not in keyswitches)
    if not (notes & (samples < 0)).any():
        return samples, messages
    events: list[tuple[int, int, bytes]] = []
    moved: dict[tuple[int, int], int] = {}
    for sample, message in zip(samples.tolist(), messages, strict=True):
        kind, key = message[0] & 0xF0, (channel_of(message), message[1])
        begins, later = kind == 0x90, sample % loop_frames - sample
        if kind not in (0x80, 0x90) or message[1] in keyswitches:
            events.append((sample, begins, message))
            if sample < 0:
                events.append((sample + later, begins, message))
            continue
        if begins:
            moved[key] = later if sample < 0 else 0
        events.append((sample + moved.get(key, 0), 2 * begins, message))
    events.sort(key=lambda event: event[:2])
    base = min(events[0][0], 0)
    settled = settle_notes(
        [sample - base for sample, _, _ in events],
        [message for _, _, message in events],
        events[-1][0] - base,
        shortest_frames,
        "the loop",
    ).events
    return settled.samples + base, Messages.of(settled.messages)
