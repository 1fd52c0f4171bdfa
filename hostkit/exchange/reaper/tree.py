"""The text tree of a REAPER project: blocks `<NAME words`, lines of words, `>`.

A word with spaces stands in double quotes, single quotes or backticks, whichever the text
lacks. Lines end with LF or CRLF. Of a file that breaks off, what is there is kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from hostkit.errors import RequestError
from hostkit.ground.counted import counted
from hostkit.ground.named_file import cure_of_missing, read_named
from hostkit.midi.reading.encoding import guess_encoding

MAX_BYTES = 256_000_000
MOST_LINES = 4_000_000
MOST_DEPTH = 64
ROOT = "REAPER_PROJECT"

_WORD = re.compile(r"""\s*(?:"([^"]*)"?|'([^']*)'?|`([^`]*)`?|([^\s"'`]\S*))""")
_LINE_BREAKS = re.compile(r"[\r\n\t\0]+")
_QUOTES = ('"', "'", "`")
_SPACE = "  "


class ProjectLine(NamedTuple):
    """A line of a project, from which words are taken when they are asked for."""

    text: str

    @property
    def name(self) -> str:
        """Its first word."""
        return self.text.partition(" ")[0]

    @property
    def words(self) -> list[str]:
        """All of them, unquoted, the name first.

        >>> ProjectLine("NAME `it's` x 'a b'").words
        ['NAME', "it's", 'x', 'a b']
        """
        return [a or b or c or d for a, b, c, d in _WORD.findall(self.text)]


@dataclass(eq=False)
class Block:
    """A block: the line that opens it, and what is inside: lines as text, and blocks."""

    head: ProjectLine
    content: list[str | Block] = field(default_factory=list)

    @property
    def name(self) -> str:
        """What it is: TRACK, ITEM, SOURCE."""
        return self.head.name

    @property
    def inside(self) -> Iterator[ProjectLine | Block]:
        """Its lines and blocks, in their order."""
        return (ProjectLine(one) if isinstance(one, str) else one for one in self.content)

    @property
    def rows(self) -> Iterator[ProjectLine]:
        """Its lines, without those of blocks in it."""
        return (ProjectLine(one) for one in self.content if isinstance(one, str))

    def blocks(self, *names: str) -> Iterator[Block]:
        """The blocks directly in it that are called so; all without names."""
        for one in self.content:
            if isinstance(one, Block) and (not names or one.name in names):
                yield one

    def block(self, name: str) -> Block | None:
        """The first block of that name."""
        return next(self.blocks(name), None)

    def row(self, name: str) -> ProjectLine | None:
        """The first line of that name."""
        start = f"{name} "
        for one in self.content:
            if isinstance(one, str) and (one.startswith(start) or one == name):
                return ProjectLine(one)
        return None

    def words(self, name: str) -> list[str]:
        """The words after the name of the first line called so; none where there is none."""
        row = self.row(name)
        return row.words[1:] if row else []


@dataclass(frozen=True, eq=False)
class ProjectText:
    """A project as its text says it, and what is wrong with the text, in words."""

    root: Block
    faults: tuple[str, ...] = ()


def read_tree(path: Path) -> ProjectText:
    """Raises RequestError for what cannot be read, or is no REAPER project."""
    try:
        data = read_named(path, MAX_BYTES)
    except FileNotFoundError:
        raise RequestError("there is no such file", cure=cure_of_missing(path), file=path) from None
    except OSError as error:
        raise RequestError(f"it cannot be read: {error.strerror}", file=path) from None
    return parse_tree(data, path)


def parse_tree(data: bytes, path: Path) -> ProjectText:
    """The tree in the bytes of a project. Raises RequestError for what is none."""
    text, encoding = _decoded(data)
    faults = [f"its text is no UTF-8, and read as {encoding}"] if encoding else []
    lines = text.split("\n", MOST_LINES)
    if len(lines) > MOST_LINES:
        raise RequestError(f"it has more than {MOST_LINES:,} lines", file=path)
    lines = [line.strip(" \t\r\0") for line in lines]
    # Most lines are events of notes: only those that open or close a block are looked at singly.
    edges = [place for place, line in enumerate(lines) if line[:1] == "<" or line == ">"]
    root: Block | None = None
    open_blocks: list[Block] = []
    stray, after = 0, 0
    for place in (*edges, len(lines)):
        run = [line for line in lines[after:place] if line]
        after = place + 1
        if open_blocks:
            open_blocks[-1].content += run
        elif root is not None:
            stray += len(run)
        elif run:
            raise _no_project(path)
        if place == len(lines):
            break
        line = lines[place]
        if root is None:
            root = _root(line, path)
            open_blocks.append(root)
        elif not open_blocks:
            stray += 1
        elif line == ">":
            open_blocks.pop()
        elif len(open_blocks) >= MOST_DEPTH:
            raise RequestError(
                f"its blocks lie more than {MOST_DEPTH} deep in each other",
                cure="save it again in REAPER",
                file=path,
            )
        else:
            block = Block(ProjectLine(line[1:]))
            open_blocks[-1].content.append(block)
            open_blocks.append(block)
    if root is None:
        raise RequestError("it is empty", cure="save it again in REAPER", file=path)
    if open_blocks:
        faults.append(
            f"it breaks off: {counted(len(open_blocks), 'block')} without an end "
            f"({', '.join(block.name for block in open_blocks[:6])})"
        )
    if stray:
        faults.append(f"{counted(stray, 'line')} after its end, left out")
    return ProjectText(root, tuple(faults))


def _root(line: str, path: Path) -> Block:
    block = Block(ProjectLine(line[1:]))
    if line[0] != "<" or block.name != ROOT:
        raise _no_project(path)
    return block


def _no_project(path: Path) -> RequestError:
    return RequestError(
        f"it is no REAPER project: it does not begin with <{ROOT}",
        cure="name the .rpp that REAPER saved",
        file=path,
    )


def _decoded(data: bytes) -> tuple[str, str]:
    """The text, and its encoding where that is not UTF-8."""
    try:
        return data.decode("utf-8-sig"), ""
    except UnicodeDecodeError:
        pass
    foreign = [line.strip() for line in data.split(b"\n") if not line.isascii()]
    encoding = guess_encoding(foreign)
    return data.decode(encoding, errors="replace"), encoding


def quoted(word: str) -> str:
    """A word as it stands in a project; what holds all three quotes loses its backticks.

    >>> print(*[quoted(word) for word in ("Kars", " my  bass", 'a "b"', "", "it's `so`")])
    Kars " my  bass" 'a "b"' "" "it's `so`"
    """
    word = _LINE_BREAKS.sub(" ", word)
    plain = word and word[0] not in "\"'`<>|" and " " not in word
    if plain:
        return word
    for quote in _QUOTES:
        if quote not in word:
            return f"{quote}{word}{quote}"
    return f"`{word.replace('`', chr(39))}`"


def row_text(*words: object) -> str:
    """Words as a line; numbers as `number_text` writes them."""
    return " ".join(
        number_text(word) if isinstance(word, float) else quoted(str(word)) for word in words
    )


def number_text(value: float) -> str:
    """A number with all its digits, and none that say nothing.

    >>> number_text(1.0), number_text(0.1), number_text(1e-7), number_text(-0.0)
    ('1', '0.1', '0.0000001', '0')
    """
    text = repr(float(value))
    if "e" in text:
        text = f"{value:.20f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text


def block_lines(name: str, inside: Iterable[str], *words: object) -> Iterator[str]:
    """A block's lines, those inside further in; many may come as one text."""
    yield f"<{row_text(name, *words)}"
    yield from (_SPACE + line.replace("\n", f"\n{_SPACE}") for line in inside)
    yield ">"
