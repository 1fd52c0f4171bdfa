"""A scan of plug-ins that a command turns out to need, shown while it goes on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hostkit.devices.plugins.scanning.scan import Scanned

FEW = 5
"""So many files are scanned before anybody wonders."""


def shown(paths: Sequence[Path], scans: Iterator[Scanned]) -> Iterator[Scanned]:
    """Passes scans on, with a line that moves on a terminal, and says first what it is about."""
    from hostkit.cli.show.lines import tell_error
    from hostkit.cli.show.progress import showing
    from hostkit.cli.show.status_line import is_terminal
    from hostkit.cli.show.telling import How
    from hostkit.ground.counted import counted

    if len(paths) < FEW or not is_terminal():
        yield from scans
        return
    files = counted(len(paths), "file")
    tell_error(f"looking at {files} of plug-ins that are new here, once; it may take minutes")
    with showing(How.MOVING) as view:
        for path in paths:
            view.expected("plug-in", path.name, 1)
            view.moved("plug-in", path.name, 0)
        for scanned in scans:
            view.finished("plug-in", scanned.path.name)
            yield scanned
