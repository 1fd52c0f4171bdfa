"""Rooms that are seen at a glance: no folder of the package holds more than twelve modules."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import hostkit

PACKAGE = Path(hostkit.__file__).parent
MOST_MODULES = 12
ONE_LIST = "cli/commands"
"""A module for each command: as many as there are commands."""


def test_no_folder_has_more_than_twelve_modules():
    modules = (path for path in PACKAGE.rglob("*.py") if path.stem != "__init__")
    rooms = Counter(path.parent.relative_to(PACKAGE).as_posix() for path in modules)
    assert rooms[ONE_LIST] > MOST_MODULES  # it did look
    too_many = {room for room, count in rooms.items() if count > MOST_MODULES}
    assert too_many == {ONE_LIST}
