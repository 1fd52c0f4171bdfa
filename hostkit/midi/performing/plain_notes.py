"""Notes that need no settling: on their key each start has one end, later, and then the next.

Nearly all do not, and are told at once; only the others are gone through one by one.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hostkit.midi.controllers import NOTE_ENDERS
from hostkit.midi.messages import Messages

DEFAULT_RELEASE = 64
"""RP-001: what ending a note by velocity 0 stands for."""


def note_off(message: bytes) -> bytes:
    """The end of the note that a note-on begins, or ends by velocity 0."""
    return bytes((0x80 | message[0] & 0x0F, message[1], DEFAULT_RELEASE)) + message[3:]


def regular(samples: NDArray[np.int64], messages: Messages) -> NDArray[np.bool_]:
    """Which messages stay as they are: those of regular keys, and all that are of no note.

    None do where one ends all notes of a channel. `samples` ascend.
    """
    table = messages.table.astype(np.int64)
    if ((table[:, 0] & 0xF0 == 0xB0) & np.isin(table[:, 1], list(NOTE_ENDERS))).any():
        return np.zeros(len(messages), dtype=np.bool_)
    is_note = (table[:, 0] < 0xA0)[messages.indices]
    notes = np.flatnonzero(is_note)
    keys = (table[:, 0] & 0x0F) << 16 | table[:, 1] << 8 | table[:, 3]
    begins = (table[:, 0] >= 0x90) & (table[:, 2] > 0)
    keys, begins = keys[messages.indices[notes]], begins[messages.indices[notes]]
    order = np.argsort(keys, kind="stable")
    keys, begins, times = keys[order], begins[order], samples[notes[order]]
    firsts = np.flatnonzero(np.diff(keys, prepend=-1))
    counts = np.diff(np.append(firsts, len(keys)))
    number = np.arange(len(keys)) - np.repeat(firsts, counts)
    fits = begins == (number % 2 == 0)
    fits[1:] &= begins[1:] | (times[1:] > times[:-1])
    is_regular = np.logical_and.reduceat(fits, firsts) if len(firsts) else fits
    is_regular &= counts % 2 == 0
    stays = ~is_note
    stays[notes[order]] = np.repeat(is_regular, counts)
    return np.asarray(stays, dtype=np.bool_)
