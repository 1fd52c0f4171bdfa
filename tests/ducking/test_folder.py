"""Where a ducking pass goes, and what it replaces there: its own files, and no others."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile

from hostkit.delivery.ducking.bundle import duck_files
from hostkit.delivery.ducking.ducked_folder import ducked_folder
from hostkit.delivery.folder.inside import music_files
from hostkit.delivery.manifest import MANIFEST
from hostkit.delivery.manifest.manifest import Manifest
from hostkit.delivery.verifying.verify import verify
from hostkit.ducking.alignment import lay_out
from hostkit.ducking.phrase import Phrase
from hostkit.ducking.phrase_file import read_phrases
from hostkit.ducking.settings import DuckSettings
from hostkit.errors import RequestError
from hostkit.jobs.executors import LocalExecutor

RATE = 48_000
PHRASES = [Phrase(2.0, 4.0)]


def noise(path: Path, level_db: float, seed: int) -> Path:
    """Eight seconds of white noise at an RMS level in dBFS."""
    samples = np.random.default_rng(seed).standard_normal(8 * RATE) * 10 ** (level_db / 20)
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, samples, RATE, subtype="PCM_24")
    return path


@pytest.fixture
def music(tmp_path: Path) -> Path:
    return noise(tmp_path / "mx.wav", -30, seed=1)


@pytest.fixture
def dialogue(tmp_path: Path) -> Path:
    return noise(tmp_path / "dx.wav", -26, seed=2)


def duck(music: Path, dialogue: Path, folder: Path, target_lu: float = 8, **asked) -> None:
    phrases = asked.pop("phrases", PHRASES)
    settings = DuckSettings(target_lu=target_lu)
    duck_files(lay_out(dialogue, [music], None, None), settings, folder, phrases, **asked)


def contents(folder: Path) -> dict[str, bytes]:
    """Every file in and below a folder, hidden ones too."""
    found = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def deliver(folder: Path) -> None:
    """What makes a folder a delivery: a manifest, here of no files."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MANIFEST).write_text(Manifest("cue", RATE, "pcm24", 0, {}, {}, {}).text)


def test_beside_the_music_and_beside_a_delivery(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cue, film = tmp_path / "renders" / "cue", tmp_path / "renders" / "cue" / "film"
    deliver(film)
    assert ducked_folder(tmp_path / "mx.wav") == tmp_path / "ducked"
    assert ducked_folder(film / "stems" / "a.wav") == cue / "film-ducked"
    deliver(cue)
    assert ducked_folder(cue / "stems" / "a.wav") == tmp_path / "renders" / "cue-ducked"
    assert ducked_folder(film / "stems" / "a.wav") == tmp_path / "renders" / "cue-film-ducked"
    monkeypatch.chdir(tmp_path)
    assert ducked_folder(Path("renders/cue/stems/a.wav")) == Path("renders/cue-ducked")


def test_a_folder_stands_for_its_music(tmp_path: Path, dialogue: Path, music: Path) -> None:
    """A delivery for the stems of its full mix; none but what lies in the folder itself."""
    noise(tmp_path / "takes" / "old.wav", -30, seed=3)
    (tmp_path / "notes.txt").write_text("of the session")
    assert music_files([tmp_path], dialogue) == [music]
    (tmp_path / "cue" / "stems").mkdir(parents=True)
    with pytest.raises(RequestError, match="no music in this folder itself; name the folder of"):
        music_files([tmp_path / "cue"], dialogue)


def test_a_manifest_of_something_else_makes_no_delivery(tmp_path: Path) -> None:
    (tmp_path / MANIFEST).write_text('{"name": "a web page"}')
    assert ducked_folder(tmp_path / "mx" / "a.wav") == tmp_path / "mx" / "ducked"


def test_a_pass_replaces_its_own_files_as_a_whole(
    tmp_path: Path, music: Path, dialogue: Path
) -> None:
    out = tmp_path / "out"
    duck(music, dialogue, out)
    first = contents(out)
    duck(music, dialogue, out, target_lu=12)
    second = contents(out)
    assert first.keys() == second.keys()
    assert first["mx_ducked.wav"] != second["mx_ducked.wav"]
    duck(music, dialogue, out)
    assert contents(out) == first


@pytest.mark.parametrize("name", ["mx_ducked.wav", "duck_report.md", "phrases.csv"])
def test_what_somebody_altered_stays(
    tmp_path: Path, music: Path, dialogue: Path, name: str
) -> None:
    out = tmp_path / "out"
    duck(music, dialogue, out)
    (out / name).write_bytes(b"mine")
    before = contents(out)
    with pytest.raises(RequestError, match=f"{name}: there already.*--force"):
        duck(music, dialogue, out, target_lu=12)
    assert contents(out) == before
    duck(music, dialogue, out, target_lu=12, force=True)
    assert contents(out)[name] != b"mine"


def test_other_music_or_dialogue_is_another_pass(
    tmp_path: Path, music: Path, dialogue: Path
) -> None:
    out = tmp_path / "out"
    duck(music, dialogue, out)
    before = contents(out)
    others = (
        (noise(tmp_path / "mx2.wav", -30, seed=3), dialogue),
        (
            music,
            noise(tmp_path / "dx2.wav", -26, seed=4),
        ),
    )
    for pair in others:
        with pytest.raises(RequestError, match=r"of other music or dialogue.*--force"):
            duck(*pair, out)
        assert contents(out) == before
    duck(*others[0], out, force=True)
    assert "mx2_ducked.wav" in contents(out)
    assert "mx_ducked.wav" not in contents(out)


def test_files_that_no_pass_wrote_stay(tmp_path: Path, music: Path, dialogue: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "notes.txt").write_text("mine")
    (out / "duck.json").write_text("{}")
    with pytest.raises(RequestError, match=r"duck\.json: there already"):
        duck(music, dialogue, out)
    assert contents(out) == {"notes.txt": b"mine", "duck.json": b"{}"}
    duck(music, dialogue, out, force=True)
    assert contents(out)["notes.txt"] == b"mine"
    assert json.loads(contents(out)["duck.json"])["hashes"].keys() == contents(out).keys() - {
        "duck.json",
        "notes.txt",
    }


def test_corrected_phrases_may_be_used_where_they_lie(
    tmp_path: Path, music: Path, dialogue: Path
) -> None:
    out = tmp_path / "out"
    duck(music, dialogue, out)
    (out / "phrases.csv").write_text("onset_seconds,offset_seconds\n3,5\n")
    duck(music, dialogue, out, phrases=read_phrases(out / "phrases.csv"))
    assert [p.onset_seconds for p in read_phrases(out / "phrases.csv")] == [3.0]


def test_a_delivery_is_no_place_to_duck_into(tmp_path: Path, music: Path, dialogue: Path) -> None:
    deliver(tmp_path / "cue")
    before = contents(tmp_path / "cue")
    with pytest.raises(RequestError, match="is a delivery; choose another folder"):
        duck(music, dialogue, tmp_path / "cue", force=True)
    assert contents(tmp_path / "cue") == before


def test_nothing_is_ducked_into_a_delivery(tmp_path: Path, music: Path, dialogue: Path):
    deliver(tmp_path / "cue")
    before = contents(tmp_path)
    with pytest.raises(RequestError, match=r"lies in .*cue, which holds the delivery of cue"):
        duck(music, dialogue, tmp_path / "cue/stems/ducked", force=True)
    assert contents(tmp_path) == before


def test_verify_takes_a_ducked_folder_for_what_it_is(
    tmp_path: Path, music: Path, dialogue: Path
) -> None:
    """Two files of which neither is the sum of the other, as its duck.json knows."""
    out = tmp_path / "out"
    duck(music, dialogue, out)
    with LocalExecutor(1) as executor:
        as_left = verify(out, executor)
        assert (as_left.verdict, [file.path for file in as_left.files]) == (
            "pass",
            ["mx_ducked.wav"],
        )
        (out / "phrases.csv").write_text("start,end\n2.1,4.0\n")  # corrected for the next pass
        noise(out / "mx_ducked.wav", -20, seed=4)
        noise(out / "other.wav", -20, seed=5)
        found = {(f.path, f.check, f.verdict) for f in verify(out, executor).findings}
    assert found == {
        ("mx_ducked.wav", "altered", "fail"),
        ("other.wav", "unknown file", "warn"),
    }
