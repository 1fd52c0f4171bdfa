"""Tempo, meters and markers of a project as a session writes them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from hostkit.exchange.project import Project, ProjectMarker
from hostkit.exchange.tempo import ProjectMeter, ProjectTempo, tempo_map_of
from hostkit.session.starting.form import PlacedMarker, is_hit
from hostkit.timebase.meters import MeterMap
from hostkit.timebase.position import MAX_BAR
from hostkit.timebase.tempo_map import DEFAULT_BPM, TempoMap

LEAST_BPM, MOST_BPM = 5, 999
MOST_TEMPOS = 10_000


@dataclass(frozen=True)
class ArrivedForm:
    """`tempo_map` is that of the session: positions are in its bars.

    `tempo` has the items of its `tempo:`, empty where there are too many of them.
    """

    tempo_map: TempoMap
    tempo: tuple[dict[str, object], ...]
    markers: tuple[PlacedMarker, ...]
    losses: tuple[str, ...] = ()

    def place(self, at: Fraction) -> str:
        """A position as bar|beat."""
        return str(self.tempo_map.bar_beat_at(max(at, Fraction(0))))


def form_of(project: Project) -> ArrivedForm:
    """The form of a project's session."""
    losses: list[str] = []
    tempos = tuple(_within(project.tempos, losses))
    meters = tuple(_on_bars(project.meters, losses))
    tempo_map = tempo_map_of(tempos, meters)
    items = tuple(_items(tempos, meters, tempo_map))
    if len(items) > MOST_TEMPOS:
        losses.append(f"{len(items)} changes of tempo are left to the MIDI file, as steps")
        items = ()
    return ArrivedForm(
        tempo_map, items, tuple(_markers(project.markers, tempo_map.meters)), tuple(losses)
    )


def _within(tempos: Iterable[ProjectTempo], losses: list[str]) -> Iterator[ProjectTempo]:
    for tempo in tempos:
        inside = min(max(tempo.bpm, Fraction(LEAST_BPM)), Fraction(MOST_BPM))
        if inside != tempo.bpm:
            losses.append(f"{float(tempo.bpm):g} bpm is brought to {float(inside):g}")
        yield tempo._replace(bpm=inside)


def _on_bars(meters: Sequence[ProjectMeter], losses: list[str]) -> Iterator[ProjectMeter]:
    """Meters that begin on bar lines: a bar that one cuts short becomes a meter of its own."""
    now = ProjectMeter(Fraction(0), 4, 4)
    for meter in meters:
        bar = Fraction(4 * now.numerator, now.denominator)
        over = (meter.at - now.at) % bar
        if over:
            short = _as_meter(over)
            if short is None:
                losses.append("a meter that begins inside a bar begins with the next one")
                meter = meter._replace(at=meter.at - over + bar)
            else:
                yield ProjectMeter(meter.at - over, *short)
        yield meter
        now = meter


def _as_meter(quarters: Fraction) -> tuple[int, int] | None:
    """The meter of one bar of that length, where there is one.

    >>> _as_meter(Fraction(3, 2)), _as_meter(Fraction(1, 3))
    ((3, 8), None)
    """
    whole = quarters / 4
    denominator = max(4, whole.denominator)
    numerator = whole * denominator
    return (
        (int(numerator), denominator)
        if denominator <= 64
        and numerator.denominator == 1
        and (denominator & (denominator - 1) == 0)
        and numerator <= 64
        else None
    )


def _items(
    tempos: Sequence[ProjectTempo], meters: Sequence[ProjectMeter], tempo_map: TempoMap
) -> Iterator[dict[str, object]]:
    """Points of `tempo:`: ramps cut where a meter begins, as no point may stand inside of one."""
    at_meters = {meter.at: f"{meter.numerator}/{meter.denominator}" for meter in meters}
    at_tempos: dict[Fraction, list[ProjectTempo]] = {}
    for tempo in tempos:
        at_tempos.setdefault(max(tempo.at, Fraction(0)), []).append(tempo)
    places = sorted({Fraction(0), *at_meters, *at_tempos})
    now = ProjectTempo(Fraction(0), tempos[0].bpm if tempos else DEFAULT_BPM)
    for here, after in zip(places, [*places[1:], None], strict=True):
        jumped = at_tempos.get(here)
        now = jumped[-1] if jumped else now
        bpm = now.bpm if jumped or not now.ramps else Fraction(repr(tempo_map.tempo_at(here)))
        item: dict[str, object] = {"at": str(tempo_map.bar_beat_at(here)), "bpm": _bpm(bpm)}
        if here in at_meters:
            item["meter"] = at_meters[here]
        if now.ramps and after is not None:
            coming = at_tempos.get(after)
            target = coming[0].bpm if coming else Fraction(repr(tempo_map.tempo_at(after)))
            if target != bpm:
                item |= {
                    "ramp_to": _bpm(target),
                    "until": str(tempo_map.bar_beat_at(after)),
                    "curve": "time",
                }
        yield item


def _bpm(bpm: Fraction) -> int | float:
    return int(bpm) if bpm.denominator == 1 else float(bpm)


def _markers(markers: Iterable[ProjectMarker], meters: MeterMap) -> Iterator[PlacedMarker]:
    for marker in markers:
        place = meters.bar_beat_at(marker.at)
        if place.bar <= MAX_BAR:
            hit = marker.end is None and is_hit(marker.name, marker.at)
            yield PlacedMarker(str(place), marker.name, hit)
