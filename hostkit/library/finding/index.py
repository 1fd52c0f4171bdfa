"""The index that searches run on: made from the files, and made anew where they change.

One SQLite file in the cache folder for each set of libraries. The files are the truth:
their names, sizes and times are looked at before every search, and a damaged index is
thrown away.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from hostkit.errors import HostkitError
from hostkit.ground.places import cache_folder
from hostkit.library.finding.typos import forms
from hostkit.library.folders import MAX_DEPTH, SUFFIX, Libraries
from hostkit.library.load import load_from
from hostkit.library.model import Preset

VERSION = 1
BUSY_SECONDS = 60

_SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT);
CREATE TABLE presets (
    id INTEGER PRIMARY KEY, name TEXT, library INTEGER, path TEXT UNIQUE, stamp TEXT,
    sources TEXT, problem TEXT, description TEXT, category TEXT, family TEXT, kind TEXT,
    tags TEXT, character TEXT, plugins TEXT, needs TEXT, low INTEGER, high INTEGER,
    author TEXT, licence TEXT
);
CREATE INDEX presets_by_name ON presets (name, library);
CREATE VIRTUAL TABLE words USING fts5 (
    name, category, tags, character, plugins, description,
    tokenize = "unicode61 remove_diacritics 2", prefix = '2 3'
);
CREATE VIRTUAL TABLE vocabulary USING fts5vocab (words, row);
CREATE TABLE typos (form TEXT, word TEXT);
CREATE INDEX typos_by_form ON typos (form);
"""

Told = Callable[[int, int], None]


@dataclass(frozen=True)
class PresetStamp:
    """A preset's file as it lies there: enough to see that it was changed."""

    name: str
    library: int
    path: str
    stamp: str


@contextlib.contextmanager
def open_index(
    libraries: Libraries, told: Told = lambda _done, _of: None
) -> Iterator[sqlite3.Connection]:
    """The index of these libraries as their files are now.

    `told` hears how many of the changed files are read. Where the cache folder cannot be
    written the index is made for this once, in memory.
    """
    folders = json.dumps([VERSION, *(str(library.folder) for library in libraries.order)])
    folder = cache_folder() / "preset-index"
    path = folder / f"{hashlib.sha256(folders.encode()).hexdigest()[:16]}.sqlite"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        connection = _refreshed(path, libraries, told)
    except (OSError, sqlite3.OperationalError):
        connection = sqlite3.connect(":memory:", isolation_level=None)
        _refresh(connection, libraries, told)
    try:
        yield connection
    finally:
        connection.close()


def _refreshed(path: Path, libraries: Libraries, told: Told) -> sqlite3.Connection:
    for attempt in (1, 2):
        connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
        try:
            _refresh(connection, libraries, told)
        except sqlite3.OperationalError:
            connection.close()
            raise
        except sqlite3.DatabaseError:  # damaged: it can be made again
            connection.close()
            path.unlink(missing_ok=True)
            if attempt == 2:
                raise
        else:
            return connection
    raise AssertionError


def _listing(libraries: Libraries) -> list[list[str]]:
    """For each library a line for each file: path below it, time and size.

    This is most of a search, so it is plain text and as few calls as can be.
    """
    listing = []
    for library in libraries.order:
        lines: list[str] = []
        _list_folder(str(library.folder), "", lines, MAX_DEPTH)
        lines.sort()
        listing.append(lines)
    return listing


def _list_folder(folder: str, prefix: str, lines: list[str], depth: int) -> None:
    # Where a folder can be opened, its entries need not be looked up by their whole path.
    opened = os.open(folder, os.O_RDONLY) if os.scandir in os.supports_fd else None
    try:
        with os.scandir(folder if opened is None else opened) as entries:
            for entry in entries:
                name = entry.name
                if name[0] == ".":
                    continue
                if entry.is_dir(follow_symlinks=False):
                    if depth > 1:
                        _list_folder(f"{folder}/{name}", f"{prefix}{name}/", lines, depth - 1)
                elif name.endswith(SUFFIX):
                    with contextlib.suppress(OSError):  # removed meanwhile, or a link to nowhere
                        status = entry.stat()
                        lines.append(f"{prefix}{name}\0{status.st_mtime_ns}:{status.st_size}")
    finally:
        if opened is not None:
            os.close(opened)


def _stamps(libraries: Libraries, listing: list[list[str]]) -> Iterator[PresetStamp]:
    for number, (library, lines) in enumerate(zip(libraries.order, listing, strict=True)):
        for line in lines:
            name, stamp = line.split("\0")
            path = library.folder / name
            yield PresetStamp(name.removesuffix(SUFFIX), number, str(path), stamp)


def _digest(listing: list[list[str]]) -> str:
    text = "\n\n".join("\n".join(lines) for lines in listing)
    return hashlib.sha256(text.encode(errors="surrogateescape")).hexdigest()


def _refresh(connection: sqlite3.Connection, libraries: Libraries, told: Told) -> None:
    listing = _listing(libraries)
    digest = _digest(listing)
    if _known_digest(connection) == digest:
        return
    connection.execute("BEGIN IMMEDIATE")  # whoever comes second finds it done
    try:
        if _known_digest(connection) != digest:
            _read_changed(connection, libraries, [*_stamps(libraries, listing)], told)
            connection.execute("REPLACE INTO meta VALUES ('digest', ?)", (digest,))
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise


def _known_digest(connection: sqlite3.Connection) -> str | None:
    try:
        row = connection.execute("SELECT value FROM meta WHERE key = 'digest'").fetchone()
    except sqlite3.OperationalError:
        return None  # a new file has no tables yet
    return row[0] if row else None


def _read_changed(
    connection: sqlite3.Connection, libraries: Libraries, files: list[PresetStamp], told: Told
) -> None:
    if connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0:
        for statement in _SCHEMA.strip().split(";\n"):
            connection.execute(statement)
    known = {row[0]: row[1:] for row in connection.execute("SELECT path, stamp, id FROM presets")}
    now = {file.path: file for file in files}
    changed = {path for path, file in now.items() if known.get(path, ("",))[0] != file.stamp}
    gone = known.keys() - now.keys()
    # Whatever is built on other files, or has a problem, may be other than it was.
    built = "SELECT path, sources FROM presets WHERE problem != '' OR sources LIKE '%,%'"
    for path, _ in connection.execute(built).fetchall():
        if path in now:
            changed.add(path)
    for path in (*gone, *changed):
        if path in known:
            connection.execute("DELETE FROM presets WHERE id = ?", (known[path][1],))
            connection.execute("DELETE FROM words WHERE rowid = ?", (known[path][1],))
    for done, path in enumerate(sorted(changed)):
        told(done, len(changed))
        _insert(connection, libraries, now[path])
    connection.execute("DELETE FROM typos")
    words = connection.execute("SELECT term FROM vocabulary").fetchall()
    connection.executemany(
        "INSERT INTO typos VALUES (?, ?)",
        [(form, word) for (word,) in words if len(word) > 2 for form in sorted(forms(word))],
    )


def _insert(connection: sqlite3.Connection, libraries: Libraries, file: PresetStamp) -> None:
    library, path = libraries.order[file.library], Path(file.path)
    preset, problem, sources = Preset.model_construct(preset=1), "", [file.path]
    try:
        loaded = load_from(file.name, library, path, libraries)
        preset, sources = loaded.preset, [str(source) for source in loaded.files]
    except HostkitError as error:
        problem = str(error)
    row = {
        "name": file.name,
        "library": file.library,
        "path": file.path,
        "stamp": file.stamp,
        "sources": json.dumps(sources),
        "problem": problem,
        "description": preset.description,
        "category": preset.category or "",
        "family": preset.family,
        "kind": "instrument" if preset.instrument else "effects",
        "tags": _listed(preset.tags),
        "character": _listed(preset.character),
        "plugins": _listed(preset.plugins),
        "needs": _listed(preset.needs),
        "low": preset.range.low if preset.range else None,
        "high": preset.range.high if preset.range else None,
        "author": preset.author,
        "licence": preset.licence,
    }
    marks = ", ".join(f":{key}" for key in row)
    cursor = connection.execute(f"INSERT INTO presets ({', '.join(row)}) VALUES ({marks})", row)
    columns = ("name", "category", "tags", "character", "plugins", "description")
    connection.execute(
        f"INSERT INTO words (rowid, {', '.join(columns)}) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (cursor.lastrowid, *(str(row[column]).replace("\n", " ") for column in columns)),
    )


def _listed(values: list[str] | tuple[str, ...]) -> str:
    """Lines, with one before and after, so that a whole value can be looked for."""
    return "\n" + "\n".join(values) + "\n" if values else ""
