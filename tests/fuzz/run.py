"""Reads thousands of damaged files of every kind, in process, with limits on time and memory.

    python tests/fuzz/run.py [--cases N] [--seed S] [--kind NAME] [--case K]

What may come of a file is a value, or a HostkitError in at most 2,000 characters. Anything
else is a fault of hostkit's: another exception, more than 10 s of a processor, a minute of
waiting, more than 1 GB. Each is told with the case that does it again. The last line counts them.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import signal
import sys
import tempfile
import time
import traceback
import warnings
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1] / "support")]

MAX_CPU_SECONDS = 10
"""As the process was at work, so that a busy machine makes no faults."""
MAX_WAIT_SECONDS = 60
"""By the clock: for what waits without working."""
MAX_BYTES = 1_000_000_000
MAX_MESSAGE = 2_000
KINDS = (
    "session", "preset", "profile", "lock", "manifest", "phrases", "midi", "vstpreset", "state",
    "pack", "sfz", "sf3", "wav", "aiff", "flac", "spotting", "recut", "rpp",
    "dawproject",
)  # fmt: skip


@dataclass(frozen=True)
class Told:
    """What came of the cases of one kind."""

    kind: str
    cases: int
    refused: int
    faults: tuple[str, ...]
    slowest_cpu_seconds: float
    largest_mb: float


class _TooLong(BaseException):
    """No `except Exception` may swallow it."""


def _expired(_signal: int, _frame: FrameType | None) -> None:
    raise _TooLong


@contextmanager
def _limited() -> Iterator[None]:
    """Raises _TooLong in what works or waits for too long."""
    limits = ((signal.ITIMER_PROF, MAX_CPU_SECONDS), (signal.ITIMER_REAL, MAX_WAIT_SECONDS))
    signal.signal(signal.SIGPROF, _expired)
    signal.signal(signal.SIGALRM, _expired)
    try:
        for timer, seconds in limits:
            signal.setitimer(timer, seconds)
        yield
    finally:
        for timer, _ in limits:
            signal.setitimer(timer, 0)


def run_kind(name: str, first: int, cases: int, seed: int) -> Told:
    """Cases `first` up to `first + cases` of one kind."""
    from here import Here
    from kinds import kinds

    from hostkit.errors import HostkitError

    warnings.simplefilter("error")
    refused, faults, slowest = 0, [], 0.0
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        os.chdir(folder)
        with kinds(folder, Here()) as known:
            kind = known[name]
            path = folder / kind.file
            path.parent.mkdir(parents=True, exist_ok=True)
            used = _peak_bytes()
            soft = resource.getrlimit(resource.RLIMIT_DATA)
            resource.setrlimit(resource.RLIMIT_DATA, (used + MAX_BYTES, soft[1]))
            for number in range(first, first + cases):
                chance = random.Random(f"{seed}/{name}/{number}")
                path.write_bytes(kind.case(chance))
                began = time.process_time()
                try:
                    with _limited():
                        kind.read(path)
                except HostkitError as error:
                    refused += 1
                    longest = max(map(len, str(error).split("\n")))
                    if longest > MAX_MESSAGE:
                        faults.append(f"{name} {number}: {longest} characters of message")
                except _TooLong:
                    faults.append(
                        f"{name} {number}: at work for more than {MAX_CPU_SECONDS} s, "
                        f"or waiting for {MAX_WAIT_SECONDS} s"
                    )
                except MemoryError:
                    faults.append(f"{name} {number}: more than {MAX_BYTES // 10**6} MB")
                except Exception:  # whatever escapes is the fault that is looked for
                    faults.append(f"{name} {number}: {traceback.format_exc()}")
                slowest = max(slowest, time.process_time() - began)
            grown = (_peak_bytes() - used) / 1e6
    return Told(name, cases, refused, tuple(faults), slowest, grown)


def _peak_bytes() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=2_000, help="of each kind")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kind", choices=KINDS, action="append")
    parser.add_argument("--case", type=int, help="this one only, of --kind")
    asked = parser.parse_args()
    wanted = asked.kind or KINDS
    first, cases = (0, asked.cases) if asked.case is None else (asked.case, 1)
    faults = 0
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        jobs = [pool.submit(run_kind, name, first, cases, asked.seed) for name in wanted]
        for job in as_completed(jobs):
            told = job.result()
            faults += len(told.faults)
            print(
                f"{told.kind:10} {told.cases} cases, {told.refused} refused, "
                f"{len(told.faults)} faults, slowest {told.slowest_cpu_seconds:.2f} s, "
                f"{told.largest_mb:.0f} MB more",
                flush=True,
            )
            for fault in told.faults:
                print(f"  {fault}", flush=True)
    print(f"{cases * len(wanted)} cases, {faults} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
