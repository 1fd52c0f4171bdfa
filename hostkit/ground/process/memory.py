"""How the process treats its memory: less looking for garbage, less giving back."""

from __future__ import annotations

import atexit
import contextlib
import gc
import sys

OBJECTS_BETWEEN_COLLECTIONS = 200_000
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3  # of mallopt(3)
_KEPT_BYTES = 32 * 2**20


def collect_seldom() -> None:
    """Garbage is looked for less often: imports and plans make many objects that stay.

    Looking through them over and over took a tenth of the time of all imports. At the end, when
    the system takes everything back, it took an eighth of a render that changes nothing.
    """
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS)
    atexit.register(gc.freeze)


def keep_freed_memory() -> None:
    """Memory of one block is used again for the next, not given back and fetched anew.

    By default glibc does that with what is large or lies on top: blocks of audio. The null
    test took twice as long for it. Other systems' allocators need no telling.
    """
    if sys.platform != "linux":
        return
    import ctypes  # of no use to most commands, and slow to import

    with contextlib.suppress(AttributeError):  # a libc without it
        mallopt = ctypes.CDLL(None).mallopt
        for setting in (_TRIM_THRESHOLD, _MMAP_THRESHOLD):
            mallopt(setting, _KEPT_BYTES)
