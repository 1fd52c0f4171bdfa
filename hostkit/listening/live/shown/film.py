"""The picture of a session, where a browser may be able to show it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from hostkit.errors import HostkitError
from hostkit.ground.named_file import is_there
from hostkit.listening.live.version import SessionVersion
from hostkit.picture.cueing.video import reference_picture

SHOWN = {".mp4": "video/mp4", ".m4v": "video/mp4", ".mov": "video/mp4", ".webm": "video/webm"}
"""What browsers may show, by the ending of the file's name; a .mov is laid out as an .mp4 is."""


@dataclass(frozen=True)
class Film:
    """A video; `ahead_seconds` is how long before 1|1 its first frame is."""

    path: Path
    kind: str
    ahead_seconds: float


@lru_cache(maxsize=8)
def film_of(version: SessionVersion) -> Film | None:
    """The session's picture, by the timecode in it where ffprobe can read that; else from 1|1."""
    picture = version.loaded.session.picture
    if picture is None or picture.file is None:
        return None
    path = version.loaded.resolve(picture.file)
    kind = SHOWN.get(path.suffix.lower())
    if kind is None or not is_there(path):
        return None
    try:
        found = reference_picture(path, version.form.tempo_map.picture)
    except HostkitError:
        return Film(path, kind, 0.0)
    return Film(path, kind, float(found.ahead_seconds))
