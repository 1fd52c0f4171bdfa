"""What leads to a hit, and the hit: notes that climb and grow until it, and one struck chord."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from hostkit.errors import BadValue
from hostkit.themes.dynamics import value_at
from hostkit.themes.figures.ostinato import ACCENT
from hostkit.themes.figures.swell import Swell
from hostkit.themes.figures.tones import OCTAVE, in_range
from hostkit.themes.keys import MusicKey
from hostkit.themes.phrase import MAX_NOTES, MusicPhrase, WrittenNote
from hostkit.themes.pitch import Pitch

INTERVALS = {
    "second": 2, "third": 4, "fourth": 5, "tritone": 6, "fifth": 7, "sixth": 9,
    "seventh": 11, "octave": 12, "two_octaves": 24, "three_octaves": 36,
}  # fmt: skip
"""What a rise may go over, in semitones."""
MOST_SEMITONES = 60
FASTER = 4
"""An accelerating rise ends with notes so many times shorter than it begins with."""


def interval_semitones(word: str) -> int:
    """Semitones of an interval by its name, or as a number, 1…60. Raises BadValue.

    >>> interval_semitones("octave"), interval_semitones("15")
    (12, 15)
    """
    if word in INTERVALS:
        return INTERVALS[word]
    semitones = int(word) if word.isdecimal() and word.isascii() and len(word) <= 2 else 0
    if not 1 <= semitones <= MOST_SEMITONES:
        raise BadValue(
            f"{word[:20]!r} is no interval to rise over",
            cure=f"write {', '.join(INTERVALS)}, or semitones from 1 to {MOST_SEMITONES}",
        )
    return semitones


def climb(bottom: Pitch, semitones: int, key: MusicKey | None = None) -> list[Pitch]:
    """From one pitch up so many semitones: all keys, or those of a `key` where it has some there.

    >>> [str(pitch) for pitch in climb(Pitch.of("C4"), 5, MusicKey.parse("C major"))]
    ['C4', 'D4', 'E4', 'F4']
    """
    pitches = [Pitch.of_key(bottom.key + step) for step in range(semitones + 1)]
    if key is None:
        return pitches
    return [pitch for pitch in pitches if key.holds(pitch)] or pitches


def rise(
    pitches: Sequence[Pitch],
    length: Fraction,
    value: Fraction,
    *,
    swell: Swell,
    accelerate: bool = False,
) -> MusicPhrase:
    """Climbs through `pitches` in notes of `value`; the last one ends when `length` is over.

    `accelerate` makes each note shorter than the one before, the last `FASTER` times shorter than
    the first. Raises BadValue where there is no room for two notes.
    """
    count = int(length / value)
    if accelerate:  # the mean of what falls evenly from 1 to 1/FASTER
        count = int(length / value * Fraction(2 * FASTER, FASTER + 1))
    if not 2 <= count <= MAX_NOTES:
        raise BadValue(
            f"a rise of {count} notes", cure="give it more time, or shorter notes with value: 16"
        )
    starts = _evenly_shorter(count, length) if accelerate else _evenly(count, length, value)
    notes = []
    for place, (start, stop) in enumerate(zip(starts, (*starts[1:], length), strict=True)):
        pitch = in_range(pitches[place * len(pitches) // count])
        velocity = max(1, round(value_at(swell.level_db(place / (count - 1)))))
        notes.append(WrittenNote(start, stop - start, pitch, velocity))
    return MusicPhrase.of(notes, length)


def _evenly(count: int, length: Fraction, value: Fraction) -> list[Fraction]:
    return [length - (count - place) * value for place in range(count)]


def _evenly_shorter(count: int, length: Fraction) -> list[Fraction]:
    """Starts of notes whose lengths fall evenly to a `FASTER`-th, and fill the length exactly."""
    shares = [Fraction(FASTER * (count - 1) - place * (FASTER - 1)) for place in range(count)]
    total = sum(shares)
    starts, at = [], Fraction(0)
    for share in shares:
        starts.append(at)
        at += share * length / total
    return starts


def hit(
    pitches: Sequence[Pitch], length: Fraction, *, octaves: int = 1, velocity: int = 120
) -> MusicPhrase:
    """All of them struck at once, accented, and `octaves` below doubled.

    >>> struck = hit([Pitch.of("D3"), Pitch.of("A3")], Fraction(2), octaves=2)
    >>> " ".join(str(note.pitch) for note in struck.notes)
    'D2 A2 D3 A3'
    """
    doubled = dict.fromkeys(
        in_range(pitch.up(-7 * down, -OCTAVE * down))
        for pitch in pitches
        for down in range(octaves)
    )
    accent = frozenset({ACCENT})
    return MusicPhrase.of(
        (WrittenNote(Fraction(0), length, pitch, velocity, marks=accent) for pitch in doubled),
        length,
    )
