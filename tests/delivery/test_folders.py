"""Files of a delivery that was broken off half way are not read before it is finished."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest
import soundfile
from kills import killed_at

import hostkit
from hostkit.delivery.folder.inside import audio_files
from hostkit.disk.move_list import FILES, MOVING, REPLACED, Move, Moves
from hostkit.disk.moving import move_together, new_step

RATE = 48_000
MIXES = ("mixes/a.wav", "mixes/b.wav")


def write(path: Path, amplitude: float) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, np.full((RATE, 2), amplitude), RATE, "PCM_24")
    return hashlib.sha256(path.read_bytes()).hexdigest()


def louder(folder: Path) -> None:
    with new_step(folder) as step:
        moves = []
        for number, name in enumerate(MIXES):
            before = hashlib.sha256((folder / name).read_bytes()).hexdigest()
            after = write(step / FILES / name, 0.5)
            moves.append(Move(Path(name), f"{FILES}/{name}", f"{REPLACED}/{number}", before, after))
        move_together(step, folder, Moves(tuple(moves)))


@pytest.fixture
def torn(tmp_path: Path) -> Path:
    """A delivery of which one mix is new and one old, as a kill leaves it."""
    for step in range(60):
        folder = tmp_path / f"{step}"
        for name in MIXES:
            write(folder / name, 0.25)
        assert killed_at(step, lambda folder=folder: louder(folder))
        peaks = {soundfile.read(folder / n)[0].max() for n in MIXES if (folder / n).is_file()}
        if (folder / MOVING).is_dir() and peaks == {0.25, 0.5}:
            return folder
    raise AssertionError("no kill left it half way")


@pytest.mark.parametrize("named", [".", "mixes", "mixes/b.wav", ".."])
def test_it_is_finished_whatever_of_it_is_named(named: str, torn: Path):
    found = audio_files([torn / named])
    assert torn / "mixes/b.wav" in [Path(file).resolve() for file in found]
    assert {soundfile.read(torn / name)[0].max() for name in MIXES} == {0.5}
    assert not (torn / MOVING).exists()


def test_the_calls_finish_it_too(torn: Path):
    measured = hostkit.loudness(torn / "mixes/b.wav")
    assert measured.loudness.sample_peak_dbfs == pytest.approx(20 * np.log10(0.5))
