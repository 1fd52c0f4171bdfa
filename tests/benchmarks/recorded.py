"""What recorded tracks cost: 24 of them, six stems, against soundfile and numpy alone.

The floor reads every file in blocks, adds four to a stem and all to a mix, and writes these seven
as 24-bit WAV: one process, nothing checked, nothing kept, no proof.

Stems read the takes themselves: no print of a track without inserts is written. Of the processor
time (5.8 s for three minutes, where the floor takes 2.8 of one core) files and their measures take
half, stems 22 %, the command and the process server 15 %, hashing the takes 10 %, the proof 4 %.
With a print of each track it was 9 s, and 1.6 GB more to write to the disk: 1.6 to 2.4 times the
floor, as the disk had room for them or not.

Memory is that of the largest process, for 5 minutes and for an hour. Three takes are played by
eight tracks each there, which share a print, as no disk should need 60 GB for a benchmark.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import soundfile
from processes import largest_process_mb, run
from render import HOSTKIT, environment

RATE = 48_000
TRACKS, STEMS = 24, 6
SECONDS = 180
TURNS = 3
MINUTES = (5, 60)
TAKES_OF_LONG = 3
BLOCK_FRAMES = 65_536


def measure(seconds: int = SECONDS) -> dict[str, float]:
    """Wall time of cold renders over that of the floor, and the largest process in MB."""
    with tempfile.TemporaryDirectory(prefix="hostkit-bench-") as folder:
        place = Path(folder)
        session = write_session(place / "session", seconds)
        command = [sys.executable, __file__, "floor", str(session.parent), str(place / "floor")]
        walls: dict[str, list[float]] = {"floor": [], "hostkit": []}
        for turn in range(TURNS):
            env = environment(place / f"cache-{turn}")
            walls["floor"].append(run(command, env).wall_seconds)
            render = [*HOSTKIT, "render", str(session), "-o", str(place / f"out-{turn}")]
            walls["hostkit"].append(run(render, env).wall_seconds)
    over = statistics.median(walls["hostkit"]) / statistics.median(walls["floor"])
    return {"recorded_over_floor": over, **_memory()}


def _memory() -> dict[str, float]:
    largest = {}
    for minutes in MINUTES:
        with tempfile.TemporaryDirectory(prefix="hostkit-bench-") as folder:
            place = Path(folder)
            session = write_session(place / "session", minutes * 60, TAKES_OF_LONG)
            render = [*HOSTKIT, "render", str(session), "-o", str(place / "out")]
            largest[minutes] = largest_process_mb(render, environment(place / "cache"))
    return {f"recorded_largest_mb_{minutes}_minutes": mb for minutes, mb in largest.items()}


def write_session(folder: Path, seconds: int, takes: int = TRACKS) -> Path:
    """The session, with takes of noise beside it, one for each track or for several."""
    (folder / "takes").mkdir(parents=True)
    lines = ["hostkit: 1", f"length: {seconds}s", "tracks:"]
    noise = np.random.default_rng(1)
    for number in range(takes):
        with soundfile.SoundFile(folder / f"takes/{number}.wav", "w", RATE, 2, "PCM_24") as file:
            for _ in range(seconds):
                file.write(noise.uniform(-0.02, 0.02, (RATE, 2)))
    for number in range(TRACKS):
        take = f"takes/{number % takes}.wav"
        lines.append(
            f"  t{number}: {{audio: [{{file: {take}, at: 1|1}}], stem: s{number % STEMS}}}"
        )
    path = folder / "recorded.yaml"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def floor(folder: Path, out: Path) -> None:
    """Reading, summing and writing."""
    out.mkdir(exist_ok=True)
    with ExitStack() as files:
        takes = [
            files.enter_context(soundfile.SoundFile(folder / f"takes/{number}.wav"))
            for number in range(TRACKS)
        ]
        written = [
            files.enter_context(soundfile.SoundFile(out / f"{name}.wav", "w", RATE, 2, "PCM_24"))
            for name in (*(f"s{stem}" for stem in range(STEMS)), "full")
        ]
        for _ in range(0, takes[0].frames, BLOCK_FRAMES):
            blocks = [take.read(BLOCK_FRAMES, dtype="float32", always_2d=True) for take in takes]
            stems = [sum(blocks[stem::STEMS]) for stem in range(STEMS)]
            for file, audio in zip(written, (*stems, sum(stems)), strict=True):
                file.write(audio)


if __name__ == "__main__":
    if sys.argv[1:2] == ["floor"]:
        floor(Path(sys.argv[2]), Path(sys.argv[3]))
    else:
        print(measure(int(sys.argv[1]) if len(sys.argv) > 1 else SECONDS))
