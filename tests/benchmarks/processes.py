"""Running commands to be measured: wall time, CPU time, peak memory of the largest process."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

SAMPLE_SECONDS = 0.02


@dataclass(frozen=True)
class Run:
    """`cpu_seconds` counts the process and the children it waited for."""

    wall_seconds: float
    cpu_seconds: float


def as_installed(env: Mapping[str, str]) -> dict[str, str]:
    """An environment in which modules are kept compiled, as they are for users.

    Compiling anew would be half of what starting hostkit takes, twice.
    """
    return {name: value for name, value in env.items() if name != "PYTHONDONTWRITEBYTECODE"}


def run(command: Sequence[str], env: Mapping[str, str], *, ok: Sequence[int] = (0,)) -> Run:
    """Runs a command to its end; its output is thrown away. Raises on another exit code."""
    os.sync()  # what others wrote before is not to be waited for here
    began = time.perf_counter()
    process = subprocess.Popen(
        command, env=as_installed(env), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in ok:
        raise RuntimeError(f"{' '.join(command)} left with {process.returncode}")
    return Run(wall, usage.ru_utime + usage.ru_stime)


def largest_process_mb(command: Sequence[str], env: Mapping[str, str]) -> float:
    """Peak resident memory of the largest process of a command, in MB.

    The kernel's own high-water marks, looked at every 20 ms in all processes of the
    command's session: memory shared with others counts in each.
    """
    process = subprocess.Popen(
        command,
        env=as_installed(env),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    peaks = [0.0]
    watcher = threading.Thread(target=_watch, args=(process, peaks))
    watcher.start()
    process.wait()
    watcher.join()
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)} left with {process.returncode}")
    return max(peaks)


def _watch(process: subprocess.Popen[bytes], peaks: list[float]) -> None:
    while process.poll() is None:
        running = (folder for folder in Path("/proc").iterdir() if folder.name.isdecimal())
        peaks.extend(_peak_mb(folder) for folder in running if _session(folder) == process.pid)
        time.sleep(SAMPLE_SECONDS)


def _session(folder: Path) -> int:
    try:
        return int((folder / "stat").read_text().rpartition(")")[2].split()[3])
    except (OSError, IndexError):
        return 0


def _peak_mb(folder: Path) -> float:
    try:
        for line in (folder / "status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    except OSError:
        pass  # it ended meanwhile
    return 0.0
