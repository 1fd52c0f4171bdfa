"""Which sessions use which presets, and where."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hostkit.errors import HostkitError, InvalidInput, RequestError
from hostkit.ground.named_file import cure_of_missing, what_is_at
from hostkit.library.folders import Libraries, Library
from hostkit.session.extends import NOT_A_MAP, read_tree
from hostkit.session.folder import begins_as_session
from hostkit.session.text import read_text
from hostkit.session.yaml_tree import Path as KeyPath
from hostkit.session.yaml_tree import parse_yaml

MAX_SESSIONS = 20_000


@dataclass(frozen=True)
class Use:
    """A place where a preset is named: in a track, a bus, the master, or another preset.

    `file` is where it is written, which is another than `session` when that extends it.
    """

    session: Path
    file: Path
    line: int
    where: str
    preset: str


def preset_names(data: Any) -> Iterator[tuple[KeyPath, str]]:
    """Every place in a session's or preset's data that names a preset: path and name.

    >>> list(preset_names({"hostkit": 1, "tracks": {"a": {"instrument": "strings/warm"}}}))
    [(('tracks', 'a', 'instrument'), 'strings/warm')]
    """
    if isinstance(data, dict) and "preset" in data and isinstance(data.get("extends"), str):
        yield ("extends",), data["extends"]
    for path, device in session_devices(data):
        if isinstance(device, str):
            yield path, device
        elif isinstance(device, dict) and isinstance(device.get("preset"), str):
            yield (*path, "preset"), device["preset"]


def session_devices(data: Any) -> Iterator[tuple[KeyPath, Any]]:
    """Every device as a session writes it, with its path."""
    if not isinstance(data, dict):
        return
    yield from _listed(("master",), data.get("master"))
    for kind in ("tracks", "buses"):
        sections = data.get(kind)
        for name, section in sections.items() if isinstance(sections, dict) else ():
            if isinstance(section, dict):
                yield (kind, name, "instrument"), section.get("instrument")
                for chain in ("midi_effects", "effects"):
                    yield from _listed((kind, name, chain), section.get(chain))


def _listed(path: KeyPath, effects: Any) -> Iterator[tuple[KeyPath, Any]]:
    if isinstance(effects, list):
        yield from (((*path, index), effect) for index, effect in enumerate(effects))


def find_sessions(places: Iterable[Path]) -> Iterator[Path]:
    """The files named, and below folders the YAML that begins as sessions do."""
    count = 0
    for place in places:
        for path in _yaml_files(place):
            count += 1
            if count > MAX_SESSIONS:
                raise RequestError(
                    f"more than {MAX_SESSIONS} files below {place}", cure="name a folder"
                )
            if path == place or begins_as_session(path):
                yield path


def _yaml_files(place: Path) -> Iterator[Path]:
    if not place.is_dir():
        if not place.is_file():
            kind = what_is_at(place)
            wrong = f"is {kind}, not a file" if kind else "there is no such file or folder"
            raise RequestError(wrong, cure=cure_of_missing(place), file=place)
        yield place
        return
    for folder, folders, files in os.walk(place):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (
            Path(folder, name) for name in sorted(files) if name.endswith((".yaml", ".yml"))
        )


def where_used(
    name: str, sessions: Iterable[Path], libraries: Libraries
) -> tuple[list[Use], list[str]]:
    """The uses of a preset, also through presets that build on it; and what was unreadable."""
    wanted = {name, *_built_on(name, libraries)}
    uses: list[Use] = []
    unread: list[str] = []
    for session in sessions:
        try:
            tree, _ = read_tree(session)
            if not isinstance(tree.data, dict):
                raise InvalidInput([tree.place(()).problem(*NOT_A_MAP)])
        except InvalidInput as error:
            unread.append(str(error))
            continue
        for path, used in preset_names(tree.data):
            if used in wanted:
                place = tree.place(path)
                where = " ".join(str(part) for part in path[:2])
                uses.append(Use(session, Path(place.file), place.line, where, used))
    return uses, unread


def _built_on(name: str, libraries: Libraries) -> set[str]:
    """The presets that build on one, at any remove."""
    bases: dict[str, str] = {}
    for library in libraries.order:
        for preset, path in preset_files(library):
            try:
                data = parse_yaml(read_text(path), str(path)).data
            except HostkitError:
                continue
            for _, base in preset_names(data):
                bases.setdefault(preset, base)
    found: set[str] = set()
    while more := {p for p, base in bases.items() if base in {name, *found}} - found:
        found |= more
    return found


def preset_files(library: Library) -> Iterator[tuple[str, Path]]:
    """The presets of a library, each by name with its file."""
    return ((name, Path(entry.path)) for name, entry in library.files())
