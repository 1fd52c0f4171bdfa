"""MIDI events in integer sample time."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from hostkit.midi.messages import Messages
from hostkit.midi.put_away import Deflated


@dataclass(frozen=True, eq=False)
class SampleEvents:
    """Channel messages in time order: `samples[i]` (int64, ≥ 0) is when `messages[i]` falls.

    Messages are complete MIDI messages as bytes (status first, no running status), in the
    order in which they are to be sent where times are equal.
    """

    samples: NDArray[np.int64]
    messages: Sequence[bytes]

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


NO_EVENTS = SampleEvents(np.zeros(0, dtype=np.int64), Messages.of(()))


@dataclass(frozen=True, eq=False)
class Score:
    """Events put away until they are played, in a fraction of their room.

    A plan holds those of all its tracks, for hours of music, and plays none of them.
    `sha256` stands for times and messages, `end` is theirs.
    """

    sha256: str
    count: int
    end: int
    _kinds: tuple[bytes, ...] = field(repr=False, metadata={"heard": False})
    _gaps: Deflated = field(repr=False, metadata={"heard": False})
    _indices: Deflated = field(repr=False, metadata={"heard": False})

    @classmethod
    def of(cls, events: SampleEvents) -> Score:
        r"""Those events put away.

        >>> score = Score.of(SampleEvents(np.array([0, 480]), (b"\x90<@", b"\x80<@")))
        >>> score.count, score.end, score.events().samples.tolist()
        (2, 481, [0, 480])
        """
        messages = Messages.of(events.messages).tidied()
        gaps = np.diff(events.samples, prepend=0).astype("<i8")
        indices = messages.indices.astype("<i4")
        digest = hashlib.sha256(f"{len(gaps)} {len(messages.kinds)}:".encode())
        for part in (gaps, indices):
            digest.update(part.tobytes())
        for kind in messages.kinds:
            digest.update(bytes((len(kind),)) + kind)
        return cls(
            digest.hexdigest(),
            len(events),
            events.end,
            messages.kinds,
            Deflated.of(gaps),
            Deflated.of(indices),
        )

    def events(self) -> SampleEvents:
        """The events, as they were."""
        samples = np.cumsum(self._gaps.array(), dtype=np.int64)
        return SampleEvents(samples, Messages(self._kinds, self._indices.array()))
