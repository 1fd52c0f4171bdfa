"""Ostinato: a cell of tones in a rhythm, again and again, which may evolve by a stated rule."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from hostkit.errors import BadValue
from hostkit.themes.figures.rhythm import Stroke, repeated, split_longest
from hostkit.themes.figures.tones import Tones
from hostkit.themes.phrase import MEZZO_FORTE, MusicPhrase, WrittenNote

WHOLE_CHORD = 0
"""In a pattern: all tones at once."""
ACCENT, SHORT = "accent", "staccato"


@dataclass(frozen=True)
class OstinatoCell:
    """What is repeated: tones by number in the order of `pattern`, in the rhythm of `strokes`.

    `up` counts tones that all of it is higher, `thickness` how many sound together.
    """

    pattern: tuple[int, ...]
    strokes: tuple[Stroke, ...]
    up: int = 0
    thickness: int = 1

    def numbers(self, stroke: Stroke, tones: int) -> range:
        """Which tones a stroke plays, where there are so many."""
        number = self.pattern[(stroke.number - 1) % len(self.pattern)]
        if number == WHOLE_CHORD:
            return range(1 + self.up, tones + self.up + 1)
        return range(number + self.up, number + self.up + self.thickness)


def _rotate(cell: OstinatoCell, stage: int) -> OstinatoCell:
    turned = stage % len(cell.pattern)
    return replace(cell, pattern=cell.pattern[turned:] + cell.pattern[:turned])


def _grow(cell: OstinatoCell, stage: int) -> OstinatoCell:
    sounding = sum(not stroke.rest for stroke in cell.strokes)
    kept = min(stage + 1, sounding)
    strokes = (replace(one, rest=one.rest or one.number > kept) for one in cell.strokes)
    return replace(cell, strokes=tuple(strokes))


def _climb(cell: OstinatoCell, stage: int) -> OstinatoCell:
    return replace(cell, up=stage)


def _thicken(cell: OstinatoCell, stage: int) -> OstinatoCell:
    return replace(cell, thickness=1 + stage)


def _split(cell: OstinatoCell, stage: int) -> OstinatoCell:
    strokes = cell.strokes
    for _ in range(min(stage, 64)):
        strokes = split_longest(strokes)
    return replace(cell, strokes=strokes)


EVOLVING: dict[str, Callable[[OstinatoCell, int], OstinatoCell]] = {
    "rotate": _rotate,
    "grow": _grow,
    "climb": _climb,
    "thicken": _thicken,
    "split": _split,
}
"""Rules by which a cell changes, stage by stage: it starts one tone further on; begins with one
note and gains one; goes up one tone; gains a tone above each; its longest note is halved."""
_MOST_STAGES = {"climb": 24, "thicken": 5}


def pattern_of(words: str, tones: int) -> tuple[int, ...]:
    """The order of tones: `up`, `down`, `up_down`, `chord`, or numbers from 1. Raises BadValue.

    >>> pattern_of("up_down", 3), pattern_of("1 3 2 3", 3), pattern_of("chord", 3)
    ((1, 2, 3, 2), (1, 3, 2, 3), (0,))
    """
    rising = tuple(range(1, tones + 1))
    named = {
        "up": rising,
        "down": rising[::-1],
        "up_down": (*rising, *rising[-2:0:-1]),
        "chord": (WHOLE_CHORD,),
    }
    if words in named:
        return named[words]
    parts = words.split()
    if not parts or len(parts) > 64 or not all(_is_number(part) for part in parts):
        raise BadValue(
            f"{words[:40]!r} is no pattern",
            cure=f"write {', '.join(named)}, or the numbers of tones: 1 3 2 3",
        )
    return tuple(map(int, parts))


def _is_number(text: str) -> bool:
    return text.isdecimal() and text.isascii() and 1 <= int(text[:4]) <= 24 and len(text) <= 2


def ostinato(
    tones: Tones,
    strokes: Sequence[Stroke],
    length: Fraction,
    pattern: Sequence[int],
    *,
    velocity: int = MEZZO_FORTE,
    short: bool = False,
    evolve: str | None = None,
    stage_length: Fraction | None = None,
) -> MusicPhrase:
    """The cell repeated for `length` quarter notes; accents are marks, and so is `short`.

    A cell has as many rounds of the rhythm as it takes to play the pattern through once.
    With `evolve` it changes by one stage every `stage_length` (the cell's length where that
    is None), and each stage begins the cell anew.
    """
    cell = OstinatoCell(tuple(pattern), _long_enough(strokes, len(pattern)))
    if evolve is None:
        return MusicPhrase.of(
            _played(cell, tones, Fraction(0), length, velocity, short=short), length
        )
    step = stage_length or cell.strokes[-1].end
    notes = []
    for stage in range(-int(-length // step)):
        start = stage * step
        stop = min(start + step, length)
        changed = EVOLVING[evolve](cell, min(stage, _MOST_STAGES.get(evolve, stage)))
        notes += _played(changed, tones, start, stop, velocity, short=short)
    return MusicPhrase.of(notes, length)


def _long_enough(strokes: Sequence[Stroke], count: int) -> tuple[Stroke, ...]:
    """Rounds of a rhythm until so many notes are struck, numbered on."""
    struck, once = max(stroke.number for stroke in strokes), strokes[-1].end
    return tuple(
        replace(one, start=one.start + again * once, number=one.number + again * struck)
        for again in range(-(-count // struck))
        for one in strokes
    )


def _played(
    cell: OstinatoCell, tones: Tones, start: Fraction, stop: Fraction, velocity: int, *, short: bool
) -> list[WrittenNote]:
    notes = []
    for stroke in repeated(cell.strokes, stop - start):
        at = start + stroke.start
        marks = frozenset(
            mark for mark, there in ((ACCENT, stroke.accent), (SHORT, short)) if there
        )
        for number in cell.numbers(stroke, len(tones.at(at))):
            pitch = tones.tone(at, number)
            notes.append(WrittenNote(at, stroke.length, pitch, velocity, marks=marks))
    return notes
