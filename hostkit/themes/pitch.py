"""Pitches as they are spelled: F sharp is not G flat, though they share a key."""

from __future__ import annotations

from dataclasses import dataclass
from functools import total_ordering

LETTERS = "CDEFGAB"
SEMITONES = (0, 2, 4, 5, 7, 9, 11)
"""Of the white keys above C."""
_SHARPS = ((0, 0), (0, 1), (1, 0), (1, 1), (2, 0), (3, 0), (3, 1), (4, 0), (4, 1), (5, 0))
_SPELLED = (*_SHARPS, (5, 1), (6, 0))
"""Letter and alteration of each key above C, where nothing says how it is meant."""
_SIGNS = {-2: "bb", -1: "b", 0: "", 1: "#", 2: "##"}


@total_ordering
@dataclass(frozen=True, slots=True)
class Pitch:
    """A spelled pitch: `step` counts white keys from C0 (middle C, C4, is 28), `alter` semitones.

    >>> f_sharp, g_flat = Pitch.of("F#4"), Pitch.of("Gb4")
    >>> f_sharp.key, g_flat.key, f_sharp == g_flat, str(g_flat)
    (66, 66, False, 'Gb4')
    """

    step: int
    alter: int = 0

    @classmethod
    def of(cls, name: str) -> Pitch:
        """The pitch of a name like `Bb3`. Raises ValueError for text that is none."""
        letter = LETTERS.index(name[0].upper())
        signs = name[1:].rstrip("-0123456789")
        return cls(letter + 7 * int(name[1 + len(signs) :]), signs.count("#") - signs.count("b"))

    @classmethod
    def of_key(cls, key: int) -> Pitch:
        """The pitch of a MIDI key, black ones as sharps.

        >>> str(Pitch.of_key(61))
        'C#4'
        """
        octave, above = divmod(key, 12)
        letter, alter = _SPELLED[above]
        return cls(letter + 7 * (octave - 1), alter)

    @property
    def letter(self) -> int:
        """0…6 for C…B."""
        return self.step % 7

    @property
    def octave(self) -> int:
        """Middle C begins octave 4."""
        return self.step // 7

    @property
    def key(self) -> int:
        """The MIDI key; below 0 and above 127 there is none."""
        octave, letter = divmod(self.step, 7)
        return 12 * octave + 12 + SEMITONES[letter] + self.alter

    @property
    def name(self) -> str:
        """Without its octave: `Bb`."""
        return f"{LETTERS[self.letter]}{_SIGNS.get(self.alter, f'({self.alter:+})')}"

    def up(self, steps: int, semitones: int) -> Pitch:
        """Higher by an interval: so many white keys, and so many semitones in all.

        >>> str(Pitch.of("D4").up(2, 3)), str(Pitch.of("D4").up(1, 3))
        ('F4', 'E#4')
        """
        plain = Pitch(self.step + steps)
        return Pitch(plain.step, self.key + semitones - plain.key)

    def __lt__(self, other: Pitch) -> bool:
        return (self.key, self.step) < (other.key, other.step)

    def __str__(self) -> str:
        return f"{self.name}{self.octave}"
