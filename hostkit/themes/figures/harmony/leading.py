"""Voice leading: each chord reached from the one before with the least motion.

Rules as any textbook of harmony has them: every tone of the chord is there, voices keep their
order and near where the first chord had them, parallel fifths and octaves are avoided; of what is
left, the least motion in all, then the smallest leap. Every choice among the nearest tones is
compared.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import islice, pairwise, product

from hostkit.themes.figures.harmony.symbols import ChordSymbol
from hostkit.themes.figures.harmony.voicings import MIDDLE, low_voices, voiced

_REACH = 7
"""How far a voice may go: a fifth up or down."""
_NEAREST = {5: 4, 6: 3}
"""How many tones each of so many voices may go to; five where there are fewer."""
_PERFECT = (0, 7)
"""Octaves and fifths, as semitones within an octave."""
_OCTAVE = 12
_MOST_VOICES = 6
_ROOM = 5
"""Semitones under and over the voices of the first chord that they may use later."""


def led(
    chords: Sequence[ChordSymbol],
    voicing: str,
    middle: int = MIDDLE,
    *,
    parallels: bool = False,
) -> tuple[tuple[int, ...], ...]:
    """The keys of each chord, lowest first: the first as voiced, each other led from before.

    With `parallels` fifths and octaves may move in parallel. The bass of a chord that names one
    is led apart, under the others.

    >>> led([ChordSymbol.of(name) for name in ("C", "F", "G", "C")], "close")
    ((60, 64, 67), (60, 65, 69), (62, 67, 71), (64, 67, 72))
    """
    made: list[tuple[int, ...]] = []
    room = middle, middle
    for chord in chords:
        if not made:
            made.append(voiced(chord, voicing, middle))
            upper = made[0][len(low_voices(chord, voicing, 0)) :]
            room = upper[0] - _ROOM, upper[-1] + _ROOM
            continue
        made.append(_next(made[-1], chord, voicing, room, parallels=parallels))
    # The fifth of a wide voicing may lie among its voices, or be one of them.
    return tuple(tuple(sorted(set(keys))) for keys in made)


@lru_cache(maxsize=4096)
def _next(
    before: tuple[int, ...],
    chord: ChordSymbol,
    voicing: str,
    room: tuple[int, int],
    *,
    parallels: bool,
) -> tuple[int, ...]:
    bass = _nearest(before[0], chord.bass.key % _OCTAVE)
    low = low_voices(chord, voicing, bass) or (() if chord.on_its_root else (bass,))
    led_from = before[len(low) :][:_MOST_VOICES]
    heard_before = (*before[: min(len(low), 1)], *led_from)
    ways = [
        choice
        for choice in product(*_reached(led_from, chord.keys))
        if _in_order((*low[:1], *choice))
    ]
    if not ways:
        return voiced(chord, voicing, sum(room) // 2)

    def cost(choice: tuple[int, ...]) -> tuple[int, ...]:
        lacking = len(set(chord.keys) - {key % _OCTAVE for key in (*low, *choice)})
        away = max(0, choice[-1] - room[1]) + max(0, room[0] - choice[0])
        # What stands on the bass in a wide voicing is its colour, not a voice.
        side_by_side = 0 if parallels else count_parallels(heard_before, (*low[:1], *choice))
        moves = [abs(after - key) for key, after in zip(led_from, choice, strict=True)]
        return lacking, away, side_by_side, sum(moves), max(moves), *choice

    return (*low, *min(ways, key=cost))


def count_parallels(before: Sequence[int], after: Sequence[int]) -> int:
    """How many pairs of voices go from one perfect fifth or octave to another like it.

    >>> count_parallels((60, 67), (62, 69)), count_parallels((60, 67), (60, 67))
    (1, 0)
    """
    voices = list(zip(before, after, strict=True))
    return sum(
        (high - low) % _OCTAVE in _PERFECT
        and (high - low) % _OCTAVE == (then_high - then_low) % _OCTAVE
        and high != then_high
        and (high < then_high) == (low < then_low)
        and low != then_low
        for place, (low, then_low) in enumerate(voices)
        for high, then_high in voices[place + 1 :]
    )


def _reached(voices: Sequence[int], classes: Sequence[int]) -> Iterator[list[int]]:
    """For each voice the tones that it may go to, the nearest ones."""
    most = _NEAREST.get(len(voices), 5)
    for key in voices:
        steps = sorted(range(-_REACH, _REACH + 1), key=lambda step: (abs(step), step))
        tones = (key + step for step in steps if (key + step) % _OCTAVE in classes)
        yield list(islice(tones, most))


def _nearest(key: int, tone: int) -> int:
    """The key of a tone's class that is nearest; of two, the lower."""
    above = key + (tone - key) % _OCTAVE
    return min((above - _OCTAVE, above), key=lambda one: (abs(one - key), one))


def _in_order(keys: Sequence[int]) -> bool:
    return all(low < high for low, high in pairwise(keys))
