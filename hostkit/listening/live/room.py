"""A session that pages listen to: what they hear of it, what is being made, and what is wrong."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hostkit.audio.block import Audio
from hostkit.errors import HostkitError, Problem
from hostkit.ground.process.threads import started
from hostkit.listening.live.making import Making, RenderSettings, Work
from hostkit.listening.live.segments import NOTHING_GROWS, Segments
from hostkit.listening.live.shown.curves import curves_of
from hostkit.listening.live.shown.film import Film, film_of
from hostkit.listening.live.shown.measures import Meters
from hostkit.listening.live.version import (
    SEGMENT_FRAMES,
    PlayableSound,
    SessionVersion,
    read_version,
)
from hostkit.listening.page.peaks import Peaks
from hostkit.midi.performing.kept import KeptPerformances
from hostkit.plan.environment import Environment
from hostkit.plan.plan import FULL

LOOK_SECONDS = 0.01
HEAD_START_SECONDS = 1.0
"""What is rendered waits so long, at most, for what can be heard before: both want processors."""
LEFT_SECONDS = 12.0
"""A page that plays says every 5 s where it is."""
MOST_PAGES = 16
SETTLING_SECONDS = 0.3
"""An editor may take a file away for a moment, to put the new one in its place."""


@dataclass(frozen=True)
class Cursor:
    """Where a page was, in frames of a mix, when it last said so; `playing` moves it on."""

    frame: int = 0
    playing: bool = False
    mix: str = FULL
    said: float = 0.0

    def now(self, sample_rate: int) -> int:
        """Where it is by now."""
        since = time.monotonic() - self.said if self.playing else 0.0
        return self.frame + round(since * sample_rate)


class Room:
    """One session. `told` is called, from any thread, when there is something to show.

    Pages play `heard`, the last version that could be planned and begun to be made. What is
    newer takes its place when its sound is there where the pages are: until then, and where
    that never comes, `heard` plays on.
    """

    def __init__(
        self,
        session: Path,
        settings: RenderSettings,
        segments: Segments,
        meters: Meters,
        told: Callable[[], None],
    ) -> None:
        self.session = session
        self.heard: SessionVersion | None = None
        self.before: SessionVersion | None = None
        self._settings, self._segments, self._meters = settings, segments, meters
        self._told = told
        self._environment = Environment(
            settings.plugin_dirs, midi={}, settle=KeptPerformances().settle
        )
        self._problems: tuple[Problem, ...] = ()
        self._making: Making | None = None
        self._number = 0
        self._changing = threading.Lock()
        self._pinned = ExitStack()
        self._cursors: dict[str, Cursor] = {}

    # What pages see -------------------------------------------------------------------

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong with the session as it was saved last, or with its render."""
        return self._problems or self.work.problems

    @property
    def work(self) -> Work:
        """How the making of the newest version goes."""
        return self._making.work if self._making else Work()

    @property
    def cursors(self) -> tuple[Cursor, ...]:
        """Where pages play; where none does, where one of them was last."""
        said = sorted(self._cursors.copy().values(), key=lambda cursor: cursor.said)
        since = time.monotonic() - LEFT_SECONDS
        playing = tuple(cursor for cursor in said if cursor.playing and cursor.said > since)
        return playing or tuple(said[-1:]) or (Cursor(),)

    def moved(self, page: str, cursor: Cursor) -> None:
        """Notes where a page is."""
        self._cursors.pop(page, None)
        self._cursors[page] = cursor
        while len(self._cursors) > MOST_PAGES:
            self._cursors.pop(next(iter(self._cursors)))

    @property
    def awaited(self) -> tuple[str, ...]:
        """Stems that were saved and are heard only when they are rendered, or their tracks are."""
        making = self._making
        if making is None or self.heard is None or making.version is self.heard:
            return ()
        new = self._new_in(making.version)
        names = (
            stem.name
            for cursor in self.cursors
            for stem in making.version.stems(cursor.mix)
            if stem.whole.source in new and not self._segments.has_prints(stem.whole)
        )
        return tuple(dict.fromkeys(names))

    @property
    def shows(self) -> object:
        """What tells one state that pages show as a whole from another."""
        return self.heard, self.before, self.frames, self.is_made

    @property
    def is_made(self) -> bool:
        """Whether what is heard is there from beginning to end."""
        making = self._making
        return making is not None and making.version is self.heard and making.work.done

    @property
    def frames(self) -> int:
        """How long what is heard is, as far as that is known by now."""
        if self.heard is None:
            return 0
        made = [self._segments.print_of(source) for source in self.heard.sources()]
        if all(made):
            return max(found.frames for found in made if found is not None)
        return self.heard.expected_frames

    def segment(self, source: str, index: int) -> Audio | None:
        """A segment of a sound of any version that may be played; None while it is not there.

        Raises KeyError for a source that is none of theirs, HostkitError where it failed.
        """
        version, sound = self._sound(source)
        making = self._making
        growing = making.in_progress if making else NOTHING_GROWS
        return self._segments.get(sound, index, version.plan.sample_format, growing)

    def peaks(self, source: str) -> Peaks:
        """The waveform of a stem, or of a track before its fader, once that is made.

        Raises KeyError as `segment` does, LostPrint, StorageError.
        """
        version, sound = self._sound(source)
        kind = version.plan.sample_format
        if sound.alone is not None:
            return self._meters.peaks_of(sound.alone.print, kind, sound.alone)
        return self._meters.peaks_of(sound.source, kind)

    def curves(self, number: int, mix: str) -> dict[str, Any]:
        """What is measured of a mix of a version. Raises KeyError, HostkitError."""
        version = self._known()[number]
        return curves_of(version, mix, self.frames, self._meters, self._settings.store)

    def film(self) -> Film | None:
        """The session's picture, where it may be shown."""
        return film_of(self.heard) if self.heard else None

    def _known(self) -> dict[int, SessionVersion]:
        """Versions whose sounds may be asked for, by number."""
        newest = self._making.version if self._making else None
        known = (self.before, newest, self.heard)
        return {version.number: version for version in known if version is not None}

    def _sound(self, source: str) -> tuple[SessionVersion, PlayableSound]:
        for version in self._known().values():
            if source in version.sounds:
                return version, version.sounds[source]
        raise KeyError(source)

    # What becomes of a change -----------------------------------------------------------

    def refresh(self, *, known_files: bool = False) -> None:
        """Plans the session anew, and begins to make it.

        With `known_files` nothing but the session file has changed since the last time.
        """
        with self._changing:
            if not known_files or self._problems:
                self._environment = self._environment.again()
            self._number += 1
            try:
                version = self._read()
            except HostkitError as error:
                self._problems = error.problems
                self._told()
                return
            except Exception as error:  # a fault of ours is told, and what is heard plays on
                said = f"{type(error).__name__}: {error} (a fault in hostkit)"
                self._problems = (Problem(str(self.session), 0, 0, said),)
                self._told()
                return
            self._problems = ()
            making = Making(version, self._settings, self._told)
            before, self._making = self._making, making
            if self.heard is None:
                self._show(version)
            if before is not None:  # until its jobs are gone nobody has to wait
                started(threading.Thread(target=before.cancel, name="hostkit-cancelling"))
        if self.heard is version:
            making.begin()
        else:
            started(threading.Thread(target=self._show_when_heard, args=(making,)))
        self._told()

    def _read(self) -> SessionVersion:
        try:
            return read_version(self._number, self.session, self._environment)
        except HostkitError:
            if self.session.exists():
                raise
            time.sleep(SETTLING_SECONDS)
            return read_version(self._number, self.session, self._environment)

    @property
    def files(self) -> frozenset[Path]:
        """What the session depends on, as far as it could be read."""
        newest = self._making.version.files if self._making else frozenset()
        return newest | {self.session} | self._environment.seen

    def close(self) -> None:
        """Ends what is being made."""
        with self._changing:
            making, self._making = self._making, None  # who waits for it to be heard need not
            if making is not None:
                making.cancel()
            self._pinned.close()

    def _show_when_heard(self, making: Making) -> None:
        """Begins to make it, and waits until the new stems can be heard where the pages are."""
        version = making.version
        new = self._new_in(version)
        with ThreadPoolExecutor(max(1, len(new))) as pool:
            there = {source: pool.submit(self._wait_for, making, source) for source in new}
            first = [
                one
                for source, one in there.items()
                if self._segments.has_prints(version.sounds[source])
            ]
            wait(first, HEAD_START_SECONDS)
            making.begin()
        if all(one.result() for one in there.values()) and making is self._making:
            self._show(version)

    def _new_in(self, version: SessionVersion) -> frozenset[str]:
        """The stems of a version that pages are to hear and do not yet."""
        mixes = {cursor.mix for cursor in self.cursors}
        known = (self.heard.sources(mix) if self.heard else frozenset() for mix in mixes)
        return frozenset[str]().union(*map(version.sources, mixes)).difference(*known)

    def _wait_for(self, making: Making, source: str) -> bool:
        """Whether a stem of the version came to be heard, while that was the newest."""
        while making is self._making and not making.work.problems:
            rate = making.version.plan.sample_rate
            indices = {cursor.now(rate) // SEGMENT_FRAMES for cursor in self.cursors}
            needed = sorted(indices | {index + 1 for index in indices})
            try:
                if all(self.segment(source, index) is not None for index in needed):
                    return True
            except HostkitError:
                return False  # the making itself will fail of it too, and tell
            time.sleep(LOOK_SECONDS)
        return False

    def _show(self, version: SessionVersion) -> None:
        if self.heard is not None and self.heard.sources() != version.sources():
            self.before = self.heard
        self.heard = version
        self._pin()
        self._told()

    def _pin(self) -> None:
        """Nobody prunes what may be heard."""
        both = [version for version in (self.heard, self.before) if version is not None]
        nodes = (node.fingerprint for version in both for node in version.form.nodes)
        before, self._pinned = self._pinned, ExitStack()
        self._pinned.enter_context(self._settings.store.using(nodes))
        before.close()
