"""Segments of sounds, wherever they can be had first: the store, a stem in the making, a draft."""

from __future__ import annotations

import contextlib
import os
import threading
from collections import OrderedDict
from collections.abc import Mapping
from concurrent.futures import Future

import numpy as np

from hostkit.audio.block import Audio, planar
from hostkit.audio.formats import sample_format
from hostkit.audio.quantise import IntSamples, dequantise
from hostkit.devices.spec import keys_of
from hostkit.errors import HostkitError, LostPrint
from hostkit.jobs.executors import LocalExecutor
from hostkit.jobs.following import InProgress
from hostkit.jobs.prints import INTEGERS, SAMPLE_BYTES, Print
from hostkit.jobs.store import Store
from hostkit.listening.live.drafts import DraftJob, make_draft
from hostkit.listening.live.version import SEGMENT_FRAMES, PlayableSound
from hostkit.plan.nodes.stems import StemPlan

DRAFT_SEGMENTS = 3
"""As many are mixed at a time, 4.1 seconds at 48 kHz: what a page asks for to begin with."""
KEPT_DRAFTS = 64
"""In memory, of 1.5 MB each."""
NOTHING_GROWS: Mapping[str, InProgress] = {}


class Segments:
    """Gives segments of the sounds of a session, as float audio."""

    def __init__(self, store: Store, executor: LocalExecutor) -> None:
        self._store, self._executor = store, executor
        self._prints: dict[str, Print] = {}
        self._drafts: OrderedDict[tuple[str, int], Future[Audio]] = OrderedDict()
        self._lock = threading.Lock()

    def get(
        self,
        sound: PlayableSound,
        index: int,
        format_name: str,
        growing: Mapping[str, InProgress] = NOTHING_GROWS,
    ) -> Audio | None:
        """A segment, shape (channels, ≤ SEGMENT_FRAMES); None where it cannot be had yet.

        `growing` are the stems and prints that are being written, by fingerprint. After the end
        of a sound there are no frames. Raises HostkitError where mixing a draft failed.
        """
        if sound.node is not None:
            kind = sample_format(format_name)
            if (found := self.print_of(sound.source)) is not None:
                with contextlib.suppress(LostPrint):
                    return dequantise(_of_print(found, index), kind)
                self._prints.pop(sound.source, None)
            elif sound.source in growing:
                samples = _of_growing(self._store, growing[sound.source], index)
                if samples is not None:
                    return dequantise(samples, kind)
        return self._of_draft(sound, index, growing)

    def has_prints(self, sound: PlayableSound) -> bool:
        """Whether any stretch of it can be mixed at once."""
        return sound.mixed is not None and not self._lacking(sound.mixed)

    def _lacking(self, plan: StemPlan) -> set[str]:
        """The prints that a stem takes, or is side-chained from, and that are not in the store."""
        keys = (key for bus in plan.buses for key in keys_of(bus.effects))
        taken = {*(channel.print for channel in plan.channels if not channel.straight), *keys}
        return {one for one in taken if not self._store.holds(one)}

    def print_of(self, source: str) -> Print | None:
        """A stem that is made; None before."""
        if source not in self._prints and (found := self._store.get(source)) is not None:
            self._prints[source] = found
        return self._prints.get(source)

    def _of_draft(
        self, sound: PlayableSound, index: int, growing: Mapping[str, InProgress]
    ) -> Audio | None:
        plan = sound.mixed
        if plan is None:
            return None
        begun = self._draft(sound.source, plan, index, growing)
        if begun is None:
            return None
        first, draft = begun
        try:
            made = draft.result()
        except HostkitError as error:
            self._drafts.pop((sound.source, first), None)
            if isinstance(error, LostPrint):
                return None
            raise
        start = (index - first) * SEGMENT_FRAMES
        return made[:, start : start + SEGMENT_FRAMES]

    def _draft(
        self, source: str, plan: StemPlan, index: int, growing: Mapping[str, InProgress]
    ) -> tuple[int, Future[Audio]] | None:
        """The draft that has a segment, and its first one; it is begun where there is none.

        None where its prints are not there, nor written as far as where it would begin.
        """
        lacking = self._lacking(plan)
        if not lacking <= growing.keys() & {channel.print for channel in plan.channels}:
            return None
        with self._lock:
            for first in range(index, index - DRAFT_SEGMENTS, -1):
                if (source, first) in self._drafts:
                    self._drafts.move_to_end((source, first))
                    return first, self._drafts[source, first]
            start, end = index * SEGMENT_FRAMES, (index + DRAFT_SEGMENTS) * SEGMENT_FRAMES
            tokens = tuple((one, growing[one].token) for one in lacking)
            job = DraftJob(plan, self._store.root, start, end, tokens)
            if any(_written(self._store, growing[one]) < job.begin for one in lacking):
                return None
            self._drafts[source, index] = self._executor.submit(make_draft, job)
            while len(self._drafts) > KEPT_DRAFTS:
                self._drafts.popitem(last=False)
            return index, self._drafts[source, index]


def _of_print(found: Print, index: int) -> IntSamples:
    start = index * SEGMENT_FRAMES
    if start >= found.frames:
        return np.zeros((found.channels, 0), dtype=np.int32)
    return next(found.int_samples(SEGMENT_FRAMES, start))


def _written(store: Store, growing: InProgress) -> int:
    """How many frames of a print there are so far."""
    begun = store.begun(growing.token)
    if begun is None:
        return -1
    path, channels = begun
    try:
        return path.stat().st_size // (channels * SAMPLE_BYTES)
    except OSError:
        return -1  # it is done and moved to its place


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
