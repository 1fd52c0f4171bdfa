"""Who is at work in a store: names that tell whether the process that made them still runs."""

from __future__ import annotations

import os
import platform
import re
import secrets
import time
from pathlib import Path

ABANDONED_SECONDS = 24 * 3600
"""What another machine left, or nobody knows who, counts as in use for so long."""
_NAME = re.compile(r"(\d+)@([\w.-]*)@[0-9a-f]+")


def name_of_this() -> str:
    """A new name that says which process made it.

    >>> re.fullmatch(_NAME, name_of_this())[1] == str(os.getpid())
    True
    """
    return f"{os.getpid()}@{_host()}@{secrets.token_hex(8)}"


def is_in_use(path: Path) -> bool:
    """Whether the process that named a file or folder may still be at work.

    Raises OSError when it is gone.
    """
    named = _NAME.fullmatch(path.name)
    if named is None or named[2] != _host() or os.name != "posix":
        return time.time() - path.stat().st_mtime < ABANDONED_SECONDS
    try:
        os.kill(int(named[1]), 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True  # somebody else's
    return True


def _host() -> str:
    return re.sub(r"[^\w.-]", "", platform.node())
