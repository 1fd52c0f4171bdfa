"""Segments of sounds, wherever they can be had first: the store, a stem in the making, a draft."""

from __future__ import annotations

import contextlib
import os
import threading
from collections import OrderedDict
from concurrent.futures import Future

import numpy as np

from hostkit.audio.block import Audio, planar
from hostkit.audio.formats import sample_format
from hostkit.audio.quantise import IntSamples, dequantise
from hostkit.errors import HostkitError, LostPrint
from hostkit.jobs.executors import LocalExecutor
from hostkit.jobs.following import InProgress
from hostkit.jobs.prints import INTEGERS, SAMPLE_BYTES, Print
from hostkit.jobs.store import Store
from hostkit.listening.live.drafts import DraftJob, make_draft
from hostkit.listening.live.version import SEGMENT_FRAMES, PlayableSound
from hostkit.plan.nodes.stems import StemPlan

DRAFT_SEGMENTS = 4
"""As many are mixed ahead at a time: 5.5 seconds at 48 kHz."""
KEPT_DRAFTS = 48
"""In memory, of 2 MB each."""


class Segments:
    """Gives segments of the sounds of a session, as float audio."""

    def __init__(self, store: Store, executor: LocalExecutor) -> None:
        self._store, self._executor = store, executor
        self._prints: dict[str, Print] = {}
        self._drafts: OrderedDict[tuple[str, int], Future[Audio]] = OrderedDict()
        self._lock = threading.Lock()

    def get(
        self, sound: PlayableSound, index: int, format_name: str, growing: InProgress | None = None
    ) -> Audio | None:
        """A segment, shape (channels, ≤ SEGMENT_FRAMES); None where it cannot be had yet.

        `growing` is the stem being written, if it is. After the end of a sound there are no
        frames. Raises HostkitError where mixing a draft failed.
        """
        if sound.node is not None:
            kind = sample_format(format_name)
            if (found := self.print_of(sound.source)) is not None:
                with contextlib.suppress(LostPrint):
                    return dequantise(_of_print(found, index), kind)
                self._prints.pop(sound.source, None)
            elif growing and (samples := _of_growing(self._store, growing, index)) is not None:
                return dequantise(samples, kind)
        return self._of_draft(sound, index)

    def print_of(self, source: str) -> Print | None:
        """A stem that is made; None before."""
        if source not in self._prints and (found := self._store.get(source)) is not None:
            self._prints[source] = found
        return self._prints.get(source)

    def _of_draft(self, sound: PlayableSound, index: int) -> Audio | None:
        plan = sound.mixed
        if plan is None or not all(self._store.holds(one.print) for one in plan.channels):
            return None
        first, draft = self._draft(sound.source, plan, index)
        try:
            made = draft.result()
        except HostkitError as error:
            self._drafts.pop((sound.source, first), None)
            if isinstance(error, LostPrint):
                return None
            raise
        start = (index - first) * SEGMENT_FRAMES
        return made[:, start : start + SEGMENT_FRAMES]

    def _draft(self, source: str, plan: StemPlan, index: int) -> tuple[int, Future[Audio]]:
        """The draft that has a segment, begun where there is none, and its first segment."""
        with self._lock:
            for first in range(index, index - DRAFT_SEGMENTS, -1):
                if (source, first) in self._drafts:
                    self._drafts.move_to_end((source, first))
                    return first, self._drafts[source, first]
            start, end = index * SEGMENT_FRAMES, (index + DRAFT_SEGMENTS) * SEGMENT_FRAMES
            job = DraftJob(plan, self._store.root, start, end)
            self._drafts[source, index] = self._executor.submit(make_draft, job, _unwatched)
            while len(self._drafts) > KEPT_DRAFTS:
                self._drafts.popitem(last=False)
            return index, self._drafts[source, index]


def _unwatched(_: int) -> None: ...


def _of_print(found: Print, index: int) -> IntSamples:
    start = index * SEGMENT_FRAMES
    if start >= found.frames:
        return np.zeros((found.channels, 0), dtype=np.int32)
    return next(found.int_samples(SEGMENT_FRAMES, start))


def _of_growing(store: Store, growing: InProgress, index: int) -> IntSamples | None:
    """A segment of a stem that is being written, once there is more than that of it."""
    begun = store.begun(growing.token)
    if begun is None:
        return None
    path, channels = begun
    size = SEGMENT_FRAMES * channels * SAMPLE_BYTES
    try:
        with path.open("rb", buffering=0) as file:
            if os.fstat(file.fileno()).st_size < (index + 1) * size:
                return None
            file.seek(index * size)
            data = file.read(size)
    except OSError:
        return None  # it is done and moved to its place
    return planar(np.frombuffer(data, dtype=INTEGERS), channels)
