"""The text of an SFZ as headers with opcodes, each at its place: includes read, names replaced.

It reads as sfizz and ARIA do: includes are relative to the folder of the first file, a value
goes on to the next opcode, header or directive, `$NAME` is the shortest name that is known, and
opcodes are the same in capitals.
No package does it: sfizz leaves out in silence what it cannot read, and names no place.
"""

from __future__ import annotations

import bisect
import codecs
import os
import re
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from hostkit.devices.sfz.spelling import DiskSpelling
from hostkit.errors import MOST_PROBLEMS, Problem
from hostkit.ground.named_file import cure_of_missing, read_named
from hostkit.ground.places import is_inside
from hostkit.midi.reading.encoding import guess_encoding

MAX_BYTES = 20_000_000
"""Of one file; the largest orchestras have 5 MB."""
MAX_OPCODES = 400_000
"""And headers; the largest orchestras have 150,000."""
MAX_INCLUDED = 20_000
MAX_DEPTH = 16
MOST_WARNINGS = 20
MAX_MEANINGLESS = 5_000
_MAX_VALUE = 4_000
_MAX_ROUNDS = 16

_NAME = re.compile(r"\w+", re.ASCII)
_BETWEEN = re.compile(r"(?:[ \t\n]+|//[^\n]*|/\*.*?\*/)*", re.DOTALL)
_HEADER = re.compile(r"<(\w+)>", re.ASCII)
_OPCODE = re.compile(r"([\w$]+)=", re.ASCII)
_DEFINE = re.compile(r"#define[ \t]*\$(\w+)[ \t]*((?:(?!//|/\*)[^ \t\n])*)", re.ASCII)
_INCLUDE = re.compile(r'#include[ \t]*"([^"\n]*)"')
_LINE = re.compile(r"(?:(?!//|/\*)[^\n])*")
_VALUE_END = re.compile(
    r"<|(?<![ \t])[ \t]+(?:\n|\Z|<|#(?:define|include)(?!\w)|\w[\w$]*=)|//|/\*|\n", re.ASCII
)


@dataclass(frozen=True)
class Spot:
    """Where something stands in a file; `line` and `column` from 1."""

    file: str
    line: int
    column: int

    def problem(self, message: str, cure: str = "") -> Problem:
        return Problem(self.file, self.line, self.column, message, cure)

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True)
class Opcode:
    """`name=value` of an SFZ, and where it stands."""

    name: str
    value: str
    spot: Spot


@dataclass(frozen=True)
class Header:
    """A header with its opcodes, in order."""

    name: str
    spot: Spot
    opcodes: tuple[Opcode, ...]


@dataclass(frozen=True)
class SfzText:
    """All of an SFZ's text, in order; `files` are its own and those it includes."""

    headers: tuple[Header, ...]
    files: tuple[Path, ...]
    problems: tuple[Problem, ...]
    warnings: tuple[str, ...]


def read_text_of(path: Path, root: Path) -> SfzText:
    """The text of an SFZ and all that it includes, none of it from outside `root`."""
    reading = _Reading(path, root)
    with suppress(_TooMuch):
        reading.read(path, None, ())
    reading.end_header()
    if reading.untold:
        reading.warnings.append(f"{path}: {reading.untold} more things in it mean nothing")
    return SfzText(
        tuple(reading.headers),
        tuple(reading.texts),
        tuple(dict.fromkeys(reading.problems)),
        tuple(dict.fromkeys(reading.warnings)),
    )


def is_one_value(value: str) -> bool:
    """Whether a reader would take all of it as one value."""
    return _VALUE_END.search(value) is None


class _TooMuch(Exception):
    """There is more of it than any SFZ has; what is wrong was told."""


class _File:
    """A file's text, which knows where each of its lines begins."""

    def __init__(self, path: Path, data: bytes) -> None:
        self.text = _decoded(data).replace("\r\n", "\n").replace("\r", "\n")
        self._name = str(path)
        self._starts = [0, *(match.end() for match in re.finditer("\n", self.text))]

    def spot(self, at: int) -> Spot:
        line = bisect.bisect_right(self._starts, at)
        return Spot(self._name, line, at - self._starts[line - 1] + 1)


def _decoded(data: bytes) -> str:
    """The text, in UTF-8, in UTF-16 with its mark, or in whatever its author's computer spoke."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode(guess_encoding(_NOT_ASCII.findall(data)), "replace")


_NOT_ASCII = re.compile(rb"[^\r\n]*[\x80-\xff][^\r\n]*")


@dataclass
class _Reading:
    """What was read so far."""

    first: Path
    root: Path
    headers: list[Header] = field(default_factory=list)
    texts: dict[Path, _File] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    _names: dict[str, str] = field(default_factory=dict)
    _spelling: DiskSpelling = field(default_factory=DiskSpelling)
    _header: tuple[str, Spot] | None = None
    _opcodes: list[Opcode] = field(default_factory=list)
    _count: int = 0
    _included: int = 0
    _warned: int = 0

    @property
    def untold(self) -> int:
        """How many warnings there were more than are told."""
        return max(self._warned - MOST_WARNINGS, 0)

    def read(self, path: Path, named_at: Spot | None, above: tuple[Path, ...]) -> None:
        """Takes a file; what is wrong with reading it stands where it was named."""
        file = self._opened(path, named_at, above)
        if file is None:
            return
        text, at = file.text, 0
        while True:
            at = self._skip(file, at)
            if at == len(text):
                return
            if match := _HEADER.match(text, at):
                self.end_header()
                self._header = match[1], file.spot(at)
                self._counted(self._header[1])
            elif match := _INCLUDE.match(text, at):
                spot = file.spot(at)
                name = self._replaced(match[1], spot).replace("\\", "/")
                included = Path(os.path.normpath(self.first.parent / name))
                with suppress(OSError, ValueError):  # who opens it says what is wrong
                    if is_inside(self.root, included):
                        included = self._spelling.of(included)
                self.read(included, spot, (*above, path))
            elif match := _DEFINE.match(text, at):
                self._names[match[1]] = match[2][:_MAX_VALUE]
            elif match := _OPCODE.match(text, at):
                at = self._opcode(file, match)
                continue
            else:
                match = _LINE.match(text, at)
                assert match is not None
                said = match[0].strip()[:40]
                self._warn(f"{file.spot(at)}: {said!r} means nothing and is left out")
                if not match[0]:
                    return  # a comment that never ends
            at = match.end()

    def _skip(self, file: _File, at: int) -> int:
        match = _BETWEEN.match(file.text, at)
        end = match.end() if match else at
        if file.text.startswith("/*", end):
            self._warn(f"{file.spot(end)}: a comment begins here and never ends")
            return len(file.text)
        return end

    def _opcode(self, file: _File, match: re.Match[str]) -> int:
        """Takes an opcode; gives where its value ends."""
        ending = _VALUE_END.search(file.text, match.end())
        end = ending.start() if ending else len(file.text)
        spot = file.spot(match.start())
        self._counted(spot)
        name = self._replaced(match[1], spot).lower()  # as sfizz and ARIA read it
        value = self._replaced(file.text[match.end() : end], spot).strip(" \t")
        if self._header is None:
            self._warn(f"{spot}: {name} stands under no header and is left out")
        elif not _NAME.fullmatch(name) or not is_one_value(value):
            said = f"{name}={value}"[:60]
            self._wrong(spot, f"{said!r} is not one opcode", "write its value out, without $")
        else:
            self._opcodes.append(Opcode(name, value, spot))
        return end

    def _counted(self, spot: Spot) -> None:
        self._count += 1
        if self._count > MAX_OPCODES:
            message = f"there are more than {MAX_OPCODES} opcodes and headers"
            self._wrong(spot, message, "is that the right file?")
            raise _TooMuch

    def end_header(self) -> None:
        """Closes the header that is open; its opcodes are complete."""
        if self._header is not None:
            self.headers.append(Header(*self._header, tuple(self._opcodes)))
        self._header, self._opcodes = None, []

    def _replaced(self, text: str, spot: Spot) -> str:
        """The text with what `$NAME`s stand for."""
        for _ in range(_MAX_ROUNDS):
            if "$" not in text:
                return text
            text = "".join(self._pieces(text[:_MAX_VALUE], spot))
            if len(text) > _MAX_VALUE:
                break
        self._wrong(
            spot, "its $names stand for each other without end", "correct the #define lines"
        )
        return ""

    def _pieces(self, text: str, spot: Spot) -> list[str]:
        before, *uses = text.split("$")
        pieces = [before]
        for use in uses:
            word = _NAME.match(use)
            whole = word[0] if word else ""
            known = (end for end in range(1, len(whole) + 1) if whole[:end] in self._names)
            end = next(known, None)
            if end is None:
                self._warn(f"{spot}: ${whole} is not defined and stands for nothing")
                pieces.append(use[len(whole) :])
            else:
                pieces += self._names[whole[:end]], use[end:]
        return pieces

    def _opened(self, path: Path, named_at: Spot | None, above: tuple[Path, ...]) -> _File | None:
        """The file, read once; None after a problem."""
        spot = named_at or Spot(str(path), 0, 0)
        if path in above:
            names = " → ".join(one.name for one in (*above[above.index(path) :], path))
            self._wrong(spot, f"it includes itself: {names}", "take one #include out")
            return None
        self._included += 1
        if len(above) >= MAX_DEPTH or self._included > MAX_INCLUDED:
            self._wrong(spot, "it includes too much", f"nest no more than {MAX_DEPTH} files")
            raise _TooMuch
        if path in self.texts:
            return self.texts[path]
        what = "it" if named_at is None else f"the included file {path.name!r}"
        try:
            if named_at is not None and not is_inside(self.root, path):
                self._wrong(spot, f"{what} lies outside {self.root.absolute()}", OUTSIDE)
                return None
            self.texts[path] = _File(path, read_named(path, MAX_BYTES))
        except FileNotFoundError:
            self._wrong(spot, f"{what} is not there", cure_of_missing(path))
            return None
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or error
            self._wrong(spot, f"{what} cannot be read: {why}", "name a text file")
            return None
        return self.texts[path]

    def _wrong(self, spot: Spot, message: str, cure: str) -> None:
        self.problems.append(spot.problem(message, cure))
        if len(self.problems) > MOST_PROBLEMS:
            raise _TooMuch

    def _warn(self, text: str) -> None:
        self._warned += 1
        if self._warned <= MOST_WARNINGS:
            self.warnings.append(text)
        if self._warned > MAX_MEANINGLESS:
            self._wrong(
                Spot(str(self.first), 0, 0),
                f"more than {MAX_MEANINGLESS} things in it mean nothing",
                "is that the right file?",
            )
            raise _TooMuch


OUTSIDE = "keep an SFZ's files with it, below the session's folder or a folder of sounds"
