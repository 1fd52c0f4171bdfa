"""Keys: a tonic and a mode, and the notes of the scale that they make."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from functools import cached_property

from hostkit.errors import BadValue
from hostkit.themes.pitch import LETTERS, Pitch

_MODES: tuple[tuple[str, str], ...] = (
    ("major", "0 2 4 5 7 9 11"),
    ("ionian", "0 2 4 5 7 9 11"),
    ("dorian", "0 2 3 5 7 9 10"),
    ("phrygian", "0 1 3 5 7 8 10"),
    ("lydian", "0 2 4 6 7 9 11"),
    ("mixolydian", "0 2 4 5 7 9 10"),
    ("minor", "0 2 3 5 7 8 10"),
    ("aeolian", "0 2 3 5 7 8 10"),
    ("locrian", "0 1 3 5 6 8 10"),
    ("harmonic minor", "0 2 3 5 7 8 11"),
    ("melodic minor", "0 2 3 5 7 9 11"),
    ("lydian dominant", "0 2 4 6 7 9 10"),
    ("whole tone", "0 2 4 6 8 10"),
    ("octatonic", "0 2 3 5 6 8 9 11"),
    ("octatonic half-whole", "0 1 3 4 6 7 9 10"),
)
MODES = {name: tuple(map(int, keys.split())) for name, keys in _MODES}
"""Semitones above the tonic of each mode's notes; melodic minor as it goes up."""
_KEY = re.compile(r"\s*([A-Ga-g])\s*(##|bb|#|b|♯|♭|is|es|s)?(?:[\s-]+(.+?))?\s*", re.DOTALL)
_ALTER = {"": 0, "#": 1, "♯": 1, "is": 1, "##": 2, "b": -1, "♭": -1, "es": -1, "s": -1, "bb": -2}
_SEVEN = 7
_LETTERS_OF = {6: (0, 1, 2, 3, 4, 5), 8: (0, 1, 2, 3, 4, 5, 5, 6)}
"""Which letter above the tonic each note of a scale has that has not seven notes."""


@dataclass(frozen=True)
class MusicKey:
    """A tonic (its octave does not count) and a mode, by name.

    >>> key = MusicKey.parse("D dorian")
    >>> str(key), [key.pitch(degree).name for degree in range(7)]
    ('D dorian', ['D', 'E', 'F', 'G', 'A', 'B', 'C'])
    """

    tonic: Pitch
    mode: str

    @classmethod
    def parse(cls, text: str) -> MusicKey:
        """`D minor`, `F# lydian dominant`, `Bb`. Raises BadValue with what to write.

        >>> MusicKey.parse("D minro")
        Traceback (most recent call last):
        hostkit.errors.BadValue: there is no mode 'minro'; did you mean 'minor'?
        """
        match = _KEY.fullmatch(text)
        if match is None:
            raise BadValue(f"{text[:40]!r} is no key", cure="write D minor, Bb major, F# dorian")
        letter, sign, mode = match.groups()
        tonic = Pitch(LETTERS.index(letter.upper()) + 28, _ALTER[sign or ""])
        return cls(tonic, parse_mode(mode or "major"))

    @property
    def intervals(self) -> tuple[int, ...]:
        """Semitones of the scale's notes above the tonic, ascending."""
        return MODES[self.mode]

    @cached_property
    def _degrees(self) -> tuple[tuple[int, int], ...]:
        """Letters and semitones above the tonic of each degree."""
        letters = _LETTERS_OF.get(len(self.intervals), range(_SEVEN))
        return tuple(zip(letters, self.intervals, strict=True))

    def pitch(self, degree: int, alter: int = 0) -> Pitch:
        """The note of a degree, counted from 0, the tonic in octave 4; below 0 lower octaves.

        >>> key = MusicKey.parse("Bb major")
        >>> str(key.pitch(3)), str(key.pitch(-1)), str(key.pitch(3, alter=1))
        ('Eb5', 'A4', 'E5')
        """
        octaves, index = divmod(degree, len(self.intervals))
        letters, semitones = self._degrees[index]
        return self.tonic.up(letters + 7 * octaves, semitones + 12 * octaves + alter)

    def degree(self, pitch: Pitch) -> tuple[int, int]:
        """The degree of a pitch, and its alteration: `key.pitch` gives the pitch again.

        By letter where the scale has one note of each, else the nearest note, the lower of two.

        >>> MusicKey.parse("D minor").degree(Pitch.of("C#5"))
        (6, 1)
        """
        if len(self.intervals) == _SEVEN:
            degree = pitch.step - self.tonic.step
            return degree, pitch.key - self.pitch(degree).key
        octaves = (pitch.key - self.tonic.key) // 12
        near = range(octaves * len(self.intervals) - 1, (octaves + 1) * len(self.intervals) + 1)
        degree = min(near, key=lambda one: (abs(self.pitch(one).key - pitch.key), one))
        return degree, pitch.key - self.pitch(degree).key

    def holds(self, pitch: Pitch) -> bool:
        """Whether it is a note of the scale, however spelled."""
        return (pitch.key - self.tonic.key) % 12 in self.intervals

    def __str__(self) -> str:
        return f"{self.tonic.name} {self.mode}"


def parse_mode(text: str) -> str:
    """The name of a mode as `MODES` has it. Raises BadValue."""
    mode = " ".join(text.casefold().replace("_", " ").split())
    mode = {"maj": "major", "min": "minor"}.get(mode, mode)
    if mode not in MODES:
        near = difflib.get_close_matches(mode, MODES, n=1)
        cure = f"did you mean {near[0]!r}?" if near else f"there are: {', '.join(MODES)}"
        raise BadValue(f"there is no mode {text[:40]!r}", cure)
    return mode
