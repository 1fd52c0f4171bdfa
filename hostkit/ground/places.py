"""Where hostkit keeps what it can make again, and where a path leads."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path


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
