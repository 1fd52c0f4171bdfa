"""How an editor finds the JSON Schema of a session: a copy of it lies beside, in `.hostkit`.

A path into this installation would be wrong on the next machine. The copy goes where the folder
goes, and is right where hostkit is not installed. Schemas are made in `hostkit.schemas`; the
files lie beside that module.
"""

from __future__ import annotations

from pathlib import Path

from hostkit.audio.files.whole_file import storage_error, whole_file

FOLDER, FILE = ".hostkit", "session.json"
LINE = f"# yaml-language-server: $schema={FOLDER}/{FILE}\n"
"""The first line of a session, which editors with a YAML language server understand."""

_SHIPPED = Path(__file__).resolve().parents[1] / "schemas" / FILE


def place_schema(session: Path) -> None:
    """Puts the schema where LINE says, in the folder of `session`. Raises StorageError.

    A `.hostkit` that is a link, or no folder, is somebody's own and stays as it is.
    """
    folder = session.parent / FOLDER
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        return
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise storage_error(folder, error) from error
    with whole_file(folder / FILE) as written:
        written.write(_SHIPPED.read_bytes())
