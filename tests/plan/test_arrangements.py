"""What holds of every arrangement: time, notes, automation and meters move with the music."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from midi_tracks import TICKS, note, track
from scores import RATE

from hostkit.devices.spec import Lane
from hostkit.midi.midi_file import TicksPerQuarter
from hostkit.midi.performing.performance import perform
from hostkit.plan.arranging.pieces import Arrangement, Piece, joined
from hostkit.plan.arranging.timeline import ArrangedTimeline
from hostkit.render.stem.faders import lane_values
from hostkit.timebase.meters import MeterMap
from hostkit.timebase.position import BarBeat
from hostkit.timebase.tempo_map import TempoMap, TempoMark

BAR = 2 * RATE  # 4/4 at 120 bpm


@st.composite
def tempo_maps(draw: st.DrawFn) -> TempoMap:
    points, bar = [], 1
    for index in range(draw(st.integers(1, 4))):
        bpm = Fraction(draw(st.integers(40, 240)))
        meter = draw(st.sampled_from([(4, 4), (3, 4), (7, 8), None])) if index else (4, 4)
        bars = draw(st.integers(1, 4))
        point = TempoMark(BarBeat(bar), bpm, meter)
        if draw(st.booleans()):
            curve = draw(st.sampled_from(["beats", "time", "geometric"]))
            end = BarBeat(bar + bars)
            point = TempoMark(
                BarBeat(bar), bpm, meter, Fraction(draw(st.integers(40, 240))), end, curve
            )
        points.append(point)
        bar += bars + draw(st.integers(0, 2))
    return TempoMap.build(points)


@st.composite
def arrangements(draw: st.DrawFn) -> Arrangement:
    source = draw(tempo_maps())
    pieces = []
    for _ in range(draw(st.integers(1, 4))):
        first = draw(st.integers(1, 15))
        bars = draw(st.integers(1, 6))
        edges = [source.meters.beats_at(BarBeat(bar)) for bar in (first, first + bars)]
        pieces.append(Piece(*edges))
    speed = Fraction(draw(st.integers(900, 1100)), 1000)
    return Arrangement(source, joined(pieces), speed)


@settings(max_examples=120, deadline=None)
@given(arrangements(), st.data())
def test_time_in_the_form_is_time_in_the_pieces(arrangement: Arrangement, data):
    """Everywhere in a piece the form's tempo map agrees with the source's, to a nanosecond."""
    place = data.draw(st.sampled_from(arrangement.placed))
    into = place.piece.beats * Fraction(data.draw(st.integers(0, 99)), 100)
    source = arrangement.source
    lasts = source.seconds_at(place.piece.start + into) - source.seconds_at(place.piece.start)
    found = arrangement.tempo_map.seconds_at(place.beats + into)
    assert abs(found - (place.seconds + lasts / arrangement.speed)) <= Fraction(3, 10**9)
    line = arrangement.tempo_map.bar_beat_at(place.beats)
    assert line.beat == 1


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 60), st.integers(1, 12), st.integers(60, 72)), min_size=1),
    tempo_maps(),
)
def test_the_whole_as_one_piece_is_the_whole(chosen, tempo_map: TempoMap):
    """Events of the form 'everything' are those of the plain timeline, sample for sample."""
    events = [
        e for start, long, pitch in chosen for e in note(start / 4, (start + long) / 4, pitch)
    ]
    source = track(*events, stop=19)
    arrangement = Arrangement(tempo_map, (Piece(Fraction(0), Fraction(400)),))
    timeline = ArrangedTimeline.of(arrangement, RATE)
    division = TicksPerQuarter(TICKS)
    plain = perform(source, division, tempo_map, RATE).events
    made = timeline.perform(source, division).events
    assert made.samples.tolist() == plain.samples.tolist()
    assert made.messages == plain.messages


@settings(max_examples=80, deadline=None)
@given(
    arrangements(),
    st.lists(
        st.tuples(st.integers(0, 400), st.integers(1, 30), st.integers(60, 65)),
        min_size=1,
        max_size=40,
    ),
)
def test_no_note_hangs_and_none_leaves_the_form(arrangement: Arrangement, chosen):
    events = [
        e for start, long, pitch in chosen for e in note(start / 4, (start + long) / 4, pitch)
    ]
    timeline = ArrangedTimeline.of(arrangement, RATE)
    made = timeline.perform(track(*events, stop=110), TicksPerQuarter(TICKS)).events
    end = arrangement.seconds * RATE
    sounding: set[int] = set()
    for at, message in zip(made.samples.tolist(), made.messages, strict=True):
        assert at <= end + 1
        if message[0] & 0xF0 == 0x90:
            assert message[1] not in sounding
            sounding.add(message[1])
        else:
            sounding.remove(message[1])
    assert not sounding
    assert all(a <= b for a, b in pairwise(made.samples.tolist()))


@settings(max_examples=80, deadline=None)
@given(
    arrangements(),
    st.lists(st.tuples(st.integers(1, 20), st.integers(-40, 6)), min_size=1, max_size=6),
    st.data(),
)
def test_automation_moves_with_the_music(arrangement: Arrangement, written, data):
    """At every moment of a piece a lane has the value it has there in the source."""
    points = [(BarBeat(bar), float(value)) for bar, value in sorted(written)]
    timeline = ArrangedTimeline.of(arrangement, RATE)
    lane = Lane("gain_db", timeline.points(points))
    source = arrangement.source
    place = data.draw(st.sampled_from(arrangement.placed))
    into = place.piece.beats * Fraction(data.draw(st.integers(1, 98)), 100)
    at = source.seconds_at(place.piece.start + into)
    seconds = [float(source.seconds_of(position)) for position, _ in points]
    if min(abs(s - float(at)) for s in seconds) < 0.001:
        return  # beside a corner, where a sample more or less counts
    expected = np.interp(float(at), seconds, [value for _, value in points])
    sample = round(float(arrangement.seconds_in(place, at)) * RATE)
    slope = 46 / 0.2 / RATE * 4  # points at least a bar apart; rounding to samples
    assert lane_values(lane, sample, 1)[0] == pytest.approx(expected, abs=slope + 0.02)


def test_meters_move_with_their_bars():
    source = TempoMap(meters=MeterMap.of([(Fraction(8), 3, 4), (Fraction(14), 4, 4)]))
    arrangement = Arrangement(
        source, joined([Piece(Fraction(14), Fraction(18)), Piece(Fraction(4), Fraction(11))])
    )
    changes = arrangement.tempo_map.meters.changes
    assert [(int(c.beats), c.bar, c.numerator) for c in changes] == [(0, 1, 4), (8, 3, 3)]
