"""A report of hits: where each is, where the music meets it, and whether that is in sync."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from hostkit.ground.harmless import harmless
from hostkit.picture.hits import HitPoint, hit_points
from hostkit.picture.landing import HitOutcome, LandedHit, landed
from hostkit.session.load import LoadedSession
from hostkit.timebase.forms import Forms, forms_of
from hostkit.timebase.picture import frames_per_second
from hostkit.timebase.position import BarBeat, Seconds
from hostkit.timebase.tempo_map import TempoMap

COLUMNS = (
    "hit",
    "timecode",
    "seconds",
    "bar|beat",
    "weight",
    "land on",
    "lands at",
    "lands at timecode",
    "lands at seconds",
    "frames off",
    "early frames",
    "late frames",
    "outcome",
    "written in bars",
)


@dataclass(frozen=True)
class ReportedHit:
    """A hit, its place in every form, and where the music meets it.

    One that is written as a bar moves with the tempo: it is where the music is, always.
    """

    landed: LandedHit
    place: Forms
    landing: Forms
    in_bars: bool

    @property
    def hit(self) -> HitPoint:
        return self.landed.hit


@dataclass(frozen=True)
class HitReport:
    """The hits of a session in order of time; frames are `frames_per_second` of its picture."""

    title: str
    hits: tuple[ReportedHit, ...]
    tempo_map: TempoMap
    frames_per_second: Fraction

    def count(self, outcome: HitOutcome) -> int:
        """How many came out so."""
        return sum(one.landed.outcome is outcome for one in self.hits)


def hit_report(loaded: LoadedSession, tempo_map: TempoMap) -> HitReport:
    """Raises InvalidInput with every hit that has no place."""
    rate = loaded.session.sample_rate
    points = hit_points(loaded, tempo_map)
    written = sorted(loaded.session.hits, key=lambda hit: tempo_map.seconds_of(hit.at))
    hits = tuple(
        ReportedHit(
            landing,
            forms_of(hit.at, tempo_map, rate),
            forms_of(Seconds(landing.lands_at_seconds), tempo_map, rate),
            isinstance(hit.at, BarBeat),
        )
        for hit, landing in zip(written, landed(points, tempo_map), strict=True)
    )
    names = (text for text in (loaded.session.cue, loaded.session.title) if text)
    title = " ".join(names) or loaded.name
    return HitReport(title, hits, tempo_map, frames_per_second(tempo_map.picture))


def hits_csv(report: HitReport) -> bytes:
    """The report as a table in UTF-8, a row for each hit; frames off > 0 is music that is late."""
    written = io.StringIO(newline="")
    writer = csv.writer(written)
    writer.writerow(COLUMNS)
    writer.writerows(map(_cells, report.hits))
    return written.getvalue().encode("utf-8")


def _cells(one: ReportedHit) -> Iterable[str]:
    hit, landing = one.hit, one.landed.landing
    yield harmless(hit.name)
    yield str(one.place.timecode or "")
    yield f"{float(hit.seconds):.6f}"
    yield bar_beat(one.place.bar_beat)
    yield f"{hit.weight:g}"
    yield hit.land_on
    yield bar_beat(landing)
    yield str(one.landing.timecode or "")
    yield f"{float(one.landed.lands_at_seconds):.6f}"
    yield f"{one.landed.frames_off:.3f}"
    yield f"{hit.early_frames:g}"
    yield f"{hit.late_frames:g}"
    yield str(one.landed.outcome)
    yield "yes" if one.in_bars else "no"


def bar_beat(place: BarBeat) -> str:
    """Bar and beat to a thousandth of a beat.

    >>> bar_beat(BarBeat(4, Fraction(47, 15)))
    '4|3.133'
    """
    return f"{place.bar}|{float(place.beat):.3f}".rstrip("0").rstrip(".")
