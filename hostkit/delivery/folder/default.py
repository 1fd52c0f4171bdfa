"""Where a session is delivered to when nobody says so."""

from __future__ import annotations

from pathlib import Path

from hostkit.ground.file_names import safe_name


def default_folder(session: Path, profile: str | None = None) -> Path:
    """Beside the session, by a profile or by none: each has a folder of its own.

    >>> default_folder(Path("film/cue.yaml"), "film-score").as_posix()
    'film/renders/cue/film-score'
    """
    folder = session.parent / "renders" / folder_name(session)
    if profile is None:
        return folder
    return folder / safe_name(Path(profile).name.removesuffix(".yaml"))


def folder_name(session: Path) -> str:
    """A session's own folder, among those of others.

    >>> folder_name(Path("film/aux.yaml"))
    'aux_'
    """
    return safe_name(session.stem)
