"""Rendering against its floor, against others, warm, after one change, and over an hour.

Everything runs as a process from outside, in turn, in one go; what is compared is that
run's own ratios. The outputs of all ways are compared too, so that the race is fair.

What a turn kept is removed when it is over: each is 2 GB, and where all of them stayed the disk
that wrote them back was measured, too (a ratio of 0.64 where it is 0.51 by itself).

The hour is of all 24 tracks. Those of a kind play in unison and share a print, as no disk
should need 60 GB for a benchmark (it takes 20): what is planned, played and mixed at a time
is the same.

Of one changed track, in ms of processor time (both cores taken by others, least of several):
1,160 until the first job is begun, on one core: Python and Typer 235, imports 585, reading what
was written and planning 340. Beside it the process server imports (470) and what lay in the folder
is hashed (280). Then 3,500 on both cores: the print 900, its stem 990 (more than half of it the
hall), its file 690, the full mix 870. At last 170 on both for the null test, and 65 on one.
So a third of the time is Python on one core; the other two are plug-ins, the reverb, the loudness
meter and reading back, which no start makes less.

The first part was 1,500 with 950 modules, now 730. What is left of its imports is spread out: numpy
and pydantic with its first schema a fifth each, 42 models of sessions and profiles, and 211 frozen
dataclasses at half a millisecond or more. Two stretches halved the null test, and files are hashed
where they were written. Not done: a server that is begun before the snapshot is looked at would
be ready sooner, at the cost of renders without changes; it is ready before the plan as it is.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path

import numpy as np
import soundfile
import workload
from processes import Run, largest_process_mb, run

HERE = Path(__file__).parent
SECONDS = 180
TURNS = 3
SAME_DB = 1.0
"""How far the level of any stem may differ between ways for the race to count."""


def measure() -> dict[str, float]:
    """All figures of the render benchmark, by name."""
    with tempfile.TemporaryDirectory(prefix="hostkit-bench-") as folder:
        place = Path(folder)
        return {**_speed(place), **_vst_speed(place), **_memory(place), **_help(place)}


def _speed(place: Path) -> dict[str, float]:
    session = workload.write_session(place / "all", SECONDS)
    cold, warm, changed, floors = [], [], [], []
    for turn in range(TURNS):
        cache = place / f"cache-{turn}"
        cold.append(_hostkit(session, cache).wall_seconds)
        warm.append(_hostkit(session, cache).wall_seconds)
        _change_one_track(session)
        changed.append(_hostkit(session, cache).wall_seconds)
        workload.write_session(place / "all", SECONDS)
        floors.append(_script("floor.py", place / "floor").cpu_seconds / _cores())
        shutil.rmtree(cache)
    _hostkit(session, place / "cache-0")
    _compare(place / "all" / "out", place / "floor")
    cold_seconds = _median(cold)
    return {
        "render_seconds": cold_seconds,
        "render_over_floor": cold_seconds / _median(floors),
        "nothing_changed_percent": 100 * _median(warm) / cold_seconds,
        "one_track_changed_percent": 100 * _median(changed) / cold_seconds,
    }


def _vst_speed(place: Path) -> dict[str, float]:
    session = workload.write_session(place / "vst", SECONDS, soundfonts=False)
    ours, plain, dawdreamer = [], [], []
    for turn in range(TURNS):
        cache = place / f"vst-cache-{turn}"
        ours.append(_hostkit(session, cache).wall_seconds)
        plain.append(_script("floor.py", place / "plain", "vst").wall_seconds)
        dawdreamer.append(_script("dawdreamer_floor.py", place / "dawdreamer").wall_seconds)
        shutil.rmtree(cache)
    _compare(place / "vst" / "out", place / "plain")
    _compare(place / "vst" / "out", place / "dawdreamer")
    return {
        "vst_over_plain_pedalboard": _median(ours) / _median(plain),
        "vst_over_dawdreamer": _median(ours) / _median(dawdreamer),
    }


def _memory(place: Path) -> dict[str, float]:
    peaks = {}
    for minutes in (5, 60):
        folder = place / f"long-{minutes}"
        session = workload.write_session(folder, minutes * 60, unison=True)
        cache = place / f"long-cache-{minutes}"
        command = [*HOSTKIT, "render", str(session), "-o", str(session.parent / "out")]
        peaks[minutes] = largest_process_mb(command, environment(cache))
        shutil.rmtree(cache)
        shutil.rmtree(folder)
    return {
        "memory_60_minutes_mb": peaks[60],
        "memory_60_over_5_minutes": peaks[60] / peaks[5],
    }


def _help(place: Path) -> dict[str, float]:
    env = environment(place)
    ours, typer = [], []
    for _ in range(9):
        ours.append(run([*HOSTKIT, "--help"], env).wall_seconds)
        typer.append(run([sys.executable, "-c", "import typer"], env).wall_seconds)
    return {"help_over_import_typer": _median(ours) / _median(typer)}


HOSTKIT = [str(Path(sys.executable).with_name("hostkit"))]


def _hostkit(session: Path, cache: Path) -> Run:
    out = session.parent / "out"
    return run([*HOSTKIT, "render", str(session), "-o", str(out)], environment(cache))


def _script(name: str, folder: Path, *more: str) -> Run:
    command = [sys.executable, str(HERE / name), str(SECONDS), str(folder), *more]
    # DawDreamer crashes now and then while it is taken down; its files are written by then.
    return run(command, environment(folder.parent), ok=(0, -11, -6))


def environment(cache: Path) -> dict[str, str]:
    return {**os.environ, "HOSTKIT_CACHE": str(cache)}


def _change_one_track(session: Path) -> None:
    text = session.read_text(encoding="utf-8")
    old = f"threshold: {workload.THRESHOLD_DB}"
    session.write_text(text.replace(old, "threshold: -25", 1), encoding="utf-8")


def _compare(ours: Path, theirs: Path) -> None:
    """Every stem has the same level in both, and both are there in full."""
    for path in sorted((ours / "stems").glob("*.wav")):
        mine, yours = _rms_db(path), _rms_db(theirs / path.name)
        if abs(mine - yours) > SAME_DB:
            raise RuntimeError(f"{path.name}: {mine:.2f} dBFS against {yours:.2f}: no fair race")


def _rms_db(path: Path) -> float:
    total, frames = 0.0, 0
    for block in soundfile.blocks(path, 2**20, dtype="float64"):
        total += float(np.square(block).sum())
        frames += block.shape[0]
    if frames != SECONDS * workload.RATE:
        raise RuntimeError(f"{path}: {frames} frames")
    return float(10 * np.log10(total / (2 * frames)))


def _cores() -> int:
    return len(os.sched_getaffinity(0))


def _median(values: list[float]) -> float:
    return float(np.median(values))


if __name__ == "__main__":
    for name, value in measure().items():
        print(f"{name}: {value:.3f}")
