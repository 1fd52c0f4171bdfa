"""What a session can leave as: one row for each kind of file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from hostkit.exchange.dawproject.writing.project import to_dawproject
from hostkit.exchange.midi_file import to_midi
from hostkit.exchange.project import Loss, Project
from hostkit.exchange.reaper.writing.project import to_reaper

ToBytes: TypeAlias = Callable[[Project, Path], tuple[bytes, tuple[Loss, ...]]]
"""A project that is to lie in a folder as the bytes of a file, and what that cannot hold."""


@dataclass(frozen=True)
class Writer:
    """A kind of file: what it is called after `--to`, how its names end, what it is.

    `always_ramps`: it makes steps of its own of a tempo that moves.
    `has_devices`: plug-ins are asked for their states.
    """

    name: str
    ending: str
    about: str
    to_bytes: ToBytes
    always_ramps: bool = False
    has_devices: bool = True


WRITERS = {
    writer.name: writer
    for writer in (
        Writer("dawproject", ".dawproject", "DAWproject", to_dawproject),
        Writer("rpp", ".rpp", "REAPER project", to_reaper),
        Writer(
            "midi",
            ".mid",
            "MIDI file",
            lambda project, _folder: to_midi(project),
            always_ramps=True,
            has_devices=False,
        ),
    )
}
