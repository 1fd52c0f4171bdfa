"""A tempo map as an image: the tempo over time with the hits in it, and its change per beat."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from hostkit.looks.colours import BAD, FAINT, FAIR, GOOD, GRID, INK, LANES, Colour
from hostkit.looks.svg import document, element, label, polyline, symbol
from hostkit.picture.landing import HitOutcome, LandedHit
from hostkit.picture.solver.steepness import NOTICED_PERCENT, changes
from hostkit.timebase.tempo_map import TempoMap

WIDTH, HEIGHT = 1240, 640
_LEFT, _RIGHT = 84.0, 1216.0
_NAMES, _TEMPO, _CHANGE = (116.0, 190.0), (214.0, 456.0), (506.0, 590.0)
_LINE = LANES[0]
_OUTCOMES: dict[HitOutcome, Colour] = {
    HitOutcome.CAUGHT: GOOD,
    HitOutcome.NEAR: FAIR,
    HitOutcome.MISSED: BAD,
}
_BPM_STEPS = (0.5, 1, 2, 5, 10, 20, 50, 100, 200)
_BAR_STEPS = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024)
_POINTS_A_BEAT = 4
_MOST_POINTS = 6000
_NAME_ROWS, _NAME, _CHARACTER = 4, 28, 7.0


@dataclass(frozen=True)
class DrawnMap:
    """A map up to a quarter note, and what is drawn into it."""

    tempo_map: TempoMap
    end: Fraction
    hits: Sequence[LandedHit]

    @property
    def seconds(self) -> float:
        return max(float(self.tempo_map.seconds_at(self.end)), 1.0)

    def x(self, seconds: float) -> float:
        return _LEFT + (_RIGHT - _LEFT) * seconds / self.seconds

    def tempi(self) -> list[tuple[float, float]]:
        """Seconds and bpm to join by lines; a jump is upright."""
        segments = self.tempo_map.segments
        starts = {segment.beats for segment in segments if segment.beats <= self.end}
        count = min(_MOST_POINTS, max(2, int(self.end * _POINTS_A_BEAT)))
        grid = {self.end * number / count for number in range(count + 1)}
        points: list[tuple[float, float]] = []
        for beats in sorted(starts | grid):
            seconds, bpm = float(self.tempo_map.seconds_at(beats)), self.tempo_map.tempo_at(beats)
            if beats in starts and points:
                before = next(s for s in reversed(segments) if s.beats < beats)
                points.append((seconds, before.bpm_at(beats)))
            points.append((seconds, bpm))
        return points


def chart(drawn: DrawnMap, title: str, facts: str) -> str:
    """The image as an SVG file's text, under a title and a line of facts."""
    tempi = drawn.tempi()
    low, high = min(bpm for _, bpm in tempi), max(bpm for _, bpm in tempi)
    room = max((high - low) * 0.12, 1.0)
    y = _scale(low - room, high + room, *_TEMPO)
    body = [
        label(_LEFT, 44, title, font_size=24, font_weight=600, fill=INK),
        label(_LEFT, 74, facts, font_size=15, fill=FAINT),
        *_bars(drawn),
        *_levels(low - room, high + room, y),
        *_hits(drawn),
        polyline(
            [(drawn.x(at), y(bpm)) for at, bpm in tempi],
            stroke=_LINE,
            stroke_width=2.5,
            stroke_linejoin="round",
        ),
        *_landings(drawn, y),
        *_changes(drawn),
    ]
    return document(WIDTH, HEIGHT, title, facts, body)


def _scale(low: float, high: float, top: float, bottom: float) -> Callable[[float], float]:
    return lambda value: bottom - (bottom - top) * (value - low) / (high - low)


def _bars(drawn: DrawnMap) -> Iterator[str]:
    """A line at bars, their numbers below; other meters are written where they begin."""
    meters, tempo_map = drawn.tempo_map.meters, drawn.tempo_map
    last = tempo_map.bar_beat_at(drawn.end).bar
    step = next((step for step in _BAR_STEPS if last / step <= 24), last)
    for bar in range(1, last + 1, step):
        change = next(c for c in reversed(meters.changes) if c.bar <= bar)
        at = change.beats + (bar - change.bar) * change.quarters_a_bar
        x = drawn.x(float(tempo_map.seconds_at(at)))
        yield element("line", x1=x, x2=x, y1=_TEMPO[0], y2=_CHANGE[1], stroke=GRID)
        yield label(x, HEIGHT - 26, str(bar), font_size=12, fill=FAINT, text_anchor="middle")
    yield label(_LEFT - 10, HEIGHT - 26, "bar", font_size=12, fill=FAINT, text_anchor="end")
    free_from = -math.inf
    for change in meters.changes:
        x = drawn.x(float(tempo_map.seconds_at(change.beats)))
        if change.beats <= drawn.end and x >= free_from:
            meter = f"{change.numerator}/{change.denominator}"
            yield label(x + 3, _TEMPO[1] + 18, meter, font_size=12, fill=INK)
            free_from = x + 3.5 * _CHARACTER


def _levels(low: float, high: float, y: Callable[[float], float]) -> Iterator[str]:
    name = "Tempo in bpm, and hits: frames late (+) or early (−)"
    yield label(_LEFT, _NAMES[0] - 12, name, font_size=13, font_weight=600, fill=INK)
    step = next((step for step in _BPM_STEPS if (high - low) / step <= 7), 400)
    for number in range(math.ceil(low / step), math.floor(high / step) + 1):
        yield from _level(y(number * step), f"{number * step:g}")


def _level(y: float, text: str) -> Iterator[str]:
    yield element("line", x1=_LEFT, x2=_RIGHT, y1=y, y2=y, stroke=GRID)
    yield label(_LEFT - 10, y + 4, text, font_size=12, fill=FAINT, text_anchor="end")


def _hits(drawn: DrawnMap) -> Iterator[str]:
    """A line at every hit, its name above where there is room."""
    ends = [_LEFT - _CHARACTER] * _NAME_ROWS
    for one in drawn.hits:
        x, colour = drawn.x(float(one.hit.seconds)), _OUTCOMES[one.outcome]
        text = f"{_shortened(one.hit.name)} {_signed(one.frames_off)}"
        width = _CHARACTER * len(text)
        right = x + width > _RIGHT
        row = next((n for n, end in enumerate(ends) if end < (x - width if right else x)), None)
        top = _TEMPO[0] - 10
        if row is not None:
            top = _NAMES[0] + row * 20
            ends[row] = x if right else x + width + _CHARACTER
            side = {"text_anchor": "end"} if right else {}
            place = x - 5 if right else x + 5
            yield label(place, top + 10, text, font_size=12, fill=colour, **side)
        yield element("line", x1=x, x2=x, y1=top, y2=_TEMPO[1], stroke=colour, stroke_width=1.2)


def _shortened(name: str) -> str:
    """As much of it as has room.

    >>> _shortened("door slams"), _shortened("she turns to the window and sees the sea")
    ('door slams', 'she turns to the window and…')
    """
    return name if len(name) <= _NAME else f"{name[: _NAME - 1].rstrip()}…"


def _landings(drawn: DrawnMap, y: Callable[[float], float]) -> Iterator[str]:
    """A dot where the music lands."""
    for one in drawn.hits:
        beats = drawn.tempo_map.beats_at_seconds(one.lands_at_seconds)
        x, place = drawn.x(float(one.lands_at_seconds)), y(drawn.tempo_map.tempo_at(beats))
        yield symbol(_OUTCOMES[one.outcome], x, place, 5.5)


def _changes(drawn: DrawnMap) -> Iterator[str]:
    """The change in every beat, as bars, and what is noticed."""
    name = "Change per beat, %"
    yield label(_LEFT, _CHANGE[0] - 12, name, font_size=13, font_weight=600, fill=INK)
    found = list(changes(drawn.tempo_map, drawn.end))
    most = max([NOTICED_PERCENT, *(change.percent for change in found)]) * 1.1
    y = _scale(0.0, most, *_CHANGE)
    limit = y(NOTICED_PERCENT)
    yield from _level(y(0.0), "0" if y(0.0) - limit > 16 else "")
    for change in found:
        beats = drawn.tempo_map.beats_at(change.at)
        x = drawn.x(float(drawn.tempo_map.seconds_at(beats)))
        if change.percent > 0.005:
            loud = change.percent > NOTICED_PERCENT * (1 + 1e-4)
            colour = _OUTCOMES[HitOutcome.MISSED] if loud else _LINE
            top = y(change.percent)
            yield element("line", x1=x, x2=x, y1=y(0.0), y2=top, stroke=colour, stroke_width=3)
    ends = {"x1": _LEFT, "x2": _RIGHT, "y1": limit, "y2": limit}
    yield element("line", stroke=INK, stroke_dasharray="6 4", **ends)
    text = f"{NOTICED_PERCENT:g}"
    yield label(_LEFT - 10, limit + 4, text, font_size=12, fill=INK, text_anchor="end")


def _signed(frames: float) -> str:
    """A miss in frames, as it is read.

    >>> _signed(0.31), _signed(-2.0), _signed(0.01)
    ('+0.3', '−2.0', '0.0')
    """
    rounded = round(frames, 1)
    return f"{rounded:+.1f}".replace("-", "−") if rounded else "0.0"
