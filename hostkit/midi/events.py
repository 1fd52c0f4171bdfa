"""MIDI events in integer sample time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class SampleEvents:
    """Channel messages in time order: `samples[i]` (int64, ≥ 0) is when `messages[i]` falls.

    Messages are complete MIDI messages as bytes (status first, no running status), in the
    order in which they are to be sent where times are equal.
    """

    samples: NDArray[np.int64]
    messages: tuple[bytes, ...]

    def __len__(self) -> int:
        return len(self.messages)

    def between(self, start: int, stop: int) -> SampleEvents:
        """Those in the half-open range start ≤ sample < stop, counted from `start`."""
        first, last = (int(i) for i in np.searchsorted(self.samples, (start, stop)))
        return SampleEvents(self.samples[first:last] - start, self.messages[first:last])

    @property
    def end(self) -> int:
        """One past the last event's sample; 0 when there is none."""
        return int(self.samples[-1]) + 1 if len(self) else 0


NO_EVENTS = SampleEvents(np.zeros(0, dtype=np.int64), ())
