"""Files and folders in the making: what they are called, and clearing those of killed runs.

Whatever is not finished is called `.hostkit-<machine>-<process>-<number>`, with `.part`
after it for a file. The name says whose it is, so what is left when that process has ended
can be told from work that is under way.
"""

from __future__ import annotations

import functools
import hashlib
import os
import re
import secrets
import shutil
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

PREFIX = ".hostkit-"
PART = ".part"
ABANDONED_SECONDS = 24 * 3600
"""Nobody here can ask whether another machine is still at work on something this old."""

_NAME = re.compile(r"\.hostkit-([0-9a-f]{8})-(\d{1,10})-[0-9a-f]{16}(\.part)?")
_made_here: set[str] = set()
"""Numbers of processes come again, in a container at once: these are really ours."""


def unfinished_name(suffix: str = "") -> str:
    """A new name for something that this process is making."""
    name = f"{PREFIX}{_machine()}-{os.getpid()}-{secrets.token_hex(8)}{suffix}"
    _made_here.add(name)
    return name


def is_unfinished(name: str) -> bool:
    """Whether something of that name is, or was, in the making.

    >>> is_unfinished(unfinished_name(PART)), is_unfinished(".hostkit-notes.txt")
    (True, False)
    """
    return _NAME.fullmatch(name) is not None


def clear_unfinished(folder: Path) -> None:
    """Removes what killed runs left in a folder; work that may be under way stays."""
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in [entry for entry in entries if is_unfinished(entry.name)]:
            if not may_be_at_work(entry.name, Path(entry.path)):
                _remove(Path(entry.path))


@functools.cache
def clear_unfinished_once(folder: Path) -> None:
    """The same, once in a process: a folder of ten thousand presets is not listed for each."""
    clear_unfinished(folder)


def may_be_at_work(name: str, path: Path) -> bool:
    """Whether whoever made that name, for what is at `path`, may still be at it."""
    known = _NAME.fullmatch(name)
    if known is None or known[1] != _machine():
        return not _is_abandoned(path)
    process = int(known[2])
    return name in _made_here if process == os.getpid() else _is_running(process)


def _is_running(process: int) -> bool:
    """Whether there is such a process here."""
    if sys.platform == "win32":  # os.kill would end it there
        import ctypes

        system: Any = ctypes.windll.kernel32
        handle = system.OpenProcess(0x0010_0000, False, process)  # SYNCHRONIZE
        ended = handle and system.WaitForSingleObject(handle, 0) == 0
        system.CloseHandle(handle)
        return bool(handle) and not ended
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True  # somebody else's
    return True


def _is_abandoned(path: Path) -> bool:
    """Whether nothing of it was touched for a day."""
    try:
        newest = max(p.stat().st_mtime for p in (path, *(path.rglob("*") if path.is_dir() else ())))
    except OSError:
        return False
    return bool(time.time() - newest > ABANDONED_SECONDS)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        with suppress(OSError):
            path.unlink()


@functools.cache
def _machine() -> str:
    """Eight digits for this machine, whose name may hold anything."""
    import socket  # here, because most runs write nothing

    return hashlib.sha256(socket.gethostname().encode(errors="replace")).hexdigest()[:8]
