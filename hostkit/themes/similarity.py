"""How alike two themes are, whatever their key, register and speed."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from hostkit.themes.phrase import MusicPhrase


def similarity(one: MusicPhrase, other: MusicPhrase) -> float:
    """0…1: 1 for the same steps between notes in the same rhythm, transposed or slower or not.

    The highest notes are compared: by how much each goes up or down, and how long it is against
    the one before; by edit distance over the longer of the two.
    """
    first, second = _shape(one), _shape(other)
    longest = max(len(first), len(second))
    if not longest:
        return 1.0 if len(one.notes) == len(other.notes) else 0.0
    return round(1 - _distance(first, second) / longest, 3)


def _shape(phrase: MusicPhrase) -> list[tuple[int, float]]:
    """Semitones to each note, and its length over that of the note before."""
    top = list({note.start: note for note in phrase.notes}.values())  # the highest is the last
    return [
        (after.pitch.key - before.pitch.key, float(after.length / before.length))
        for before, after in pairwise(top)
    ]


def _distance(first: Sequence[tuple[int, float]], second: Sequence[tuple[int, float]]) -> float:
    row = [float(number) for number in range(len(second) + 1)]
    for here in first:
        last, row = row, [row[0] + 1]
        for number, there in enumerate(second):
            changed = last[number] + _difference(here, there)
            row.append(min(changed, last[number + 1] + 1, row[number] + 1))
    return row[-1]


def _difference(here: tuple[int, float], there: tuple[int, float]) -> float:
    """Half for the step, half for the rhythm; a step in the same direction counts half."""
    same_way = (here[0] > 0) == (there[0] > 0) and (here[0] < 0) == (there[0] < 0)
    step = 0.0 if here[0] == there[0] else 0.25 if same_way else 0.5
    return step + (0.0 if abs(here[1] - there[1]) < 1e-6 else 0.5)
