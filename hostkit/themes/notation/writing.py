"""A phrase as LilyPond writes it; what it says is read back as the same notes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate, groupby, pairwise

from hostkit.midi.controllers import EXPRESSION
from hostkit.themes.dynamics import DYNAMICS, dynamic_of, level_db, value_at
from hostkit.themes.notation.words import SIGNS
from hostkit.themes.phrase import MEZZO_FORTE, MusicPhrase, WrittenNote
from hostkit.themes.pitch import LETTERS, Pitch
from hostkit.themes.transforming.ornaments import without_graces

_SIGN_OF = {mark: f"-{sign}" for sign, mark in SIGNS.items()}
_ALTERED = {-2: "eses", -1: "es", 0: "", 1: "is", 2: "isis"}
_TUPLETS = (3, 5, 7, 9, 11, 13)
_MOST_IN_A_TUPLET = 64


@dataclass(frozen=True)
class _Item:
    """A chord, or a rest where there are no notes, and how long it is written."""

    notes: tuple[WrittenNote, ...]
    length: Fraction


def lilypond_of(phrase: MusicPhrase, quarters_a_bar: Fraction | None = None) -> str:
    """Its notes, lengths, marks and dynamics; a note that others begin in ends where they do.

    Bar checks stand where a bar ends and nothing sounds over it.

    >>> from hostkit.themes.notation.reading import read_notes
    >>> lilypond_of(read_notes("d'4 f' a'8. g'16 | a'2").phrase)
    "d'4 f'4 a'8. g'16 a'2"
    """
    phrase, graces = without_graces(phrase)
    words: list[str] = []
    now, holds, slurred = Fraction(0), MEZZO_FORTE, False
    open_tuplet = Fraction(0)
    items = list(_items(phrase))
    levels = _hairpins(phrase, items)
    for number, item in enumerate(items):
        if not open_tuplet and (ratio := _tuplet_from(items, number)):
            words.append(f"\\tuplet {ratio.numerator}/{ratio.denominator} {{")
            open_tuplet = ratio
        parts = _values(item.length * (open_tuplet or 1))
        text = _pitches(item)
        tie = " ~ " if item.notes else " "
        written = tie.join(f"{text}{value}" for value in parts)
        marks = ""
        if item.notes:
            first = item.notes[0]
            loud, hairpin = levels.get(number, (first.velocity, ""))
            marks += _dynamic(loud, hairpin, holds)
            holds = loud or holds
            marks += "".join(_SIGN_OF.get(m, f"\\{m}") for m in _marks(first))
            marks += _articulation(first)
            is_drawn = "legato" in first.marks
            marks += "(" if is_drawn and not slurred else ")" if slurred and not is_drawn else ""
            slurred = is_drawn
        if now in graces:
            small = " ".join(f"{pitch_name(pitch)}8" for pitch in graces[now])
            words.append(f"\\grace {{ {small} }}")
        words.append(written + marks)
        now += item.length
        if open_tuplet and _is_binary(now):
            words.append("}")
            open_tuplet = Fraction(0)
        more = number + 1 < len(items)
        if quarters_a_bar and more and not open_tuplet and not now % quarters_a_bar:
            words.append("|")
    if slurred:
        words[-1] += ")"
    return " ".join(words)


def _dynamic(velocity: int, hairpin: str, before: int) -> str:
    """The dynamic and the hairpin to write; none where the one `before` holds on, or at 0."""
    name = dynamic_of(velocity) if velocity else ""
    return f"\\{name}{hairpin}" if name and (name != dynamic_of(before) or hairpin) else ""


def _items(phrase: MusicPhrase) -> Iterator[_Item]:
    groups = [tuple(group) for _, group in groupby(phrase.notes, key=lambda note: note.start)]
    now = Fraction(0)
    for number, notes in enumerate(groups):
        start = notes[0].start
        if start > now:
            yield _Item((), start - now)
        until = (
            groups[number + 1][0].start if number + 1 < len(groups) else max(phrase.length, start)
        )
        end = max(note.end for note in notes)
        if number + 1 < len(groups):
            end = min(end, until)
        yield _Item(notes, end - start)
        now = end
    if phrase.length > now:
        yield _Item((), phrase.length - now)


def _hairpins(phrase: MusicPhrase, items: list[_Item]) -> dict[int, tuple[int, str]]:
    """The velocity that an item of a swell begins with, and the hairpin that begins there.

    Velocity 0 is within a hairpin, where none is written.
    """
    starts = list(accumulate((item.length for item in items), initial=Fraction(0)))[:-1]
    found: dict[int, tuple[int, str]] = {}
    for curve in phrase.curves:
        if curve.controller != EXPRESSION or len(curve.points) < 2:
            continue
        points = dict(reversed(curve.points))  # of several at once the first: the last is rest
        within = [
            n for n, at in enumerate(starts) if curve.points[0][0] <= at <= curve.points[-1][0]
        ]
        turns = _turns(sorted(points.items()))
        for at, value, direction in turns:
            item = max((n for n in within if starts[n] <= at), default=None)
            if item is not None and items[item].notes:
                peak = items[item].notes[0].velocity
                loud = (
                    peak
                    if starts[item] == curve.points[-1][0]
                    else round(value_at(level_db(value) + level_db(peak)))
                )
                found.setdefault(item, (max(1, loud), direction))
        inner = (n for n in within if starts[n] < curve.points[-1][0])
        found = {**dict.fromkeys(inner, (0, "")), **found}
    return found


def _turns(points: list[tuple[Fraction, float]]) -> list[tuple[Fraction, float, str]]:
    """Where a curve begins to rise or fall, and its end."""
    turns: list[tuple[Fraction, float, str]] = []
    last = ""
    for (at, value), (_, aim) in pairwise(points):
        direction = r"\<" if aim > value else r"\>" if aim < value else last
        if direction != last:
            turns.append((at, value, direction))
            last = direction
    return [*turns, (*points[-1], "")]


def _is_binary(length: Fraction) -> bool:
    return length.denominator & (length.denominator - 1) == 0


def _tuplet_from(items: list[_Item], first: int) -> Fraction | None:
    """The ratio of a tuplet that begins at an item and is over soon."""
    if _is_binary(items[first].length):
        return None
    for count in _TUPLETS:
        ratio = Fraction(count, 1 << (count.bit_length() - 1))
        filled = Fraction(0)
        for item in items[first : first + _MOST_IN_A_TUPLET]:
            if not _is_binary(item.length * ratio):
                break
            filled += item.length
            if _is_binary(filled):
                return ratio
    return None


def _values(length: Fraction) -> list[str]:
    """Note values that are tied to make a length; the rest is a factor."""
    values: list[str] = []
    while length > 0:
        whole = next((n for n in range(10) if Fraction(4, 2**n) <= length), None)
        if whole is None or not _is_binary(length):
            values.append(f"4*{length}")
            break
        value, dots = Fraction(4, 2**whole), 0
        while dots < 2 and value + Fraction(4, 2 ** (whole + dots + 1)) <= length:
            dots += 1
            value += Fraction(4, 2 ** (whole + dots))
        values.append(f"{2**whole}{'.' * dots}")
        length -= value
    return values


def _pitches(item: _Item) -> str:
    names = [pitch_name(note.pitch) for note in item.notes]
    return "r" if not names else names[0] if len(names) == 1 else f"<{' '.join(names)}>"


def pitch_name(pitch: Pitch) -> str:
    """LilyPond's name: C4 is c'.

    >>> pitch_name(Pitch.of("Bb2")), pitch_name(Pitch.of("F#4"))
    ('bes,', "fis'")
    """
    if pitch.alter not in _ALTERED:
        pitch = Pitch.of_key(pitch.key)
    octaves = pitch.octave - 3
    signs = "'" * octaves if octaves > 0 else "," * -octaves
    return f"{LETTERS[pitch.letter].lower()}{_ALTERED[pitch.alter]}{signs}"


def _marks(note: WrittenNote) -> list[str]:
    return sorted(note.marks - {"legato", "grace"})


def _articulation(note: WrittenNote) -> str:
    if not note.articulation:
        return ""
    plain = note.articulation.isalpha() and note.articulation not in DYNAMICS
    return f"\\{note.articulation}" if plain else f'^"{note.articulation}"'
