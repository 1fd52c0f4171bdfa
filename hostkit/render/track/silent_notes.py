"""Hearing whether every note that is sent to an instrument sounds.

Instruments lose notes without a word: keys without a sample, events in the wrong place of a
block, a volume left at 0. What is silent from its beginning to its end is told.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Sequence, Set

import numpy as np
from numpy.typing import NDArray

from hostkit.audio.block import Audio
from hostkit.devices.sfz.keyswitches import NO_KEYSWITCHES, Keyswitches
from hostkit.midi.events import NO_EVENTS, SampleEvents
from hostkit.midi.messages import Messages
from hostkit.midi.pitch import note_name

HOP_FRAMES = 1024
SILENT = 1e-5
"""-100 dBFS: less than any note that is meant to be heard."""

_SOFT = 8
"""Notes with a lower velocity may be that soft by right."""
_AT_FIRST_SECONDS = 0.25
_MOST_NAMED = 6


class NoteListener:
    """Keeps the peak of every hop of an instrument's output, and compares it with its notes.

    Notes may sound at outputs `elsewhere`, which are not heard. Those of `switches`, and
    those that need one that was not pressed, are silent by right.
    """

    def __init__(
        self,
        sample_rate: int,
        elsewhere: Sequence[str] = (),
        switches: Keyswitches = NO_KEYSWITCHES,
    ) -> None:
        self._sent: list[SampleEvents] = []
        self._elsewhere, self._switches = tuple(elsewhere), switches
        self._first = int(_AT_FIRST_SECONDS * sample_rate) // HOP_FRAMES + 1
        self._peaks: list[NDArray[np.float32]] = []
        self._held = np.zeros(0, dtype=np.float32)

    def send(self, events: SampleEvents, start: int) -> None:
        """Takes what reaches the instrument from frame `start` of its output on."""
        if len(events):
            self._sent.append(SampleEvents(events.samples + start, events.messages))

    def hear(self, block: Audio) -> None:
        """Takes the next stretch of the instrument's output, compensated for its delay."""
        level = np.abs(block).max(axis=0, initial=0.0).astype(np.float32, copy=False)
        level = np.concatenate((self._held, level)) if self._held.size else level
        whole = level.size - level.size % HOP_FRAMES
        self._held = level[whole:].copy()
        if whole:
            self._peaks.append(level[:whole].reshape(-1, HOP_FRAMES).max(axis=1))

    @property
    def warnings(self) -> tuple[str, ...]:
        """One sentence about the notes that did not sound, where there are any.

        Notes that began after what was heard are not judged.
        """
        events = _joined(self._sent)
        known = frozenset(self._switches.unswitched(events.messages))
        peaks = np.concatenate([*self._peaks, np.zeros(0, dtype=np.float32)])
        begun = [
            (index, int(events.samples[index]))
            for index in np.flatnonzero(_are_notes(events, self._switches.keys)).tolist()
            if int(events.samples[index]) // HOP_FRAMES < peaks.size and index not in known
        ]
        doubtful = {
            index: at
            for index, at in begun
            if self._peak(peaks, at, at + self._first * HOP_FRAMES) < SILENT
        }
        if not doubtful:
            return ()
        ends = _ends(events)
        silent = [
            index for index, at in doubtful.items() if self._peak(peaks, at, ends[index]) < SILENT
        ]
        if not silent:
            return ()
        keys = sorted({events.messages[index][1] for index in silent})
        named = ", ".join(note_name(key) for key in keys[:_MOST_NAMED])
        more = ", …" if len(keys) > _MOST_NAMED else ""
        many = (
            "every note is"
            if len(silent) == len(begun)
            else (f"{len(silent)} of {len(begun)} notes {'is' if len(silent) == 1 else 'are'}")
        )
        other = ", ".join(self._elsewhere[:_MOST_NAMED])
        other += ", …" if len(self._elsewhere) > _MOST_NAMED else ""
        taken = f"they sound at an output that no track takes ({other}), " if other else ""
        return (
            f"{many} silent ({named}{more}): {taken}the instrument has no sound there, loses "
            "notes, needs time after loading (warm_up_s: 2 gives it), or its volume is at 0; key "
            "switches may be silent by right",
        )

    def _peak(self, peaks: NDArray[np.float32], start: int, stop: int) -> float:
        """The highest peak of the hops that lie between two samples, at their edges too."""
        return float(peaks[start // HOP_FRAMES : stop // HOP_FRAMES + 1].max(initial=0.0))


def _joined(parts: Sequence[SampleEvents]) -> SampleEvents:
    if len(parts) < 2:
        return parts[0] if parts else NO_EVENTS
    messages = [message for part in parts for message in part.messages]
    return SampleEvents(np.concatenate([part.samples for part in parts]), Messages.of(messages))


def _are_notes(events: SampleEvents, switches: Set[int]) -> NDArray[np.bool_]:
    """Which messages begin a note that is not very soft, and no switch."""
    return Messages.of(events.messages).are(
        lambda message: (
            message[0] & 0xF0 == 0x90 and message[2] >= _SOFT and message[1] not in switches
        )
    )


def _ends(events: SampleEvents) -> dict[int, int]:
    """Where each note ends, first in first out; at the last event where nothing ends it."""
    sounding: dict[tuple[int, int], deque[int]] = defaultdict(deque)
    ends: dict[int, int] = {}
    for index, (at, message) in enumerate(
        zip(events.samples.tolist(), events.messages, strict=True)
    ):
        kind = message[0] & 0xF0
        if kind not in (0x80, 0x90):
            continue
        key = (message[0] & 0x0F, message[1])
        if kind == 0x90 and message[2]:
            sounding[key].append(index)
            ends[index] = events.end
        elif sounding[key]:
            ends[sounding[key].popleft()] = at
    return ends
