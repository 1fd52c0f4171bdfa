"""Bars of a tempo map that stay as they are, where they are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from hostkit.errors import BadValue
from hostkit.picture.beat import Meter
from hostkit.picture.solver.written import TempoPiece
from hostkit.timebase.position import BarBeat
from hostkit.timebase.tempo_map import TempoMap

_PLACES = 10**6
"""A bpm is kept to the millionth: MIDI files say theirs in whole microseconds a beat."""


@dataclass(frozen=True)
class KeptSpan:
    """From one bar line of a map to another, in quarter notes."""

    tempo_map: TempoMap
    first: Fraction
    last: Fraction

    @property
    def seconds(self) -> Fraction:
        return self.tempo_map.seconds_at(self.first)

    @property
    def end_seconds(self) -> Fraction:
        return self.tempo_map.seconds_at(self.last)

    @property
    def bar(self) -> int:
        return self.tempo_map.bar_beat_at(self.first).bar

    @property
    def end_bar(self) -> int:
        return self.tempo_map.bar_beat_at(self.last).bar

    def pieces(self) -> tuple[TempoPiece, ...]:
        """The tempo inside; ramps that go on outside are cut."""
        segments = self.tempo_map.segments
        pieces = []
        for segment, after in zip(segments, [*segments[1:], None], strict=True):
            end = self.last if after is None else min(after.beats, self.last)
            start = max(segment.beats, self.first)
            if start >= end:
                continue
            if segment.ramp is None:
                pieces.append(TempoPiece(start, _exact(segment.bpm)))
                continue
            first, last = (_exact(segment.bpm_at(place)) for place in (start, end))
            pieces.append(TempoPiece(start, first, last, end, segment.ramp.curve))
        return tuple(pieces)

    def meters(self) -> dict[Fraction, Meter]:
        """By the quarter note they begin on."""
        now, changes = self.tempo_map.meters.at(self.first), self.tempo_map.meters.changes
        inside = [change for change in changes if self.first < change.beats < self.last]
        meters = {change.beats: (change.numerator, change.denominator) for change in inside}
        return {self.first: (now.numerator, now.denominator)} | meters


def kept_spans(
    spans: Iterable[tuple[BarBeat, BarBeat]], tempo_map: TempoMap
) -> tuple[KeptSpan, ...]:
    """Spans of a map, in order; those that touch are one. Raises BadValue."""
    found = sorted(_span(first, last, tempo_map) for first, last in spans)
    joined: list[tuple[Fraction, Fraction]] = []
    for first, last in found:
        if joined and first < joined[-1][1]:
            places = " and ".join(str(tempo_map.bar_beat_at(b)) for b in (joined[-1][0], first))
            raise BadValue(f"the spans from {places} overlap", cure="name each bar once")
        if joined and first == joined[-1][1]:
            first = joined.pop()[0]
        joined.append((first, last))
    return tuple(KeptSpan(tempo_map, *span) for span in joined)


def _span(first: BarBeat, last: BarBeat, tempo_map: TempoMap) -> tuple[Fraction, Fraction]:
    for place in (first, last):
        if place.beat != 1:
            raise BadValue(f"{place} is no bar line", cure="keep whole bars: 1-9")
    beats = tempo_map.beats_at(first), tempo_map.beats_at(last)
    if beats[0] >= beats[1]:
        raise BadValue(f"{first}-{last} ends before it begins", cure="write the earlier bar first")
    return beats


def _exact(bpm: float | Fraction) -> Fraction:
    return Fraction(round(bpm * _PLACES), _PLACES)
