"""Which file is whose project: by its ending."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from hostkit.exchange.dawproject.reading import read_dawproject
from hostkit.exchange.project import Project
from hostkit.exchange.reaper.reading.project import read_reaper

READERS: Mapping[str, Callable[[Path], Project]] = {
    ".dawproject": read_dawproject,
    ".rpp": read_reaper,
    ".rpp-bak": read_reaper,
}


def reader_of(path: Path) -> Callable[[Path], Project] | None:
    """What reads a project with that ending; None for a file that is no project."""
    return READERS.get(path.suffix.lower())
