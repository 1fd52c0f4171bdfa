"""Fingerprints: one short text for everything that a piece of audio depends on.

Values are encoded with their types and field names, so that no two different plans read
the same; paths are left out wherever the content's hash is there. The host of a device, by
version, is a field of its spec, so that a new one changes only what it plays.
"""

from __future__ import annotations

import hashlib
from dataclasses import fields, is_dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from hostkit import __version__
from hostkit.devices.spec import ContentFile

FORMAT = "5"
"""Raised when rendering changes what the same plan sounds like, or how prints are kept."""


def fingerprint(kind: str, value: Any) -> str:
    """64 hexadecimal digits for `value`, a tree of frozen dataclasses, tuples and scalars."""
    digest = hashlib.sha256(f"{kind}/{FORMAT}/{__version__}\n".encode())
    _feed(digest, value)
    return digest.hexdigest()


def _feed(digest: Any, value: Any) -> None:
    if isinstance(value, ContentFile):
        digest.update(f"content:{value.sha256};".encode())
    elif is_dataclass(value) and not isinstance(value, type):
        digest.update(f"{type(value).__name__}(".encode())
        for field in fields(value):
            part = getattr(value, field.name)
            if not field.metadata.get("heard", True):
                continue
            if not field.metadata.get("heard at default", True) and part == field.default:
                continue
            digest.update(f"{field.name}=".encode())
            _feed(digest, part)
        digest.update(b")")
    elif isinstance(value, tuple):
        digest.update(f"[{len(value)}:".encode())
        for item in value:
            _feed(digest, item)
        digest.update(b"]")
    elif value is None or isinstance(value, (bool, int, float, str, Fraction)):
        digest.update(f"{type(value).__name__}:{value!r};".encode())
    elif isinstance(value, Path):
        digest.update(f"path:{value.as_posix()!r};".encode())
    else:
        raise TypeError(f"{type(value).__name__} has no fingerprint")
