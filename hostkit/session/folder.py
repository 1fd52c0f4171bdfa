"""The session files of a folder, so that a folder can be named where sessions are."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from hostkit.errors import RequestError

SUFFIXES = (".yaml", ".yml")
_START_BYTES = 4096


def session_files(paths: Iterable[Path]) -> list[Path]:
    """The files named, and the sessions in the folders named, each once.

    Raises RequestError for a folder without sessions.
    """
    sessions: list[Path] = []
    for path in paths:
        inside = sessions_in(path) if path.is_dir() else [path]
        if not inside:
            raise RequestError(
                f"{path}: there are no sessions (*.yaml with hostkit: 1) in this folder; "
                "name a session file, or hostkit init makes one of a MIDI file"
            )
        sessions += inside
    return list(dict.fromkeys(sessions))


def sessions_in(folder: Path) -> list[Path]:
    """The sessions directly in a folder, by name."""
    files = (path for path in folder.iterdir() if path.suffix in SUFFIXES)
    return sorted(path for path in files if begins_as_session(path))


def begins_as_session(path: Path) -> bool:
    """Whether a YAML file begins as sessions do, rather than presets or profiles."""
    try:
        with path.open("rb") as file:
            start = file.read(_START_BYTES)
    except OSError:
        return False
    return any(line.startswith(b"hostkit:") for line in start.splitlines()) or (
        start.lstrip().startswith(b"{") and b"hostkit" in start
    )
