"""What a session can leave as: one row for each kind of file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TypeAlias

from hostkit.exchange.dawproject.writing.project import write_dawproject
from hostkit.exchange.midi_file import to_midi
from hostkit.exchange.project import Loss, Project
from hostkit.exchange.reaper.writing.project import to_reaper

Write: TypeAlias = Callable[[Project, Path, BinaryIO], tuple[Loss, ...]]
"""Writes a project that is to lie in a folder, and gives what the file cannot hold."""


def _write_reaper(project: Project, folder: Path, file: BinaryIO) -> tuple[Loss, ...]:
    data, losses = to_reaper(project, folder)
    file.write(data)
    return losses


def _write_midi(project: Project, _folder: Path, file: BinaryIO) -> tuple[Loss, ...]:
    data, losses = to_midi(project)
    file.write(data)
    return losses


@dataclass(frozen=True)
class Writer:
    """A kind of file: what it is called after `--to`, how its names end, what it is.

    `always_ramps`: it makes steps of its own of a tempo that moves.
    `has_devices`: plug-ins are asked for their states.
    """

    name: str
    ending: str
    about: str
    write: Write
    always_ramps: bool = False
    has_devices: bool = True


WRITERS = {
    writer.name: writer
    for writer in (
        Writer("dawproject", ".dawproject", "DAWproject", write_dawproject),
        Writer("rpp", ".rpp", "REAPER project", _write_reaper),
        Writer(
            "midi",
            ".mid",
            "MIDI file",
            _write_midi,
            always_ramps=True,
            has_devices=False,
        ),
    )
}
