"""Speech and music for the ducking tests: espeak-ng speaks, an example session plays.

The benchmark runs this file too, for the same material.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import ducked
import numpy as np
import pytest
import soundfile
import soxr
from here import Here
from needed import needed
from numpy.typing import NDArray
from passes import ONSETS, SECONDS
from scores import write_session

from hostkit.batch import Batch, SessionTask
from hostkit.cli.show.progress import Quiet
from hostkit.jobs.store import Store
from hostkit.pipeline import Rendered, RenderRequest
from hostkit.plan.environment import Environment
from hostkit.render.outcome import Resources

RATE = 48_000
EXAMPLE = Path(__file__).parents[2] / "sessions" / "kitchen-light.yaml"
PLAYED_SECONDS = 60
"""The most that a test, or the benchmark of ducking, asks for."""

SENTENCES = (
    "The lighthouse keeper had not spoken to anyone for eleven days.",
    "When the ship came in, nobody was there to meet it.",
    "He climbed the stairs, one hand on the wall, and lit the lamp again.",
    "Somewhere below, a door slammed, and the wind took the rest.",
)


@cache
def sentence(number: int, voice: str = "en-gb") -> NDArray[np.float32]:
    """One spoken sentence at 48 kHz, mono, without the silence around it, at −23 dBFS RMS."""
    needed(shutil.which("espeak-ng"), "espeak-ng", "apt install espeak-ng")
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


def music(seconds: float, part: str = "mix", level_db: float = -23.0) -> NDArray[np.float32]:
    """Kitchen Light from its start, stereo: its mix or one of its stems, at this RMS level."""
    assert seconds <= PLAYED_SECONDS
    played = _played()[part][:, : round(seconds * RATE)]
    scale = 10 ** (level_db / 20) / np.sqrt(np.mean(played.astype(np.float64) ** 2))
    return played * np.float32(scale)


@cache
def _played() -> dict[str, NDArray[np.float32]]:
    """The example session's stems and mix, each `(2, frames)`, rendered once a run."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        session = folder / "music.yaml"
        session.write_text(f"hostkit: 1\nextends: {EXAMPLE}\nlength: {PLAYED_SECONDS}s\n")
        resources = Resources(Here(), Store(folder / "store"), Quiet())
        batch = Batch(resources, Environment(), 1)
        (result,) = batch.run([SessionTask(session, folder / "renders")])
        assert result.rendered is not None, result.error
        files = result.rendered.manifest
        paths = {name: stem.file.path for name, stem in files.stems.items()}
        paths["mix"] = files.mixes["full"].file.path
        return {
            part: soundfile.read(result.rendered.folder / path, dtype="float32")[0].T
            for part, path in paths.items()
        }


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
    executor: type[Here] = Here

    def save(self, name: str, audio: NDArray[np.float32], subtype: str = "PCM_24") -> Path:
        return save(self.folder / name, audio, subtype)


@pytest.fixture
def studio(tmp_path: Path) -> Studio:
    return Studio(tmp_path)


@pytest.fixture
def spoken(studio) -> Path:
    stem, _ = studio.dialogue(ONSETS, SECONDS, (0.0, -3.0, 0.0, 4.0))
    return studio.save("dx.wav", stem)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One for all tests of a file."""
    return tmp_path_factory.mktemp("store")


@pytest.fixture
def cue(studio) -> Path:
    """A session with dialogue (`ducked.CUE`)."""
    stem, _ = studio.dialogue(ducked.ONSETS, ducked.SECONDS, (0.0, -3.0))
    studio.save("dx.wav", stem)
    return write_session(studio.folder / "cue.yaml", ducked.CUE, **ducked.NOTES)


@pytest.fixture
def deliver(studio, store: Path) -> Callable[..., Rendered]:
    """Renders a session, changed as told, into `renders` beside it."""
    resources = Resources(studio.executor(), Store(store), Quiet())

    def run(session: Path, *changes: tuple[str, str], profile: str | None = None) -> Rendered:
        ducked.change(session, *changes)
        batch = Batch(resources, Environment(), 2, RenderRequest(profile, None))
        (result,) = batch.run([SessionTask(session, session.parent / "renders")])
        if result.error is not None:
            raise result.error
        assert result.rendered is not None
        return result.rendered

    return run
