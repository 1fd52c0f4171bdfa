"""Re-arranging: a form as pieces of the music in another order, and the time that makes.

Nothing is cut in the audio. Tempo, events and automation are re-arranged before anything is
rendered, so every tail is the one the instruments give.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from hostkit.timebase.curves.ramps import Ramp
from hostkit.timebase.curves.segments import Segment
from hostkit.timebase.meters import MeterMap
from hostkit.timebase.tempo_map import TempoMap

_BPM_DENOMINATOR = 10**6
EARLY = Fraction(1, 4)
"""A sixteenth: what begins so little before a border, as it was played, may belong after it."""

GRACE = Fraction(1, 16)
"""A 64th: what reaches over a place by less was played to end there, or to begin."""


@dataclass(frozen=True)
class Piece:
    """A stretch of the music: quarter notes start ≤ b < stop, from 1|1.

    `release` is where its last notes end earlier than written, so that they ring out in time.
    With `begun_before` it plays only what begins in it and before there, each to its own end.
    """

    start: Fraction
    stop: Fraction
    release: Fraction | None = None
    begun_before: Fraction | None = None

    @property
    def beats(self) -> Fraction:
        return self.stop - self.start

    @property
    def earliest_begin(self) -> Fraction:
        """Where what it plays may begin: a little early belongs to it, too."""
        return max(self.start - EARLY, Fraction(0))

    def takes(self, start: Fraction) -> bool:
        """Whether it plays what begins there, where it plays only what begins in it."""
        return self.begun_before is None or self.earliest_begin <= start < self.begun_before


@dataclass(frozen=True)
class PlacedPiece:
    """A piece in a form: where it begins there, in quarter notes and seconds."""

    piece: Piece
    beats: Fraction
    seconds: Fraction


@dataclass(frozen=True)
class Arrangement:
    """Pieces of the music of `source`, one after the other, `speed` times as fast.

    No two neighbours follow each other in the source: those are one piece (`joined`).
    """

    source: TempoMap
    pieces: tuple[Piece, ...]
    speed: Fraction = Fraction(1)

    @cached_property
    def placed(self) -> tuple[PlacedPiece, ...]:
        places = []
        beats = seconds = Fraction(0)
        for piece in self.pieces:
            places.append(PlacedPiece(piece, beats, seconds))
            beats += piece.beats
            seconds += self._lasts(piece.start, piece.stop)
        return tuple(places)

    @property
    def seconds(self) -> Fraction:
        """How long it is, without what rings on."""
        last = self.placed[-1]
        return last.seconds + self._lasts(last.piece.start, last.piece.stop)

    @property
    def beats(self) -> Fraction:
        """How many quarter notes it has."""
        return sum((piece.beats for piece in self.pieces), Fraction(0))

    def seconds_in(self, place: PlacedPiece, source_seconds: Fraction) -> Fraction:
        """The time in the form of a time in the source that lies in a piece, or on its end."""
        into = source_seconds - self.source.seconds_at(place.piece.start)
        return place.seconds + into / self.speed

    def places_of(self, source_seconds: Fraction) -> Iterator[Fraction]:
        """Every time in the form at which a time of the source is played."""
        for place in self.placed:
            start = self.source.seconds_at(place.piece.start)
            stop = self.source.seconds_at(place.piece.stop)
            if start <= source_seconds < stop:
                yield self.seconds_in(place, source_seconds)

    @cached_property
    def tempo_map(self) -> TempoMap:
        """Tempo and meters of the form. It has no picture: that runs in another order now."""
        segments: list[Segment] = []
        meters: list[tuple[Fraction, int, int]] = []
        for place in self.placed:
            segments += self._segments(place)
            meters += self._meters(place)
        return TempoMap(tuple(segments), MeterMap.of(meters))

    def _segments(self, place: PlacedPiece) -> Iterator[Segment]:
        piece = place.piece
        segments = self.source.segments
        for segment, after in zip(segments, (*segments[1:], None), strict=True):
            start = max(segment.beats, piece.start)
            stop = min(after.beats, piece.stop) if after else piece.stop
            if start >= stop:
                continue
            beats = place.beats + start - piece.start
            seconds = place.seconds + self._lasts(piece.start, start)
            bpm = segment.bpm * self.speed
            if segment.ramp is None:
                yield Segment(beats, seconds, bpm)
                continue
            faster = float(self.speed)
            bpms = segment.bpm_at(start) * faster, segment.bpm_at(stop) * faster
            # A part of a ramp is a ramp of the same curve.
            ramp = Ramp(*bpms, float(stop - start), segment.ramp.curve)
            exact = Fraction(bpms[0]).limit_denominator(_BPM_DENOMINATOR)
            yield Segment(beats, seconds, exact, ramp, self._lasts(start, stop))

    def _meters(self, place: PlacedPiece) -> Iterator[tuple[Fraction, int, int]]:
        piece = place.piece
        first = self.source.meters.at(piece.start)
        yield place.beats, first.numerator, first.denominator
        for change in self.source.meters.changes:
            if piece.start < change.beats < piece.stop:
                beats = place.beats + change.beats - piece.start
                yield beats, change.numerator, change.denominator

    def _lasts(self, start: Fraction, stop: Fraction) -> Fraction:
        return (self.source.seconds_at(stop) - self.source.seconds_at(start)) / self.speed


def joined(pieces: Iterable[Piece]) -> tuple[Piece, ...]:
    """The pieces, with those made one that follow each other anyway.

    >>> joined([Piece(Fraction(0), Fraction(4)), Piece(Fraction(4), Fraction(8))])
    (Piece(start=Fraction(0, 1), stop=Fraction(8, 1), release=None, begun_before=None),)
    """
    made: list[Piece] = []
    for piece in pieces:
        if made and made[-1].stop == piece.start:
            made[-1] = Piece(made[-1].start, piece.stop, piece.release)
        else:
            made.append(piece)
    return tuple(made)


def bar_lines(meters: MeterMap, start: Fraction, stop: Fraction) -> Sequence[Fraction]:
    """The bar lines in start ≤ b ≤ stop, ascending.

    >>> [int(line) for line in bar_lines(MeterMap(), Fraction(3), Fraction(12))]
    [4, 8, 12]
    """
    lines = []
    changes = meters.changes
    for change, after in zip(changes, (*changes[1:], None), strict=True):
        bar = change.quarters_a_bar
        line = change.beats + max(0, -((change.beats - start) // bar)) * bar
        end = min(stop, after.beats - Fraction(1, 10**9)) if after else stop
        while line <= end:
            lines.append(line)
            line += bar
    return lines
