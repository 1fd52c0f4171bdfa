"""Rooms that are seen at a glance: no folder of the package holds more than twelve modules."""

from __future__ import annotations

import re
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


WAITS_IN_THREADS = "listening/live/room.py"
"""It waits in a thread of its own, where no signal is raised."""


def test_nobody_waits_where_a_signal_would_hang():
    """`hostkit.ground.process.threads` says why; here its doors are the only ones."""
    barred = re.compile(r"import .*\b(ThreadPoolExecutor|as_completed|wait)\b")
    users = {
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*.py")
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.startswith("from concurrent.futures") and barred.search(line)
    }
    assert users == {WAITS_IN_THREADS, "ground/process/threads.py"}
