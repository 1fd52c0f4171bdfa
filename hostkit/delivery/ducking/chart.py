"""The chart of a pass: dialogue, music before and after, the curve, and every phrase."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hostkit.ducking.gain.curve import GainCurve
from hostkit.ducking.phrase import Phrase
from hostkit.ducking.result import DuckResult, PhraseResult, Status
from hostkit.ground.clock import clock
from hostkit.looks.colours import (
    BAD,
    CURVES,
    FAINT,
    FAIR,
    GOOD,
    GRID,
    INK,
    MUSIC,
    PAPER,
    QUIET,
    SPEECH,
    Colour,
)
from hostkit.looks.svg import document, element, label, polygon, polyline, symbol

WIDTH, HEIGHT = 1240, 900
_LEFT, _RIGHT = 84.0, 1216.0

_STATUS = {Status.PASS: GOOD, Status.FAIL: BAD, Status.PROTECTED: FAIR}
_SIGNS = {Status.PASS: "", Status.FAIL: "✕ ", Status.PROTECTED: "△ "}
"""Before a phrase's number of LU: a colour alone would say nothing to some."""

_MOST_POINTS = 4 * int(_RIGHT - _LEFT)

_LABEL_WIDTH = 50.0
"""Room that a phrase's number of LU takes; where the one before reaches into it there is none."""

_TICK_SECONDS = (0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600)


@dataclass(frozen=True)
class Panel:
    """A horizontal strip of the chart, with its name at its top left."""

    top: float
    bottom: float
    name: str

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2


_BAND_TOP = 118.0
"""Where the tints of the phrases begin; their numbers stand above it."""

_DIALOGUE = Panel(156, 276, "Dialogue")
_MUSIC = Panel(316, 476, "Music")
_CURVE = Panel(516, 646, "Gain")
_PROOF = Panel(
    692, 846, "Speech over music: before (ring), after, 3 s by 3 s (line), worst 3 s (dot)"
)


def chart(result: DuckResult, title: str) -> str:
    """The chart as an SVG file's text."""
    seconds = result.plan.clock.seconds

    def x(at: float) -> float:
        return _LEFT + (_RIGHT - _LEFT) * at / seconds

    body = [
        *_heading(result, title),
        *_phrase_bands(result.phrases, x),
        *_time_axis(seconds, x),
        *_dialogue(result),
        *_music(result),
        *_gain(result, x),
        *_proof(result, x),
    ]
    return document(WIDTH, HEIGHT, title, result.in_words, body)


def _heading(result: DuckResult, title: str) -> Iterator[str]:
    worst = (Status.FAIL, Status.PROTECTED, Status.PASS)
    colour = _STATUS[next(status for status in worst if result.count(status))]
    yield label(_LEFT, 44, title, font_size=24, font_weight=600, fill=INK)
    yield label(_LEFT, 74, result.in_words, font_size=16, font_weight=600, fill=colour)
    facts = (
        f"steepest slope {result.max_slope_db_per_s:.0f} dB/s   ·   music softer by "
        f"{result.loss_in_speech_lu:.1f} LU under speech, {result.loss_outside_lu:.1f} LU elsewhere"
    )
    yield label(_RIGHT, 74, facts, font_size=14, fill=FAINT, text_anchor="end")


def _phrase_bands(phrases: Sequence[PhraseResult], x: Callable[[float], float]) -> Iterator[str]:
    """A tint behind every phrase, through all panels, and its difference on top."""
    free_from = 0.0
    for result in phrases:
        onset, offset = _times(result)
        left, width = x(onset), max(x(offset) - x(onset), 0.5)
        colour = _STATUS[result.status]
        place = {"x": left, "width": width}
        yield element(
            "rect",
            y=_BAND_TOP,
            height=_PROOF.bottom - _BAND_TOP,
            fill=SPEECH,
            opacity="0.06",
            **place,
        )
        yield element("rect", y=_BAND_TOP, height=3, fill=colour, **place)
        middle = left + width / 2
        if middle - _LABEL_WIDTH / 2 >= free_from:
            free_from = middle + _LABEL_WIDTH / 2
            text = f"{_SIGNS[result.status]}{_lu(result.worst.difference_after_lu)} LU"
            style = {"font_size": 13, "font_weight": 600, "text_anchor": "middle"}
            yield label(middle, _BAND_TOP - 7, text, fill=colour, **style)


def _time_axis(seconds: float, x: Callable[[float], float]) -> Iterator[str]:
    step = next((s for s in _TICK_SECONDS if seconds / s <= 14), 7200)
    for tick in range(math.floor(seconds / step) + 1):
        place = x(tick * step)
        ends = {"x1": place, "x2": place, "y1": _DIALOGUE.top, "y2": _PROOF.bottom}
        yield element("line", stroke=GRID, **ends)
        text = clock(tick * step)
        yield label(place, _PROOF.bottom + 22, text, font_size=12, fill=FAINT, text_anchor="middle")


def _dialogue(result: DuckResult) -> Iterator[str]:
    yield from _named(_DIALOGUE)
    outline = result.plan.dialogue.outline
    yield _mirrored(outline / max(outline.max(), 1e-9), _DIALOGUE, SPEECH)


def _music(result: DuckResult) -> Iterator[str]:
    yield from _named(_MUSIC)
    before, after = result.plan.music.outline, result.music_after.outline
    loudest = max(before.max(), 1e-9)
    yield _mirrored(before / loudest, _MUSIC, QUIET)
    yield _mirrored(after / loudest, _MUSIC, MUSIC)
    yield from _key(_MUSIC, (("before", QUIET), ("after", MUSIC)))


def _gain(result: DuckResult, x: Callable[[float], float]) -> Iterator[str]:
    yield from _named(_CURVE)
    curves = result.plan.curves.named()
    deepest = min(curve.deepest_db for curve in curves.values())
    floor = min(-6.0, 6.0 * math.floor(deepest / 6.0))

    def y(gain_db: float) -> float:
        return _CURVE.top + (_CURVE.bottom - _CURVE.top) * gain_db / floor

    step = 6.0 if floor >= -24.0 else 12.0
    for tick in np.arange(0.0, floor - 1.0, -step):
        yield from _level_line(y(tick), f"−{-tick:.0f} dB" if tick else "0 dB")
    for curve, colour in zip(curves.values(), CURVES, strict=False):
        points = [(x(at), y(gain)) for at, gain in zip(*_drawn(curve), strict=True)]
        base = [(points[-1][0], y(0.0)), (points[0][0], y(0.0))]
        yield polygon([*points, *base], fill=colour, opacity="0.12")
        yield polyline(points, stroke=colour, stroke_width=2, stroke_linejoin="round")
    if len(curves) > 1:
        names = {"rest": "rest", "speech_band": "speech band"}
        yield from _key(_CURVE, tuple(zip((names[n] for n in curves), CURVES, strict=False)))


def _proof(result: DuckResult, x: Callable[[float], float]) -> Iterator[str]:
    """Each phrase's difference before (ring), in all its 3 s after, the worst marked."""
    yield from _named(_PROOF)
    target = result.plan.settings.target_lu
    values = [v for r in result.phrases for v in (r.difference_before_lu, *_afters(r))]
    finite = [value for value in values if math.isfinite(value)]
    low, high = min([0.0, *finite]) - 2.0, max([target, *finite]) + 3.0

    def y(lu: float) -> float:
        bounded = min(max(lu, low), high)
        return _PROOF.bottom - (_PROOF.bottom - _PROOF.top) * (bounded - low) / (high - low)

    yield from _level_line(y(0.0), "0 LU")
    yield element(
        "line", x1=_LEFT, x2=_RIGHT, y1=y(target), y2=y(target), stroke=INK, stroke_dasharray="6 4"
    )
    yield _tick_label(y(target), f"{target:g} LU", INK)
    radius = 4.5 if len(result.phrases) < 150 else 2.5
    for phrase in result.phrases:
        worst, colour = phrase.worst, _STATUS[phrase.status]
        line = [(x(_middle(w.span)), y(w.difference_after_lu)) for w in phrase.windows]
        place = x(_middle(worst.span))
        before, after = y(phrase.difference_before_lu), y(worst.difference_after_lu)
        ends = {"x1": place, "x2": place, "y1": before, "y2": after}
        yield element("line", stroke=colour, stroke_width=1.5, **ends)
        if len(line) > 1:
            yield polyline(line, stroke=colour, stroke_width=1.5, stroke_linejoin="round")
        yield element("circle", cx=place, cy=before, r=radius, fill=PAPER, stroke=FAINT)
        yield symbol(colour, place, after, radius + 0.5)


def _afters(result: PhraseResult) -> list[float]:
    return [window.difference_after_lu for window in result.windows]


def _middle(span: Phrase) -> float:
    return (span.onset_seconds + span.offset_seconds) / 2


def _named(panel: Panel) -> Iterator[str]:
    yield label(_LEFT, panel.top - 9, panel.name, font_size=13, font_weight=600, fill=INK)


def _key(panel: Panel, entries: Sequence[tuple[str, Colour]]) -> Iterator[str]:
    """Names of colours, at the top right of a panel."""
    place = _RIGHT
    for name, colour in reversed(entries):
        text_width = 7.0 * len(name)
        place -= text_width
        yield label(place, panel.top - 9, name, font_size=12, fill=FAINT)
        place -= 16
        yield element("rect", x=place, y=panel.top - 18, width=10, height=10, rx=2, fill=colour)
        place -= 14


def _level_line(y: float, text: str) -> Iterator[str]:
    yield element("line", x1=_LEFT, x2=_RIGHT, y1=y, y2=y, stroke=GRID)
    yield _tick_label(y, text, FAINT)


def _tick_label(y: float, text: str, colour: Colour) -> str:
    return label(_LEFT - 10, y + 4, text, font_size=12, fill=colour, text_anchor="end")


def _mirrored(heights: NDArray[np.float32], panel: Panel, fill: Colour) -> str:
    """An envelope of heights 0…1, drawn up and down from the middle of a panel."""
    half = (panel.bottom - panel.top) / 2
    places = np.linspace(_LEFT, _RIGHT, heights.size)
    reach = np.maximum(heights * half, 0.4)
    upper = list(zip(places.tolist(), (panel.middle - reach).tolist(), strict=True))
    lower = list(zip(places.tolist(), (panel.middle + reach).tolist(), strict=True))
    return polygon([*upper, *lower[::-1]], fill=fill)


def _drawn(curve: GainCurve) -> tuple[list[float], list[float]]:
    """Seconds and gains to join by lines: the points, or where they crowd, a grid of times."""
    frames = curve.frames
    if frames.size > 2 * _MOST_POINTS:
        frames = np.linspace(0, frames[-1], _MOST_POINTS).astype(np.int64)
    return (frames / curve.sample_rate).tolist(), curve.at(frames).tolist()


def _times(result: PhraseResult) -> tuple[float, float]:
    return result.spoken.phrase.onset_seconds, result.spoken.phrase.offset_seconds


def _lu(difference: float) -> str:
    return f"{difference:.1f}".replace("-", "−") if math.isfinite(difference) else "∞"
