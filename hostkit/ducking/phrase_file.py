"""phrases.csv: the list of phrases a pass writes, a mixer corrects and a pass reads again."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Sequence
from pathlib import Path

from hostkit.ducking.phrase import Phrase
from hostkit.errors import Fault, InvalidInput, Problem, RequestError
from hostkit.ground.named_file import TooLarge, cure_of_missing, read_named

COLUMNS = ("phrase", "onset_seconds", "offset_seconds", "level_lufs")
"""Only onset and offset are read again; a mixer may leave the others as they are."""

_NEEDED = ("onset_seconds", "offset_seconds")
_ANOTHER = "is it the right file?"
_MAX_BYTES = 8 * 2**20
_MAX_PHRASES = 100_000
_MAX_SECONDS = 7 * 86_400.0


def phrase_text(phrases: Sequence[Phrase], levels_lufs: Sequence[float]) -> str:
    """The file's contents; times are seconds from the start of the music.

    >>> print(phrase_text([Phrase(1.0, 2.5)], [-23.04]), end="")
    phrase,onset_seconds,offset_seconds,level_lufs
    1,1.000,2.500,-23.0
    """
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(COLUMNS)
    for number, (phrase, level) in enumerate(zip(phrases, levels_lufs, strict=True), start=1):
        times = (f"{phrase.onset_seconds:.3f}", f"{phrase.offset_seconds:.3f}")
        table.writerow((number, *times, f"{level:.1f}"))
    return out.getvalue()


def read_phrases(path: Path) -> list[Phrase]:
    """The phrases of a file; InvalidInput with every problem, each at its line."""
    return parse_phrases(_contents(path), str(path))


def parse_phrases(text: str, file: str) -> list[Phrase]:
    r"""The phrases in a file's contents.

    >>> parse_phrases("onset_seconds,offset_seconds\n1.5,3\n", "phrases.csv")
    [Phrase(onset_seconds=1.5, offset_seconds=3.0)]
    """
    rows = csv.reader(io.StringIO(text))
    try:
        columns = [name.strip().lower() for name in next(rows, [])]
        missing = [name for name in _NEEDED if name not in columns]
        if missing:
            message = f"the first line has no column {' and no '.join(missing)}"
            raise InvalidInput([Problem(file, 1, 1, message, f"begin with {','.join(COLUMNS)}")])
        places = [columns.index(name) for name in _NEEDED]
        numbered = [(rows.line_num, row) for row in rows if any(cell.strip() for cell in row)]
    except csv.Error as error:
        raise InvalidInput(
            [Problem(file, rows.line_num, 1, f"is not a CSV line: {error}", "save it as CSV")]
        ) from None
    if len(numbered) > _MAX_PHRASES:
        raise InvalidInput([Problem(file, 0, 0, f"has more than {_MAX_PHRASES} phrases", _ANOTHER)])
    phrases, problems = _read(numbered, places, file)
    problems += _disorder(phrases, file)
    if problems:
        raise InvalidInput(problems)
    if not phrases:
        raise InvalidInput(
            [Problem(file, 0, 0, "lists no phrases", cure="add a line, or leave it out")]
        )
    return [phrase for _, phrase in phrases]


def _contents(path: Path) -> str:
    try:
        return read_named(path, _MAX_BYTES).decode("utf-8-sig")
    except TooLarge:
        raise InvalidInput(
            [Problem(str(path), 0, 0, "is too large to be a list of phrases", _ANOTHER)]
        ) from None
    except UnicodeDecodeError:
        raise InvalidInput(
            [Problem(str(path), 0, 0, "is not a text file in UTF-8", cure="save it as UTF-8")]
        ) from None
    except FileNotFoundError:
        raise RequestError("there is no such file", cure=cure_of_missing(path), file=path) from None
    except OSError as error:
        raise RequestError(
            f"cannot be read: {error.strerror}", cure="check the path", file=path
        ) from error


def _read(
    numbered: Iterable[tuple[int, list[str]]], places: Sequence[int], file: str
) -> tuple[list[tuple[int, Phrase]], list[Problem]]:
    phrases: list[tuple[int, Phrase]] = []
    problems: list[Problem] = []
    for line, row in numbered:
        times: list[float] = []
        for name, place in zip(_NEEDED, places, strict=True):
            cell = row[place].strip() if place < len(row) else ""
            seconds = _seconds(cell)
            if seconds is None:
                fault = Fault(f"{name} is {cell[:20]!r}", cure="write seconds, as in 12.5")
                problems.append(Problem(file, line, place + 1, *fault))
            else:
                times.append(seconds)
        if len(times) == len(_NEEDED):
            phrases.append((line, Phrase(*times)))
    return phrases, problems


def _seconds(cell: str) -> float | None:
    try:
        seconds = float(cell)
    except ValueError:
        return None
    return seconds if math.isfinite(seconds) and 0.0 <= seconds <= _MAX_SECONDS else None


def _disorder(phrases: Sequence[tuple[int, Phrase]], file: str) -> list[Problem]:
    """Phrases that end before they start, or start before the one above has ended."""
    problems: list[Problem] = []
    above: tuple[int, Phrase] | None = None
    for line, phrase in phrases:
        onset, offset = phrase.onset_seconds, phrase.offset_seconds
        if offset <= onset:
            message = f"the phrase runs backwards, from {onset:g} s to {offset:g} s"
            problems.append(Problem(file, line, 1, message, cure="swap the two"))
            continue
        if above is not None and onset < above[1].offset_seconds:
            message = (
                f"the phrase starts at {onset:g} s, before that of line {above[0]} ends at "
                f"{above[1].offset_seconds:g} s"
            )
            cure = "put them in order, without overlap"
            problems.append(Problem(file, line, 1, message, cure))
        above = (line, phrase)
    return problems
