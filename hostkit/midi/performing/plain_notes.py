"""Notes that need no settling, as in most files: told at a glance, a tenth of the time."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hostkit.midi.controllers import ends_notes
from hostkit.midi.messages import Messages

DEFAULT_RELEASE = 64
"""RP-001: what ending a note by velocity 0 stands for."""


def note_off(message: bytes) -> bytes:
    """The end of the note that a note-on begins, or ends by velocity 0."""
    return bytes((0x80 | message[0] & 0x0F, message[1], DEFAULT_RELEASE)) + message[3:]


def as_they_are(samples: NDArray[np.int64], messages: Messages) -> Messages | None:
    """The messages, if starts and ends of each pitch alternate and every end is the later; else
    None. Ends by velocity 0 are note-offs.
    """
    kinds = messages.kinds
    if any(map(ends_notes, kinds)):
        return None
    places: dict[bytes, int] = {}
    said = [message[0] & 0xF0 for message in kinds]
    place = np.array(
        [
            places.setdefault(note_off(message), len(places)) if kind in (0x80, 0x90) else -1
            for kind, message in zip(said, kinds, strict=True)
        ],
        dtype=np.int64,
    )
    begins = np.array(
        [kind == 0x90 and message[2] > 0 for kind, message in zip(said, kinds, strict=True)],
        dtype=np.bool_,
    )
    at = place[messages.indices]
    notes = np.flatnonzero(at >= 0)
    in_pitches = notes[np.argsort(at[notes], kind="stable")]
    starts, ends = in_pitches[::2], in_pitches[1::2]
    if len(starts) != len(ends) or not np.array_equal(at[starts], at[ends]):
        return None
    begin = begins[messages.indices]
    if not begin[starts].all() or begin[ends].any() or (samples[starts] >= samples[ends]).any():
        return None
    known: dict[bytes, int] = {}
    new = [
        known.setdefault(
            note_off(message) if kind == 0x90 and not message[2] else message, len(known)
        )
        for kind, message in zip(said, kinds, strict=True)
    ]
    renamed = np.array(new, dtype=messages.indices.dtype)
    return Messages(tuple(known), renamed[messages.indices])
