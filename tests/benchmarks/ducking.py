"""The ducking pass next to ffmpeg's side-chain compressor: quality, speed and memory.

The compressor has the pass's own attack and release, and is tuned, by its threshold, to
the same mean reduction: the mean, over all 10 ms of speech, of the gain in dB. Then both
are measured alike, on the files they wrote. (Tuned to the same loss of energy instead, it
goes deeper and its ESTOI is the higher one, still with phrases that miss the target: a
compressor follows every syllable, at 200 dB/s.)
"""

from __future__ import annotations

import os
import runpy
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
from numpy.typing import NDArray
from processes import largest_process_mb

from hostkit.audio.files.reader import open_audio
from hostkit.audio.files.wav import WavWriter
from hostkit.audio.formats import PCM24
from hostkit.audio.layout import STEREO, layout_of
from hostkit.delivery.ducking.bundle import duck_files
from hostkit.ducking.alignment import lay_out
from hostkit.ducking.intelligibility import intelligibility
from hostkit.ducking.listening.hop_powers import HopPowers, powers_of
from hostkit.ducking.listening.stem import MusicStem
from hostkit.ducking.plan import DuckPlan
from hostkit.ducking.settings import DuckSettings

RATE = 48_000
ONSETS = (2.0, 9.0, 15.0, 24.0, 31.0, 38.0, 46.0, 53.0)
LEVELS_DB = (2.0, -1.0, 0.0, 4.0, -2.0, 1.0, 3.0, 0.0)
QUALITY_MINUTES, SPEED_MINUTES, SHORT_MINUTES, LONG_MINUTES = 2, 20, 5, 60
TURNS = 3

_COMPRESSOR = "[0:a][1:a]sidechaincompress=threshold={}:ratio={}:attack={}:release={}"
RATIO, ATTACK_MS, RELEASE_MS = 8, 300, 600

_MAIN = "import typer; from hostkit.cli.commands.duck import duck; typer.run(duck)"

_AUDIBLE = 1e-3  # samples under this say little about a gain


@dataclass(frozen=True)
class Ducking:
    """One way of ducking, judged by what it wrote."""

    name: str
    at_target: int
    phrases: int
    worst_lu: float
    reduction_db: float
    slope_db_per_s: float
    estoi: float

    def row(self) -> str:
        return (
            f"| {self.name} | {self.at_target} of {self.phrases} | {self.worst_lu:.1f} | "
            f"{self.reduction_db:.1f} | {self.slope_db_per_s:.0f} | {self.estoi:.3f} |"
        )


def measure() -> dict[str, float]:
    """Ratios and figures; the table is printed by `python tests/benchmarks/ducking.py`."""
    ours, theirs = compared()
    return {
        "phrases_at_target": ours.at_target / ours.phrases,
        "sidechaincompress_phrases_at_target": theirs.at_target / theirs.phrases,
        "max_slope_db_per_s": ours.slope_db_per_s,
        "sidechaincompress_max_slope_db_per_s": theirs.slope_db_per_s,
        "estoi": ours.estoi,
        "sidechaincompress_estoi": theirs.estoi,
        **speed(),
        **memory(),
    }


def table(ways: Sequence[Ducking]) -> str:
    """The comparison in Markdown."""
    return "\n".join(
        (
            "| | phrases at 12 LU | worst phrase, LU | mean reduction in speech, dB | "
            "steepest slope, dB/s | ESTOI |",
            "|---|---|---|---|---|---|",
            *(way.row() for way in ways),
        )
    )


def compared() -> tuple[Ducking, Ducking]:
    """The pass, and ffmpeg's compressor at the same mean reduction."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        dialogue, music = write_material(folder, QUALITY_MINUTES)
        report = duck_files(lay_out(dialogue, [music]), DuckSettings(), folder / "ours")
        plan, before = report.result.plan, _powers(music)
        ours, theirs = report.files[0].path, folder / "theirs.wav"

        def reduction_db(threshold: float) -> float:
            _compress(music, dialogue, theirs, threshold)
            return _reduction_db(plan, before, _powers(theirs))

        _tuned(reduction_db, _reduction_db(plan, before, _powers(ours)))
        return (
            _judged("hostkit duck", plan, dialogue, music, before, ours),
            _judged("ffmpeg sidechaincompress", plan, dialogue, music, before, theirs),
        )


def speed() -> dict[str, float]:
    """The whole command on a stereo reel of twenty minutes: best of three turns, alternating."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        dialogue, music = write_material(folder, SPEED_MINUTES)
        ours, alone, theirs = [], [], []
        for _ in range(TURNS):
            ours.append(_seconds(lambda: _run_ours(dialogue, music, folder / "out")))
            theirs.append(_seconds(lambda: _compress(music, dialogue, folder / "theirs.wav", 0.02)))
            alone.append(_seconds(lambda: _run_ours(dialogue, music, folder / "out", cores=1)))
    return {
        "x_realtime_on_one_core": SPEED_MINUTES * 60 / min(alone),
        "wall_time_over_sidechaincompress": min(ours) / min(theirs),
    }


def memory() -> dict[str, float]:
    """Peak memory of the largest process: an hour over five minutes."""
    peaks = []
    for minutes in (SHORT_MINUTES, LONG_MINUTES):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            dialogue, music = write_material(folder, minutes)
            command = _command(dialogue, music, folder / "out")
            peaks.append(largest_process_mb(command, os.environ))
    return {"memory_60_over_5_minutes": peaks[1] / peaks[0]}


def write_material(folder: Path, minutes: int) -> tuple[Path, Path]:
    """Dialogue and an example session, both 24-bit stereo; every minute the same."""
    tests = Path(__file__).parents[1]
    sys.path.append(str(tests / "support"))
    studio: dict[str, Any] = runpy.run_path(str(tests / "ducking" / "conftest.py"))
    spoken, _ = studio["dialogue"](ONSETS, 60.0, LEVELS_DB)
    played = studio["music"](60.0)
    dialogue, music = folder / "dialogue.wav", folder / "music.wav"
    for path, audio in ((dialogue, np.repeat(0.7 * spoken, 2, axis=0)), (music, played)):
        with WavWriter(path, RATE, STEREO, PCM24) as writer:
            for _ in range(minutes):
                writer.write(audio)
    return dialogue, music


def _judged(
    name: str, plan: DuckPlan, dialogue: Path, music: Path, before: HopPowers, written: Path
) -> Ducking:
    after = _powers(written)
    differences = [
        spoken.speech_lufs - after.during(spoken.phrase).phrase_lufs() for spoken in plan.phrases
    ]
    scores = intelligibility(
        plan,
        MusicStem("dialogue", open_audio(dialogue)),
        [MusicStem("music", open_audio(music))],
        [MusicStem("music", open_audio(written))],
    )
    target = plan.settings.target_lu
    return Ducking(
        name=name,
        at_target=sum(difference >= target - 0.5 for difference in differences),
        phrases=len(differences),
        worst_lu=min(differences),
        reduction_db=_reduction_db(plan, before, after),
        slope_db_per_s=_steepest(music, written),
        estoi=float(np.mean([score.estoi_after for score in scores if score.estoi_after])),
    )


def _tuned(reduction_db: Callable[[float], float], wanted_db: float) -> None:
    """Bisects the compressor's threshold until it reduces by as much as it should."""
    low, high = 1e-3, 0.3  # ffmpeg's least threshold, and one above all speech
    for _ in range(14):
        middle = (low * high) ** 0.5
        reduced = reduction_db(middle)
        if abs(reduced - wanted_db) < 0.05:
            return
        low, high = (middle, high) if reduced > wanted_db else (low, middle)
    raise RuntimeError(f"the compressor cannot be tuned to {wanted_db:.1f} dB")


def _reduction_db(plan: DuckPlan, before: HopPowers, after: HopPowers) -> float:
    """The mean over all hops of speech of how much lower the music is."""
    was, now = (
        np.concatenate([powers.during(spoken.phrase).powers for spoken in plan.phrases])
        for powers in (before, after)
    )
    return float(np.mean(10 * np.log10(np.maximum(was, 1e-15) / np.maximum(now, 1e-15))))


def _steepest(music: Path, written: Path) -> float:
    """The steepest slope of the gain, read off the loudest sample of each 10 ms."""
    was, now = (soundfile.read(path)[0][:, 0] for path in (music, written))
    hop = RATE // 100
    hops = was.size // hop
    loudest = np.abs(was[: hops * hop]).reshape(hops, hop).argmax(axis=1) + hop * np.arange(hops)
    loudest = loudest[np.abs(was[loudest]) > _AUDIBLE]
    gain_db: NDArray[np.float64] = 20 * np.log10(np.abs(now[loudest] / was[loudest]) + 1e-9)
    # Every second one, so that two are never less than 10 ms apart.
    slopes = (gain_db[2:] - gain_db[:-2]) / ((loudest[2:] - loudest[:-2]) / RATE)
    return float(np.abs(slopes).max())


def _powers(path: Path) -> HopPowers:
    source = open_audio(path)
    return powers_of(source.blocks(), source.sample_rate, layout_of(source.channels))


def _compress(music: Path, dialogue: Path, written: Path, threshold: float) -> Path:
    graph = _COMPRESSOR.format(threshold, RATIO, ATTACK_MS, RELEASE_MS)
    command = ["ffmpeg", "-nostdin", "-loglevel", "error", "-y", "-i", str(music)]
    command += ["-i", str(dialogue), "-filter_complex", graph, "-c:a", "pcm_s24le", str(written)]
    subprocess.run(command, check=True)
    return written


def _command(dialogue: Path, music: Path, folder: Path) -> list[str]:
    files = ["--dialogue", str(dialogue), str(music), "-o", str(folder)]
    return [sys.executable, "-c", _MAIN, *files]


def _run_ours(dialogue: Path, music: Path, folder: Path, cores: int | None = None) -> None:
    limit = ["taskset", "-c", "0"] if cores == 1 else []
    command = [*limit, *_command(dialogue, music, folder)]
    subprocess.run(command, check=True, capture_output=True)


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


if __name__ == "__main__":
    print(table(compared()))
    for key, value in (speed() | memory()).items():
        print(f"{key}: {value:.2f}")
