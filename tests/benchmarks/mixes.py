"""Twelve alternative mixes of six stems from warm prints, next to ffmpeg's amix.

24 tracks, four a stem; each mix leaves out another track, so twelve stems differ from those
of the full mix. Ours makes the stems, writes 6 stems and 13 mixes as 24-bit WAV, measures
them and proves their sums; ffmpeg writes 18 stems and 13 mixes, two commands at a time.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np
import soundfile
from processes import largest_process_mb

sys.path.append(str(Path(__file__).parents[1] / "support"))
import scores

from hostkit.jobs.executors import LocalExecutor
from hostkit.jobs.store import Store
from hostkit.pipeline import PlannedDelivery, make_delivery, order_session, plan_order
from hostkit.plan.environment import Environment
from hostkit.plan.form.planner import closing_fade
from hostkit.plan.plan import SessionPlan
from hostkit.plan.reasons import Reasons
from hostkit.render.outcome import Resources, Unwatched
from hostkit.render.production import Production

RATE = 48_000
SECONDS = 180
SHORT_SECONDS, LONG_SECONDS = 60, 900
STEMS, TRACKS_A_STEM, MIXES = 6, 4, 12
WORKERS = 2
TURNS = 3
FADED_FRAMES = closing_fade(RATE)


def measure() -> dict[str, float]:
    """Medians of three turns each, in turn."""
    with tempfile.TemporaryDirectory(prefix="hostkit-bench-") as folder:
        place = Path(folder)
        session = write_session(place, SECONDS)
        with LocalExecutor(WORKERS) as executor:
            resources = Resources(executor, Store(place / "store"), Unwatched())
            plan = plan_order(order_session(session, Environment()), Environment(), None)
            _prints(plan, resources)
            inputs = _as_files(plan, resources.store, place)
            stems, whole, theirs = [], [], []
            for turn in range(TURNS):
                _forget_stems(plan, resources.store)
                stems.append(_seconds(lambda: _production(plan, resources)))
                _forget_stems(plan, resources.store)
                out = place / f"out-{turn}"
                whole.append(_seconds(partial(_deliver, session, plan, out, resources)))
                theirs.append(_seconds(lambda: _amix(plan, inputs, place / "amix")))
            _compare(plan, place / "out-0", place / "amix")
        return {
            "mixes_over_amix": _median(whole) / _median(theirs),
            "mixes_seconds": _median(whole),
            "of_them_stems_seconds": _median(stems),
            "amix_seconds": _median(theirs),
            **_memory(place),
        }


def write_session(place: Path, seconds: int, tracks_a_stem: int = TRACKS_A_STEM) -> Path:
    """A session of tones: one long note a track, another pitch each; each mix mutes one."""
    place.mkdir(parents=True, exist_ok=True)
    count = STEMS * tracks_a_stem
    score = {f"t{n}": [(0.0, seconds * 2.0, 36 + n)] for n in range(count)}
    tracks = "\n".join(
        f"  t{n}: {{instrument: {{tone: {{gain: 0.02}}}}, midi: {{track: t{n}}}, "
        f"stem: s{n // tracks_a_stem}}}"
        for n in range(count)
    )
    muted = range(0, count, max(1, count // MIXES))
    mixes = "\n".join(f"  mix{n}: {{mute: [t{n}]}}" for n in muted)
    text = f"length: {seconds}s\ntracks:\n{tracks}\nmixes:\n{mixes}"
    return scores.write_session(place / "bench.yaml", text, **score)


def _prints(plan: SessionPlan, resources: Resources) -> None:
    Production(resources).make(plan.whole.tracks, Reasons())


def _production(plan: SessionPlan, resources: Resources) -> None:
    Production(resources).make(plan.whole.nodes, Reasons())


def _deliver(session: Path, plan: SessionPlan, out: Path, resources: Resources) -> None:
    planned = PlannedDelivery(order_session(session, Environment()), plan, out)
    rendered = make_delivery(planned, resources)
    if any(mix.null != "pass" for mix in rendered.manifest.mixes.values()):
        raise RuntimeError("a mix is not the sum of its stems: no fair race")


def _forget_stems(plan: SessionPlan, store: Store) -> None:
    for node in plan.whole.nodes:
        if node.kind == "stem" and (found := store.get(node.fingerprint)):
            shutil.rmtree(found.folder)


def _as_files(plan: SessionPlan, store: Store, place: Path) -> dict[str, Path]:
    """The prints as 32-bit float WAV files, by track."""
    files = {}
    for track in plan.whole.tracks:
        found = store.get(track.fingerprint)
        assert found is not None
        files[track.name] = place / "prints" / f"{track.name}.wav"
        files[track.name].parent.mkdir(exist_ok=True)
        with soundfile.SoundFile(files[track.name], "w", RATE, 2, "FLOAT") as file:
            for block in found.audio():
                file.write(block.T)
    return files


def _amix(plan: SessionPlan, prints: dict[str, Path], place: Path) -> None:
    place.mkdir(exist_ok=True)
    stems = {s.name: [prints[track] for track in s.tracks] for s in plan.whole.stems}
    mixes = {m.name: [place / f"{stem}.wav" for stem in m.stems] for m in plan.whole.mixes}
    with ThreadPoolExecutor(WORKERS) as pool:
        for jobs in (stems, mixes):
            list(pool.map(lambda job: _ffmpeg(job[1], place / f"{job[0]}.wav"), jobs.items()))


def _ffmpeg(inputs: Sequence[Path], output: Path) -> None:
    command = ["ffmpeg", "-nostdin", "-hide_banner", "-loglevel", "error", "-y"]
    for path in inputs:
        command += ["-i", str(path)]
    graph = f"amix=inputs={len(inputs)}:normalize=0:duration=longest"
    command += ["-filter_complex", graph, "-c:a", "pcm_s24le", str(output)]
    subprocess.run(command, check=True, capture_output=True)


def _compare(plan: SessionPlan, ours: Path, theirs: Path) -> None:
    """The mixes are the same to a few integer samples: ffmpeg sums in float and rounds once more.

    Ours fade before their exact end.
    """
    for mix in plan.whole.mixes:
        mine, yours = (soundfile.read(f / n)[0] for f, n in _pairs(mix.name, ours, theirs))
        differs = np.abs(mine - yours)[:-FADED_FRAMES] if mine.shape == yours.shape else np.ones(1)
        if differs.max() > 64 / 2**23:
            raise RuntimeError(f"{mix.name} differs: no fair race")


def _pairs(name: str, ours: Path, theirs: Path) -> tuple[tuple[Path, str], tuple[Path, str]]:
    return (ours / "mixes", f"{name}.wav"), (theirs, f"{name}.wav")


def _memory(place: Path) -> dict[str, float]:
    """Peaks of the largest process of `hostkit mixes`, of one minute and of fifteen."""
    peaks = {}
    for seconds in (SHORT_SECONDS, LONG_SECONDS):
        session = write_session(place / f"long-{seconds}", seconds, tracks_a_stem=1)
        command = [str(Path(sys.executable).with_name("hostkit")), "mixes", str(session)]
        command += ["-o", str(session.parent / "out"), "-j", "2"]
        env = {**os.environ, "HOSTKIT_CACHE": str(session.parent / "cache")}
        peaks[seconds] = largest_process_mb(command, env)
        shutil.rmtree(session.parent)
    return {
        "mixes_memory_15_minutes_mb": peaks[LONG_SECONDS],
        "mixes_memory_15_over_1_minutes": peaks[LONG_SECONDS] / peaks[SHORT_SECONDS],
    }


def _median(values: list[float]) -> float:
    return float(np.median(values))


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


if __name__ == "__main__":
    for name, value in measure().items():
        print(f"{name}: {value:.2f}")
