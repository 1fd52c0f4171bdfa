"""A job's process and whatever a plug-in starts from it: watched for memory, ended together.

A job leads a session of its own, so that its group can be killed as a whole. On Linux it also
dies with the process that started it, and takes in what its children leave behind
(PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER), so that nothing escapes while it lives.
"""

from __future__ import annotations

import os
import signal
import sys
from contextlib import suppress
from pathlib import Path

_PDEATHSIG, _CHILD_SUBREAPER = 1, 36
MOST_FILES = 4096
_PROC = Path("/proc")
_CONTAINER = Path("/sys/fs/cgroup")


def lead_a_family() -> None:
    """In a job's process, before anything of a plug-in's runs."""
    if os.name == "posix":
        with suppress(PermissionError):  # it leads one already
            os.setsid()
    if sys.platform == "linux":
        import ctypes

        prctl = ctypes.CDLL(None).prctl
        prctl(_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)
        prctl(_CHILD_SUBREAPER, 1, 0, 0, 0)


def allow_files() -> None:
    """Lets a job have as many files open at once as a stem of hundreds of tracks reads.

    Systems allow 256 or 1024 to begin with, and more to who asks.
    """
    if sys.platform != "win32":
        import resource

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        wanted = MOST_FILES if hard == resource.RLIM_INFINITY else min(MOST_FILES, hard)
        if soft != resource.RLIM_INFINITY and soft < wanted:
            with suppress(ValueError, OSError):  # a system may allow less than it says
                resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def end_family(pid: int) -> None:
    """Kills what descends from a process, and its group with it.

    Called in a job for itself, at its end, it spares the job.
    """
    for descendant in _descendants(pid):
        with suppress(ProcessLookupError, PermissionError):
            os.kill(descendant, signal.SIGKILL)
    if os.name == "posix" and pid != os.getpid():
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)


def resident_bytes(pid: int) -> int | None:
    """The memory that a process has in use; None where that cannot be known (not on Linux)."""
    try:
        pages = int((_PROC / str(pid) / "statm").read_text().split()[1])
    except (OSError, ValueError, IndexError):
        return None
    return pages * os.sysconf("SC_PAGE_SIZE")


def fair_share_bytes(jobs: int) -> int | None:
    """The machine's memory, or its container's, over so many jobs; None where not known."""
    try:
        whole = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        return None
    with suppress(OSError, ValueError):  # "max" is no number: there is no limit
        whole = min(whole, int((_CONTAINER / "memory.max").read_text()))
    return whole // max(jobs, 1)


def free_bytes() -> int | None:
    """The memory that is free now, of the machine or its container; None where not known.

    What the system would give back at once (its copies of files) counts as free. Outside Linux it
    is all of the machine's.
    """
    try:
        lines = (_PROC / "meminfo").read_text().splitlines()
        fields = {
            key: amount.split()[0] for key, _, amount in (one.partition(":") for one in lines)
        }
        free = int(fields["MemAvailable"]) * 1024
    except (OSError, ValueError, LookupError, StopIteration):
        return fair_share_bytes(1)
    with suppress(OSError, ValueError, LookupError):  # no container, or one without a limit
        most, used = (int((_CONTAINER / f"memory.{one}").read_text()) for one in ("max", "current"))
        stat = dict(line.split() for line in (_CONTAINER / "memory.stat").read_text().splitlines())
        free = min(free, most - used + int(stat["inactive_file"]))
    return max(0, free)


def _descendants(pid: int) -> list[int]:
    """Children, their children, and so on (Linux)."""
    found, waiting = [], [pid]
    while waiting:
        below = _children(waiting.pop())
        found += below
        waiting += below
    return found


def _children(pid: int) -> list[int]:
    """Of all threads of a process, as the system lists them now.

    A kernel may have no such list. Looking through all processes takes longer than a short job.
    """
    if not (_PROC / "thread-self" / "children").exists():
        processes = map(int, (entry.name for entry in _PROC.glob("[0-9]*")))
        return [process for process in processes if _parent(process) == pid]
    found: list[int] = []
    with suppress(OSError):  # the process has ended
        for thread in (_PROC / str(pid) / "task").iterdir():
            with suppress(OSError):  # the thread has
                found += map(int, (thread / "children").read_text().split())
    return found


def _parent(pid: int) -> int | None:
    with suppress(OSError, ValueError, IndexError):
        # The name comes in brackets and may hold anything; the parent is behind it.
        return int((_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()[1])
    return None
