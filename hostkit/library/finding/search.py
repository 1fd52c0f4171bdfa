"""Searching presets by words and by what they are."""

from __future__ import annotations

import sqlite3
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hostkit.library.finding.index import Told, open_index
from hostkit.library.finding.typos import errors_between, most_errors, wider_forms
from hostkit.library.folders import Libraries
from hostkit.midi.pitch import NoteRange

MAX_WORDS = 16
MOST_CORRECTIONS = 4
WEIGHTS = "10.0, 6.0, 5.0, 5.0, 4.0, 1.0"
"""Of name, category, tags, character, plug-ins and description in the ranking (BM25)."""
BEST = f"bm25(words, {WEIGHTS}), presets.name"
FOLDER = "lower(substr(presets.name, 1, instr(presets.name, '/') - 1))"
"""The first of a name's folders; '' where it has none."""


@dataclass(frozen=True)
class Query:
    """What a preset must be: everything that is given here."""

    words: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    family: str | None = None
    plugin: str | None = None
    range: NoteRange | None = None
    kind: str | None = None
    default_only: bool = False


@dataclass(frozen=True)
class Listed:
    """A preset as a list shows it; `problem` is why it cannot be used, '' when it can."""

    name: str
    library: Path
    description: str
    category: str
    kind: str
    tags: tuple[str, ...]
    character: tuple[str, ...]
    needs: tuple[str, ...]
    range: NoteRange | None
    author: str
    licence: str
    problem: str

    @property
    def family(self) -> str:
        return self.category.partition("/")[0]

    def as_json(self) -> dict[str, Any]:
        """An entry of `preset list --json` and `preset search --json`."""
        return {
            "name": self.name,
            "library": str(self.library),
            "description": self.description,
            "category": self.category,
            "family": self.family,
            "kind": self.kind,
            "tags": list(self.tags),
            "character": list(self.character),
            "range": str(self.range) if self.range else None,
            "needs": list(self.needs),
            "author": self.author,
            "licence": self.licence,
            "problem": self.problem or None,
        }


@dataclass(frozen=True)
class SearchResult:
    """The presets in order, best first, and what was read instead of misspelt words."""

    presets: tuple[Listed, ...]
    corrections: dict[str, tuple[str, ...]]


def search(
    libraries: Libraries,
    wanted: Query,
    limit: int | None = None,
    told: Told = lambda _done, _of: None,
) -> SearchResult:
    """The presets that are wanted, best first; without words in the order of names.

    A preset that another of its name hides is left out. Where no preset has all the
    words, those that have some are given. A word that names a family or a folder puts
    its presets before all others.
    """
    with open_index(libraries, told) as connection:
        corrections: dict[str, tuple[str, ...]] = {}
        terms = _terms(wanted.words)
        groups = [_group(connection, word, corrections) for word in terms]
        asked = [group for group in groups if group]
        if groups and not asked:
            return SearchResult((), corrections)
        meant = [instead for word in terms for instead in corrections.get(word, (word,))]
        rows = _rows(connection, wanted, " AND ".join(asked), meant, limit)
        if not rows and len(asked) > 1:
            rows = _rows(connection, wanted, " OR ".join(asked), meant, limit)
    return SearchResult(tuple(_listed(row, libraries) for row in rows), corrections)


def _terms(words: Iterable[str]) -> list[str]:
    """Letters and digits only, without accents, in lower case: as the index holds them."""
    text = unicodedata.normalize("NFKD", " ".join(words)).lower()
    plain = "".join(c for c in text if not unicodedata.combining(c))
    return "".join(c if c.isalnum() else " " for c in plain).split()[:MAX_WORDS]


def _group(
    connection: sqlite3.Connection, term: str, corrections: dict[str, tuple[str, ...]]
) -> str:
    """What to look for instead of a term: what begins with it, else what is like it."""
    begins = "SELECT 1 FROM vocabulary WHERE term >= ? AND term < ? LIMIT 1"
    if connection.execute(begins, (term, term + "\U0010ffff")).fetchone():
        return f'"{term}" *'
    forms = sorted(wider_forms(term[:40]))
    near: set[str] = set()
    for start in range(0, len(forms), 500):
        some = forms[start : start + 500]
        marks = ",".join("?" * len(some))
        query = f"SELECT DISTINCT word FROM typos WHERE form IN ({marks})"
        near |= {word for (word,) in connection.execute(query, some)}
    ranked = sorted((errors_between(term, word), word) for word in near)
    best = tuple(word for errors, word in ranked if errors <= most_errors(term))
    corrections[term] = best[:MOST_CORRECTIONS]
    quoted = " OR ".join(f'"{word}"' for word in best[:MOST_CORRECTIONS])
    return f"({quoted})" if quoted else ""


def _rows(
    connection: sqlite3.Connection,
    wanted: Query,
    match: str,
    words: Sequence[str],
    limit: int | None,
) -> list[sqlite3.Row]:
    conditions = [
        "NOT EXISTS (SELECT 1 FROM presets AS first"
        " WHERE first.name = presets.name AND first.library < presets.library)"
    ]
    values: list[Any] = []
    for column, value in (
        *(("tags", tag) for tag in wanted.tags),
        *([("plugins", wanted.plugin)] if wanted.plugin else []),
    ):
        conditions.append(f"instr(lower(presets.{column}), ?) > 0")
        values.append(f"\n{value.lower()}\n")
    if wanted.family:
        conditions.append("(presets.family = ? OR presets.category = ?)")
        values += [wanted.family.lower()] * 2
    if wanted.kind:
        conditions.append("presets.kind = ?")
        values.append(wanted.kind)
    if wanted.range:
        conditions.append("presets.low <= ? AND presets.high >= ?")
        values += [wanted.range.low, wanted.range.high]
    if wanted.default_only:
        conditions.append("presets.needs = '' AND presets.problem = ''")
    source, order = "presets", "presets.name, presets.library"
    if match:
        source = "words JOIN presets ON presets.id = words.rowid"
        conditions.append("words MATCH ?")
        values.append(match)
        families = [*words, *(f"{word}s" for word in words)]  # a pad is of the pads
        marks = ",".join("?" * len(families))
        order = f"presets.family IN ({marks}) OR {FOLDER} IN ({marks}) DESC, {BEST}"
        values += families * 2
    query = f"SELECT presets.* FROM {source} WHERE {' AND '.join(conditions)} ORDER BY {order}"
    connection.row_factory = sqlite3.Row
    return connection.execute(f"{query} LIMIT ?", (*values, limit or -1)).fetchall()


def _listed(row: sqlite3.Row, libraries: Libraries) -> Listed:
    return Listed(
        name=row["name"],
        library=libraries.order[row["library"]].folder,
        description=row["description"],
        category=row["category"],
        kind=row["kind"],
        tags=tuple(row["tags"].split("\n")[1:-1]),
        character=tuple(row["character"].split("\n")[1:-1]),
        needs=tuple(row["needs"].split("\n")[1:-1]),
        range=None if row["low"] is None else NoteRange(row["low"], row["high"]),
        author=row["author"],
        licence=row["licence"],
        problem=row["problem"],
    )
