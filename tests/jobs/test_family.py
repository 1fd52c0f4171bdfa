"""What a plug-in starts ends with its job, and what takes too much memory is stopped by name."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from hostkit.errors import DeviceCrashed, DeviceError, DeviceHung
from hostkit.jobs.executors import LocalExecutor
from hostkit.jobs.family import _descendants, end_family
from hostkit.jobs.isolate import Report, Watch, run_isolated
from hostkit.jobs.job import Job

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="families are kept together by what Linux has"
)

WAITING = "import os, sys, time; open(sys.argv[1], 'w').write(str(os.getpid())); time.sleep(60)"


def start_a_server(job: tuple[str, str], report: Report) -> None:
    """As a plug-in does that starts a process, which leaves its group; then as `how` says."""
    note, how = job
    report(0, at="Server")
    apart = how != "crash"
    subprocess.Popen([sys.executable, "-c", WAITING, note], start_new_session=apart)
    while not Path(note).exists() or not Path(note).read_text():
        time.sleep(0.01)
    if how == "crash":
        os.abort()
    if how == "hang":
        time.sleep(60)


def eat(job: int, report: Report) -> None:
    report(0, at="Glutton")
    held = []
    for _ in range(job):
        held.append(bytearray(b"x") * 10_000_000)
        report(len(held), at="Glutton")
        time.sleep(0.02)


def lives(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state not in ("Z", "X")


def assert_ends(pid: int) -> None:
    for _ in range(100):  # the system takes a moment to take it away
        if not lives(pid):
            return
        time.sleep(0.05)
    raise AssertionError(f"{pid} lives on")


@pytest.mark.parametrize(
    ("how", "error"), [("end", None), ("hang", DeviceHung), ("crash", DeviceCrashed)]
)
def test_what_a_plugin_started_ends_with_its_job(tmp_path: Path, how: str, error: Any) -> None:
    note = tmp_path / "pid"
    job = (str(note), how)
    if error is None:
        run_isolated(start_a_server, job, Watch())
    else:
        with pytest.raises(error):
            run_isolated(start_a_server, job, Watch(timeout_seconds=1.0))
    assert_ends(int(note.read_text()))


@pytest.mark.parametrize("lists_children", [True, False])
def test_children_are_ended_whatever_the_kernel_tells(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lists_children: bool
) -> None:
    command = ["sh", "-c", "setsid sleep 60 & echo $!; wait"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        if not lists_children:
            for process in Path("/proc").glob("[0-9]*"):
                (tmp_path / process.name).symlink_to(process)
            monkeypatch.setattr("hostkit.jobs.family._PROC", tmp_path)
        end_family(parent.pid)
    assert_ends(child)


def test_memory_past_the_limit_stops_the_job_and_names_the_device() -> None:
    with pytest.raises(DeviceError, match=r"Glutton used 0\.\d GB.*more than the 0\.5 GB .*jobs"):
        run_isolated(eat, 100, Watch(memory_bytes=500_000_000))


def eat_of_job(job: Job[int], report: Report) -> None:
    eat(job.plan, report)


def test_samples_that_are_known_of_come_on_top_of_a_job_s_share(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hostkit.jobs.executors.fair_share_bytes", lambda _: 300_000_000)
    job = Job(60, "", tmp_path, "")  # 600 MB
    with LocalExecutor(1) as executor:
        with pytest.raises(DeviceError, match=r"more than the 0\.3 GB"):
            executor.submit(eat_of_job, job, lambda _: None).result()
        known = replace(job, memory_bytes=600_000_000)
        executor.submit(eat_of_job, known, lambda _: None).result()


def test_memory_within_the_limit_is_nobodys_business() -> None:
    run_isolated(eat, 5, Watch(memory_bytes=2_000_000_000))


@pytest.mark.parametrize("ended", ["process", "thread"])
def test_what_ends_while_it_is_looked_at_has_no_children(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ended: str
):
    (tmp_path / "thread-self").mkdir()
    (tmp_path / "thread-self" / "children").touch()
    if ended == "thread":
        (tmp_path / "7" / "task" / "7").mkdir(parents=True)  # and its file is gone
    monkeypatch.setattr("hostkit.jobs.family._PROC", tmp_path)
    assert _descendants(7) == []
