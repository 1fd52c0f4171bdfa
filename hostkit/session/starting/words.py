"""What a name tells about a part: its sound, and whether it leads. The names: `names`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache

from hostkit.session.starting.names import (
    CHOIR,
    CHOIR_LETTERS,
    CHOIR_TELLS,
    CHOIR_VOICES,
    GENERAL_MIDI_ROWS,
    MANNERS,
    ONE_PLAYER,
    ROWS,
    SECOND,
    SOLO,
    Row,
    Sound,
)

_CAMEL = re.compile(r"(?<=[a-zß-ÿ]{2})(?=[A-ZÀ-Þ])")
_WORD = re.compile(r"[^\W\d_]+")
_LONG = 5  # letters from which on a word is found inside a compound: Bassposaune
_LONGEST = 200
_NUMBER = re.compile(r"(?<!\d)\d{1,2}(?!\d)")
_LEADS = re.compile(r"\b(melody|lead|solo|theme|tune|vocals?|top line)\b", re.IGNORECASE)


def sound_in(name: str, others: Iterable[str] = ()) -> Sound | None:
    """The General MIDI sound that a part's name suggests; `others` are the names beside it.

    The spelling with most words decides, then the first in the name; groups and manners of
    playing come last.

    >>> sound_in("Bassoon 2"), sound_in("Vln. I pizz."), sound_in("Take 5")
    (Sound(program=70, bank=0), Sound(program=45, bank=0), None)
    """
    words = words_of(name)
    if _sings(words, others):
        return CHOIR
    row = _row(words)
    if row is None:
        return None
    solo = any(w in SOLO for w in words) or (
        words[0] in ONE_PLAYER and not _NUMBER.search(name) and set(words[1:]) <= _ALL_MANNERS
    )
    sound = row.solo if row.solo is not None and solo else row.sound
    for manner, programs, changed in MANNERS:
        if not sound.is_drums and sound.program in programs and any(w in manner for w in words):
            return changed
    return sound


def desks_in(name: str) -> str:
    """Where the strings of that name sit, as `seats.DESKS` has it; "" where it does not tell.

    >>> desks_in("Vln. II pizz."), desks_in("Bratschen"), desks_in("Strings"), desks_in("Horn 2")
    ('second violins', 'violas', '', '')
    """
    words = words_of(name)
    row = _row(words)
    if row is None or row.desks != "violins":
        return "" if row is None else row.desks
    number = _NUMBER.search(name)
    second = number.group().lstrip("0") == "2" if number else any(w in SECOND for w in words)
    return f"second {row.desks}" if second else row.desks


def _row(words: tuple[str, ...]) -> Row | None:
    return max(_fits(words), key=lambda fit: fit.rank, default=_NONE).row


def words_of(name: str) -> tuple[str, ...]:
    """The words of a name, folded: no case, no accents, no numbers; CamelCase is split.

    >>> words_of("Flöte/Picc. 2"), words_of("VlnSpicc")
    (('flote', 'picc'), ('vln', 'spicc'))
    """
    split = _CAMEL.sub(" ", name[:_LONGEST])
    if all(ord(c) < 0x250 for c in split):
        split = unicodedata.normalize("NFKD", split.replace("œ", "oe").replace("Œ", "Oe"))
    plain = "".join(c for c in split if not (unicodedata.combining(c) and ord(c) < 0x370))
    return tuple(_WORD.findall(plain.casefold()))


def leads(name: str) -> bool:
    """Whether a name says that its part carries the melody.

    >>> leads("Solo Violin"), leads("Misleading")
    (True, False)
    """
    return _LEADS.search(name) is not None


@dataclass(frozen=True)
class _Fit:
    """A row that a name may mean. What ranks higher decides."""

    row: Row | None
    rank: tuple[object, ...] = field(default=())


_NONE = _Fit(None)
_ALL_MANNERS = frozenset(word for manner, _, _ in MANNERS for word in manner)


def _fits(words: tuple[str, ...]) -> Iterator[_Fit]:
    by_first = _spellings()
    for place, word in enumerate(words):
        for spelled, row in by_first.get(word, ()):
            if words[place : place + len(spelled)] == spelled:
                yield _Fit(row, (True, len(spelled), not row.weak, -place, len(word)))
        for beginning, row in _beginnings():
            if word.startswith(beginning) or (not word.isascii() and beginning in word):
                yield _Fit(row, (True, 1, not row.weak, -place, len(beginning)))
        if len(word) > _LONG:
            for part, row in _long_words():
                if word.startswith(part) or word.endswith(part):
                    at_end = word.endswith(part)  # the end of a German word says what it is
                    yield _Fit(row, (False, at_end, len(part), not row.weak, -place))


@cache
def _spellings() -> dict[str, list[tuple[tuple[str, ...], Row]]]:
    """All spellings as words, by the first of them; those of the table come before GM's."""
    found: dict[str, list[tuple[tuple[str, ...], Row]]] = {}
    known: set[tuple[str, ...]] = set()
    written = [(s, row) for row in (*ROWS, *GENERAL_MIDI_ROWS) for s in spellings_of(row)]
    plurals = [(plural, row) for s, row in written for plural in _plural(s)]
    for spelled, row in (*written, *plurals):
        if spelled not in known:
            known.add(spelled)
            found.setdefault(spelled[0], []).append((spelled, row))
    return found


def spellings_of(row: Row) -> Iterator[tuple[str, ...]]:
    """Every way a row may be written, as words: a dot stands for a space or for nothing."""
    for spelling in row.spellings.split("|"):
        ways = {words_of(spelling), words_of(spelling.replace(".", ""))}
        yield from sorted(ways - {()})


def _plural(words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    *before, last = words
    if last.isascii() and len(last) > 1 and last[-1] != "s":
        yield (*before, f"{last}s")


@cache
def _long_words() -> tuple[tuple[str, Row], ...]:
    return tuple(
        (spelled[0], row)
        for spellings in _spellings().values()
        for spelled, row in spellings
        if len(spelled) == 1 and len(spelled[0]) >= _LONG and spelled[0].isascii()
    )


@cache
def _beginnings() -> tuple[tuple[str, Row], ...]:
    """Words of other scripts, which are inflected or run together."""
    return tuple(
        (spelled[0], row)
        for spellings in _spellings().values()
        for spelled, row in spellings
        if not spelled[0].isascii()
    )


def _sings(words: tuple[str, ...], others: Iterable[str]) -> bool:
    """Whether a part with a name of voices and instruments is a voice, by those beside it."""
    if len(words) == 1 and words[0] in CHOIR_LETTERS:
        beside = {w[0] for other in others if len(w := words_of(other)) == 1}
        return len(beside & set(CHOIR_LETTERS)) > 1
    if not words or words[0] not in CHOIR_VOICES:
        return False
    if len(words) > 1 and words[1] not in ("i", "ii", "solo"):
        return False
    return any(w and w[0] in CHOIR_TELLS and "sax" not in w for w in map(words_of, others))
