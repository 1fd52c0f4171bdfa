"""What is written down about a print: JSON of known fields under a check sum of its own."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from xxhash import xxh3_64_hexdigest

RECORD = "print.json"
SEAL = "seal"
"""The field that holds the check sum of the others."""
_MOST_BYTES = 64 * 2**20
"""Check sums of a print of 60 days; anything longer is no record."""


def read_record(folder: Path, fields: Mapping[str, type]) -> dict[str, Any]:
    """The record in a folder, with just these fields of just these types.

    Raises OSError, ValueError for anything else.
    """
    path = folder / RECORD
    if not path.is_file() or path.is_symlink():
        raise FileNotFoundError(f"{path} is no file")
    if path.stat().st_size > _MOST_BYTES:
        raise ValueError(f"{path} is too long")
    try:
        known = json.loads(path.read_text(encoding="utf-8"))
    except RecursionError:
        raise ValueError(f"{path} is nested too deeply") from None
    if not isinstance(known, dict) or known.pop(SEAL, None) != _seal(known):
        raise ValueError(f"{path} is not as it was written")
    if {name: type(value) for name, value in known.items()} != dict(fields):
        raise ValueError(f"{path} holds other fields")
    return known


def write_record(folder: Path, known: dict[str, Any]) -> None:
    """Writes the record of a print. Raises OSError."""
    text = json.dumps(known | {SEAL: _seal(known)})
    (folder / RECORD).write_text(text, encoding="utf-8")


def _seal(known: dict[str, Any]) -> str:
    return xxh3_64_hexdigest(json.dumps(known, sort_keys=True).encode())
