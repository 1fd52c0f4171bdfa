"""The film of three cues that share themes and a palette: each by a profile, and as it should be.

At 16 kHz, by a profile as a library's; suspense, heroism and action are told apart by measure.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from commands import hostkit
from ruamel.yaml import YAML

from hostkit.plan.build import main_tempo_map
from hostkit.plan.music.midi_files import MidiFiles
from hostkit.plan.scoring.scores import read_scores
from hostkit.session.load import load_session
from hostkit.themes.phrase import WrittenNote

FOLDER = Path(__file__).parents[2] / "sessions"
CUES = ("winter-watch", "winter-summit", "winter-pursuit")
RATE = 16_000
PROFILE = (
    "hostkit_profile: 1\nformat: pcm24\ntrue_peak_dbtp: -1\nneeds: [title, cue, sections]\n"
    "documents: [mix_notes, tempo_map, hits]\n"
)
SPEECH_HZ = (1000, 4000)
"""Where consonants are: what is loud there hides them."""

pytestmark = pytest.mark.timeout(600)


@dataclass(frozen=True)
class Cue:
    """A delivered cue, and the notes of each track at quarter notes from 1|1."""

    folder: Path
    manifest: dict[str, Any]
    notes: Mapping[str, list[WrittenNote]]

    def audio(self, kind: str, name: str) -> np.ndarray:
        entry = self.manifest[kind][name]
        return soundfile.read(self.folder / entry["path"], always_2d=True)[0]

    @property
    def seconds(self) -> float:
        return self.manifest["frames"] / RATE


@pytest.fixture(scope="module")
def cues(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Cue]:
    """All three with all their mixes, by one command."""
    folder = tmp_path_factory.mktemp("winter")
    (folder / "library.yaml").write_text(PROFILE)
    for name in CUES:
        session = f"hostkit: 1\nextends: {FOLDER}/{name}.yaml\nsample_rate: {RATE}\n"
        (folder / f"{name}.yaml").write_text(session)
    sessions = [folder / f"{name}.yaml" for name in CUES]
    ran = hostkit(
        "mixes", *sessions, "-o", folder / "out", "--profile", folder / "library.yaml",
        cache=folder / "cache", timeout_seconds=500,
    )  # fmt: skip
    assert ran.code == 0, ran.err
    return {name: _cue(name, folder / "out") for name in CUES}


def _cue(name: str, out: Path) -> Cue:
    (found,) = (out / name).rglob("manifest.json")
    loaded = load_session(FOLDER / f"{name}.yaml")
    tempo_map = main_tempo_map(loaded, MidiFiles(loaded)).value
    placed = read_scores(loaded, tempo_map).checked().placed
    notes = {
        track: [note for one in several for note in one.phrase.later(one.start).notes]
        for track, several in placed.items()
    }
    return Cue(found.parent, json.loads(found.read_text()), notes)


@pytest.mark.parametrize("name", CUES)
def test_delivered_without_a_warning(name: str, cues: Mapping[str, Cue]):
    """Full mix, alternates, a cut-down, a loop: every check passes, nothing is left out."""
    cue = cues[name]
    assert cue.manifest["warnings"] == []
    assert cue.manifest["left_out"] == {}
    assert json.loads((cue.folder / "certificate.json").read_text())["findings"] == []
    assert {form["kind"] for form in cue.manifest["forms"].values()} == {"whole", "cut", "loop"}


@pytest.mark.parametrize("name", CUES)
def test_mixed_with_room_for_speech(name: str, cues: Mapping[str, Cue]):
    """No stem is lost or covers the others; the octaves of consonants are 8 dB under the whole."""
    cue = cues[name]
    full = cue.manifest["mixes"]["full"]
    assert -24 <= full["integrated_lufs"] <= -18
    for stem, entry in cue.manifest["stems"].items():
        if "@" not in stem:
            assert full["integrated_lufs"] - 18 < entry["integrated_lufs"] < full["integrated_lufs"]
    power = np.abs(np.fft.rfft(cue.audio("mixes", "full").mean(axis=1))) ** 2
    hz = np.fft.rfftfreq(2 * (len(power) - 1), 1 / RATE)
    share = power[(hz > SPEECH_HZ[0]) & (hz < SPEECH_HZ[1])].sum() / power.sum()
    assert 10 * np.log10(share) < -8


def test_each_quotes_the_theme_in_another_guise():
    guises = []
    for name in CUES:
        session = YAML(typ="safe").load(FOLDER / f"{name}.yaml")
        assert session["themes"] == "winter/themes.yaml"
        assert session["extends"] == "winter/palette.yaml"
        quotes = [
            {key for key in entry if key not in ("at", "theme", "velocity")}
            for track in session["tracks"].values()
            for entry in track["score"]
            if entry.get("theme") == "pass"
        ]
        assert len(quotes) >= 3
        guises.append(frozenset().union(*quotes))
    assert len(set(guises)) == 3


def test_suspense_waits_and_swells(cues: Mapping[str, Cue]):
    """Few notes; what is heard grows by more than 10 dB up to the hit, and is gone after it."""
    cue = cues["winter-watch"]
    assert density(cue) < 4
    strings = cue.audio("stems", "strings")
    levels = [level_db(strings, 4 * bar, 4 * bar + 4) for bar in (1, 7, 10)]
    assert levels[1] > levels[0] + 10
    assert levels[1] > levels[2] + 10
    clustered = {note.pitch.key for note in cue.notes["cellos"] if 16 <= note.start < 32}
    assert clustered == set(range(min(clustered), max(clustered) + 1))


def test_heroism_is_lydian_and_led(cues: Mapping[str, Cue]):
    """Horns have the raised fourth and no plain one; brass moves by small steps; open fifths."""
    cue = cues["winter-summit"]
    classes = {note.pitch.key % 12 for note in cue.notes["horns"]}
    assert 8 in classes  # G sharp
    assert 7 not in classes
    chords: dict[Any, list[int]] = {}
    for note in cue.notes["low brass"]:
        if 16 <= note.start < 32:
            chords.setdefault(note.start, []).append(note.pitch.key)
    upper = [sorted(keys)[1:] for _, keys in sorted(chords.items())]
    moves = [abs(b - a) for x, y in pairwise(upper) for a, b in zip(x, y, strict=True)]
    assert max(moves) <= 5
    assert np.mean(moves) < 3


def test_action_is_dense_syncopated_and_low(cues: Mapping[str, Cue]):
    cue = cues["winter-pursuit"]
    assert density(cue) > 5 * density(cues["winter-watch"])
    drums = [note.start for note in cue.notes["drums"] if 16 <= note.start < 48]
    assert sum(start % 1 != 0 for start in drums) > len(drums) / 2
    shorts = cue.notes["shorts"]
    assert any("accent" in note.marks for note in shorts)


def density(cue: Cue) -> float:
    """Notes a second of all tracks."""
    return sum(map(len, cue.notes.values())) / cue.seconds


def level_db(audio: np.ndarray, start: float, stop: float) -> float:
    window = audio[int(start * RATE) : int(stop * RATE)]
    return float(10 * np.log10(np.mean(window**2) + 1e-20))
