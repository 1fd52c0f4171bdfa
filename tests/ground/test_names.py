"""One name for one thing: no two modules define public classes of one name."""

from __future__ import annotations

import ast
from collections import defaultdict
from pathlib import Path

import hostkit

PACKAGE = Path(hostkit.__file__).parent


def test_no_class_name_is_used_twice():
    homes = defaultdict(list)
    for path in PACKAGE.rglob("*.py"):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                homes[node.name].append(str(path.relative_to(PACKAGE)))
    assert len(homes) > 300  # it did look
    assert {name: places for name, places in homes.items() if len(places) > 1} == {}
