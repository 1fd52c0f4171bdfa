"""What a figure has to choose from: tones of chords or scales, where each set holds."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from hostkit.errors import BadValue
from hostkit.themes.figures.harmony.symbols import PlacedChord
from hostkit.themes.figures.harmony.voicings import MIDDLE, voiced
from hostkit.themes.keys import MusicKey
from hostkit.themes.pitch import Pitch

OCTAVE = 12
HIGHEST_KEY = 127


def in_range(pitch: Pitch) -> Pitch:
    """The pitch, by octaves brought among the keys that MIDI has.

    >>> str(in_range(Pitch.of("C-3"))), str(in_range(Pitch.of("A10")))
    ('C-1', 'A8')
    """
    if pitch.key < 0:
        octaves = -(pitch.key // OCTAVE)
    elif pitch.key > HIGHEST_KEY:
        octaves = -((pitch.key - HIGHEST_KEY + OCTAVE - 1) // OCTAVE)
    else:
        return pitch
    return pitch.up(7 * octaves, OCTAVE * octaves)


def one_octave(key: MusicKey, middle: int = MIDDLE) -> tuple[Pitch, ...]:
    """The scale from its tonic up, in the octave whose middle is nearest to a key.

    >>> [str(pitch) for pitch in one_octave(MusicKey.parse("A minor"))][:2]
    ['A3', 'B3']
    """
    octaves = round((middle - OCTAVE // 2 - key.tonic.key) / OCTAVE)
    degrees = range(len(key.intervals))
    return tuple(key.pitch(degree).up(7 * octaves, OCTAVE * octaves) for degree in degrees)


@dataclass(frozen=True)
class Tones:
    """Pitches, lowest first, that hold from a place on, in quarter notes; the first from 0."""

    sets: tuple[tuple[Fraction, tuple[Pitch, ...]], ...]

    @classmethod
    def of(cls, pitches: Sequence[Pitch]) -> Tones:
        """The same pitches throughout. Raises BadValue where there are none."""
        if not pitches:
            raise BadValue("there are no notes to play", cure="name a chord, a scale or notes")
        return cls(((Fraction(0), tuple(pitches)),))

    @classmethod
    def of_chords(cls, chords: Sequence[PlacedChord], middle: int) -> Tones:
        """The close chords of a progression, near a key."""
        return cls(
            tuple(
                (one.start, tuple(map(one.symbol.spelled, voiced(one.symbol, "close", middle))))
                for one in chords
            )
        )

    def at(self, place: Fraction) -> tuple[Pitch, ...]:
        """Those that hold at a place; a progression begins again where it is over."""
        index = bisect_right(self.sets, place, key=lambda one: one[0]) - 1
        return self.sets[max(index, 0)][1]

    def tone(self, place: Fraction, number: int) -> Pitch:
        """One of them, counted from 1; those past the last are octaves higher, below 1 lower.

        >>> chord = Tones.of([Pitch.of(name) for name in ("D4", "F4", "A4")])
        >>> [str(chord.tone(Fraction(0), number)) for number in (1, 3, 4, 0)]
        ['D4', 'A4', 'D5', 'A3']
        """
        pitches = self.at(place)
        octaves, index = divmod(number - 1, len(pitches))
        return in_range(pitches[index].up(7 * octaves, OCTAVE * octaves))
