"""Chord symbols (`Dm`, `Bb/D`, `F#m7b5`) and progressions of them (`Dm | Bb/D C`)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from fractions import Fraction
from functools import cache

from hostkit.errors import BadValue
from hostkit.themes.pitch import Pitch

MAX_CHORDS = 512
_NOTE = r"[A-G](?:bb?|##?)?"
_SYMBOL = re.compile(rf"({_NOTE})([^/]*(?:6/9)?)(?:/({_NOTE}))?")
_OTHER_WORDS = (
    ("♭", "b"), ("♯", "#"), ("6/9", "69"), ("ø7", "m7b5"), ("ø", "m7b5"),
    ("°", "dim"), ("Δ", "maj"), ("-", "m"), ("min", "m"),
)  # fmt: skip
_WHOLE_WORDS = {"+": "aug", "o": "dim", "o7": "dim7", "maj": "", "M": ""}
AS_BEFORE = "%"
"""In a progression, a bar that repeats the chord before it."""


@dataclass(frozen=True)
class ChordSymbol:
    """A chord by its tones, the root first; `bass` is what it stands on.

    Tones and bass are pitches of the octave above middle C and up: only their names count.

    >>> chord = ChordSymbol.of("Bb/D")
    >>> [tone.name for tone in chord.tones], chord.bass.name
    (['Bb', 'D', 'F'], 'D')
    """

    text: str
    tones: tuple[Pitch, ...]
    bass: Pitch

    @classmethod
    def of(cls, text: str) -> ChordSymbol:
        """Raises BadValue with what to write instead."""
        found = _SYMBOL.fullmatch(text.replace("♭", "b").replace("♯", "#"))
        if found is None or len(text) > 24:
            raise BadValue(
                f"{text[:24]!r} is no chord",
                cure="write a root in capitals, its kind and a bass if it needs one: Dm, Bb/D, G7",
            )
        root, kind, bass = found[1], found[2], found[3]
        for written, meant in _OTHER_WORDS:
            kind = kind.replace(written, meant)
        kind = _WHOLE_WORDS.get(kind, kind)
        if kind not in _kinds():
            near = get_close_matches(kind, _kinds(), n=3, cutoff=0.4)
            hint = f"there are {', '.join(root + name for name in near)}" if near else "write Dm"
            raise BadValue(f"{text!r}: there is no chord {found[2]!r}", cure=hint)
        lowest = Pitch.of(f"{root}4")
        tones = tuple(lowest.up(*interval) for interval in _kinds()[kind])
        return cls(text, tones, Pitch.of(f"{bass}4") if bass else lowest)

    @property
    def keys(self) -> tuple[int, ...]:
        """The tones as classes 0…11, the root first, each once."""
        return tuple(dict.fromkeys(tone.key % 12 for tone in self.tones))

    @property
    def on_its_root(self) -> bool:
        return self.bass.key % 12 == self.tones[0].key % 12

    def spelled(self, key: int) -> Pitch:
        """A key as the chord writes it: in `Bb` the key 70 is a B flat.

        >>> str(ChordSymbol.of("Bb").spelled(70)), str(ChordSymbol.of("F#").spelled(70))
        ('Bb4', 'A#4')
        """
        for tone in (*self.tones, self.bass):
            if tone.key % 12 == key % 12:
                return Pitch(tone.step + 7 * ((key - tone.key) // 12), tone.alter)
        return Pitch.of_key(key)


@dataclass(frozen=True)
class PlacedChord:
    """A chord of a progression: from where to where, in quarter notes."""

    symbol: ChordSymbol
    start: Fraction
    length: Fraction


def progression(text: str, quarters_a_bar: Fraction) -> tuple[PlacedChord, ...]:
    """The chords of bars that `|` parts; those of one bar share it equally.

    Raises BadValue.

    >>> [(c.symbol.text, str(c.start)) for c in progression("Dm | Bb/D C | %", Fraction(4))]
    [('Dm', '0'), ('Bb/D', '4'), ('C', '6'), ('C', '8')]
    """
    placed: list[PlacedChord] = []
    for number, bar in enumerate(_bars(text)):
        share = quarters_a_bar / len(bar)
        for index, word in enumerate(bar):
            if word == AS_BEFORE and not placed:
                raise BadValue(f"{AS_BEFORE} repeats the chord before it; there is none")
            symbol = placed[-1].symbol if word == AS_BEFORE else ChordSymbol.of(word)
            placed.append(PlacedChord(symbol, number * quarters_a_bar + index * share, share))
    return tuple(placed)


def _bars(text: str) -> Iterator[list[str]]:
    count = 0
    for number, bar in enumerate(text.strip().strip("|").split("|"), start=1):
        words = bar.split()
        count += len(words)
        if not words:
            raise BadValue(
                f"bar {number} of the chords is empty", cure=f"write {AS_BEFORE} to repeat one"
            )
        if count > MAX_CHORDS:
            raise BadValue(f"more than {MAX_CHORDS} chords", cure="write two entries")
        yield words


@cache
def _kinds() -> dict[str, tuple[tuple[int, int], ...]]:
    """Kinds of chord by what follows the root: steps and semitones above it."""
    from pychord import QualityManager  # 40 ms, for whoever writes chords

    return {
        name: tuple(
            (int(degree.lstrip("b#")) - 1, semitones)
            for degree, semitones in zip(kind.intervals, kind.components, strict=True)
        )
        for name, kind in QualityManager().get_qualities().items()
    }
