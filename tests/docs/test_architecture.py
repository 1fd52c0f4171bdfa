"""ARCHITECTURE.md names what there is: every stop, module and file of it is looked for."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import hostkit

PACKAGE = Path(hostkit.__file__).parent
TEXT = (PACKAGE.parent / "ARCHITECTURE.md").read_text(encoding="utf-8")
ROOMS = {path.stem for path in PACKAGE.iterdir()}


def test_every_stop_of_a_way_is_there():
    stops = re.findall(r"`([a-z_.]+):([\w.]+)`", TEXT)
    assert len(stops) > 20
    for module, name in stops:
        found: object = importlib.import_module(f"hostkit.{module}")
        for part in name.split("."):
            found = getattr(found, part)


def test_no_way_has_ten_stops():
    ways = TEXT.partition("### Three things")[2].partition("## Floors")[0].split("\n\n1. ")[1:]
    assert len(ways) == 3
    assert all(len(re.findall(r"^\d+\. ", way, re.MULTILINE)) + 1 < 10 for way in ways)


def test_every_file_that_is_named_is_there():
    named = re.findall(r"`([\w/]+/[\w/]*(?:\.py)?)`", TEXT)
    rooms = [path for path in named if path.split("/")[0] in ROOMS]
    assert len(rooms) > 30
    assert [path for path in rooms if not (PACKAGE / path).exists()] == []
    outside = [path for path in named if path.startswith(("tests/", "hostkit/"))]
    assert [path for path in outside if not (PACKAGE.parent / path).exists()] == []
