"""Jobs in processes of their own: results, refusals, crashes, hangs, cancelling."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
import tasks

from hostkit.errors import DeviceCrashed, DeviceError, DeviceHung, WorkError
from hostkit.jobs.executors import LocalExecutor
from hostkit.jobs.isolate import PRELOAD, Cancelled, Watch, run_isolated


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_result_comes_back_with_its_progress():
    seen: list[int] = []
    assert run_isolated(tasks.double, 21, Watch(progress=seen.append)) == 42
    assert seen == [1]


def test_every_job_has_a_process_of_its_own():
    pids = {run_isolated(tasks.whoami, None, Watch()) for _ in range(3)}
    assert len(pids) == 3
    assert os.getpid() not in pids


def test_a_refusal_is_raised_here():
    with pytest.raises(DeviceError, match="Kars refused") as caught:
        run_isolated(tasks.refuse, "Kars", Watch())
    assert caught.value.fault == ("Kars refused; twice", "feed it; or leave it")


def test_a_fault_of_ours_is_told_by_name():
    with pytest.raises(WorkError, match=r"KeyError.*a fault in hostkit"):
        run_isolated(tasks.stumble, None, Watch())


@pytest.mark.parametrize("signal", tasks.SIGNALS)
def test_a_crash_names_the_device_and_the_signal(signal):
    with pytest.raises(DeviceCrashed, match=f"Crasher crashed \\({signal.name}\\)"):
        run_isolated(tasks.crash, signal, Watch())


def test_a_hang_is_ended_and_named(tmp_path: Path):
    with pytest.raises(DeviceHung, match="Hanger made no progress"):
        run_isolated(tasks.hang, tmp_path / "pid", Watch(timeout_seconds=1))
    assert not alive(int((tmp_path / "pid").read_text()))


def test_a_device_may_take_longer_to_load():
    """Three seconds, where one and a half of silence are allowed otherwise."""
    assert run_isolated(tasks.load_slowly, 3, Watch(timeout_seconds=1.5)) == "loaded"


def test_slow_progress_is_progress():
    """Four seconds in small steps, where three of silence are allowed."""
    assert run_isolated(tasks.dawdle, 13, Watch(timeout_seconds=3)) == "done"


def test_a_large_result_and_noise(capfd: pytest.CaptureFixture[str]):
    assert run_isolated(tasks.shout, 5_000_000, Watch()) == "x" * 5_000_000
    assert capfd.readouterr() == ("", "")


def test_giving_up_kills_what_runs_and_drops_what_waits(tmp_path: Path):
    executor = LocalExecutor(1)
    running = executor.submit(tasks.hang, tmp_path / "pid", lambda _: None)
    waiting = executor.submit(tasks.hang, tmp_path / "other", lambda _: None)
    deadline = time.monotonic() + 30
    while not (tmp_path / "pid").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    executor.cancel()
    with pytest.raises(Cancelled):
        running.result()
    with pytest.raises(Cancelled):
        waiting.result()
    with pytest.raises(Cancelled):
        executor.submit(tasks.double, 1, lambda _: None)
    assert not alive(int((tmp_path / "pid").read_text()))
    assert not (tmp_path / "other").exists()


def test_as_many_at_once_as_there_are_workers():
    at_once, most, lock = 0, 0, threading.Lock()

    def moved(frames: int) -> None:
        nonlocal at_once, most
        with lock:
            at_once += frames == 0
            most = max(most, at_once)

    with LocalExecutor(2) as executor:
        futures = [executor.submit(tasks.dawdle, 3, moved) for _ in range(3)]
        assert [future.result() for future in futures] == ["done"] * 3
    assert most >= 2


def test_what_an_executor_could_do_besides():
    with LocalExecutor(3) as executor:
        assert executor.idle == 3
        futures = [executor.submit(tasks.dawdle, 1, lambda _: None) for _ in range(2)]
        assert executor.idle == 1
        futures.append(executor.submit(tasks.double, 1, lambda _: None))
        futures.append(executor.submit(tasks.double, 1, lambda _: None))
        assert executor.idle == 0
        assert [future.result() for future in futures] == ["done", "done", 2, 2]
        deadline = time.monotonic() + 30
        while executor.idle != 3 and time.monotonic() < deadline:
            time.sleep(0.01)
        assert executor.idle == 3


def test_what_jobs_are_forked_from_holds_nothing_that_reads_sessions():
    """Models of sessions take as long to import as half of the rest, and stay in every job.

    The same goes for what speaks to the internet, which `xml.sax.saxutils` brings along.
    """
    names = ", ".join(PRELOAD)
    slow = ("pydantic", "ruamel.yaml", "mido", "ssl", "scipy.optimize")
    code = f"import sys, {names}; print(*sys.modules.keys() & {set(slow)})"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.split() == []
