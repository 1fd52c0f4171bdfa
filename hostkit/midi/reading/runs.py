"""Runs of channel messages with two bytes of data, which most of a track is: read all at once.

Where each next event begins is worked out for every byte, as if one began there; then only the
chain from the first on is followed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hostkit.midi.messages import Messages

_WINDOW_BYTES = 16_384
_MOST_TIME_BYTES = 4
_HAS_TWO = np.array([0x80 <= status < 0xF0 and status & 0xE0 != 0xC0 for status in range(256)])


@dataclass(frozen=True, eq=False)
class Run:
    """Messages, how many ticks after the one before each is, and the position after all."""

    gaps: NDArray[np.int64]
    messages: Messages
    stop: int
    running: int


def run_at(data: bytes, position: int, running: int) -> Run | None:
    """The undamaged run that begins at a position, up to a window's end; None for none."""
    count = min(len(data) - position, _WINDOW_BYTES)
    window = np.zeros(count + _MOST_TIME_BYTES + 3, dtype=np.uint8)
    window[:count] = np.frombuffer(data, np.uint8, count, position)
    low = window < 0x80
    here = np.arange(count)
    next_low = np.minimum.accumulate(np.where(low[:count], here, count)[::-1])[::-1]
    says_status = ~low[next_low + 1]
    first = next_low + 1 + says_status
    fits = (
        (next_low - here < _MOST_TIME_BYTES)
        & (first + 2 <= count)
        & (~says_status | _HAS_TWO[window[next_low + 1]])
        & low[first]
        & low[first + 1]
    )
    following = np.where(fits, first + 2, 0).tolist()
    if not following[0] or not (says_status[0] or _HAS_TWO[running]):
        return None
    starts, place = [], 0
    while place < count and (after := following[place]):
        starts.append(place)
        place = after
    begins = np.array(starts)
    said = says_status[begins]
    latest = np.maximum.accumulate(np.where(said, np.arange(len(begins)), -1))
    statuses = np.where(latest >= 0, window[next_low[begins] + 1][latest], running)
    gaps = np.zeros(len(begins), dtype=np.int64)
    for byte in range(_MOST_TIME_BYTES):
        there = begins + byte
        gaps = np.where(there <= next_low[begins], gaps << 7 | window[there] & 0x7F, gaps)
    firsts = first[begins]
    messages = Messages.of_columns(statuses, window[firsts], window[firsts + 1])
    return Run(gaps, messages, position + place, int(statuses[-1]))
