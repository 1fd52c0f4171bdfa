"""Chance, as plug-ins take it from the C library: the same in every run."""

from __future__ import annotations

import ctypes
import sys

_SEED = 1


def seed_c_random() -> None:
    """Start libc's `rand` from a fixed seed: plug-ins such as Kars make their noise of it."""
    library = ctypes.cdll.msvcrt if sys.platform == "win32" else ctypes.CDLL(None)
    library.srand(_SEED)
