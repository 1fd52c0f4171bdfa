"""Recorded audio re-arranged: regions are cut at the borders of pieces, and fade over there.

Audio is not stretched. In a form that is faster or slower it begins each piece on time, and
drifts from its beats up to the end of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from hostkit.plan.arranging.pieces import GRACE, Arrangement, Piece, PlacedPiece
from hostkit.plan.nodes.recorded import Fade, Region
from hostkit.timebase.sampling import sample_of
from hostkit.timebase.tempo_map import TempoMap

SEAM_MS = 5
"""Over so long audio that is cut fades, from the border on, while what comes next rises."""


@dataclass(frozen=True)
class RecordedPart:
    """Where a track's regions begin and end, in quarter notes: what arranging asks of a part."""

    spans: tuple[tuple[Fraction, Fraction], ...]

    @classmethod
    def of(cls, regions: tuple[Region, ...], tempo_map: TempoMap, rate: int) -> RecordedPart:
        """The part that regions of the music as written make."""
        at = tempo_map.beats_at_seconds
        spans = ((at(Fraction(r.start, rate)), at(Fraction(r.stop, rate))) for r in regions)
        return cls(tuple(spans))

    @property
    def stop(self) -> Fraction:
        """Where the last region ends."""
        return max((stop for _, stop in self.spans), default=Fraction(0))

    def first_start(self, piece: Piece) -> Fraction | None:
        """Where the first region begins that a piece plays; None where it plays none."""
        return min((start for start, _ in self._played(piece)), default=None)

    def last_stop(self, piece: Piece) -> Fraction | None:
        """Where the last region ends that a piece plays; None where it plays none."""
        played = [stop for _, stop in self._played(piece)]
        return min(max(played), piece.stop) if played else None

    def _played(self, piece: Piece) -> list[tuple[Fraction, Fraction]]:
        return [
            (start, stop)
            for start, stop in self.spans
            if stop > piece.start and start < piece.stop and piece.takes(start)
        ]

    def over(self, place: Fraction) -> int:
        """How many regions sound across a place."""
        return sum(start < place - GRACE and stop > place + GRACE for start, stop in self.spans)

    def ended_by(self, place: Fraction) -> Fraction | None:
        """Where the last region ends that has ended by a place."""
        return max((stop for _, stop in self.spans if stop <= place + GRACE), default=None)

    def earliest_release(self, piece: Piece) -> Fraction:
        """Where it ends: a recording is not let go earlier."""
        stop = self.last_stop(piece)
        return piece.stop if stop is None else stop


def cut_regions(
    regions: tuple[Region, ...], arrangement: Arrangement, rate: int
) -> tuple[tuple[Region, ...], Fraction]:
    """The regions as a form plays them, and the furthest that any drifts, in seconds."""
    cut: list[Region] = []
    drift = Fraction(0)
    for place in arrangement.placed:
        border = _Border.of(place, arrangement, rate)
        for region in regions:
            for piece in border.played(region):
                cut.append(piece)
                drift = max(drift, border.drift(piece))
    return tuple(sorted(cut, key=lambda region: region.start)), drift


@dataclass(frozen=True)
class _Border:
    """A piece in samples: `start` to `stop` of the source, from `begins` to `ends` of the form."""

    start: int
    stop: int
    begins: int
    ends: int
    speed: Fraction
    rate: int
    begun: tuple[int, int] | None = None
    """Where what is played has to begin, in samples of the source."""

    @classmethod
    def of(cls, place: PlacedPiece, arrangement: Arrangement, rate: int) -> _Border:
        start = arrangement.source.seconds_at(place.piece.start)
        stop = arrangement.source.seconds_at(place.piece.stop)
        begins, ends = (arrangement.seconds_in(place, at) for at in (start, stop))
        begun = None
        if place.piece.begun_before is not None:
            at = arrangement.source.seconds_at
            earliest, before = at(place.piece.earliest_begin), at(place.piece.begun_before)
            begun = sample_of(earliest, rate), sample_of(before, rate)
        return cls(
            sample_of(start, rate),
            sample_of(stop, rate),
            sample_of(begins, rate),
            sample_of(ends, rate),
            arrangement.speed,
            rate,
            begun,
        )

    def played(self, region: Region) -> Iterator[Region]:
        """What the piece plays of a region, where the form has it."""
        if region.start >= self.stop or region.stop <= self.start:
            return
        if self.begun is not None and not self.begun[0] <= region.start < self.begun[1]:
            return
        skipped, into = max(self.start - region.start, 0), max(region.start - self.start, 0)
        heard = region.later(skipped)
        heard = replace(heard, start=self.begins + round(into / self.speed))
        if heard.frames <= 0 or heard.start >= self.ends:
            return
        if skipped:
            heard = heard.faded(Fade(0, min(self.seam, heard.frames), True))
        # Up to the piece's end in the recording too: what comes then is not of this piece.
        room = min(self.ends - heard.start, self.stop - region.start - skipped)
        yield self._cut(heard, room) if heard.frames > room else heard

    def _cut(self, heard: Region, room: int) -> Region:
        """Ends at the border, with what the file has after it to fade; else fades before it."""
        most = heard.frames + max(heard.left, 0)
        tail = min(self.seam, most - room)
        if tail > 0:
            return heard.lasting(room + tail).faded(Fade(room, tail, False))
        heard = heard.lasting(min(most, room))
        frames = min(self.seam, heard.frames)
        return heard.faded(Fade(heard.frames - frames, frames, False))

    @property
    def seam(self) -> int:
        """Frames of the fades at a border."""
        return self.rate * SEAM_MS // 1000

    def drift(self, heard: Region) -> Fraction:
        """Seconds between the end of a region of the form and where its beat is by then."""
        frames = min(heard.frames, self.ends - heard.start)
        return abs(frames - frames * self.speed) / self.rate
