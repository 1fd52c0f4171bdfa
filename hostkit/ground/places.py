"""Where hostkit keeps what it can make again."""

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
