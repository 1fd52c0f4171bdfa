"""Points of a timeline as controllers of MIDI, or as what happens to one note."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from hostkit.exchange.dawproject.frames import Frame
from hostkit.exchange.dawproject.numbers import flag, number, whole
from hostkit.exchange.project import (
    ControllerKind,
    CurvePoint,
    ExpressionKind,
    NoteExpression,
)

ControllerKey = tuple[ControllerKind, int, int]
"""Its kind, its number, its channel."""

CONTROLLERS: dict[str, ControllerKind] = {
    "channelController": "cc",
    "pitchBend": "pitch bend",
    "channelPressure": "channel pressure",
    "polyPressure": "poly pressure",
    "programChange": "program",
}
EXPRESSIONS: dict[str, ExpressionKind] = {
    "gain": "gain",
    "pan": "pan",
    "transpose": "transpose",
    "timbre": "timbre",
    "formant": "formant",
    "pressure": "pressure",
}
BEND = 8192


def controller_of(target: Element) -> ControllerKey | None:
    """The controller that a target names; None for one that is none."""
    kind = CONTROLLERS.get(target.get("expression", ""))
    if kind is None:
        return None
    channel = min(max(whole(target.get("channel")), 0), 15)
    which = {"cc": "controller", "poly pressure": "key"}.get(kind)
    number_ = whole(target.get(which)) if which else 0
    return (kind, number_, channel) if 0 <= number_ <= 127 else None


def points_of(points: Element, frame: Frame) -> Iterator[tuple[CurvePoint, bool]]:
    """Its points in the order of time, and whether each is a whole number of MIDI's."""
    read = []
    for element in points:
        if element.tag == "Target" or (at := frame.local(element.get("time"))) is None:
            continue
        text = element.get("value", "")
        value = float(flag(text, False)) if text in ("true", "false") else number(text, 0.0)
        linear = element.get("interpolation") == "linear"
        read.append((CurvePoint(frame.quarters(at), value, linear), element.tag == "IntegerPoint"))
    read.sort(key=lambda pair: pair[0].at)
    yield from read


def in_midi(kind: ControllerKind, value: float, unit: str, is_whole: bool) -> float:
    """A controller's value in MIDI's numbers, whichever way it is written.

    >>> in_midi("cc", 0.5, "normalized", False), in_midi("cc", 64, "percent", True)
    (63.5, 64)
    >>> in_midi("pitch bend", 0.5, "normalized", False)
    0.0
    """
    plain = is_whole or kind == "program" or (unit not in ("normalized", "percent") and value > 1)
    if kind == "pitch bend":
        bend = (
            value - BEND if plain else (value / (100 if unit == "percent" else 1)) * 2 * BEND - BEND
        )
        return max(-float(BEND), min(bend, BEND - 1.0))
    if plain:
        return max(0.0, min(value, 127.0)) if not 0 <= value <= 127 else value
    return max(0.0, min(value * (1.27 if unit == "percent" else 127), 127.0))


def note_expressions(note: Element, frame: Frame) -> tuple[NoteExpression, ...]:
    """What the timelines inside a note say; their time begins with the note."""
    found = []
    for points in note.iter("Points"):
        target = points.find("Target")
        kind = EXPRESSIONS.get("" if target is None else target.get("expression", ""))
        if kind is None:
            continue
        inside = frame.of(points)
        read = tuple(point for point, _ in points_of(points, inside))
        if read:
            found.append(NoteExpression(kind, read))
    return tuple(found)
