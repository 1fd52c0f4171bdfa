"""The line by which an editor finds the JSON Schema of a file.

Schemas are made in `hostkit.schemas`, the files lie beside that module.
"""

from __future__ import annotations

from pathlib import Path

_FOLDER = Path(__file__).resolve().parents[1] / "schemas"


def schema_line(kind: str = "session") -> str:
    """The first line of a file that editors with a YAML language server understand.

    It names the schema that was installed with this hostkit.
    """
    return f"# yaml-language-server: $schema={(_FOLDER / f'{kind}.json').as_uri()}\n"
