"""Ducking passes run and measured, on the files they write by means of their own."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import numpy as np
import soundfile
from scipy.signal import lfilter

from hostkit.delivery.ducking.bundle import duck_files
from hostkit.delivery.ducking.report import DuckReport
from hostkit.ducking.alignment import lay_out
from hostkit.ducking.settings import DuckSettings

RATE = 48_000
ONSETS = (2.0, 9.0, 15.0, 24.0)
SECONDS = 34.0
TARGET_LU = 12.0


def loudness(audio: np.ndarray) -> float:
    """BS.1770-4 gated loudness of `(frames, channels)` at 48 kHz: the table's filters, direct."""
    shelf = [1.53512485958697, -2.69169618940638, 1.19839281085285]
    weighted = lfilter(shelf, [1.0, -1.69065929318241, 0.73248077421585], audio, axis=0)
    weighted = lfilter([1.0, -2.0, 1.0], [1.0, -1.99004745483398, 0.99007225036621], weighted, 0)
    starts = range(0, len(audio) - 19_200 + 1, 4_800)
    blocks = np.array([np.mean(weighted[s : s + 19_200] ** 2, axis=0).sum() for s in starts])
    blocks = blocks[blocks > 10 ** ((-70 + 0.691) / 10)]
    blocks = blocks[blocks > blocks.mean() / 10]
    return -0.691 + 10 * math.log10(blocks.mean())


def run(studio, music: Path | list[Path], dialogue: Path, **settings: object) -> DuckReport:
    files = music if isinstance(music, list) else [music]
    earlier = len(list(studio.folder.glob("ducked*")))
    folder = studio.folder / f"ducked{earlier or ''}"  # nobody's files are replaced without a word
    return duck_files(lay_out(dialogue, files), DuckSettings(**settings), folder)


def read(path: Path) -> np.ndarray:
    return soundfile.read(path, dtype="float64", always_2d=True)[0]


def gains(folder: Path, frames: int, name: str = "curve") -> np.ndarray:
    """The gain of every frame in dB, from the CSV file alone."""
    with (folder / f"{name}.csv").open() as file:
        rows = [(int(row["frame"]), float(row["gain_db"])) for row in csv.DictReader(file)]
    places, values = zip(*rows, strict=True)
    return np.interp(np.arange(frames), places, values)


def differences(dialogue: np.ndarray, music: np.ndarray, report: DuckReport) -> list[float]:
    """Speech over music in the worst 3 s of each phrase; mono is heard from both sides."""
    found = []
    dialogue, music = (np.repeat(a, 2, 1) if a.shape[1] == 1 else a for a in (dialogue, music))
    for result in report.result.phrases:
        phrase = result.spoken.phrase
        last = max(phrase.onset_seconds, phrase.offset_seconds - 3.0)
        worst = math.inf
        for start in [*np.arange(phrase.onset_seconds, last, 0.3), last]:
            stop = min(start + 3.0, phrase.offset_seconds)
            part = slice(round(start * RATE), round(stop * RATE))
            worst = min(worst, loudness(dialogue[part]) - loudness(music[part]))
        found.append(worst)
    return found
