"""A real scheduler and two workers on this machine: one dies, the batch does not."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from commands import HOSTKIT, environment, hostkit, sums
from scores import write_session

LOOPBACK = ["--host", "127.0.0.1", "--no-dashboard"]
PATIENCE_SECONDS = 60
LONG = 300  # quarter notes: two and a half minutes of audio


@dataclass(frozen=True)
class Cluster:
    address: str
    workers: list[subprocess.Popen[bytes]]


@contextmanager
def started(module: str, *arguments: object, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("wb") as output:
        command = [sys.executable, "-m", f"distributed.cli.{module}", *map(str, arguments)]
        process = subprocess.Popen(command, stdout=output, stderr=output)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    """A scheduler and two workers of one job each, one of them under Dask's nanny."""
    known = tmp_path / "scheduler.json"
    scheduler = started(
        "dask_scheduler", *LOOPBACK, "--port", 0, "--scheduler-file", known,
        log=tmp_path / "scheduler.log",
    )  # fmt: skip
    with scheduler:
        wait_until(known.exists)
        address = json.loads(known.read_text())["address"]
        more = (address, *LOOPBACK, "--nthreads", 1, "--local-directory", tmp_path)
        logs = [tmp_path / "one.log", tmp_path / "two.log"]
        with (
            started("dask_worker", *more, "--no-nanny", log=logs[0]) as one,
            started("dask_worker", *more, "--nanny", log=logs[1]) as two,
        ):
            wait_until(lambda: all(b"Registered to" in log.read_bytes() for log in logs))
            yield Cluster(address, [one, two])


def wait_until(true: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not true():
        assert time.monotonic() < deadline, "it never came to pass"
        time.sleep(0.05)


@pytest.fixture
def sessions(tmp_path: Path) -> list[Path]:
    return [
        write_session(
            tmp_path / f"{name}.yaml",
            "tracks:\n"
            f"  a: {{instrument: {{soundfont: gm, program: {program}}}, midi: {{track: a}}}}\n"
            f"  b: {{instrument: {{soundfont: gm, program: {program + 1}}}, midi: {{track: b}}}}\n",
            a=[(0, LONG, 60)],
            b=[(0, LONG, 64)],
        )
        for name, program in (("one", 48), ("two", 52))
    ]


def audio(folder: Path) -> dict[str, str]:
    return {path: found for path, found in sums(folder).items() if path.endswith(".wav")}


def test_a_worker_dies_and_the_batch_completes_with_the_same_files(
    cluster: Cluster, sessions: list[Path], tmp_path: Path
):
    here = tmp_path / "here"
    ran = hostkit("mixes", *sessions, "-o", here, cache=tmp_path / "cache here")
    assert ran.code == 0, ran.err
    cache, there = tmp_path / "cache there", tmp_path / "there"
    process = subprocess.Popen(
        [
            *HOSTKIT, "mixes", *map(str, sessions), "-o", str(there), "--json",
            "--executor", "dask", "--scheduler", cluster.address,
        ],
        env=environment(cache),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )  # fmt: skip
    wait_until(lambda: _busy(cache) or process.poll() is not None)
    cluster.workers[0].kill()
    out, err = process.communicate(timeout=PATIENCE_SECONDS * 2)
    assert process.returncode == 0, err
    assert [report["status"] for report in json.loads(out)["sessions"]] == ["done", "done"]
    assert audio(there) == audio(here)
    assert not list((cache / "incoming").glob("*"))


def _busy(cache: Path) -> bool:
    """Two prints are being written, so both workers are at work."""
    return sum(path.stat().st_size > 0 for path in cache.glob("incoming/*/*/samples")) >= 2


def test_what_a_job_refuses_comes_back_as_it_was_said(
    cluster: Cluster, sessions: list[Path], tmp_path: Path
):
    broken = sessions[0].with_name("broken.yaml")
    broken.write_text(sessions[0].read_text().replace("soundfont: gm", "soundfont: cue.sf2"))
    broken.with_name("cue.sf2").write_bytes(b"no SoundFont")
    arguments = ("--executor", "dask", "--scheduler", cluster.address, "-o", tmp_path / "out")
    ran = hostkit("mixes", broken, sessions[1], *arguments, cache=tmp_path / "cache")
    assert ran.code == 1
    assert "cue.sf2" in ran.err
    assert "1 of 2 sessions delivered" in ran.out


def test_nobody_at_that_address(sessions: list[Path], tmp_path: Path):
    arguments = ("--executor", "dask", "--scheduler", "tcp://127.0.0.1:9")
    ran = hostkit("mixes", sessions[0], *arguments, cache=tmp_path / "cache")
    assert ran.code == 2
    assert "no Dask scheduler answers at tcp://127.0.0.1:9" in ran.err


def test_both_options_or_neither(sessions: list[Path], tmp_path: Path):
    ran = hostkit("mixes", sessions[0], "--executor", "dask", cache=tmp_path / "cache")
    assert ran.code == 2
    assert "--executor dask --scheduler" in ran.err
