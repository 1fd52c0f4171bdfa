"""The General MIDI SoundFont that `gm` stands for."""

from __future__ import annotations

import os
from importlib import metadata
from pathlib import Path

from hostkit.errors import RequestError


def default_soundfont() -> Path:
    """That of `HOSTKIT_SOUNDFONT`, else the one pretty_midi ships. Raises RequestError."""
    chosen = os.environ.get("HOSTKIT_SOUNDFONT")
    return Path(chosen) if chosen else embedded_soundfont()


def embedded_soundfont() -> Path:
    """TimGM6mb.sf2 as it lies in the pretty_midi wheel; the package is not imported.

    Raises RequestError where it is missing.
    """
    try:
        files = metadata.files("pretty_midi") or []
    except metadata.PackageNotFoundError:
        files = []
    for file in files:
        if file.name == "TimGM6mb.sf2":
            return Path(str(file.locate()))
    raise RequestError(
        "the General MIDI SoundFont is missing",
        cure="install hostkit again, or set HOSTKIT_SOUNDFONT to a .sf2 file",
    )
