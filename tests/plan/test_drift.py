"""Recordings under a changed tempo map: how far they are off their beats then."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

from scores import RATE
from takes import noise, write_take

from hostkit.plan.environment import Environment
from hostkit.plan.tracks.drift import ChangedTempo
from hostkit.session.load import load_session
from hostkit.timebase.position import BarBeat
from hostkit.timebase.tempo_map import TempoMap, TempoMark

SESSION = """\
hostkit: 1
sample_rate: {rate}
tracks:
  bars: {{audio: [{{file: take.wav, at: 2|1}}]}}
  clock: {{audio: [{{file: take.wav, at: 0.5s, to: 1s}}, {{file: take.wav, at: 2s}}]}}
  over: {{instrument: {{tone: {{}}}}, live: [{{file: take.wav, at: 3|1, to: 1s}}]}}
  gone: {{audio: [{{file: nowhere.wav, at: 1|1}}]}}
  played: {{instrument: {{tone: {{}}}}}}
"""


def at_tempo(bpm: int) -> TempoMap:
    return TempoMap.build([TempoMark(BarBeat(1), Fraction(bpm))])


def drifts(tmp_path: Path, old: int, new: int) -> dict[str, Fraction]:
    write_take(tmp_path / "take.wav", noise(3 * RATE))
    path = tmp_path / "s.yaml"
    path.write_text(SESSION.format(rate=RATE))
    loaded = load_session(path)
    return dict(ChangedTempo(loaded, at_tempo(old), at_tempo(new)).drifts(Environment()))


def test_a_region_leaves_its_beats_by_what_they_move(tmp_path: Path):
    """From 120 to 100 a beat takes 0.6 s for 0.5 s; exact, as all ends are whole samples.

    In bars it begins on its beat and ends 6 beats later, at 3.6 s for 3 s. By the clock it lies
    from 2 s to 5 s on beats 4 to 10, which are at 2.4 s and 6 s now.
    """
    assert drifts(tmp_path, 120, 100) == {
        "bars": Fraction(6, 10),
        "clock": Fraction(1),
        "over": Fraction(2, 10),
    }


def test_a_map_that_moves_nothing_is_not_told(tmp_path: Path):
    assert drifts(tmp_path, 120, 120) == {}
