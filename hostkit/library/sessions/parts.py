"""What a preset is made of, hashed part by part: what a lock file keeps."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hostkit.library.load import LoadedPreset, file_keys

HASH_DIGITS = 16


def content_parts(loaded: LoadedPreset, sha256: Callable[[Path], str]) -> dict[str, str]:
    """Short hashes of all that is heard of a preset: instrument, effects, level.

    Files count by their content, so that a library may be moved; words about the preset
    (description, tags) do not count. `sha256` hashes a file.
    """
    data = json.loads(json.dumps(loaded.preset.model_dump(mode="json", exclude_defaults=True)))
    for _, around, key in file_keys(data):
        around[key] = sha256(Path(around[key]))
    heard = {key: data.get(key) for key in ("instrument", "effects", "gain_db")}
    return {key: _hash(value) for key, value in heard.items() if value}


def _hash(value: Any) -> str:
    text = json.dumps(value, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:HASH_DIGITS]
