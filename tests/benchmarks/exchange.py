"""A project of 100 tracks and 50,000 notes: into a session, and out again, in each format.

Each way runs in a process of its own, imports done; its time is that of the processor.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import resource
import tempfile
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

from hostkit.exchange.arriving.start import start_any
from hostkit.exchange.leaving.leave import Leaving
from hostkit.exchange.project import (
    CurvePoint,
    DeviceParameter,
    Project,
    ProjectController,
    ProjectDevice,
    ProjectNote,
    ProjectTrack,
)
from hostkit.exchange.tempo import ProjectMeter, ProjectTempo
from hostkit.exchange.writers import WRITERS
from hostkit.jobs.executors import LocalExecutor
from hostkit.pipeline import load
from hostkit.plan.environment import Environment

TRACKS, NOTES = 100, 500
TICKS = 480
FORMATS = ("dawproject", "rpp")


def measure() -> dict[str, float]:
    """Seconds in and out, the slower format's; and the largest process, MB."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        os.environ["HOSTKIT_CACHE"] = str(folder / "cache")
        figures: dict[str, float] = {}
        project = made_project()
        largest = 0.0
        for name in FORMATS:
            writer = WRITERS[name]
            path = folder / f"{name}{writer.ending}"
            with path.open("wb") as file:
                writer.write(project, folder, file)
            seconds, megabytes = _apart(_bring_in, path)
            figures[f"exchange_in_{name}_s"] = seconds
            largest = max(largest, megabytes)
            seconds, megabytes = _apart(_take_out, path)
            figures[f"exchange_out_{name}_s"] = seconds
            largest = max(largest, megabytes)
        figures["exchange_memory_mb"] = largest
    return figures


def made_project() -> Project:
    """Notes on ticks of 480, an instrument and a moving fader on each track; a ramp of tempo."""
    chance = random.Random(1)
    tone = ProjectDevice(
        "tone", "hostkit", "instrument", "tone", parameters=(DeviceParameter("gain", 0.1),)
    )
    tracks = []
    for number in range(TRACKS):
        at = sorted(chance.randrange(0, 400 * TICKS) for _ in range(NOTES))
        notes = tuple(
            ProjectNote(
                Fraction(tick, TICKS),
                Fraction(chance.randint(60, 960), TICKS),
                chance.randint(36, 84),
                chance.randint(1, 127),
            )
            for tick in at
        )
        swell = tuple(CurvePoint(Fraction(4 * n), float(chance.randint(0, 127))) for n in range(50))
        fader = tuple(CurvePoint(Fraction(8 * n), chance.random(), True) for n in range(2))
        tracks.append(
            ProjectTrack(
                f"t{number}",
                f"Track {number}",
                notes=notes,
                controllers=(ProjectController("cc", swell, 11),),
                devices=(tone,),
                volume_automation=fader,
            )
        )
    return Project(
        "big",
        tempos=(
            ProjectTempo(Fraction(0), Fraction(90), True),
            ProjectTempo(Fraction(64), Fraction(120)),
        ),
        meters=(ProjectMeter(Fraction(0), 4, 4),),
        tracks=tuple(tracks),
    )


def _bring_in(path: Path) -> None:
    start_any(path, force=True)


def _take_out(path: Path) -> None:
    """The session that was brought in, as a project of that format again."""
    environment = Environment(midi={})
    leaving = Leaving.of(load(path.with_suffix(".yaml"), environment), environment)
    project = leaving.project(LocalExecutor(1), path.parent, ramps=True)
    with tempfile.TemporaryFile() as file:
        WRITERS[path.stem].write(project, path.parent, file)


def _apart(work: Callable[[Path], None], path: Path) -> tuple[float, float]:
    """Seconds of processor time and peak MB of some work in a fresh process."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_timed, (work, path))


def _timed(work: Callable[[Path], None], path: Path) -> tuple[float, float]:
    began = time.process_time()
    work(path)
    seconds = time.process_time() - began
    return seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000


if __name__ == "__main__":
    for figure, value in measure().items():
        print(f"{figure}: {value:.2f}")
