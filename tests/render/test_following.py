"""A stem that is mixed while its last print is being made: the same bits, the same failures."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scores import RATE
from takes import noise, write_take

from hostkit.errors import DeviceCrashed
from hostkit.jobs.following import CAN_FOLLOW
from hostkit.jobs.isolate import unwatched
from hostkit.jobs.prints import AUDIO
from hostkit.jobs.store import Store
from hostkit.plan.nodes.prints import PrintPlan
from hostkit.render.production import TASKS
from hostkit.render.track.printing import render_print

# On Windows nothing follows, so there is nothing to test: hostkit.jobs.following says why.
pytestmark = pytest.mark.skipif(not CAN_FOLLOW, reason="an open file holds its folder fast")

HALL = "buses: {hall: {effects: [{reverb: {room_size: 0.8, wet_level: 0.5, dry_level: 0.0}}]}}\n"
TRACKS = """
tracks:
  a: {midi: {track: a}, instrument: {tone: {}}, stem: s, pan: -0.5, sends: {hall: -6}}
  b: {midi: {track: b}, instrument: {tone: {}}, stem: s, gain_db: -3, sends: {hall: -9}}
"""
SCORE = {"a": [(0, 1, 69)], "b": [(0.5, 6, 57)]}


class Beside:
    """Its second print begins when the stem has begun, which has nothing to read but what comes."""

    idle = 1

    def __init__(self, fails: str = "") -> None:
        self.jobs: list[Any] = []
        self._followed = threading.Event()
        self._fails = fails
        self._pool = ThreadPoolExecutor(4)

    def submit(
        self, task: Any, job: Any, progress: Callable[[int], None] = unwatched
    ) -> Future[Any]:
        self.jobs.append(job)
        if task is TASKS[PrintPlan]:
            return self._pool.submit(self._print, job, len(self.jobs))
        self._followed.set()
        return self._pool.submit(task, job, lambda frames, at=None: progress(frames))

    def _print(self, job: Any, number: int) -> Any:
        if number == 2:
            assert self._followed.wait(30), "nobody followed"
            if self._fails:
                self._fail(job)
        return render_print(job, lambda frames, at=None: None)

    def _fail(self, job: Any) -> None:
        """Before anything is written, or in the middle; it takes a while until that is known."""
        if self._fails == "in the middle":
            store = Store(job.store_root)
            with suppress(DeviceCrashed), store.writer(job.fingerprint, AUDIO, 1, job.token) as w:
                w.write(np.zeros((1, 200_000), dtype=np.float32))
                raise DeviceCrashed("it crashed")
        time.sleep(0.1)
        raise DeviceCrashed("it crashed")

    def cancel(self) -> None: ...


@pytest.mark.parametrize("length", ["", "length: 5s\n", "length: 2s\n"])
@pytest.mark.parametrize("bus", ["", HALL])
def test_a_stem_sounds_the_same_whether_it_waits_or_follows(make, length: str, bus: str):
    tracks = TRACKS if bus else TRACKS.replace(", sends: {hall: -6}", "").replace(
        ", sends: {hall: -9}", ""
    )  # fmt: skip
    text = length + bus + tracks
    waited = make(text, **SCORE).stem("s")
    beside = Beside()
    followed = make(text, executor=beside, store="another", **SCORE).stem("s")
    assert [job.in_progress[0][1] for job in beside.jobs[2:]] == [beside.jobs[1].token]
    np.testing.assert_array_equal(followed, waited)


@pytest.mark.parametrize("when", ["at once", "in the middle"])
def test_what_follows_a_print_that_fails_is_left_out(make, when: str):
    made = make(TRACKS.replace(", sends: {hall: -6}", "").replace(", sends: {hall: -9}", ""),
                executor=Beside(fails=when), **SCORE)  # fmt: skip
    told = {o.name: (o.status, o.reason) for o in made.production.outcomes.values()}
    assert told["b"][0] == "rendered"  # the longer one is begun first
    assert told["a"] == ("failed", "it crashed")
    assert told["s"] == ("skipped", "a failed")
    assert not list((made.production.resources.store.root / "incoming").iterdir())


class Changing(Beside):
    """When its second print is there, its take is saved again, and the stem ends first."""

    def __init__(self, take: Path) -> None:
        super().__init__()
        self._take = take
        self._stem_ended = threading.Event()

    def submit(self, task: Any, job: Any, progress: Callable[[int], None] = unwatched) -> Any:
        future = super().submit(task, job, progress)
        if task is not TASKS[PrintPlan]:
            future.add_done_callback(lambda _: self._stem_ended.set())
        return future

    def _print(self, job: Any, number: int) -> Any:
        made = super()._print(job, number)
        if number == 2:
            os.utime(self._take)
            assert self._stem_ended.wait(30), "the stem did not follow to the end"
        return made


def test_what_followed_a_print_of_a_file_that_changed_is_not_kept(make, tmp_path: Path):
    """The stem is whole, and under the name of what was planned; nobody may find it there."""
    take = tmp_path / "take.wav"
    write_take(take, noise(RATE))
    text = (
        "tracks:\n"
        "  a: {midi: {track: a}, instrument: {tone: {}}, stem: s}\n"
        "  b: {audio: [{file: take.wav, at: 1|1}], effects: [{gain: {gain_db: -3}}], stem: s}\n"
    )
    made = make(text, executor=Changing(take), a=[(0, 16, 69)])
    told = {o.name: (o.status, o.reason) for o in made.production.outcomes.values()}
    assert told["a"][0] == "rendered"
    assert told["b"] == ("failed", f"{take}: changed while it was used; render again")
    assert told["s"] == ("skipped", "b failed")
    (kept,) = (tmp_path / "store/prints").glob("??/*")
    assert kept.name == next(key for key, o in made.production.outcomes.items() if o.name == "a")
