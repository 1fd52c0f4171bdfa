"""sfizz, in the package pysfizz: its private class, so one version of it."""

from __future__ import annotations

from importlib import metadata
from typing import Any

from hostkit.errors import DeviceError

PACKAGE = "pysfizz"
CURE = (
    "install it: pip install pysfizz==0.1.3; it has wheels for Linux on x86-64 with glibc, macOS "
    "and Windows; elsewhere bounce the track, or play it through a SoundFont"
)


def version() -> str:
    """The package by version: a print depends on it. Raises DeviceError with the cure."""
    try:
        return f"{PACKAGE} {metadata.version(PACKAGE)}"
    except metadata.PackageNotFoundError:
        raise DeviceError("pysfizz, which plays SFZ files, is not installed", cure=CURE) from None


def synth(sample_rate: int, block_frames: int) -> Any:
    """One sfizz. Raises DeviceError where the package is missing or cannot be loaded."""
    version()
    try:
        from pysfizz import _sfizz
    except ImportError as error:
        raise DeviceError(f"pysfizz cannot be loaded: {error}", cure=CURE) from error
    return _sfizz.Synth(sample_rate, block_frames)
