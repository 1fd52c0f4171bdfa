"""Renaming a preset, in every session, lock and preset that names it."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable
from pathlib import Path

from hostkit.errors import InvalidInput, RequestError
from hostkit.ground.places import real_path
from hostkit.library.changes import Changes, Commit
from hostkit.library.folders import SUFFIX, Libraries, Library
from hostkit.library.load import file_keys
from hostkit.library.sessions.lock import read_lock, write_lock
from hostkit.library.sessions.lock_file import lock_path
from hostkit.library.sessions.usage import preset_files, preset_names
from hostkit.library.write import with_texts
from hostkit.session.extends import read_tree
from hostkit.session.text import read_text
from hostkit.session.yaml_tree import Path as KeyPath
from hostkit.session.yaml_tree import parse_yaml


def rename(
    old: str,
    new: str,
    library: Library,
    sessions: Iterable[Path],
    libraries: Libraries,
    named: Iterable[Path] = (),
    *,
    commit: Commit = Changes.commit,
) -> tuple[list[Path], list[str]]:
    """Gives a preset of a library another name, in every session and preset that names it.

    One step, which can be undone. Comments and layout stay. Libraries that are not one's
    own are changed where they are `named`. Returns the files in which the preset was named,
    and what could not be read or is not to be changed. Raises RequestError.
    """
    path = library.find(old)
    if path is None:
        libraries.find(old)
        raise RequestError(
            f"{old!r} is not in {library.folder}", cure="rename it in its own library"
        )
    target = library.path_of(new)
    sealed = libraries.sealed(named)
    changes = Changes(f"rename {old} to {new}", sealed)
    changes.put(target, _with_new_paths(path, target, changes))
    changes.remove(path)
    changed, left = [], []
    presets = (p for other in libraries.order for _, p in preset_files(other) if p != path)
    files: dict[Path, None] = dict.fromkeys(presets)
    for session in sessions:
        files[session] = None
        _rename_in_lock(session, old, new, changes)
        try:
            files |= dict.fromkeys(read_tree(session)[1])
        except InvalidInput as error:
            left.append(str(error))
    for file in files:
        try:
            text = read_text(file)
            tree = parse_yaml(text, str(file))
            mentioned = [p for p, name in preset_names(tree.data) if name == old]
        except InvalidInput:
            continue
        if mentioned and (foreign := _sealed_in(file, sealed)):
            if len(libraries.find_all(old)) == 1:  # else it goes on meaning another
                left.append(f"{file} names {old}, and is not yours to change (--in {foreign})")
        elif mentioned:
            edited = with_texts(text, dict.fromkeys(mentioned, new), str(file))
            changes.put(file, edited.encode(), force=True)
            changed.append(file)
    commit(changes)
    return changed, left


def _sealed_in(file: Path, sealed: Iterable[Path]) -> Path | None:
    inside = (folder for folder in sealed if real_path(file).is_relative_to(real_path(folder)))
    return next(inside, None)


def _rename_in_lock(session: Path, old: str, new: str, changes: Changes) -> None:
    with contextlib.suppress(InvalidInput):  # a broken lock is told of when it is used
        lock = read_lock(session)
        if lock is not None and old in lock.presets:
            presets = {new if name == old else name: p for name, p in lock.presets.items()}
            renamed = lock.model_copy(update={"presets": dict(sorted(presets.items()))})
            changes.put(lock_path(session), write_lock(renamed).encode(), force=True)


def _with_new_paths(path: Path, target: Path, changes: Changes) -> bytes:
    """The preset's bytes for its new place; a state of its own name moves along."""
    text = read_text(path)
    tree = parse_yaml(text, str(path))
    texts: dict[KeyPath, str] = {}
    for key_path, around, key in file_keys(tree.data):
        file = path.parent / around[key]
        if file.stem == path.stem and file.parent == path.parent:
            moved = target.with_name(target.name.removesuffix(SUFFIX) + file.suffix)
            changes.put(moved, file.read_bytes())
            changes.remove(file)
            texts[key_path] = moved.name
        else:
            texts[key_path] = Path(os.path.relpath(file, target.parent)).as_posix()
    return with_texts(text, texts, str(path)).encode()
