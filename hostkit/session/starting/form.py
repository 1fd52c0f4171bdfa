"""The form of a first session: markers that name sections, and those that name hits."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from hostkit.midi.midi_file import MidiFile, SecondsPerTick
from hostkit.midi.tempo import tempo_map_of
from hostkit.session.starting.proposal import legal_name
from hostkit.session.starting.scalars import scalar
from hostkit.timebase.position import MAX_BAR, MAX_SECONDS, Seconds

MAX_SECTIONS, MAX_HITS = 1000, 10_000
_LONGEST_NAME = 200
_SNAP = Fraction(1, 32)

_SECTION = re.compile(
    r"\b(intro|verse|chorus|bridge|refrain|outro|coda|theme|section|part|build|drop|break|solo|"
    r"interlude|ending|end|start|strophe|reprise|loop|bar|letter)\b",
    re.IGNORECASE,
)
_HIT = re.compile(
    r"\b(hits?|hit ?points?|sync|accents?|impacts?|stab|stinger|slams?|crash(es)?|bang|boom|"
    r"explo\w*|gun ?shots?|punch(es)?|screams?|thunder|lightning|flash|cut to|cuts to|cut|"
    r"reveals?|door|falls?|jumps?|smash(es)?|shatters?|treffer|schlag|schuss|knall)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class PlacedMarker:
    """A marker at a position of the session; hits on the beat or off it."""

    at: str
    text: str
    is_hit: bool


def form_text(file: MidiFile) -> str:
    """`sections:` and `hits:` of a session, or how they would be written."""
    return sections_and_hits(list(_places(file)), "From the markers in the MIDI file.")


def sections_and_hits(places: Sequence[PlacedMarker], where_from: str) -> str:
    """`sections:` and `hits:` of a session, or how they would be written."""
    beside = list[PlacedMarker]()
    sections = _sections(places, where_from, beside)
    return "\n".join((sections, *_hits([place for place in places if place.is_hit] + beside)))


def is_hit(text: str, beats: Fraction, is_cue_point: bool = False) -> bool:
    """Whether a marker at a quarter note names an event of the picture, and no section.

    What is called after an event, or stands off the beat, is one, unless it is called after a
    section.
    """
    off_the_beat = _snapped(beats).denominator > 2
    named = bool(_HIT.search(text)) or is_cue_point or off_the_beat
    return named and not _SECTION.search(text)


def _sections(places: Sequence[PlacedMarker], where_from: str, beside: list[PlacedMarker]) -> str:
    """What is called otherwise where a section begins goes to `beside`, to be a hit."""
    lines, names, taken = list[str](), set[str](), set[str]()
    for place in places:
        if place.is_hit or len(lines) >= MAX_SECTIONS:
            continue
        name = legal_name(place.text) or f"mark {len(lines) + 1}"
        if name in names:
            continue
        if place.at in taken:
            beside.append(place)
            continue
        names.add(name)
        taken.add(place.at)
        called = "" if place.text.isascii() else f"   # {place.text}"
        lines.append(f"  - {{name: {scalar(name)}, at: {place.at}}}{called}")
    if not lines:
        return "# sections: [{name: intro, at: 1|1}, {name: end, at: 17|1}]\n"
    return "\n".join([f"# {where_from}", "sections:", *lines, ""])


def _hits(places: Sequence[PlacedMarker]) -> Iterator[str]:
    hits = dict.fromkeys((place.at, place.text) for place in places)
    lines = [
        f"  - {{at: {at}, name: {scalar(text[:_LONGEST_NAME])}}}"
        for at, text in list(hits)[:MAX_HITS]
    ]
    if lines:
        yield "\n".join(["# Markers that name events of the picture.", "hits:", *lines, ""])


def _places(file: MidiFile) -> Iterator[PlacedMarker]:
    """Markers at their positions; cue points name events of the picture, says the standard."""
    meters = tempo_map_of(file).meters
    cue_points = set(file.cue_points)
    for tick, text in file.markers:
        beats = Fraction(0)
        if isinstance(file.division, SecondsPerTick):
            seconds = tick * file.division.seconds
            at = str(Seconds(seconds)) if seconds <= MAX_SECONDS else ""
        else:
            beats = Fraction(tick, file.division.count)
            position = meters.bar_beat_at(_snapped(beats))
            at = str(position) if position.bar <= MAX_BAR else ""
        if at:
            yield PlacedMarker(at, text, is_hit(text, beats, (tick, text) in cue_points))


def _snapped(beats: Fraction) -> Fraction:
    """On the quarter note when it is all but there."""
    return Fraction(round(beats)) if abs(beats - round(beats)) <= _SNAP else beats
