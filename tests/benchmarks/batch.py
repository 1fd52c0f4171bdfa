"""How much quicker a batch of 20 sessions is on two workers than on one."""

from __future__ import annotations

import tempfile
import time
from fractions import Fraction
from pathlib import Path

from hostkit.batch import Batch, SessionTask
from hostkit.cli.show.progress import Quiet
from hostkit.jobs.executors import LocalExecutor
from hostkit.jobs.store import Store
from hostkit.midi.write import TrackEvents, write_midi
from hostkit.pipeline import RenderRequest
from hostkit.plan.environment import Environment
from hostkit.render.outcome import Resources
from hostkit.timebase.tempo_map import TempoMap

SESSIONS = 20
TRACKS = 3
BEATS = 60  # half a minute at 120 bpm
TURNS = 1

TEXT = """\
hostkit: 1
midi: score.mid
cue: m{number:02}
tracks:
{tracks}
buses: {{hall: {{effects: [{{reverb: {{room_size: 0.8, dry_level: 0}}}}]}}}}
mixes: [full, no_drums, underscore]
"""
TRACK = """\
  t{n}:
    instrument: {{soundfont: gm, program: {program}}}
    midi: {{track: t{n}}}
    stem: {stem}
    tags: [{tag}]
    sends: {{hall: -9}}
"""


def measure() -> dict[str, float]:
    """Seconds from empty stores, and their ratio."""
    with tempfile.TemporaryDirectory() as folder:
        sessions = _write_sessions(Path(folder))
        seconds: dict[int, list[float]] = {1: [], 2: []}
        for turn in range(TURNS):
            for workers, taken in seconds.items():
                taken.append(_seconds(sessions, workers, Path(folder) / f"{turn}-{workers}"))
    one, two = min(seconds[1]), min(seconds[2])
    return {
        "batch_seconds_one_worker": one,
        "batch_seconds_two_workers": two,
        "batch_two_workers_over_one": one / two,
    }


def _seconds(sessions: list[Path], workers: int, folder: Path) -> float:
    """A batch from an empty store; every session must come out proved."""
    start = time.perf_counter()
    with LocalExecutor(workers) as executor:
        resources = Resources(executor, Store(folder / "store"), Quiet())
        batch = Batch(resources, Environment(), workers + 1, RenderRequest(names=None))
        results = list(batch.run([SessionTask(path, folder / path.stem) for path in sessions]))
    taken = time.perf_counter() - start
    verdicts = {result.rendered and result.rendered.certificate.verdict for result in results}
    if "fail" in verdicts or None in verdicts:
        raise RuntimeError([result.error for result in results if result.error])
    return taken


def _write_sessions(folder: Path) -> list[Path]:
    sessions = []
    for number in range(SESSIONS):
        home = folder / f"m{number:02}"
        home.mkdir()
        _write_score(home / "score.mid", number)
        stems, tags = ("perc", "keys", "lead"), ("drums", "bass", "melody")
        tracks = [
            TRACK.format(n=n, program=8 * n + number % 8, stem=stems[n], tag=tags[n])
            for n in range(TRACKS)
        ]
        path = home / f"m{number:02}.yaml"
        path.write_text(TEXT.format(number=number, tracks="".join(tracks)))
        sessions.append(path)
    return sessions


def _write_score(path: Path, number: int) -> None:
    """Broken chords, another key in each session."""
    parts = []
    for n in range(TRACKS):
        events = []
        for beat in range(BEATS):
            pitch = 48 + number % 12 + (0, 4, 7, 12)[(beat + n) % 4] + 12 * (n % 2)
            at = Fraction(beat)
            events.append((at, bytes((0x90, pitch, 90))))
            events.append((at + Fraction(9, 10), bytes((0x80, pitch, 0))))
        parts.append(TrackEvents(f"t{n}", events))
    write_midi(path, TempoMap(), parts)


if __name__ == "__main__":
    for name, value in measure().items():
        print(f"{name}: {value:.2f}")
