"""Where the lock of a session is. What reads it (`lock`) is imported where there is one."""

from __future__ import annotations

import os
from pathlib import Path

LOCK_SUFFIX = ".lock"


def lock_path(session: Path) -> Path:
    """Beside the session, its name with `.lock` after it."""
    return session.with_name(session.name + LOCK_SUFFIX)


def has_lock(session: Path) -> bool:
    """Whether anything is there, readable or not."""
    return os.path.lexists(lock_path(session))
