"""Crowds of events: no more at one time, or in one buffer, than plug-ins and their hosts take."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hostkit.midi.events import SampleEvents

MOST_AT_ONCE = 100
"""pedalboard refuses more events at one time: it takes them for times given as deltas."""
MOST_IN_BUFFER = 512
"""More in one buffer are dropped without a word: by plug-ins made with DPF, and from 2048
on by pedalboard's VST3 host."""


def spread(events: SampleEvents, buffer: int) -> SampleEvents:
    """The same events, with no more at one sample or in one buffer than can be sent.

    Those too many come as soon after as there is room, still in order.

    >>> crowd = SampleEvents(np.zeros(250, dtype=np.int64), (bytes((0x90, 60, 64)),) * 250)
    >>> spread(crowd, 512).samples[[99, 100, 200, 249]].tolist()
    [0, 1, 2, 2]
    """
    samples = events.samples
    count = len(samples)
    crowded = (samples[MOST_AT_ONCE:] == samples[:-MOST_AT_ONCE]).any() or (
        samples[MOST_IN_BUFFER:] // buffer == samples[:-MOST_IN_BUFFER] // buffer
    ).any()
    if count <= MOST_AT_ONCE or not crowded:
        return events
    moved: NDArray[np.int64] = samples.copy()
    for i in range(MOST_AT_ONCE, count):
        at = max(moved[i], moved[i - 1])
        if at == moved[i - MOST_AT_ONCE]:
            at += 1
        if i >= MOST_IN_BUFFER and at // buffer == moved[i - MOST_IN_BUFFER] // buffer:
            at = (at // buffer + 1) * buffer
        moved[i] = at
    return SampleEvents(moved, events.messages)
