"""What there is to arrange: sections, and where the notes of each track lie."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Protocol

from hostkit.errors import BadValue
from hostkit.plan.arranging.pieces import Arrangement, Piece, bar_lines, joined
from hostkit.session.suggest import did_you_mean
from hostkit.session.yaml_tree import Path as KeyPath
from hostkit.timebase.tempo_map import TempoMap

UNNAMED_BARS = 4
"""Where a session names no sections, phrases of so many bars stand for them."""


class ArrangeError(BadValue):
    """Why a form cannot be made, and where in the recipe the cause stands."""

    def __init__(self, path: KeyPath, message: str, cure: str = "") -> None:
        self.path = path
        super().__init__(message, cure)


class ImpossibleForm(ArrangeError):
    """A form that is asked for rightly, and that this music does not give."""


class Sounding(Protocol):
    """Where a track sounds, in quarter notes: its notes, or its recorded regions."""

    @property
    def stop(self) -> Fraction:
        """Where the last of it ends."""
        ...

    def first_start(self, piece: Piece) -> Fraction | None:
        """Where the first of it begins that a piece plays; None where it plays none."""
        ...

    def last_stop(self, piece: Piece) -> Fraction | None:
        """Where the last of it ends that a piece plays; None where it plays none."""
        ...

    def over(self, place: Fraction) -> int:
        """How many notes or regions sound across a place; `GRACE` either side does not count."""
        ...

    def ended_by(self, place: Fraction) -> Fraction | None:
        """Where the last of what ends at a place or before it does so; None where nothing does."""
        ...

    def earliest_release(self, piece: Piece) -> Fraction:
        """How early the last of it may end in a piece."""
        ...


@dataclass(frozen=True)
class Stretch:
    """A section by name: from its start to the next one's, in quarter notes."""

    name: str
    start: Fraction
    stop: Fraction

    @property
    def piece(self) -> Piece:
        return Piece(self.start, self.stop)


@dataclass(frozen=True)
class HitPlace:
    """A hit by its name, where it is and where its rise begins, in quarter notes."""

    name: str
    at: Fraction
    rise_from: Fraction | None = None


@dataclass(frozen=True)
class Music:
    """A session's music as far as arranging goes; `stop` is where it ends, on a bar line.

    `late` are the sections that would begin there or later: there is nothing of them.
    `rings` are the seconds for which each part rings on after its last note; empty where
    nobody has listened. `hits` are in order of time.
    """

    tempo_map: TempoMap
    parts: tuple[Sounding, ...]
    sections: tuple[Stretch, ...]
    stop: Fraction
    rings: tuple[Fraction, ...] = ()
    late: tuple[tuple[str, Fraction], ...] = ()
    hits: tuple[HitPlace, ...] = ()
    _last_stops: dict[Piece, Fraction | None] = field(default_factory=dict, compare=False)

    @classmethod
    def of(
        cls,
        tempo_map: TempoMap,
        parts: Sequence[Sounding],
        starts: Iterable[tuple[str, Fraction]],
        length: Fraction | None,
        hits: Iterable[HitPlace] = (),
    ) -> Music:
        """`length` in quarter notes, or None: the bar line after the last note."""
        stop = length if length is not None else _bar_line_after(tempo_map, parts)
        named = list(starts)
        ordered = sorted((beats, name) for name, beats in named if beats < stop)
        late = tuple((name, beats) for name, beats in named if beats >= stop)
        ends = [*(beats for beats, _ in ordered), stop][1:]
        spans = (Stretch(n, b, e) for (b, n), e in zip(ordered, ends, strict=True) if b < e)
        in_time = tuple(sorted(hits, key=lambda hit: hit.at))
        return cls(tempo_map, tuple(parts), tuple(spans), stop, late=late, hits=in_time)

    def section(self, name: str, path: KeyPath) -> Stretch:
        """The section of that name. Raises ArrangeError when there is none to cut out."""
        for section in self.sections:
            if section.name == name:
                place = self.tempo_map.bar_beat_at(section.start)
                if place.beat != 1:
                    raise ImpossibleForm(
                        path,
                        f"the section {name!r} begins at {place}",
                        cure="to be cut out it has to begin on a bar line",
                    )
                return section
        names = [section.name for section in self.sections]
        if name in (late := dict(self.late)):
            raise ImpossibleForm(
                path,
                f"the music ends at {self.tempo_map.bar_beat_at(self.stop)}, and {name!r} begins "
                f"at {self.tempo_map.bar_beat_at(late[name])}",
                cure="give the session more length, or choose another section",
            )
        if not names:
            raise ArrangeError(
                path,
                f"there is no section {name!r}",
                cure=f"add sections: [{{name: {name}, at: 1|1}}]",
            )
        raise ArrangeError(path, f"there is no section {name!r}", cure=did_you_mean(name, names))

    @property
    def phrases(self) -> tuple[Stretch, ...]:
        """The sections that begin on bar lines; without any, phrases of four bars."""
        named = tuple(s for s in self.sections if self.tempo_map.bar_beat_at(s.start).beat == 1)
        if named:
            return named
        lines = [*self.bar_lines(Fraction(0), self.stop)][::UNNAMED_BARS]
        starts = [line for line in lines if line < self.stop]
        ends = [*starts, self.stop][1:]
        return tuple(
            Stretch(f"bar {self.tempo_map.bar_beat_at(b).bar}", b, e)
            for b, e in zip(starts, ends, strict=True)
        )

    def bar_lines(self, start: Fraction, stop: Fraction) -> Sequence[Fraction]:
        return bar_lines(self.tempo_map.meters, start, stop)

    def arrangement(self, pieces: Iterable[Piece], speed: Fraction = Fraction(1)) -> Arrangement:
        return Arrangement(self.tempo_map, joined(pieces), speed)

    def last_stop(self, piece: Piece) -> Fraction | None:
        """Where the last note of a piece ends, in quarter notes of the source."""
        if piece not in self._last_stops:
            stops = [part.last_stop(piece) for part in self.parts]
            self._last_stops[piece] = max((s for s in stops if s is not None), default=None)
        return self._last_stops[piece]

    def rings_on(self, piece: Piece) -> Fraction:
        """Seconds from where its last note ends until all parts of a piece have rung out."""
        last = self.last_stop(piece)
        if last is None or not self.rings:
            return Fraction(0)
        silent = max(stop + ring for _, stop, ring in self._ends(piece))
        return silent - self.tempo_map.seconds_at(last)

    def released(self, piece: Piece, lacking: Fraction, speed: Fraction = Fraction(1)) -> Piece:
        """A piece that has rung out `lacking` seconds earlier, or as near to that as may be.

        Its last notes end earlier, but none before half of its length. `speed` is that of the
        form: what rings does not follow it.
        """
        ends = self._ends(piece)
        allowed = max(stop + ring * speed for _, stop, ring in ends) - lacking * speed
        late = [
            (part, allowed - ring * speed)
            for part, stop, ring in ends
            if stop + ring * speed > allowed
        ]
        wanted = self.tempo_map.beats_at_seconds(max(min(at for _, at in late), Fraction(0)))
        earliest = min(part.earliest_release(piece) for part, _ in late)
        return replace(piece, release=max(wanted, earliest))

    def ends_earlier(self, written: Piece, released: Piece) -> Fraction:
        """By how many seconds of the source the part ends earlier that is shortened most."""
        ends = zip(self._ends(written), self._ends(released), strict=True)
        return max(before - after for (_, before, _), (_, after, _) in ends)

    def _ends(self, piece: Piece) -> list[tuple[Sounding, Fraction, Fraction]]:
        """Each part that plays, when its last note ends in the source and how long it rings on.

        Both in seconds.
        """
        return [
            (part, self.tempo_map.seconds_at(stop), ring)
            for part, ring in zip(self.parts, self.rings, strict=True)
            if (stop := part.last_stop(piece)) is not None
        ]


def _bar_line_after(tempo_map: TempoMap, parts: Sequence[Sounding]) -> Fraction:
    last = max((part.stop for part in parts), default=Fraction(0))
    meter = tempo_map.meters.at(last)
    bars = -((meter.beats - last) // meter.quarters_a_bar)
    return meter.beats + max(bars, 1) * meter.quarters_a_bar
