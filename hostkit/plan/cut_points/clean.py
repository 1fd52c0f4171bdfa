"""`cut: clean`: what would be cut at the start of such a section, and where nothing would."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from hostkit.plan.arranging.music import Music
from hostkit.plan.arranging.ringing import Ringing
from hostkit.plan.cut_points.crossings import Crossing, crossings
from hostkit.plan.reasons import some
from hostkit.session.model.music import FormSection

SEARCHED_BARS = 8
"""So many bars before and after a section's start are searched for a clean place."""


def unclean_cuts(ringing: Ringing, sections: Sequence[FormSection]) -> tuple[str, ...]:
    """What to say of sections that promise a clean cut and do not have one.

    The tails are measured: the bars before each are played until they have rung out.
    """
    named = [section.name for section in sections if section.cut == "clean"]
    return tuple(text for name in named for text in _wrong(ringing, name))


def _wrong(ringing: Ringing, name: str) -> Iterator[str]:
    music = ringing.music
    place = next((one.start for one in music.sections if one.name == name), None)
    if not place:  # at the very start, or after the end: nothing to cut
        return
    before = next(one for one in music.sections if one.stop == place)
    rings = ringing.rings(before)
    found = list(crossings(music, ringing.tracks, rings, place))
    if not found:
        return
    at = music.tempo_map.bar_beat_at(place)
    cure = _cure(ringing, rings, place)
    yield f"section {name!r} at {at} is no clean cut: {_in_words(found)}; {cure}"


def _in_words(found: Sequence[Crossing]) -> str:
    held = [one.track for one in found if one.count]
    tails = [one for one in found if not one.count]
    said = []
    if held:
        said.append(f"{some(held)} {'sounds' if len(held) == 1 else 'sound'} across it")
    if tails:
        longest = max(float(one.tail_seconds) for one in tails)
        ring = "rings" if len(tails) == 1 else "ring"
        said.append(f"{some(one.track for one in tails)} {ring} up to {longest:.1f} s beyond it")
    return ", and ".join(said)


def _cure(ringing: Ringing, rings: tuple[Fraction, ...], place: Fraction) -> str:
    music = ringing.music
    clean = (
        near
        for near in _near(music, place)
        if not any(crossings(music, ringing.tracks, rings, near))
    )
    nearest = next(clean, None)
    if nearest is None:
        return (
            f"no beat within {SEARCHED_BARS} bars is clean either: let notes end earlier, or take "
            "cut: out"
        )
    return f"the nearest clean place is {music.tempo_map.bar_beat_at(nearest)}"


def _near(music: Music, place: Fraction) -> list[Fraction]:
    """The beats around a place, the nearest first; of two as near, the earlier."""
    meter = music.tempo_map.meters.at(place)
    around = SEARCHED_BARS * meter.quarters_a_bar
    first, last = max(place - around, Fraction(0)), min(place + around, music.stop)
    beats: list[Fraction] = []
    lines = [*music.bar_lines(first, last)]
    for line, after in zip(lines, (*lines[1:], last), strict=True):
        beat = Fraction(4, music.tempo_map.meters.at(line).denominator)
        beats += [line + number * beat for number in range(-int(-(after - line) // beat) or 1)]
    return sorted((beat for beat in beats if beat > 0), key=lambda beat: (abs(beat - place), beat))
