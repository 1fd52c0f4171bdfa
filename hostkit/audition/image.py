"""An image of a preset's sound: its envelope over time, its spectrum below."""

from __future__ import annotations

import math

from hostkit.audition.measure import CENTRES_HZ, SoundMeasures
from hostkit.looks.colours import CURVES, FAINT, GRID, INK, LANES
from hostkit.looks.svg import document, element, label, polygon, polyline

WIDTH, HEIGHT = 640, 300
"""Drawn so that it is still read where a page is as narrow as a telephone."""
_FILL, _LINE = LANES[0], CURVES[0]
_LEFT, _RIGHT = 16.0, 624.0
_WAVE_MIDDLE, _WAVE_HALF = 124.0, 50.0
_SPECTRUM_TOP, _SPECTRUM_BOTTOM = 190.0, 268.0
_RANGE_DB = 60.0


def image(heard: SoundMeasures, title: str) -> str:
    """An SVG file's text. Both curves are drawn to the height there is."""
    loud = heard.loudness
    levels = (f"{loud.integrated_lufs:.1f} LUFS", f"{loud.true_peak_dbtp:.1f} dBTP")
    facts = "  ·  ".join((*levels, f"{heard.seconds:.1f} s")).replace("-", "−")
    body = [
        label(_LEFT, 30, title, font_size=24, font_weight=600, fill=INK),
        label(_LEFT, 60, facts, font_size=21, fill=FAINT),
        _envelope(heard),
        *_spectrum(heard),
    ]
    return document(WIDTH, HEIGHT, title, f"Envelope and spectrum: {facts}", body)


def _envelope(heard: SoundMeasures) -> str:
    highest = max(float(heard.columns.max()), 1e-9)
    step = (_RIGHT - _LEFT) / heard.columns.size
    reach = [max(float(column) / highest * _WAVE_HALF, 0.4) for column in heard.columns]
    places = [_LEFT + (index + 0.5) * step for index in range(len(reach))]
    upper = [(x, _WAVE_MIDDLE - r) for x, r in zip(places, reach, strict=True)]
    lower = [(x, _WAVE_MIDDLE + r) for x, r in zip(places, reach, strict=True)]
    return polygon([*upper, *lower[::-1]], fill=_FILL)


def _spectrum(heard: SoundMeasures) -> list[str]:
    low, high = math.log(CENTRES_HZ[0]), math.log(CENTRES_HZ[-1])
    top_db = float(heard.bands_db.max())

    def x(hz: float) -> float:
        return _LEFT + (_RIGHT - _LEFT) * (math.log(hz) - low) / (high - low)

    def y(db: float) -> float:
        below = min(max(top_db - db, 0.0), _RANGE_DB)
        return _SPECTRUM_TOP + (_SPECTRUM_BOTTOM - _SPECTRUM_TOP) * below / _RANGE_DB

    points = [(x(hz), y(float(db))) for hz, db in zip(CENTRES_HZ, heard.bands_db, strict=True)]
    parts = []
    for hz, text in ((100, "100"), (1000, "1k"), (10_000, "10k Hz")):
        ends = {"x1": x(hz), "x2": x(hz), "y1": _SPECTRUM_TOP, "y2": _SPECTRUM_BOTTOM}
        parts.append(element("line", stroke=GRID, **ends))
        parts.append(label(x(hz), HEIGHT - 9, text, font_size=20, fill=FAINT, text_anchor="middle"))
    base = [(_RIGHT, _SPECTRUM_BOTTOM), (_LEFT, _SPECTRUM_BOTTOM)]
    parts.append(polygon([*points, *base], fill=_LINE, opacity="0.12"))
    parts.append(polyline(points, stroke=_LINE, stroke_width=1.5, stroke_linejoin="round"))
    return parts
