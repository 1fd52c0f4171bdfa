"""The report of hits as a page: one HTML file, with nothing from elsewhere, light and dark."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from hostkit.ground.counted import counted
from hostkit.looks.colours import css
from hostkit.looks.svg import element
from hostkit.picture.cueing.report import HitReport, ReportedHit, bar_beat
from hostkit.picture.landing import NEAR_FRAMES, HitOutcome

_STYLE = """
body { font: 15px/1.45 var(--font); color: var(--ink);
  background: var(--paper);
  max-width: 1180px; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; margin-bottom: .2rem; } p { color: var(--faint); margin: .2rem 0 1rem; }
div + p { max-width: 70ch; font-size: .85rem; margin-top: 1rem; }
div { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th { text-align: left; font-weight: 600; color: var(--faint); font-size: .85rem; }
th, td { padding: .35rem .6rem; border-bottom: 1px solid var(--grid); white-space: nowrap; }
td.name { white-space: normal; min-width: 9rem; overflow-wrap: anywhere; }
.number { text-align: right; }
.caught { color: var(--good); } .near { color: var(--fair); } .missed { color: var(--bad); }
td b { font-weight: 600; }
svg { vertical-align: middle; margin-right: .5rem; }
.window { fill: var(--quiet); } .beat { fill: currentColor; }
.axis { stroke: var(--faint); }
@media (max-width: 720px) {
  thead { position: absolute; clip-path: inset(50%); height: 1px; overflow: hidden; }
  tr { display: grid; grid-template-columns: 1fr 1fr; padding: .6rem 0;
    border-bottom: 1px solid var(--grid); }
  td { border: 0; padding: .1rem 0; text-align: left; }
  td:not(.name)::before { content: attr(data-head) " "; color: var(--faint); font-size: .85rem; }
  td.name { grid-column: 1 / -1; font-weight: 600; } td.verdict { order: -1; grid-column: 1 / -1; }
  td.name { order: -2; }
}
@media print { body { margin: 0; max-width: none; font-size: 11px; } tr { break-inside: avoid; } }
"""

_WIDTH, _HEIGHT, _MOST_FRAMES = 120.0, 18.0, 6.0
_HEADS = (
    ("hit", ""),
    ("timecode", ""),
    ("seconds", "number"),
    ("bar|beat", ""),
    ("weight", "number"),
    ("lands on", ""),
    ("frames off", "number"),
    ("tolerance", ""),
    ("how it lands", ""),
)


_LEGEND = (
    "<p>Tolerance and <i>frames off</i> are frames of the picture: + is late, − early. "
    "<i>How it lands</i>: the line is the hit, the band its tolerance, the dot the music, at "
    f"most {_MOST_FRAMES:g} frames away. <i>Near</i> is up to {NEAR_FRAMES} frames outside. "
    "A hit that is written in bars moves with the music.</p>"
)
_NONE = (
    "<p>The session has no hits: write some under <b>hits:</b>, or bring in a spotting list.</p>"
)


def report_page(report: HitReport) -> str:
    """The text of the page: a row for each hit, with the music against its tolerance."""
    heads = "".join(
        f'<th class="{kind}">{escape(head)}</th>' if kind else f"<th>{escape(head)}</th>"
        for head, kind in _HEADS
    )
    rows = "\n".join(_row(one) for one in report.hits)
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Hits of {escape(report.title)}</title>"
        f"<style>{css()}{_STYLE}</style></head><body>\n"
        f"<h1>Hits of {escape(report.title)}</h1>\n<p>{escape(' · '.join(_facts(report)))}</p>\n"
        f"<div><table><thead><tr>{heads}</tr></thead><tbody>\n{rows}\n"
        f"</tbody></table></div>\n{_LEGEND if report.hits else _NONE}</body></html>\n"
    )


def _facts(report: HitReport) -> Iterator[str]:
    picture = report.tempo_map.picture
    yield counted(len(report.hits), "hit")
    yield from (f"{n} {outcome}" for outcome in HitOutcome if (n := report.count(outcome)))
    if picture:
        yield f"1|1 at {picture.start}, {picture.frame_rate} frames a second"
    else:
        yield f"no picture: {float(report.frames_per_second):g} frames a second"
    yield f"{float(report.tempo_map.segments[0].bpm):g} bpm at the start"


def _row(one: ReportedHit) -> str:
    hit, landed = one.hit, one.landed
    wish = "any" if hit.land_on == "any" else f"a {hit.land_on}"
    off = "in bars" if one.in_bars else _signed(landed.frames_off)
    cells = (
        ("name", escape(hit.name)),
        ("", str(one.place.timecode or "")),
        ("number", f"{float(hit.seconds):.3f}"),
        ("", bar_beat(one.place.bar_beat)),
        ("number", f"{hit.weight:g}"),
        ("", f"{bar_beat(landed.landing)} ({wish})"),
        (f"number {landed.outcome}", f"<b>{off}</b>"),
        ("", f"{hit.early_frames:g} early, {hit.late_frames:g} late"),
        (f"verdict {landed.outcome}", f"{_gauge(one)}{landed.outcome}"),
    )
    written = (
        f'<td data-head="{escape(head)}" class="{kind}">{text}</td>'
        for (head, _), (kind, text) in zip(_HEADS, cells, strict=True)
    )
    return f'<tr data-outcome="{landed.outcome}">{"".join(written)}</tr>'


def _signed(frames: float) -> str:
    """To a hundredth of a frame.

    >>> _signed(1.0), _signed(-0.304), _signed(0.001)
    ('+1', '−0.3', '0')
    """
    rounded = round(frames, 2)
    return f"{rounded:+g}".replace("-", "−") if rounded else "0"


def _gauge(one: ReportedHit) -> str:
    """The frames around a hit: its tolerance as a band, the hit as a line, the music as a dot."""

    def x(frames: float) -> float:
        inside = max(-_MOST_FRAMES, min(_MOST_FRAMES, frames))
        return _WIDTH / 2 + inside * (_WIDTH / 2 - 6) / _MOST_FRAMES

    left, right = x(-one.hit.early_frames), x(one.hit.late_frames)
    middle = _HEIGHT / 2
    shapes = (
        element("rect", x=left, y=3.0, width=right - left, height=12.0, rx=3, class_="window"),
        element("line", x1=x(0), x2=x(0), y1=1.0, y2=17.0, class_="axis"),
        element("circle", cx=x(one.landed.frames_off), cy=middle, r=4.5, class_="beat"),
    )
    return element("svg", "".join(shapes), width=_WIDTH, height=_HEIGHT, aria_hidden="true")
