"""`themes:` that names a file: the themes that the cues of a film share, read in its place."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

from hostkit.errors import InvalidInput
from hostkit.ground.named_file import is_file, what_is_at
from hostkit.session.text import read_text
from hostkit.session.yaml_tree import Tree, parse_yaml

KEY = "themes"


def with_themes_file(tree: Tree, path: Path) -> tuple[Tree, tuple[Path, ...]]:
    """The tree with the map that its themes file holds, each at its place there, and the file.

    Raises InvalidInput for a file that is not there or not of that shape.
    """
    named = tree.data.get(KEY) if isinstance(tree.data, dict) else None
    if not isinstance(named, str):
        return tree, ()
    place, file = tree.place((KEY,)), path.parent / named
    if not is_file(file):
        what = what_is_at(file)
        message = f"there is no file {named[:200]!r} beside {path.name}"
        if what:
            message = f"{named[:200]!r} is {what}, not a file of themes"
        raise InvalidInput([place.problem(message, "correct the path, or write themes: {NAME: …}")])
    shown = str(Path(os.path.relpath(file)))
    themes = parse_yaml(read_text(file, Path(shown)), shown)
    if not isinstance(themes.data, dict):
        cure = "write a line for each: ada: {key: D minor, notes: \"d'4 f' a'2\"}"
        raise InvalidInput([themes.place(()).problem("a file of themes is a map of them", cure)])
    return (
        replace(
            tree,
            data=tree.data | {KEY: themes.data},
            keys=tree.keys | {(KEY, *path): at for path, at in themes.keys.items()},
            values=tree.values | {(KEY, *path): at for path, at in themes.values.items()},
            texts=tree.texts | themes.texts,
        ),
        (file,),
    )
