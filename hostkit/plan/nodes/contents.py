"""The files that a plan depends on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

from hostkit.devices.spec import ContentFile


def contents_of(value: Any) -> Iterator[ContentFile]:
    """Those in a tree of frozen dataclasses and tuples, as they stand there."""
    if isinstance(value, ContentFile):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from contents_of(item)
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            yield from contents_of(getattr(value, field.name))
