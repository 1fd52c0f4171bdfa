"""A real scheduler and two workers on this machine: one dies, the batch does not."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Thread

import numpy as np
import pytest
import soundfile
import tasks
from commands import HOSTKIT, environment, hostkit, sums
from scores import write_session

from hostkit.errors import RequestError, WorkError
from hostkit.jobs.dask_executor import DaskExecutor, check_address

LOOPBACK = ["--host", "127.0.0.1", "--no-dashboard"]
PATIENCE_SECONDS = 100
LONG = 120  # quarter notes: a minute of audio, which takes long enough to be killed in


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
        wait_until(lambda: known.exists() and known.stat().st_size > 0)
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
    take = np.zeros((1000, 2), dtype=np.float32)
    take[700, 1] = np.nan  # planning does not read takes to their end
    soundfile.write(tmp_path / "take.wav", take, 48_000, "FLOAT")
    broken = tmp_path / "broken.yaml"
    broken.write_text("hostkit: 1\ntracks: {a: {audio: [{file: take.wav, at: 1|1}]}}\n")
    arguments = ("--executor", "dask", "--scheduler", cluster.address, "-o", tmp_path / "out")
    ran = hostkit("mixes", broken, sessions[1], *arguments, "--json", cache=tmp_path / "cache")
    assert ran.code == 1
    refused, delivered = ran.json["sessions"]
    assert "sample 700 of channel 2 is nan, not a level" in refused["problems"][0]["message"]
    assert refused["problems"][0]["cure"] == "export the file again"
    assert delivered["status"] == "done"


def test_nobody_at_that_address(sessions: list[Path], tmp_path: Path):
    arguments = ("--executor", "dask", "--scheduler", "tcp://127.0.0.1:9")
    ran = hostkit("mixes", sessions[0], *arguments, cache=tmp_path / "cache")
    assert ran.code == 2
    assert "no Dask scheduler answers at tcp://127.0.0.1:9" in ran.err


def test_both_options_or_neither(sessions: list[Path], tmp_path: Path):
    ran = hostkit("mixes", sessions[0], "--executor", "dask", cache=tmp_path / "cache")
    assert ran.code == 2
    assert "--executor dask --scheduler" in ran.err


def answering(greeting: bytes) -> Iterator[str]:
    """A server on this machine that says `greeting` to whoever comes, and no more."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        held = []

        def serve() -> None:
            with suppress(OSError):  # the server is closed
                while True:
                    held.append(server.accept()[0])
                    held[-1].sendall(greeting)

        Thread(target=serve, daemon=True).start()
        yield f"tcp://127.0.0.1:{server.getsockname()[1]}"
        for line in held:
            line.close()


@pytest.mark.parametrize("greeting", [b"SSH-2.0-OpenSSH_9.2\r\n", b"220 mail ready\r\n"])
def test_what_is_no_scheduler_is_told_from_one(greeting: bytes) -> None:
    for address in answering(greeting):
        with pytest.raises(RequestError, match=rf"what answers at {address} is no Dask scheduler"):
            check_address(address)


def test_a_server_that_says_nothing_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hostkit.jobs.dask_executor.CONNECT_SECONDS", 0.3)
    for address in answering(b""):
        with pytest.raises(RequestError, match="is no Dask scheduler"):
            check_address(address)


@pytest.mark.parametrize(
    "address", ["nonsense", "", "tcp://", "http://a:8786", "tcp://a:0", "tcp://a:99999", "a:8786"]
)
def test_nonsense_is_no_address(address: str) -> None:
    with pytest.raises(RequestError, match=r"is no address of a Dask scheduler; write it as tcp:"):
        check_address(address)


def test_nobody_at_an_address_is_told_with_the_cure() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"tcp://127.0.0.1:{server.getsockname()[1]}"
    with pytest.raises(RequestError, match="start one with: dask scheduler"):
        check_address(address)


def test_a_scheduler_that_dies_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(tasks.__file__).parent))  # for the worker
    known = tmp_path / "scheduler.json"
    place = (*LOOPBACK, "--port", 0, "--scheduler-file", known)
    with started("dask_scheduler", *place, log=tmp_path / "s.log") as scheduler:
        wait_until(known.exists)
        address = json.loads(known.read_text())["address"]
        worker = (address, *LOOPBACK, "--nthreads", 1, "--local-directory", tmp_path, "--no-nanny")
        log = tmp_path / "w.log"
        with started("dask_worker", *worker, log=log):
            wait_until(lambda: b"Registered to" in log.read_bytes())
            executor = DaskExecutor(address, tmp_path / "store")
            promise = executor.submit(tasks.hang, tmp_path / "begun", lambda _: None)
            wait_until((tmp_path / "begun").exists)
            scheduler.kill()
            with pytest.raises(WorkError, match=rf"the Dask scheduler at {address} is gone"):
                promise.result(timeout=PATIENCE_SECONDS)
            executor.cancel()
