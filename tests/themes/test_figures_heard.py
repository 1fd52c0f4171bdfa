"""Figures as they sound: each rendered, and measured against what it promises.

One session at 16 kHz. The test tone is loud by velocity (v/127) and deaf to controllers; where a
controller matters a steady organ of the SoundFont plays. A bar lasts 2 s.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
import soundfile
from commands import hostkit

RATE = 16_000
BAR = 2 * RATE
TONE = "instrument: {tone: {gain: 0.1}}"
ORGAN = "instrument: {soundfont: gm, program: 16}"
SESSION = f"""\
hostkit: 1
sample_rate: {RATE}
tempo: [{{at: 1|1, bpm: 120, meter: 4/4}}]
hits: [{{at: 3|1, name: the door}}]
tracks:
  ostinato:
    {TONE}
    score: [{{at: 1|1, ostinato: {{notes: "d'", rhythm: "8 8 16 16 8", accents: [1, 4], bars: 2}}}}]
  cluster:
    {TONE}
    score: [{{at: 1|1, cluster: {{from: c', to: e', motion: opening, over_bars: 1, bars: 2}}}}]
  pedal:
    {ORGAN}
    score: [{{at: 1|1, pedal: {{note: "d'", bars: 4, swell: "-18 < 0 > -12"}}}}]
  after:
    {ORGAN}
    score:
      - {{at: 1|1, pedal: {{note: "d'", bars: 1, velocity: f, swell: "f > pp"}}}}
      - {{at: 3|1, pedal: {{note: "d'", bars: 1, velocity: f}}}}
  rise:
    {TONE}
    score: [{{at: 2|1, rise: {{to_hit: the door, from: c', over: 12, value: 8}}}}]
  drums:
    {TONE}
    score: [{{at: 1|1, percussion: {{pattern: {{A4: "x..x..x."}}, step: "8", bars: 2}}}}]
  drone:
    instrument: {{soundfont: gm, program: 81}}
    effects: [{{ladder_filter: {{mode: LPF24, cutoff_hz: 200}}}}]
    score:
      - at: 1|1
        drone:
          note: d
          bars: 4
          texture: {{parameter: ladder_filter.cutoff_hz, from: 150, to: 4800, curve: geometric}}
  chords:
    {TONE}
    score: [{{at: 1|1, chords: "C | F", voicing: close, velocity: 127}}]
"""


@pytest.fixture(scope="module")
def stems(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, np.ndarray]:
    """The left channel of each track, rendered."""
    folder = tmp_path_factory.mktemp("figures")
    (folder / "heard.yaml").write_text(SESSION)
    ran = hostkit("render", folder / "heard.yaml", "-o", folder / "out", cache=folder / "cache")
    assert ran.code == 0, ran.err
    manifest = json.loads((folder / "out" / "manifest.json").read_text())
    return {
        name: soundfile.read(folder / "out" / entry["path"], always_2d=True)[0][:, 0]
        for name, entry in manifest["stems"].items()
    }


def level_db(audio: np.ndarray, at: float, seconds: float = 0.1) -> float:
    """RMS around a time."""
    first = int((at - seconds / 2) * RATE)
    window = audio[max(first, 0) : first + int(seconds * RATE)]
    return float(10 * np.log10(np.mean(window**2) + 1e-20))


def pitches_at(audio: np.ndarray, start: float, stop: float) -> set[int]:
    """The keys whose frequencies stand out of a stretch by more than −20 dB of the strongest."""
    window = audio[int(start * RATE) : int(stop * RATE)]
    spectrum = np.abs(np.fft.rfft(window * np.hanning(len(window)), 8 * len(window)))
    hz = np.fft.rfftfreq(8 * len(window), 1 / RATE)
    strengths = {}
    for key in range(36, 96):
        near = np.abs(hz - 440 * 2 ** ((key - 69) / 12)) < 1.5
        strengths[key] = spectrum[near].max()
    return {key for key, strength in strengths.items() if strength > max(strengths.values()) / 4}


def test_accents_of_an_ostinato_are_louder(stems: Mapping[str, np.ndarray]):
    """Velocity 80, and a dynamic more where it is accented: 96/80 is 1.6 dB for the tone."""
    starts, audio = [0, 0.25, 0.5, 0.625, 0.75], stems["ostinato"]
    levels = [level_db(audio, at + 0.06, 0.08) for at in starts]
    plain = [levels[1], levels[2], levels[4]]
    assert max(plain) - min(plain) < 0.2
    assert np.array(levels)[[0, 3]] - np.mean(plain) == pytest.approx(1.58, abs=0.3)
    again = [level_db(audio, 1 + at + 0.06, 0.08) for at in starts]
    assert again == pytest.approx(levels, abs=0.1)


def test_the_pitches_of_a_cluster_are_there(stems: Mapping[str, np.ndarray]):
    """It opens over a bar from D outwards: five semitones, one every 0.4 s."""
    assert pitches_at(stems["cluster"], 0.0, 0.39) == {62}
    assert pitches_at(stems["cluster"], 2.1, 3.9) == {60, 61, 62, 63, 64}


def test_a_swell_rises_by_as_many_db_as_it_says(stems: Mapping[str, np.ndarray]):
    """−18 < 0 > −12 over 8 s, straight in dB: at 4 s all, at 2 s half of it; within 1 dB."""
    loudest = level_db(stems["pedal"], 4.0)
    assert level_db(stems["pedal"], 0.15) - loudest == pytest.approx(-17.3, abs=1)
    assert level_db(stems["pedal"], 2.0) - loudest == pytest.approx(-9, abs=1)
    assert level_db(stems["pedal"], 7.9) - loudest == pytest.approx(-11.7, abs=1)


def test_after_a_swell_a_plain_note_is_as_loud_as_it_says(stems: Mapping[str, np.ndarray]):
    assert level_db(stems["after"], 5.0) == pytest.approx(level_db(stems["after"], 0.1), abs=1)


def test_a_rise_climbs_and_ends_on_its_hit(stems: Mapping[str, np.ndarray]):
    """Eight eighths from C to C; its last note stops on the sample of the hit."""
    audio = stems["rise"]
    assert pitches_at(audio, 2.0, 2.24) == {60}
    assert max(pitches_at(audio, 3.76, 3.99)) in (70, 71)
    assert np.abs(audio[: BAR - 1]).max() < 1e-4
    assert np.abs(audio[2 * BAR - 400 : 2 * BAR]).max() > 0.01
    assert np.abs(audio[2 * BAR + 1 :]).max(initial=0) < 1e-4
    assert level_db(audio, 3.8) > level_db(audio, 2.1) + 5  # p to ff


def test_strokes_fall_where_the_grid_has_them(stems: Mapping[str, np.ndarray]):
    """3 + 3 + 2 eighths: density and places."""
    heard = [level_db(stems["drums"], 0.25 * step + 0.12, 0.2) > -60 for step in range(16)]
    assert heard == [True, False, False, True, False, False, True, False] * 2


def test_a_texture_opens_the_filter(stems: Mapping[str, np.ndarray]):
    """Geometric from 150 to 4800 Hz in 8 s: an octave every 1.6 s; the sound's centre follows."""

    def centre_hz(start: float) -> float:
        window = stems["drone"][int(start * RATE) : int((start + 0.5) * RATE)]
        power = np.abs(np.fft.rfft(window)) ** 2
        return float((np.fft.rfftfreq(len(window), 1 / RATE) * power).sum() / power.sum())

    centres = [centre_hz(at) for at in (1, 3, 5, 7)]
    assert centres == sorted(centres)
    assert centres[-1] > 1.5 * centres[0]


def test_chords_lead_their_voices(stems: Mapping[str, np.ndarray]):
    assert pitches_at(stems["chords"], 0.1, 1.9) == {60, 64, 67}
    assert pitches_at(stems["chords"], 2.1, 3.9) == {60, 65, 69}


ENTRIES = [
    ("ostinato: {rhythm: '8'}", "here is no chord:, scale: or notes:"),
    ("ostinato: {chord: Dm, rhythm: '9', bars: 1}", "'9' is no note value"),
    ("ostinato: {chord: Dm, rhythm: '8 8', accents: [3], bars: 1}", "there is no note 3 to accent"),
    ("ostinato: {chord: Dx, bars: 1}", "there is no chord 'x'"),
    ("ostinato: {chord: Dm}", "nothing says how long it is"),
    ("ostinato: {chord: Dm, rhythm: '64', bars: 1000, until: 2|1}", "take one of them out"),
    ("ostinato: {notes: 'd f', pattern: sideways, bars: 1}", "is no pattern"),
    ("pedal: {note: d, until: 1|1}", "1|1 is not after where this begins"),
    ("pedal: {note: {d: 1}, bars: 1}", "a pitch is written as in LilyPond"),
    ("rise: {to_hit: the door, from: c, over: 61}", "semitones from 1 to 60"),
    ("pedal: {note: d f, bars: 1}", "more than one pitch"),
    ("cluster: {from: e, to: c, bars: 1}", "write the lower first"),
    ("cluster: {from: c, to: e, kind: thirds, bars: 1}", "'kind' should be"),
    ("chords: 'Dm || C'", "bar 2 of the chords is empty"),
    ("chords: Dm, swell: 'p > f'", "leads to less"),
    ("rise: {to_hit: the dor, from: c}", "did you mean 'the door'?"),
    ("rise: {to_hit: the door, from: c, over: mile}", "is no interval"),
    ("hit: {notes: d, chord: Dm}", "a hit is a chord: or notes:"),
    ("percussion: {pattern: chsae, bars: 1}", "did you mean 'chase'?"),
    ("percussion: {pattern: {kik: x}, bars: 1}", "did you mean 'kick'?"),
    ("percussion: {pattern: {kick: x?}, bars: 1}", "is no step of a grid"),
    ("tremolo: {notes: d, value: '0', bars: 1}", "is no note value"),
    ("arpeggio: {chord: Dm, bars: 1, velocity: loud}", "'loud' is no velocity"),
]  # fmt: skip


def test_what_is_wrong_is_told_at_its_place(tmp_path: Path):
    """Every entry alone, all in one go: each a line, at its own line of the file."""
    for number, (entry, _) in enumerate(ENTRIES):
        text = (
            "hostkit: 1\nhits: [{at: 3|1, name: the door}]\ntracks:\n  a:\n"
            f"    {TONE}\n    score:\n      - {{at: 1|1, {entry}}}\n"
        )
        (tmp_path / f"{number:02}.yaml").write_text(text)
    ran = hostkit("check", *sorted(tmp_path.glob("*.yaml")), cache=tmp_path / "cache")
    assert ran.code == 2
    for number, (entry, said) in enumerate(ENTRIES):
        lines = [line for line in ran.err.splitlines() if f"{number:02}.yaml:7:" in line]
        assert any(said in line for line in lines), (entry, lines)
    assert "Traceback" not in ran.err
