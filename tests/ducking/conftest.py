"""Speech and music for the ducking tests: espeak-ng speaks, numpy plays.

The benchmark runs this file too, for the same material.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import soundfile
import soxr
from numpy.typing import NDArray

RATE = 48_000

SENTENCES = (
    "The lighthouse keeper had not spoken to anyone for eleven days.",
    "When the ship came in, nobody was there to meet it.",
    "He climbed the stairs, one hand on the wall, and lit the lamp again.",
    "Somewhere below, a door slammed, and the wind took the rest.",
)


def speech_or_skip() -> None:
    """Skips where espeak-ng is missing, unless everything is demanded to be there."""
    if shutil.which("espeak-ng") is None:
        if os.environ.get("HOSTKIT_REQUIRE_PLUGINS") == "1":
            pytest.fail("espeak-ng is not installed, and HOSTKIT_REQUIRE_PLUGINS=1 demands it")
        pytest.skip("espeak-ng is not installed (apt-get install espeak-ng)")


@cache
def sentence(number: int, voice: str = "en-gb") -> NDArray[np.float32]:
    """One spoken sentence at 48 kHz, mono, without the silence around it, at −23 dBFS RMS."""
    speech_or_skip()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "speech.wav"
        command = ["espeak-ng", "-v", voice, "-s", "150", "-w", str(path), SENTENCES[number]]
        subprocess.run(command, check=True, capture_output=True)
        spoken, rate = soundfile.read(path, dtype="float64")
    spoken = soxr.resample(spoken, rate, RATE)
    loud = np.flatnonzero(np.abs(spoken) > 0.01 * np.abs(spoken).max())
    spoken = spoken[loud[0] : loud[-1] + 1]
    scaled: NDArray[np.float32] = (spoken * 10 ** (-23 / 20) / np.sqrt(np.mean(spoken**2))).astype(
        np.float32
    )
    return scaled


def dialogue(
    onsets: tuple[float, ...], seconds: float, levels_db: tuple[float, ...] = ()
) -> tuple[NDArray[np.float32], list[tuple[float, float]]]:
    """A mono stem with a sentence at each onset, and the true (onset, offset) of each."""
    stem = np.zeros((1, round(seconds * RATE)), dtype=np.float32)
    truth = []
    for place, onset in enumerate(onsets):
        spoken = sentence(place % len(SENTENCES))
        gain = 10 ** (levels_db[place] / 20) if levels_db else 1.0
        start = round(onset * RATE)
        stem[0, start : start + spoken.size] = spoken[: stem.shape[1] - start] * np.float32(gain)
        truth.append((onset, onset + spoken.size / RATE))
    return stem, truth


def music(seconds: float, seed: int = 1, level_db: float = -23.0) -> NDArray[np.float32]:
    """Something like music: a bass, chords that change, a melody, hats; stereo, wide band."""
    unscaled = _played(round(seconds * RATE), seed)
    return unscaled * np.float32(10 ** (level_db / 20))


@cache
def _played(frames: int, seed: int) -> NDArray[np.float32]:
    """The music at 0 dBFS RMS. A bar lasts two seconds."""
    draw = np.random.default_rng(seed)
    bars = [_bar(draw) for _ in range(frames // (2 * RATE) + 1)]
    out = np.concatenate(bars, axis=1)[:, :frames]
    time = np.arange(frames) / RATE
    out += 0.15 * draw.standard_normal((2, frames), dtype=np.float32) * np.exp(-(time % 0.25) * 30)
    scaled: NDArray[np.float32] = (out / np.sqrt(np.mean(out**2))).astype(np.float32)
    return scaled


def _bar(draw: np.random.Generator) -> NDArray[np.float64]:
    """A chord that swells, and four notes of melody."""
    local = np.arange(2 * RATE) / RATE
    out = np.zeros((2, local.size))
    root = 55 * 2 ** (draw.choice([0, 3, 5, 7, 8]) / 12)
    for ratio, level in ((1, 0.5), (2, 0.3), (2.52, 0.25), (3, 0.25), (4, 0.2), (6, 0.15)):
        pan = draw.uniform(0.3, 0.7)
        wave = np.sin(2 * np.pi * root * ratio * local + draw.uniform(0, 6))
        wave += 0.4 * np.sin(2 * np.pi * 3 * root * ratio * local)
        swell = 0.6 + 0.4 * np.sin(2 * np.pi * local / 2 + draw.uniform(0, 6))
        out += level * swell * wave * np.array([[1 - pan], [pan]])
    for beat in range(4):
        pitch = 4 * root * 2 ** (draw.choice([0, 2, 3, 5, 7, 10]) / 12)
        later = local[: -beat * RATE // 2 or None]
        out[:, beat * RATE // 2 :] += 0.4 * np.exp(-later * 6) * np.sin(2 * np.pi * pitch * later)
    return out


def save(path: Path, audio: NDArray[np.float32], subtype: str = "PCM_24") -> Path:
    """Writes `(channels, frames)` and returns the path."""
    soundfile.write(path, audio.T, RATE, subtype=subtype)
    return path


@dataclass(frozen=True)
class Studio:
    """The functions above and a folder, as one fixture."""

    folder: Path
    dialogue: Callable[..., tuple[NDArray[np.float32], list[tuple[float, float]]]] = dialogue
    music: Callable[..., NDArray[np.float32]] = music

    def save(self, name: str, audio: NDArray[np.float32], subtype: str = "PCM_24") -> Path:
        return save(self.folder / name, audio, subtype)


@pytest.fixture
def studio(tmp_path: Path) -> Studio:
    return Studio(tmp_path)
