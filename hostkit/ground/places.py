"""Where hostkit keeps what it can make again, where a path leads, and where files may lie."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from hostkit.errors import BadValue


def cache_folder(environ: Mapping[str, str] = os.environ) -> Path:
    """`HOSTKIT_CACHE`, else the user's cache folder for hostkit.

    >>> cache_folder({"HOSTKIT_CACHE": "/prints"}).as_posix()
    '/prints'
    """
    chosen = environ.get("HOSTKIT_CACHE")
    if chosen:
        return Path(chosen)
    import platformdirs  # here, because most runs name a folder or need no cache

    return platformdirs.user_cache_path("hostkit", appauthor=False)


def real_path(path: Path) -> Path:
    """Where a path leads, links followed as far as they lead anywhere.

    `Path.resolve` breaks off with a RuntimeError at links in a circle (until Python 3.13); here
    they stay as they are, and whoever opens the file is told by the system.

    >>> real_path(Path("/nowhere/../cue.yaml")).as_posix()
    '/cue.yaml'
    """
    return Path(os.path.realpath(path))


def is_inside(folder: Path, path: Path) -> bool:
    """Whether a path lies below `folder`, wherever links lead; true of names that no file has.

    Who opens one of those says what is wrong with it.

    >>> is_inside(Path("/cue"), Path("/cue/lib/a.wav")), is_inside(Path("/cue"), Path("/cue/../a"))
    (True, False)
    """
    try:
        return real_path(path).is_relative_to(real_path(folder))
    except (OSError, ValueError):
        return True


@dataclass(frozen=True)
class FilesBeside:
    """Files that are named from `folder`, and lie below one of `around`; `whose` that is."""

    folder: Path
    around: tuple[Path, ...]
    whose: str = "the session's folder"

    def find(self, name: str) -> tuple[Path, Path]:
        """The path of a file, and the folder of `around` that it lies below. Raises BadValue."""
        path = self.folder / name
        root = next((folder for folder in self.around if is_inside(folder, path)), None)
        if root is None:
            near, written = (os.path.normpath(Path.cwd() / p) for p in (self.around[0], path))
            leads = "leads out of" if Path(written).is_relative_to(near) else "lies outside of"
            raise BadValue(f"{name} {leads} {self.whose}")
        return path, root
