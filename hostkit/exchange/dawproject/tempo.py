"""Tempo and meters of a DAWproject: from the transport, or automated in one of two ways."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from xml.etree.ElementTree import Element

from hostkit.exchange.dawproject.numbers import UNITS, Times, TimeUnit, number, whole
from hostkit.exchange.project import Loss
from hostkit.exchange.tempo import (
    ProjectMeter,
    ProjectTempo,
    TimedTempo,
    in_quarters,
    tempo_map_of,
)
from hostkit.timebase.tempo_map import DEFAULT_BPM, DENOMINATORS, MAX_BPM, MIN_BPM

MAX_TEMPOS = 100_000
TEMPO = "tempo"
"""What some programs write at points instead of the id of the tempo."""


def read_tempos(root: Element, times: Times, losses: list[Loss]) -> tuple[ProjectTempo, ...]:
    """Automation where there is any, else the transport's tempo; nothing where neither is said."""
    tempo = root.find("Transport/Tempo")
    points = _automation(root, tempo, "TempoAutomation")
    if points is not None:
        element, unit = points
        read = list(_points(element, unit, tempo, times, losses))
        if read:
            if unit == "seconds":
                return in_quarters(read)
            return tuple(ProjectTempo(*point) for point in read)
    bpm = _bpm(None if tempo is None else tempo.get("value", tempo.text), losses)
    if bpm is None:
        losses.append(Loss("", f"it does not say its tempo, so {float(DEFAULT_BPM):g} bpm it is"))
        return ()
    return (ProjectTempo(Fraction(0), bpm),)


def read_meters(
    root: Element, times: Times, tempos: tuple[ProjectTempo, ...], losses: list[Loss]
) -> tuple[ProjectMeter, ...]:
    signature = root.find("Transport/TimeSignature")
    read: dict[Fraction, ProjectMeter] = {}
    if signature is not None and (meter := _meter(Fraction(0), signature, losses)):
        read[Fraction(0)] = meter
    points = _automation(root, signature, "TimeSignatureAutomation")
    if points is not None:
        element, unit = points
        tempo_map = tempo_map_of(tempos)
        for point in element.findall("TimeSignaturePoint")[:MAX_TEMPOS]:
            at = times.exact(point.get("time"), unit)
            if at is None or at < 0:
                continue
            quarters = at if unit == "beats" else tempo_map.beats_at_seconds(at)
            if meter := _meter(quarters, point, losses):
                read[quarters] = meter
    return tuple(read[at] for at in sorted(read))


def _automation(
    root: Element, parameter: Element | None, tag: str
) -> tuple[Element, TimeUnit] | None:
    """The points of the tempo or the meter that say something, and what their times are in."""
    arrangement = root.find("Arrangement")
    if arrangement is None:
        return None
    id_ = None if parameter is None else parameter.get("id")
    for element, unit in _timelines(arrangement, "beats"):
        target = element.find("Target")
        is_target = id_ and target is not None and target.get("parameter") == id_
        is_target = is_target or (tag == "TempoAutomation" and element.get("target") == TEMPO)
        if (element.tag == tag or (element.tag == "Points" and is_target)) and any(
            child.tag != "Target" for child in element
        ):
            return element, unit
    return None


def _timelines(element: Element, unit: TimeUnit) -> Iterator[tuple[Element, TimeUnit]]:
    """Lanes and points of all depths, but not those in clips; each with its unit."""
    for child in element:
        inner = UNITS.get(child.get("timeUnit", ""), unit)
        yield child, inner
        if child.tag == "Lanes":
            yield from _timelines(child, inner)


def _points(
    element: Element, unit: TimeUnit, tempo: Element | None, times: Times, losses: list[Loss]
) -> Iterator[TimedTempo]:
    read = []
    for point in element.findall("RealPoint")[:MAX_TEMPOS]:
        at = times.exact(point.get("time"), unit)
        text = point.get("value")
        if element.get("unit") == "normalized" and tempo is not None and text is not None:
            low, high = number(tempo.get("min"), 20.0), number(tempo.get("max"), 666.0)
            text = repr(low + number(text) * (high - low))
        bpm = _bpm(text, losses)
        if at is not None and bpm is not None:
            read.append(
                TimedTempo(max(at, Fraction(0)), bpm, point.get("interpolation") == "linear")
            )
    yield from sorted(read, key=lambda tempo_: tempo_.seconds)


def _bpm(text: str | None, losses: list[Loss]) -> Fraction | None:
    if text is None:
        return None
    bpm = number(text, -1.0)
    if bpm <= 0:
        losses.append(Loss("", "a tempo that is no number is left out"))
        return None
    if not MIN_BPM <= bpm <= MAX_BPM:
        losses.append(Loss("", f"a tempo outside {MIN_BPM} to {MAX_BPM} bpm is brought inside"))
    return Fraction(repr(min(max(bpm, float(MIN_BPM)), float(MAX_BPM))))


def _meter(at: Fraction, element: Element, losses: list[Loss]) -> ProjectMeter | None:
    numerator = whole(element.get("numerator", element.get("nominator")))
    denominator = whole(element.get("denominator"))
    if not numerator and not denominator:
        return None
    if not 1 <= numerator <= 64 or denominator not in DENOMINATORS:
        losses.append(Loss("", f"the meter {numerator}/{denominator} is none; it is left out"))
        return None
    return ProjectMeter(at, numerator, denominator)
