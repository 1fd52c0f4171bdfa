"""Telling whoever runs this how far a scan is that a look-up needed: it may take minutes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from hostkit.devices.plugins.scanning.scan import Scanned

Watch: TypeAlias = "Callable[[Sequence[Path], Iterator[Scanned]], Iterator[Scanned]]"
"""Passes on the scans of these files as they come."""

WATCH: ContextVar[Watch] = ContextVar("watch", default=lambda _paths, scans: scans)
"""What watches: nothing, unless a terminal does."""
