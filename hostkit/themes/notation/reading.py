"""Music as text to a phrase, token by token; what is wrong is told, and reading goes on."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from fractions import Fraction

from hostkit.errors import BadValue
from hostkit.themes.dynamics import DYNAMICS
from hostkit.themes.keys import MusicKey
from hostkit.themes.notation import words
from hostkit.themes.notation.bars import Bars
from hostkit.themes.notation.braces import Brace, Braces
from hostkit.themes.notation.building import Building
from hostkit.themes.notation.dialects import Dialect, degrees_of, lilypond
from hostkit.themes.notation.faults import Faults, NotationFault, TooManyFaults
from hostkit.themes.phrase import MAX_NOTES, MusicPhrase
from hostkit.themes.pitch import Pitch

COMMON_TIME = (4, 4)
MAX_QUARTERS = 100_000
"""Of one text: half a day at 120."""
_SPACE = re.compile(r"(?:\s+|%[^\n]*)+")
_WORD = re.compile(r"\\([A-Za-z]+|[<>!()])")
_SCRIPT = re.compile(r'[-^_]"([^"\n]*)"')
_SIGN = re.compile(r"[-^_]([>.\-^!_])")
_RATIO = re.compile(r"\s*(\d{1,2})/(\d{1,2})")
_JUNK = re.compile(r"[^\s|{}<>()~]+|.", re.DOTALL)
_OTHER_SIGNS = ("#", "♯", "♭")
"""Of a note, as others write it: c#4."""
_SHOWN = 30


@dataclass(frozen=True)
class ReadMusic:
    """A phrase, and what is wrong with its text: then it is not whole."""

    phrase: MusicPhrase
    faults: tuple[NotationFault, ...]


def read_notes(
    text: str,
    key: MusicKey | None = None,
    meter: tuple[int, int] = COMMON_TIME,
    articulations: Collection[str] = (),
) -> ReadMusic:
    """Notes in LilyPond's words. `articulations` are known besides the usual ones.

    >>> read = read_notes("d'4 f' a'8. g'16 | a'2")
    >>> [str(note.pitch) for note in read.phrase.notes], str(read.phrase.length), read.faults
    (['D4', 'F4', 'A4', 'G4', 'A4'], '5', ())
    """
    return _Reader(text, lilypond(), key, meter, articulations).read()


def read_degrees(
    text: str,
    key: MusicKey,
    meter: tuple[int, int] = COMMON_TIME,
    articulations: Collection[str] = (),
) -> ReadMusic:
    """Degrees of a key, each with its length in whole notes.

    >>> read = read_degrees("1:1/8 5:1/8 #4:1/4 1':1/2", MusicKey.parse("D dorian"))
    >>> [str(note.pitch) for note in read.phrase.notes], str(read.phrase.length)
    (['D4', 'A4', 'G#4', 'D5'], '4')
    """
    return _Reader(text, degrees_of(key), key, meter, articulations).read()


@dataclass
class _Reader:
    text: str
    dialect: Dialect
    key: MusicKey | None
    meter: tuple[int, int]
    articulations: Collection[str]
    at: int = 0
    length: Fraction = Fraction(1)
    chord: list[Pitch] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.faults = Faults()
        self.music = Building(self.faults, self.key)
        self.bars = Bars(self.meter, self.faults)
        self.braces = Braces(self.faults)
        self.signs: dict[str, Callable[[int], None]] = {
            "<": self._chord,
            "|": lambda at: self.bars.check(self.music.now, at),
            "~": self.music.tie,
            "(": self.music.slur,
            ")": self.music.end_slur,
            "{": self.braces.open,
            "}": self.braces.close,
            "[": lambda _: None,
            "]": lambda _: None,
        }

    def read(self) -> ReadMusic:
        try:
            while (self._skip()) < len(self.text):
                self._token()
                if self.music.is_full or self.music.now > MAX_QUARTERS:
                    limit = (
                        f"{MAX_NOTES} notes" if self.music.is_full else f"{MAX_QUARTERS} quarters"
                    )
                    self.faults.add(self.at, 1, f"a theme has at most {limit}", "make it shorter")
                    break
            self.braces.end()
            phrase = self.music.phrase()
        except TooManyFaults:
            phrase = MusicPhrase.of(())
        if not self.faults.found and not phrase.notes:
            self.faults.add(0, 1, "there are no notes", cure=f"write {self.dialect.example}")
        return ReadMusic(phrase, tuple(self.faults.found))

    def _skip(self) -> int:
        if space := _SPACE.match(self.text, self.at):
            self.at = space.end()
        return self.at

    def _token(self) -> None:
        start, sign = self.at, self.text[self.at]
        if self.text.startswith("<<", start):
            self._refuse(2, "several voices at once are not read", "write each voice as a theme")
        elif sign in self.signs:
            self.at += 1
            self.signs[sign](start)
        elif word := _WORD.match(self.text, start):
            self.at = word.end()
            self._word(word[1], start)
        elif script := _SCRIPT.match(self.text, start):
            self.at = script.end()
            name = script[1].strip().rstrip(".")
            if self._is_played(name, start + 2):
                self.music.holds = "" if name in words.ORDINARY else name
                self.music.play(self.music.holds)
        elif mark := _SIGN.match(self.text, start):
            self.at = mark.end()
            self.music.mark(words.SIGNS[mark[1]])
        else:
            self._note_or_rest(start)

    def _note_or_rest(self, start: int) -> None:
        sign = self.text[start]
        ends = not self.text[start + 1 : start + 2].isalpha()
        if sign in "rsR" and ends:
            self.at += 1
            self._sound([], start)
        elif sign == "q" and ends:
            self.at += 1
            if not self.chord:
                self.faults.add(start, 1, "no chord stands before this q", cure="write <c' e' g'>")
            self._sound(self.chord, start)
        elif (pitch := self._pitch()) is not None:
            self._sound([pitch], start)

    def _pitch(self) -> Pitch | None:
        """The note that stands here; None where none does, which is told."""
        start = self.at
        match = self.dialect.note.match(self.text, start)
        after = self.text[match.end() : match.end() + 1] if match else ""
        if match is None or after.isalpha() or after in _OTHER_SIGNS:
            self._refuse_note(start)
            return None
        self.at = match.end()
        try:
            return self.dialect.pitch(match)
        except BadValue as error:
            self.faults.add(start, match.end() - start, *error.fault)
            return None

    def _refuse_note(self, start: int) -> None:
        junk = _JUNK.match(self.text, start)
        written = junk[0] if junk else ""
        cure = words.cure_of(written) or f"write notes like {self.dialect.example}"
        self._refuse(len(written), f"{written[:_SHOWN]!r} is no note", cure)

    def _refuse(self, width: int, message: str, cure: str) -> None:
        self.faults.add(self.at, width, message, cure)
        self.at += max(1, width)

    def _chord(self, start: int) -> None:
        pitches: list[Pitch] = []
        while self._skip() < len(self.text) and self.text[self.at] != ">":
            if self.text[self.at] in "|{}":
                break
            if (pitch := self._pitch()) is not None:
                pitches.append(pitch)
        if self.text[self.at : self.at + 1] != ">":
            self.faults.add(
                start, 1, "the chord is not closed", cure="close it with >: <c' e' g'>4"
            )
            return
        self.at += 1
        if not pitches:
            self.faults.add(start, 2, "the chord has no notes", cure="write <c' e' g'>")
        self.chord = list({pitch.key: pitch for pitch in pitches}.values())
        self._sound(self.chord, start)

    def _sound(self, pitches: list[Pitch], start: int) -> None:
        length = self.braces.lasting(self._length())
        width = self.at - start
        if self.braces.takes_grace():
            self.music.grace(pitches)
            return
        self.bars.item(self.music.now, length, start, width)
        self.music.add(pitches, length)

    def _length(self) -> Fraction:
        """The length that stands here, else the last one."""
        if match := self.dialect.length.match(self.text, self.at):
            try:
                self.length = self.dialect.quarters(match)
            except BadValue as error:
                self.faults.add(match.start(), match.end() - match.start(), *error.fault)
            self.at = match.end()
        return self.length

    def _word(self, word: str, start: int) -> None:
        width = self.at - start
        special: dict[str, Callable[[int], None]] = {
            "tuplet": self._tuplet,
            "time": self._time,
            "partial": self._partial,
        }
        if word in words.GROWING:
            self.music.hairpin(words.GROWING[word], start)
        elif word == "!":
            self.music.hairpin(0, start)
        elif word in DYNAMICS or word in words.ONCE or word in words.ONCE_THEN:
            self.music.level(word, start)
        elif word in words.MARK_WORDS:
            self.music.mark(words.MARK_WORDS[word])
        elif word in words.GRACES:
            self.braces.expected = Brace(start, grace=True)
        elif word in special:
            special[word](start)
        elif word in words.ELSEWHERE:
            self.faults.add(start, width, f"\\{word} is not read here", words.ELSEWHERE[word])
        elif word not in words.IGNORED and self._is_played(word, start):
            self.music.play("" if word in words.ORDINARY else word)

    def _is_played(self, name: str, start: int) -> bool:
        """Whether that is a way of playing; told where it is none."""
        known = {*words.ARTICULATIONS, *words.ORDINARY, *self.articulations}
        if name in known:
            return True
        near = difflib.get_close_matches(name, {*known, *words.KNOWN}, n=1)
        cure = f"did you mean {near[0]!r}?" if near else "name it in articulations: of a track"
        self.faults.add(start, self.at - start, f"{name[:_SHOWN]!r} is no articulation", cure)
        return False

    def _ratio(self, start: int, word: str, example: str) -> tuple[int, int] | None:
        match = _RATIO.match(self.text, self.at)
        if match is None or not int(match[1]) or not int(match[2]):
            width = self.at - start
            self.faults.add(start, width, f"\\{word} needs a ratio", cure=f"write {example}")
            return None
        self.at = match.end()
        return int(match[1]), int(match[2])

    def _tuplet(self, start: int) -> None:
        ratio = self._ratio(start, "tuplet", r"\tuplet 3/2 {d'8 e' f'}")
        if ratio is None:
            return
        if self._skip() < len(self.text) and (
            span := self.dialect.length.match(self.text, self.at)
        ):
            self.at = span.end()  # how brackets are drawn
        self.braces.expected = Brace(start, Fraction(ratio[1], ratio[0]))
        if self._skip() >= len(self.text) or self.text[self.at] != "{":
            self.braces.expected = None
            cure = r"write \tuplet 3/2 {d'8 e' f'}"
            self.faults.add(start, self.at - start, "the tuplet has no notes in braces", cure)

    def _time(self, start: int) -> None:
        ratio = self._ratio(start, "time", r"\time 3/4")
        if ratio is None:
            return
        if ratio[1] & (ratio[1] - 1):
            message = f"{ratio[0]}/{ratio[1]} is no meter"
            self.faults.add(start, self.at - start, message, r"write \time 3/4 or \time 6/8")
            return
        self.bars.change(ratio)

    def _partial(self, start: int) -> None:
        self._skip()
        if self.dialect.length.match(self.text, self.at) is None:
            cure = r"write \partial 4 for an upbeat of a quarter note"
            self.faults.add(start, self.at - start, r"\partial needs a length", cure)
            return
        kept, self.length = self.length, self._length()
        self.bars.partial(self.length)
        self.length = kept
