"""Jobs for tests of how jobs are run."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import Any

import numpy as np

from hostkit.errors import DeviceCrashed, DeviceError
from hostkit.jobs.isolate import LOADING, Report
from hostkit.jobs.prints import INTEGERS


def double(job: int, report: Report) -> int:
    report(1, at="Doubler")
    return 2 * job


def whoami(job: object, report: Report) -> int:
    return os.getpid()


def refuse(job: str, report: Report) -> None:
    raise DeviceError(f"{job} refused; twice", cure="feed it; or leave it")


def stumble(job: object, report: Report) -> None:
    raise KeyError("what")


def crash(job: int, report: Report) -> None:
    report(10, at="Kars")
    report(20, at="Crasher")
    os.kill(os.getpid(), job)


def crash_at_once(job: object, report: Report) -> None:
    report(0, at="Crasher")
    os.kill(os.getpid(), signal.SIGSEGV)


def hang(job: Path, report: Report) -> None:
    report(10, at="Hanger")
    job.write_text(str(os.getpid()))
    time.sleep(600)


def load_slowly(job: float, report: Report) -> str:
    report(0, at=LOADING + "Big library")
    time.sleep(job)
    return "loaded"


def dawdle(job: int, report: Report) -> str:
    for step in range(job):
        report(step, at="Slow but sure")
        time.sleep(0.3)
    return "done"


def shout(job: int, report: Report) -> str:
    os.write(1, b"to standard output\n")
    os.write(2, b"to standard error\n")
    return "x" * job


SIGNALS = (signal.SIGSEGV, signal.SIGABRT, signal.SIGKILL)


def half_a_stem(job: Any, report: Report) -> None:
    """Fails when somebody had the time to follow it."""
    with job.store.writer(job.fingerprint, INTEGERS, 2, job.token) as writer:
        writer.write(np.zeros((2, 70_000), dtype=np.int32))
        for frames in range(3):
            time.sleep(0.1)
            report(frames)
        raise DeviceCrashed("it crashed")
