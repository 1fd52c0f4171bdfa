"""Steps of files that lie anywhere: where they are kept, and finishing one that was killed."""

from __future__ import annotations

import os
from pathlib import Path

from hostkit.disk.move_list import MOVING
from hostkit.disk.moving import settle
from hostkit.errors import StorageError, fault_of
from hostkit.ground.places import cache_folder


def steps_folder() -> Path:
    """Where changes of presets are noted, so that they can be undone."""
    return cache_folder() / "preset-changes"


def is_half_way() -> bool:
    """Whether a step has begun and is not over: a process is at it, or was killed."""
    return os.path.lexists(steps_folder() / MOVING)


def put_right() -> None:
    """Finishes a step whose process was killed. Raises StorageError where it cannot."""
    try:
        settle(steps_folder(), anywhere=True)
    except OSError as error:
        place = f"{steps_folder()}: a change that was broken off cannot be finished"
        raise StorageError(*fault_of(error).of(place)) from None
