"""How an editor finds the JSON Schema of a session: a copy of it lies beside, in `.hostkit`.

A path into this installation would be wrong on the next machine. The copy goes where the folder
goes, and is right where hostkit is not installed. Schemas are made in `hostkit.schemas`; the
files lie beside that module.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

from hostkit.audio.files.whole_file import storage_error, whole_file
from hostkit.ground.named_file import read_named

FOLDER, FILE = ".hostkit", "session.json"
LINE = f"# yaml-language-server: $schema={FOLDER}/{FILE}\n"
"""The first line of a session, which editors with a YAML language server understand."""

MAX_BYTES = 1_000_000
_SHIPPED = Path(__file__).resolve().parents[1] / "schemas" / FILE


def place_schema(session: Path) -> None:
    """Puts the schema where LINE says, in the folder of `session`. Raises StorageError.

    A `.hostkit` that is a link, or no folder, is somebody's own and stays as it is; so does what
    lies in it under that name and is no schema of hostkit's.
    """
    folder = session.parent / FOLDER
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        return
    shipped = _SHIPPED.read_bytes()
    if os.path.lexists(folder / FILE):
        there = _content(folder / FILE)
        if there == shipped or not _is_ours(there):
            return
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise storage_error(folder, error) from error
    with whole_file(folder / FILE) as written:
        written.write(shipped)


def _content(path: Path) -> bytes:
    """What a file holds; nothing where it is a link, or cannot be read."""
    try:
        return b"" if path.is_symlink() else read_named(path, MAX_BYTES)
    except OSError:
        return b""


def _is_ours(content: bytes) -> bool:
    """Whether that is a schema as some version of hostkit ships it."""
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        return False
    return isinstance(found, dict) and found.get("title") == _title()


def _title() -> object:
    return json.loads(_SHIPPED.read_bytes())["title"]
