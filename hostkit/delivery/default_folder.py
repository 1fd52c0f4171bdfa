"""Where a session is delivered to when nobody says so."""

from __future__ import annotations

from pathlib import Path


def default_folder(session: Path, profile: str | None = None) -> Path:
    """Beside the session, by a profile or by none: each has a folder of its own.

    >>> default_folder(Path("film/cue.yaml"), "film-score").as_posix()
    'film/renders/cue/film-score'
    """
    folder = session.parent / "renders" / session.stem
    return folder if profile is None else folder / Path(profile).name.removesuffix(".yaml")
