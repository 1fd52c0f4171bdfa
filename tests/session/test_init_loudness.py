"""The loudness that init expects of a file's notes: worked out by hand, and heard."""

from __future__ import annotations

import json
import math
from pathlib import Path

import mido
import pytest
from commands import hostkit
from scores import TICKS, write_score

from hostkit.midi.reading.file import read_midi
from hostkit.session.load import load_session
from hostkit.session.starting.loudness import expected_lufs
from hostkit.session.starting.parts import parts_of
from hostkit.session.starting.proposal import TARGET_LUFS
from hostkit.session.starting.start import start_session

ORGAN, PIANO = 19, 0
SECOND = 2 * TICKS  # at 120 bpm


def expected(path: Path, messages: list[mido.Message], gain_db: float = 0.0) -> float:
    mido.MidiFile(type=1, ticks_per_beat=TICKS, tracks=[mido.MidiTrack(messages)]).save(path)
    file = read_midi(path)
    return expected_lufs(file, [(part, gain_db) for part in parts_of(file)])


def held(seconds: float, velocity: int = 127, pitch: int = 60, program: int = ORGAN) -> list:
    return [
        mido.Message("program_change", program=program),
        mido.Message("control_change", control=7, value=127),
        mido.Message("note_on", note=pitch, velocity=velocity),
        mido.Message("note_off", note=pitch, time=round(seconds * SECOND)),
    ]


@pytest.fixture
def full(tmp_path: Path) -> float:
    """What a note at full level comes to, held for ten seconds."""
    return expected(tmp_path / "full.mid", held(10))


def test_velocity_volume_and_expression_count_forty_decibels_a_decade(tmp_path: Path, full: float):
    softer = expected(tmp_path / "a.mid", held(10, velocity=64))
    assert softer - full == pytest.approx(40 * math.log10(64 / 127), abs=1e-9)
    for control in (7, 11):
        lower = held(10)
        lower.insert(2, mido.Message("control_change", control=control, value=40))
        assert expected(tmp_path / "b.mid", lower) - full == pytest.approx(
            40 * math.log10(40 / 127), abs=1e-9
        )


def test_volume_is_a_hundred_until_it_is_set(tmp_path: Path, full: float):
    unset = held(10)
    del unset[1]
    assert expected(tmp_path / "a.mid", unset) - full == pytest.approx(
        40 * math.log10(100 / 127), abs=1e-9
    )


def test_notes_at_once_add_up_and_silence_does_not_count(tmp_path: Path, full: float):
    both = [*held(0)[:2], mido.Message("note_on", note=50, velocity=127), *held(10)[2:],
            mido.Message("note_off", note=50)]  # fmt: skip
    assert expected(tmp_path / "a.mid", both) - full == pytest.approx(10 * math.log10(2), abs=1e-9)
    late = held(10)
    late[2].time = 60 * SECOND
    assert expected(tmp_path / "b.mid", late) == pytest.approx(full, abs=1e-9)


def test_what_is_struck_dies_away(tmp_path: Path, full: float):
    """The energy of e^(−2t/τ), τ = 0.5 s, over ten seconds: a fortieth of a held note's."""
    piano = expected(tmp_path / "a.mid", held(10, program=PIANO))
    assert piano - full == pytest.approx(10 * math.log10(0.25 / 10), abs=1e-6)


def test_a_gain_is_a_gain(tmp_path: Path, full: float):
    assert expected(tmp_path / "a.mid", held(10), gain_db=-7) == pytest.approx(full - 7, abs=1e-9)


def test_nothing_to_be_heard_is_silence(tmp_path: Path):
    silent = held(1)
    silent[1].value = 0
    assert expected(tmp_path / "a.mid", silent) == -math.inf


@pytest.mark.parametrize("velocity", [40, 120])
@pytest.mark.parametrize("voices", [1, 12])
def test_init_sets_gains_so_that_the_notes_come_to_the_target(
    tmp_path: Path, velocity: int, voices: int
):
    lines = {f"Organ {n}": [(beat, 1, 48 + 3 * n) for beat in range(16)] for n in range(voices)}
    score = write_score(tmp_path / "score.mid", lines, velocity)
    session = load_session(start_session(score).path).session
    file = read_midi(score)
    gains = [track.gain_db for track in session.tracks.values()]
    reached = expected_lufs(file, zip(parts_of(file), gains, strict=True))
    assert reached == pytest.approx(TARGET_LUFS, abs=0.5)  # gains are whole decibels


def test_it_is_about_what_is_heard(tmp_path: Path):
    """A band that plays as loud as it can, as FluidSynth plays it: within 6 LU, nothing clipped."""
    beats = range(64)
    lines = {
        "Drums": [(beat, 0.2, (36, 42, 38, 42)[beat % 4]) for beat in beats],
        "Slap Bass": [(beat, 0.9, 36 + beat % 5) for beat in beats],
        "Grand Piano": [(beat, 1, pitch) for beat in beats for pitch in (60, 64, 67)],
        "Strings": [(beat, 4, pitch) for beat in beats[::4] for pitch in (55, 62, 71, 76)],
        "Trumpet": [(beat, 1, 72 + beat % 7) for beat in beats],
    }
    session = start_session(write_score(tmp_path / "score.mid", lines)).path
    assert hostkit("render", session, "-o", tmp_path / "out", cache=tmp_path / "c").code == 0
    mix = json.loads((tmp_path / "out" / "manifest.json").read_text())["mixes"]["full"]
    assert mix["integrated_lufs"] == pytest.approx(TARGET_LUFS, abs=6)
    assert mix["clipped_samples"] == 0
