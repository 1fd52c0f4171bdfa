"""Samplers that would not all fit into memory are rendered fewer at once, and that is told."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from here import Here
from scores import write_session

from hostkit.cli.show.progress import Quiet
from hostkit.jobs import family
from hostkit.jobs.isolate import unwatched
from hostkit.jobs.store import Store
from hostkit.pipeline import plan_session
from hostkit.plan.environment import Environment
from hostkit.plan.reasons import Reasons
from hostkit.render import production
from hostkit.render.memory import SHARE, SampleMemory
from hostkit.render.outcome import Resources

NEEDED = 100
TRACKS = 4


class Counting(Here):
    """Runs `at_once` jobs together, each waiting until all of them run; counts the most."""

    idle = TRACKS

    def __init__(self, at_once: int) -> None:
        self.running = self.most = 0
        self._pool = ThreadPoolExecutor(TRACKS)
        self._together = threading.Barrier(at_once, timeout=100)
        self._lock = threading.Lock()

    def submit(
        self, task: Any, job: Any, progress: Callable[[int], None] = unwatched
    ) -> Future[Any]:
        if not job.plan.devices:
            return super().submit(task, job, progress)
        return self._pool.submit(self._run, task, job)

    def _run(self, task: Any, job: Any) -> Any:
        with self._lock:
            self.running += 1
            self.most = max(self.most, self.running)
        self._together.wait()
        try:
            return task(job, lambda _frames, at=None: None)
        finally:
            with self._lock:
                self.running -= 1


class Heard(Quiet):
    """Keeps what is said of memory."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []

    def finished(self, kind: str, name: str, said: str = "", status: str = "done") -> None:
        self.said += [f"{name}: {said}"] if kind == "memory" else []


@pytest.mark.parametrize(
    ("free", "at_once"),
    [(None, TRACKS), (2.5 * NEEDED, 2), (1.5 * NEEDED, 1), (0, 1)],
    ids=["not known", "for two", "for one", "for none"],
)
def test_no_more_run_than_memory_holds(
    free: float | None, at_once: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(production, "memory_of", lambda devices: NEEDED * len(devices))
    tracks = ", ".join(f"t{n}: {{instrument: {{tone: {{gain: 0.{n}}}}}}}" for n in (1, 2, 3, 4))
    session = write_session(tmp_path / "cue.yaml", f"tracks: {{{tracks}}}\n")
    plan = plan_session(session, Environment())
    memory = SampleMemory(lambda: None if free is None else int(free / SHARE) + 1)
    executor, heard = Counting(at_once), Heard()
    resources = Resources(executor, Store(tmp_path / "store"), heard, memory=memory)
    made = production.Production(resources)
    made.make(plan.whole.tracks, Reasons())
    assert {outcome.status for outcome in made.outcomes.values()} == {"rendered"}
    assert executor.most == at_once
    if at_once == TRACKS:
        assert heard.said == []
    else:
        (said,) = heard.said  # once
        assert "take 0 MB, and jobs hold 0 MB of 0 MB free memory: fewer are rendered" in said
    assert memory.take("next", 10**12)  # all of it was given back


def test_one_session_waits_for_the_memory_of_another() -> None:
    memory = SampleMemory(lambda: 100)
    assert memory.take("a", 80)
    assert not memory.take("b", 80)
    assert memory.take("plug-in", 0)

    def wait() -> None:
        while not memory.take("b", 80):
            memory.wait()

    waiting = threading.Thread(target=wait)
    waiting.start()
    memory.give_back("a")
    waiting.join(10)
    assert not waiting.is_alive()


def test_what_is_free_is_the_machine_s_or_the_container_s(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    container = tmp_path / "container"
    container.mkdir()
    monkeypatch.setattr(family, "_PROC", tmp_path)
    monkeypatch.setattr(family, "_CONTAINER", container)
    (tmp_path / "meminfo").write_text("MemTotal: 9000 kB\nMemAvailable:    5000 kB\n")
    assert family.free_bytes() == 5000 * 1024
    (container / "memory.current").write_text("3000000\n")
    (container / "memory.stat").write_text("anon 1\ninactive_file 500000\n")
    (container / "memory.max").write_text("max\n")
    assert family.free_bytes() == 5000 * 1024
    (container / "memory.max").write_text("4000000\n")
    assert family.free_bytes() == 1_500_000
    (tmp_path / "meminfo").write_text("nothing")
    assert family.free_bytes() == family.fair_share_bytes(1)
