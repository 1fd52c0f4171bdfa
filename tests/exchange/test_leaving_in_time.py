"""Tempo and notes on their way out: ten minutes of ramps keep in time, notes keep their ticks."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import mido
import numpy as np
import pytest
import soundfile
from commands import hostkit
from scores import TICKS, write_session

from hostkit.delivery.manifest import MANIFEST
from hostkit.delivery.manifest.manifest import Manifest
from hostkit.exchange.leaving.notes import FINE_TICKS, Ticks
from hostkit.exchange.leaving.tempo import tempos_of
from hostkit.exchange.reaper.reading.project import read_reaper
from hostkit.exchange.tempo import tempo_map_of
from hostkit.timebase.position import BarBeat
from hostkit.timebase.steps import tempo_steps
from hostkit.timebase.tempo_map import TempoMap, TempoMark

TENTH_OF_A_MS = 1e-4
QUARTERS = 1000
"""At 60 to 120 bpm more than ten minutes."""


def ramp(bar: int, start: int, end: int, until: int, curve: str) -> TempoMark:
    return TempoMark(BarBeat(bar), Fraction(start), None, Fraction(end), BarBeat(until), curve)


MAP = TempoMap.build(
    [
        ramp(1, 70, 120, 41, "beats"),
        TempoMark(BarBeat(45), Fraction(921, 10), (3, 4)),
        ramp(121, 110, 61, 161, "geometric"),
        ramp(161, 90, 100, 200, "time"),
        TempoMark(BarBeat(200, Fraction(2)), Fraction(1137, 13)),
    ]
)


def worst(other: TempoMap, step: Fraction) -> float:
    count = int(QUARTERS / step)
    return max(
        abs(float(other.seconds_at(n * step) - MAP.seconds_at(n * step))) for n in range(count)
    )


def test_ten_minutes_in_ramps_or_steps_are_as_long():
    assert MAP.seconds_at(Fraction(QUARTERS)) > 600
    in_ramps = tempo_map_of(tempos_of(MAP, ramps=True))
    assert worst(in_ramps, Fraction(1, 16)) < TENTH_OF_A_MS / 4
    in_steps = tempo_map_of(tempos_of(MAP, ramps=False))
    assert worst(in_steps, Fraction(1, 4)) < 1e-9


def test_a_midi_file_does_not_drift():
    written = tempo_map_of(tempos_of(MAP, ramps=True))
    steps = tempo_steps(written, 960, Fraction(QUARTERS))
    read = TempoMap.of_steps(
        (Fraction(step.tick, 960), Fraction(60_000_000, step.microseconds_per_quarter))
        for step in steps
    )
    assert worst(read, Fraction(1, 4)) < TENTH_OF_A_MS
    plain = tempo_steps(written, 960)
    assert len(plain) < len(steps) < len(plain) + QUARTERS / 100 + 5


@pytest.mark.parametrize("division", [96, 480, 768, 960, 25, 1023])
def test_a_tick_that_became_a_sample_is_found_again(division):
    chance = np.random.default_rng(division)
    ticks = np.unique(chance.integers(0, QUARTERS * division, 3000))
    samples = MAP.samples_of_ticks(ticks, division, 48_000)
    found = Ticks(MAP, 48_000, division).quarters_at(samples)
    assert found == [Fraction(tick, division) for tick in ticks.tolist()]


def test_what_lies_between_ticks_is_on_the_nearest_of_a_finer_grid():
    samples = MAP.samples_of_ticks(np.arange(0, 900, 7), 960, 48_000) + 11
    found = Ticks(MAP, 48_000, 480).quarters_at(samples)
    for sample, at in zip(samples.tolist(), found, strict=True):
        off = abs(float(MAP.seconds_at(at)) - sample / 48_000)
        assert off < 60 / 70 / FINE_TICKS / 2 + 1e-9


SESSION = """\
tempo:
  - {at: 1|1, bpm: 77.7, meter: 3/4, ramp_to: 131, until: 4|1}
  - {at: 4|1, bpm: 131, meter: 6/8}
picture: {frame_rate: 25, start: 01:00:10:05}
sections: [{name: a, at: 1|1}, {name: b, at: 4|1}]
hits: [{name: door, at: 2|1.5}]
tracks:
  high: {instrument: {tone: {gain: 0.1}}, midi: {track: a}, stem: tones, gain_db: -3}
  low: {instrument: {tone: {gain: 0.1}}, midi: {track: b}, stem: tones, delay_ms: 20}
"""
HIGH = [(0, 1 / 3, 60), (1 / 3, 1 / 3, 62), (2 + 1 / 7, 5.9, 64), (8, 1, 60)]
LOW = [(0, 2, 40), (9, 3, 43)]


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("leaving")
    return write_session(folder / "cue.yaml", SESSION, a=HIGH, b=LOW)


def on_ticks(notes: list[tuple[float, float, int]]) -> list[tuple[int, int, int]]:
    return [(round(at * TICKS), round((at + lasts) * TICKS), key) for at, lasts, key in notes]


def notes_in(track: mido.MidiTrack) -> list[tuple[int, int, int]]:
    now, began, found = 0, {}, []
    for message in track:
        now += message.time
        if message.type == "note_on":
            began[message.note] = now
        elif message.type == "note_off":
            found.append((began[message.note], now, message.note))
    return sorted(found)


def test_a_midi_file_has_the_notes_tempo_and_markers(session, tmp_path):
    made = tmp_path / "out.mid"
    assert hostkit("export", session, "-o", made, cache=tmp_path / "cache").code == 0
    file = mido.MidiFile(made)
    conductor, high, low = file.tracks
    scale = file.ticks_per_beat // TICKS
    assert [track.name for track in (high, low)] == ["high", "low"]
    assert notes_in(high) == sorted(
        (start * scale, end * scale, key) for start, end, key in on_ticks(HIGH)
    )
    late = [
        start - at * scale
        for (start, _, _), (at, _, _) in zip(notes_in(low), on_ticks(LOW), strict=True)
    ]
    expected = [0.020 * bpm / 60 * file.ticks_per_beat for bpm in (77.7, 131)]
    assert late == pytest.approx(expected, abs=2)  # the ramp moves a little in 20 ms
    assert {m.text for m in conductor if m.type == "marker"} == {"a", "b", "door"}
    (timecode,) = (m for m in conductor if m.type == "smpte_offset")
    assert (timecode.hours, timecode.seconds, timecode.frames) == (1, 10, 5)
    meters = [(m.numerator, m.denominator) for m in conductor if m.type == "time_signature"]
    assert meters == [(3, 4), (6, 8)]


def test_what_is_there_or_is_the_sessions_own_stays(session, tmp_path):
    cache = tmp_path / "cache"
    source = session.with_suffix(".mid")
    before = source.read_bytes()
    refused = hostkit("export", session, "-o", source, "--force", cache=cache)
    assert refused.code == 2
    assert "is what cue.yaml is made of" in refused.err
    (tmp_path / "out.rpp").write_text("mine")
    refused = hostkit("export", session, "-o", tmp_path / "out.rpp", cache=cache)
    assert refused.code == 2
    assert "--force replaces it" in refused.err
    for typed, said in [
        (("-o", tmp_path / "no" / "x.rpp"), "its folder does not exist; create it first"),
        (("-o", tmp_path / "out.txt"), "ends in none of .dawproject, .rpp, .mid"),
        ((), "nothing says what to write; add --to with one of dawproject, rpp, midi"),
    ]:
        refused = hostkit("export", session, *typed, cache=cache)
        assert refused.code == 2
        assert said in refused.err
    delivered = tmp_path / "delivered"
    delivered.mkdir()
    (delivered / MANIFEST).write_text(Manifest("other", 48_000, "pcm24", 0, {}, {}, {}).text)
    inside = ("-o", delivered / "full.wav", "--to", "midi", "--force")
    refused = hostkit("export", session, *inside, cache=cache)
    assert refused.code == 2
    assert "which holds the delivery of other; choose a folder beside it" in refused.err
    assert [path.name for path in delivered.iterdir()] == [MANIFEST]
    assert source.read_bytes() == before
    assert (tmp_path / "out.rpp").read_text() == "mine"


ARTICULATED = """\
tempo: [{at: 1|1, bpm: 120}]
tracks:
  strings:
    instrument: {tone: {gain: 0.1}}
    midi: {track: a}
    articulations: {sustain: {keyswitch: C1}, pizz: {keyswitch: D1, cc: [32, 5]}}
    articulation: [[1|1, sustain], [1|3, pizz]]
    lead_ms: 25
    live: [{file: take.wav, at: 2|1}]
"""


def test_articulations_are_key_switches_and_a_mockup_is_closed_under_its_players(tmp_path):
    soundfile.write(tmp_path / "take.wav", np.full(48_000, 0.1), 48_000)
    notes = [(at, 1, 60) for at in range(8)]
    session = write_session(tmp_path / "cue.yaml", ARTICULATED, a=notes)
    out = tmp_path / "out.mid"
    assert hostkit("export", session, "-o", out, cache=tmp_path / "cache").code == 0
    file = mido.MidiFile(out)
    quarter, (_, strings) = file.ticks_per_beat, file.tracks
    played = notes_in(strings)
    # The first switch would be before 1|1; the second leads its note by 25 ms, 1/20 quarter.
    switches = [(round(at / quarter, 3), key) for at, _, key in played if key < 60]
    assert switches == [(0.0, 24), (1.95, 26)]
    assert [at for at, _, key in played if key == 60] == [n * quarter for n in range(8)]
    assert [m.value for m in strings if m.type == "control_change"] == [5]
    project = tmp_path / "out.rpp"
    assert hostkit("export", session, "-o", project, cache=tmp_path / "cache").code == 0
    mockup, live, _ = read_reaper(project).tracks
    moves = [(int(point.at), point.value) for point in mockup.volume_automation]
    assert moves == [(0, 1.0), (4, 0.0), (6, 1.0)]
    assert (live.name, live.clips[0].at, live.notes) == ("strings live", 4, ())
