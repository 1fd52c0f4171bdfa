"""What every job process needs, done once in the server that they are forked from."""

import contextlib
import ctypes
import sys

import hostkit.engine.printing  # noqa: F401  # for the import's sake
from hostkit.errors import DeviceError
from hostkit.plugins import fluidsynth

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3  # of mallopt(3)
_KEPT_BYTES = 32 * 2**20


def keep_freed_memory() -> None:
    """Memory of one block is used again for the next, not given back and fetched anew.

    By default glibc does that with what is large or lies on top: blocks of audio. The null
    test took twice as long for it. Other systems' allocators need no telling.
    """
    if sys.platform != "linux":
        return
    with contextlib.suppress(AttributeError):  # a libc without it
        mallopt = ctypes.CDLL(None).mallopt
        for setting in (_TRIM_THRESHOLD, _MMAP_THRESHOLD):
            mallopt(setting, _KEPT_BYTES)


keep_freed_memory()
with contextlib.suppress(DeviceError):  # told when a track needs it
    fluidsynth.load()
