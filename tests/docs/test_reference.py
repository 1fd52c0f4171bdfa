"""docs/reference.md is what the program says of itself, and forgets nothing."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

ROOT = Path(__file__).parents[2]
MADE = runpy.run_path(str(Path(__file__).with_name("make_reference.py")))


def test_it_is_up_to_date():
    text = MADE["PAGE"].read_text(encoding="utf-8")
    assert text == MADE["page"](), "python tests/docs/make_reference.py"


def test_every_variable_that_is_read_is_in_it():
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "hostkit").rglob("*.py")]
    read = {name for text in sources for name in re.findall(r'"(HOSTKIT_[A-Z_]+)"', text)}
    assert read <= set(MADE["VARIABLES"])
    assert "HOSTKIT_CACHE" in read


def test_every_note_is_of_a_key_that_there_is():
    schemas = [MADE["schema_of"](kind)["$defs"] for kind in ("session", "profile", "preset")]
    keys = {
        f"{name}.{key}"
        for definitions in schemas
        for name, described in definitions.items()
        for key in described.get("properties", {})
    }
    assert set(MADE["NOTES"]) <= keys
