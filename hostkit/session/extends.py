"""`extends`: a session on top of another.

Maps merge key by key; lists and scalars replace. File names in the base stay relative to
the file they are written in, so they are rewritten relative to the session on top.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from hostkit.disk.steps import put_right
from hostkit.errors import Fault, InvalidInput, Problem
from hostkit.ground.named_file import what_is_at
from hostkit.ground.places import real_path
from hostkit.session.model.devices import is_installed_name
from hostkit.session.reading.themes_file import with_themes_file
from hostkit.session.text import read_text
from hostkit.session.yaml_tree import MAX_VALUES, Place, Tree, parse_yaml
from hostkit.session.yaml_tree import Path as KeyPath

MAX_CHAIN = 16
FILE_KEYS = frozenset(
    {
        "midi",
        "file",
        "soundfont",
        "sfz",
        "state",
        "impulse_response_filename",
        "expression_map",
        "themes",
    }
)
"""Keys whose text is the name of a file."""
NOT_A_MAP = Fault("a session is a map of keys", "begin with hostkit: 1")

NAMED_KEYS = frozenset({"soundfont", "sfz"})
"""Those of them whose text may also be the name of something installed or built in."""


def read_tree(path: Path) -> tuple[Tree, tuple[Path, ...]]:
    """The merged tree of a session file and all it extends, and the files that were read.

    A renaming of presets whose process was killed is finished first. Raises InvalidInput:
    a file that cannot be read or parsed, a cycle, a chain too long; StorageError.
    """
    put_right()
    return _read(path, path, ())


def _read(
    path: Path, shown_as: Path, above: tuple[Path, ...], values_above: int = 0
) -> tuple[Tree, tuple[Path, ...]]:
    tree = parse_yaml(read_text(path, shown_as), str(shown_as))
    tree, shared = with_themes_file(tree, path)
    values = values_above + len(tree.values)
    if values > MAX_VALUES:
        many = f"with what extends it, more than {MAX_VALUES} values"
        raise InvalidInput([Problem(str(shown_as), 0, 0, many, "is that the right file?")])
    if not isinstance(tree.data, dict) or "extends" not in tree.data:
        return tree, (path, *shared)
    place, base_name = tree.place(("extends",)), tree.data["extends"]
    if not isinstance(base_name, str):
        return tree, (path, *shared)  # the model says what is wrong with it
    base_path = path.parent / base_name
    chain = (*above, real_path(path))
    try:
        found, there = real_path(base_path), base_path.is_file()
    except (OSError, ValueError):  # too long, or characters that no path has
        found, there = base_path, False
    if found in chain:
        names = " → ".join(p.name for p in (*chain, base_path))
        raise InvalidInput(
            [place.problem(f"extends goes in a circle: {names}", cure="take one out")]
        )
    if len(chain) >= MAX_CHAIN:
        raise InvalidInput(
            [
                place.problem(
                    f"extends goes more than {MAX_CHAIN} files deep",
                    cure="put two of them into one",
                )
            ]
        )
    if not there:
        what, named = what_is_at(base_path), repr(base_name[:200])
        wrong = f"{named} is {what}, not a session" if what else f"there is no file {named}"
        wrong += "" if what else f" beside {path.name}"
        raise InvalidInput([place.problem(wrong, cure="correct the path")])
    base, files = _read(base_path, Path(os.path.relpath(base_path)), chain, values)
    expect_map(base, NOT_A_MAP)
    base = replace(base, data=_rebase(base.data, Path(base_name).parent))
    return _without_extends(merge(base, tree)), (path, *shared, *files)


def expect_map(tree: Tree, otherwise: Fault) -> None:
    """Raises InvalidInput with what is said of a document that others build on and is no map."""
    if not isinstance(tree.data, dict):
        raise InvalidInput([tree.place(()).problem(*otherwise)])


def _without_extends(tree: Tree) -> Tree:
    return replace(tree, data={k: v for k, v in tree.data.items() if k != "extends"})


def _rebase(data: Any, folder: Path, key: str | None = None) -> Any:
    """The same data with every relative file name moved below `folder`."""
    if isinstance(data, dict):
        return {name: _rebase(value, folder, name) for name, value in data.items()}
    if isinstance(data, list):
        return [_rebase(value, folder) for value in data]
    if key in NAMED_KEYS and isinstance(data, str) and is_installed_name(data):
        return data
    if key in FILE_KEYS and isinstance(data, str):
        return Path(os.path.normpath(folder / data)).as_posix()
    return data


def named_files(data: Any, key: str | None = None) -> Iterator[str]:
    """Every file that a session's data names, as it is written.

    >>> list(named_files({"midi": "a.mid", "tracks": {"b": {"instrument": {"soundfont": "gm"}}}}))
    ['a.mid']
    """
    if isinstance(data, dict):
        for name, value in data.items():
            yield from named_files(value, name)
    elif isinstance(data, list):
        for value in data:
            yield from named_files(value, key)
    elif isinstance(data, str) and key in FILE_KEYS:
        yield from () if key in NAMED_KEYS and is_installed_name(data) else (data,)


def merge(base: Tree, top: Tree) -> Tree:
    """`top` over `base`, with the places of whatever won.

    >>> from hostkit.session.yaml_tree import parse_yaml
    >>> low = parse_yaml("{tail: {max_s: 5, for_ms: 9}, master: [a]}", "low.yaml")
    >>> high = parse_yaml("{tail: {max_s: 8}, master: []}", "high.yaml")
    >>> merge(low, high).data
    {'tail': {'max_s': 8, 'for_ms': 9}, 'master': []}
    """
    kept: set[KeyPath] = set()
    """What is the base's, with everything below it."""

    def over(low: Any, high: Any, path: KeyPath) -> Any:
        if not (isinstance(low, dict) and isinstance(high, dict)):
            return high
        result = {}
        for name in (*low, *(name for name in high if name not in low)):
            if name not in high:
                kept.add((*path, name))
                result[name] = low[name]
            elif name not in low:
                result[name] = high[name]
            else:
                result[name] = over(low[name], high[name], (*path, name))
        return result

    def with_kept(low: dict[KeyPath, Place], high: dict[KeyPath, Place]) -> dict[KeyPath, Place]:
        below = {
            path: place
            for path, place in low.items()
            if any(path[:length] in kept for length in range(1, len(path) + 1))
        }
        return high | below

    data = over(base.data, top.data, ())
    keys, values = with_kept(base.keys, top.keys), with_kept(base.values, top.values)
    return Tree(data, keys, values, base.texts | top.texts)
