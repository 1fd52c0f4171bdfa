"""Percussion: patterns in grids, syncopated ones by name, evenly spread strokes, and fills."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from fractions import Fraction

from hostkit.errors import BadValue
from hostkit.midi.pitch import note_number
from hostkit.themes.figures.ostinato import ACCENT
from hostkit.themes.phrase import MAX_NOTES, MEZZO_FORTE, MusicPhrase, WrittenNote
from hostkit.themes.pitch import Pitch

VOICES = {
    "kick": 36, "sidestick": 37, "snare": 38, "clap": 39, "closed_hat": 42, "pedal_hat": 44,
    "open_hat": 46, "floor_tom": 41, "high_floor_tom": 43, "low_tom": 45, "low_mid_tom": 47,
    "mid_tom": 48, "high_tom": 50, "crash": 49, "ride": 51, "china": 52, "ride_bell": 53,
    "tambourine": 54, "splash": 55, "cowbell": 56, "shaker": 70, "claves": 75, "woodblock": 76,
}  # fmt: skip
"""Keys of General MIDI's drum map."""
Grids = Mapping[str, str]
PATTERNS: dict[str, Grids] = {
    "pulse": {"kick": "X...x...x...x...", "closed_hat": "..o...o...o...o."},
    "chase": {
        "kick": "X..x..x...X..x..",
        "low_tom": "..x..x..x.x..x.x",
        "snare": "....X..o.o..X..o",
    },
    "gallop": {"floor_tom": "X.xxx.xxx.xxx.xx", "snare": "....X.......X..."},
    "broken": {
        "kick": "X.....x..x....x.",
        "floor_tom": "...x..x...x..x..",
        "sidestick": "....x.o....ox..o",
    },
    "march": {"snare": "X.xxx.x.X.xxx.x.", "kick": "X.......X......."},
    "threes": {"floor_tom": "X..x..x..x..x.x.", "high_floor_tom": "..x..x..x..x.x.x"},
}
"""Patterns by name: a sign for each sixteenth; none stresses only the beats."""
_LEVELS = {"X": 1.0, "x": 0.85, "o": 0.5}
"""Of a grid's signs: accented, plain, a ghost note."""
_REST = ".-_"
_EUCLID = re.compile(r"E\((\d{1,2}),(\d{1,2})(?:,(\d{1,2}))?\)")
MAX_STEPS = 256
FILL = {"high_tom": "x.xX........", "mid_tom": "....x.xX....", "floor_tom": "........xxXX"}
"""What a fill is where none is written: down the toms."""


def voice_key(name: str) -> int:
    """The key of a voice: its name, a note (`C2`) or a number. Raises BadValue."""
    if name in VOICES:
        return VOICES[name]
    try:
        return note_number(name)
    except BadValue:
        near = get_close_matches(name, VOICES, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(VOICES)}"
        raise BadValue(
            f"there is no drum {name[:30]!r}", cure=f"{hint}; or write a note: C2"
        ) from None


def grid_levels(grid: str) -> tuple[float, ...]:
    """A level 0…1 for each step of a grid: `X..o`, or `E(3,8)` for 3 strokes spread over 8 steps.

    Raises BadValue.

    >>> grid_levels("X.o"), "".join("x" if level else "." for level in grid_levels("E(3,8)"))
    ((1.0, 0.0, 0.5), 'x..x..x.')
    """
    if spread := _EUCLID.fullmatch(grid.replace(" ", "")):
        strokes, steps, turned = (int(number or 0) for number in spread.groups())
        if not 1 <= strokes <= steps:
            raise BadValue(f"{grid}: so many strokes have no room", cure="write E(5,16)")
        hits = [(step + turned) * strokes % steps < strokes for step in range(steps)]
        return tuple(_LEVELS["x"] if struck else 0.0 for struck in hits)
    signs = grid.replace(" ", "").replace("|", "")
    if wrong := [sign for sign in signs if sign not in _LEVELS and sign not in _REST]:
        raise BadValue(
            f"{wrong[0]!r} is no step of a grid",
            cure="write X for an accent, x, o for a ghost note, . for a rest, or E(5,16)",
        )
    if not 1 <= len(signs) <= MAX_STEPS:
        raise BadValue(f"a grid has 1 to {MAX_STEPS} steps")
    return tuple(_LEVELS.get(sign, 0.0) for sign in signs)


def percussion(
    grids: Grids,
    length: Fraction,
    step: Fraction,
    *,
    fill: Grids | None = None,
    fill_length: Fraction = Fraction(0),
    fill_every: Fraction | None = None,
    velocity: int = MEZZO_FORTE,
) -> MusicPhrase:
    """The grids, a step each `step` quarter notes, each begun anew where it is over.

    Grids of different lengths move against each other. With `fill` the last `fill_length` of every
    `fill_every` quarter notes has the fill's grids instead, which grow to an accent.
    """
    notes = _struck(grids, Fraction(0), length, step, velocity)
    if fill is None or fill_every is None:
        return MusicPhrase.of(notes, length)
    before = max(fill_every - fill_length, Fraction(0))
    last = length // fill_every * fill_every  # where the last whole round ends
    notes = [note for note in notes if note.start >= last or note.start % fill_every < before]
    for number in range(int(length // fill_every)):
        start = number * fill_every
        notes += _struck(fill, start + before, start + fill_every, step, velocity)
    return MusicPhrase.of(notes, length)


def _struck(
    grids: Grids, start: Fraction, stop: Fraction, step: Fraction, velocity: int
) -> list[WrittenNote]:
    steps = -int(-(stop - start) // step)
    if steps * len(grids) > MAX_NOTES:
        raise BadValue(f"that makes more than {MAX_NOTES} strokes", cure="write fewer bars of it")
    notes = []
    for name, grid in grids.items():
        levels, pitch = grid_levels(grid), Pitch.of_key(voice_key(name))
        for number in range(steps):
            if level := levels[number % len(levels)]:
                at = start + number * step
                marks = frozenset({ACCENT}) if level == _LEVELS["X"] else frozenset()
                struck = max(1, min(127, round(velocity * level)))
                notes.append(WrittenNote(at, min(step, stop - at), pitch, struck, marks=marks))
    return notes


def named_pattern(name: str) -> Grids:
    """A pattern by its name. Raises BadValue."""
    if name not in PATTERNS:
        near: Sequence[str] = get_close_matches(name, PATTERNS, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(PATTERNS)}"
        raise BadValue(f"there is no pattern {name[:30]!r}", cure=hint)
    return PATTERNS[name]
