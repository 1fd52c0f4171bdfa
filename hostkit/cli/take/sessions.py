"""The sessions that a command is about, from the files and folders that were typed."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from hostkit.cli.show.lines import tell_error
from hostkit.session.folder import bases_among, session_files, themes_among


def cues(typed: Iterable[Path], *, quiet: bool) -> list[Path]:
    """The sessions typed, or in the folders typed, without those that only others build on.

    What is left out for that is told unless `quiet`. Raises RequestError for a folder without
    sessions.
    """
    sessions = session_files(typed)
    themes = themes_among(sessions)
    for file, session in () if quiet else themes.items():
        tell_error(f"left out {file}: it is no session, and {session} has its themes there")
    sessions = [session for session in sessions if session not in themes]
    bases = bases_among(sessions)
    for base, above in () if quiet else bases.items():
        more = f" and {len(above) - 1} more" if len(above) > 1 else ""
        tell_error(f"left out {base}: it has no music, and {above[0]}{more} extends it")
    return [session for session in sessions if session not in bases]
