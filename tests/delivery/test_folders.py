"""Files of a delivery that was broken off half way are not read before it is finished."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import numpy as np
import pytest
import soundfile
from kills import killed_at

import hostkit
from hostkit.cli.commands.loudness import loudness
from hostkit.cli.show import table
from hostkit.delivery.folder.inside import audio_files
from hostkit.delivery.manifest import MANIFEST
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


def test_a_delivery_is_measured_without_those_in_it(tmp_path: Path):
    """By a profile the same music is delivered into a folder of it; a folder of both has both."""
    own, of_profile = tmp_path / "cue" / "mixes/full.wav", tmp_path / "cue/film/mixes/full.wav"
    for file in (own, of_profile):
        write(file, 0.25)
        (file.parent.parent / MANIFEST).touch()
    assert audio_files([tmp_path / "cue"]) == [own]
    assert audio_files([tmp_path / "cue/film"]) == [of_profile]
    assert audio_files([tmp_path]) == [of_profile, own]


def test_levels_stand_under_their_heads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    write(tmp_path / "full.wav", 0.25)
    monkeypatch.chdir(tmp_path)
    loudness([Path("full.wav")], quiet=True)
    head, row = capsys.readouterr().out.splitlines()
    assert head.split("  ") == [
        " LUFS",
        "max M",
        "max S",
        "LRA LU",
        " dBTP",
        " dBFS",
        "seconds",
        "file",
    ]
    assert row.endswith("  -12.0      1.0  full.wav")
    monkeypatch.setattr(table.sys.stdout, "isatty", lambda: True)
    monkeypatch.setattr(table.shutil, "get_terminal_size", lambda: os.terminal_size((40, 9)))
    loudness([Path("full.wav")], quiet=True)
    shown = capsys.readouterr().out.splitlines()
    assert max(map(len, shown)) <= 40
    assert shown[-1].split() == ["file", "full.wav"]
