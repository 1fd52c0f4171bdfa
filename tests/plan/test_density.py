"""How dense the music is under dialogue, read off the notes before anything is rendered."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile
from commands import hostkit
from scores import RATE, write_session

from hostkit.ducking.phrase import Phrase
from hostkit.pipeline import plan_session
from hostkit.plan.density import Fader, density, in_band
from hostkit.plan.environment import Environment

TRACKS = """\
tracks:
  bass: {instrument: {tone: {}}, midi: {track: bass}, stem: low}
  horns: {instrument: {tone: {}}, midi: {track: horns}, stem: brass, gain_db: -6}
  violins: {instrument: {tone: {}}, midi: {track: violins}, stem: strings}
  piccolo: {instrument: {tone: {}}, midi: {track: piccolo}, stem: winds}
length: 8s
"""
FADERS = {
    "bass": Fader("low", 0.0),
    "horns": Fader("brass", -6.0),
    "violins": Fader("strings", 0.0),
    "piccolo": Fader("winds", 0.0),
}
NOTES = {  # quarters at 120 bpm: 2 a second
    "bass": [(0, 16, 33)],
    "horns": [(0, 4, 60), (8, 4, 62)],
    "violins": [(4, 4, 81)],
    "piccolo": [(0, 16, 111)],
}


@pytest.fixture
def session(tmp_path: Path) -> Path:
    return write_session(tmp_path / "cue.yaml", TRACKS, **NOTES)


def test_tracks_registers_and_what_masks_most_of_each_phrase(session: Path):
    plan = plan_session(session, Environment()).whole
    first, second = density(plan, FADERS, [Phrase(0.5, 1.5), Phrase(1.0, 3.0)])
    # The piccolo's E flat 8 (4978 Hz) lies over the speech band, and so do all its partials.
    assert first.tracks == ("bass", "horns")
    assert first.registers == ("bass", "alto")
    # All have one velocity: power goes by the band, the length and the fader (−6 dB is a quarter).
    horns, bass, violins = in_band(60) * 10**-0.6, in_band(33), in_band(81)
    assert dict(first.masking) == {
        "brass": pytest.approx(horns / (horns + bass)),
        "low": pytest.approx(bass / (horns + bass)),
    }
    assert second.tracks == ("bass", "horns", "violins")
    total = horns * 1 + bass * 2 + violins * 1  # seconds of it in the phrase
    assert second.masking == (
        ("strings", pytest.approx(violins / total)),
        ("low", pytest.approx(2 * bass / total)),
    )


def test_a_partial_counts_as_far_as_it_lies_in_the_band():
    # A1 (55 Hz): partials 6 to 32 lie over 300 Hz, 1/n² each.
    partials = [1 / n**2 for n in range(1, 33)]
    assert in_band(33) == pytest.approx(sum(partials[5:]) / sum(partials))
    assert in_band(111) == 0.0  # its fundamental alone is over 4 kHz


@pytest.fixture
def spoken(session: Path) -> Path:
    """The session with half a minute of dialogue whose phrases somebody listed."""
    soundfile.write(session.with_name("dx.wav"), _voice(8), RATE, "PCM_16")
    session.with_name("said.csv").write_text("onset_seconds,offset_seconds\n0.5,1.5\n4.5,5.5\n")
    session.write_text(
        f"{session.read_text()}\ndialogue: {{file: dx.wav}}\nduck: {{phrases: said.csv}}\n"
    )
    return session


def _voice(seconds: int) -> np.ndarray:
    return 0.1 * np.sin(2 * np.pi * 300 * np.arange(seconds * RATE) / RATE)


def test_check_shows_it_before_anything_is_ducked(spoken: Path):
    told = hostkit("check", spoken, cache=spoken.parent)
    assert told.code == 0
    _, most, head, first, second = told.out.splitlines()
    assert most.endswith(
        "by the notes: 2 phrases; most plays in the speech band at 0:00.50: 2 tracks"
    )
    assert head.split() == ["phrase", "tracks", "registers", "stems", "that", "mask", "most"]
    assert first.startswith("0:00.50–0:01.50  2 of 4  bass, alto")
    assert second.startswith("0:04.50–0:05.50  2 of 4  bass, alto")
    (found,) = hostkit("check", spoken, "--json", cache=spoken.parent).json["sessions"]
    assert [under["tracks"] for under in found["under_dialogue"]] == [["bass", "horns"]] * 2
    assert hostkit("check", spoken, "--quiet", cache=spoken.parent).out == ""


def test_dialogue_without_speech_stops_only_who_would_duck(spoken: Path):
    silence = 0.0 * _voice(8)
    soundfile.write(spoken.with_name("dx.wav"), silence, RATE, "PCM_16")
    spoken.write_text(spoken.read_text().replace("duck: {phrases: said.csv}\n", ""))
    warned = hostkit("check", spoken, cache=spoken.parent)
    assert warned.code == 0
    assert "warning: dx: no speech was found (loudest moment: silence)" in warned.out
    spoken.write_text(f"{spoken.read_text()}mixes: {{tv: {{duck: true}}}}\n")
    refused = hostkit("check", spoken, cache=spoken.parent)
    assert refused.code == 2
    assert "no speech was found" in refused.err
