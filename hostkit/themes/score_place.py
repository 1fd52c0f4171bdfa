"""Where an entry of a score stands, and what it may be measured against there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from fractions import Fraction

from hostkit.errors import BadValue
from hostkit.timebase.position import Position
from hostkit.timebase.tempo_map import TempoMap

_MOST_NAMED = 12


@dataclass(frozen=True)
class ScorePlace:
    """A place of a session: `start` in quarter notes from 1|1; `hits` by name, likewise."""

    start: Fraction
    tempo_map: TempoMap
    hits: Mapping[str, Fraction]

    @property
    def quarters_a_bar(self) -> Fraction:
        """Of the bar that it is in."""
        return self.tempo_map.meters.at(self.start).quarters_a_bar

    def until(self, position: Position) -> Fraction:
        """Quarter notes from here to a position after it. Raises BadValue."""
        length = self.tempo_map.beats_at(position) - self.start
        if length <= 0:
            raise BadValue(f"{position} is not after where this begins", cure="let it end later")
        return length

    def bars(self, count: Fraction) -> Fraction:
        """Quarter notes of so many bars from here, whatever their meters. Raises BadValue."""
        meters, start = self.tempo_map.meters, self.start
        at = start
        while count > 0:
            meter = meters.at(at)
            part = min(count, Fraction(1))
            at += part * meter.quarters_a_bar
            count -= part
        return at - start

    def hit(self, name: str) -> Fraction:
        """Where a hit is, in quarter notes from 1|1. Raises BadValue where there is none."""
        if name in self.hits:
            return self.hits[name]
        near = get_close_matches(name, self.hits, n=1)
        there = ", ".join(list(self.hits)[:_MOST_NAMED]) or "none"
        cure = f"did you mean {near[0]!r}?" if near else f"hits: of the session has {there}"
        raise BadValue(f"there is no hit {name[:60]!r}", cure)

    def to_hit(self, name: str) -> Fraction:
        """Quarter notes from here to a hit after it. Raises BadValue."""
        length = self.hit(name) - self.start
        if length <= 0:
            raise BadValue(
                f"the hit {name[:60]!r} is not after this", cure="let this begin earlier"
            )
        return length

    def quarters_of_ms(self, milliseconds: float) -> Fraction:
        """So much time in the tempo that holds here."""
        bpm = Fraction(self.tempo_map.tempo_at(self.start)).limit_denominator(1000)
        return Fraction(milliseconds).limit_denominator(1000) * bpm / 60_000
