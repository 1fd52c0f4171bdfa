"""Preset files to `Preset` values: found, built on others, checked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from hostkit.errors import Fault, InvalidInput, Problem, RequestError, fault_of
from hostkit.library.folders import Libraries, Library, inside
from hostkit.library.model import Preset
from hostkit.session.extends import NAMED_KEYS, expect_map, merge
from hostkit.session.load import validate_as
from hostkit.session.model.devices import is_installed_name
from hostkit.session.text import read_text
from hostkit.session.yaml_tree import Path as KeyPath
from hostkit.session.yaml_tree import Place, Tree, parse_yaml

MAX_BYTES = 1_000_000
MAX_CHAIN = 16
NOT_A_MAP = Fault("a preset is a map of keys", "begin with preset: 1")


@dataclass(frozen=True)
class LoadedPreset:
    """A preset by name, the library it is from, and the files it was built from.

    Files that its devices read are absolute paths inside their library: one of `folders`, which
    are those of the library and of what the preset builds on.
    """

    name: str
    preset: Preset
    library: Library
    path: Path
    tree: Tree
    files: tuple[Path, ...]
    folders: tuple[Path, ...]

    def problem(self, path: KeyPath, message: str, cure: str = "") -> Problem:
        return self.tree.place(path).problem(message, cure)


def load_preset(name: str, libraries: Libraries) -> LoadedPreset:
    """The preset that a name means. Raises RequestError; InvalidInput with all problems."""
    library, path = libraries.find(name)
    return load_from(name, library, path, libraries)


def load_from(name: str, library: Library, path: Path, libraries: Libraries) -> LoadedPreset:
    """The preset in a file of a library. Raises InvalidInput with all problems."""
    tree, files = _read(library, path, libraries, ())
    preset = validate_as(Preset, tree, NOT_A_MAP)
    if not preset.devices:
        message = "the preset has no instrument and no effects"
        raise InvalidInput([tree.place(()).problem(message, cure="give it one of them")])
    order = (library, *libraries.order)
    built_on = (one for file in files for one in order if file.is_relative_to(one.folder))
    folders = tuple(dict.fromkeys(one.folder for one in (library, *built_on)))
    return LoadedPreset(
        name=name,
        preset=preset,
        library=library,
        path=path,
        tree=tree,
        files=files,
        folders=folders,
    )


def _read(
    library: Library, path: Path, libraries: Libraries, above: tuple[Path, ...]
) -> tuple[Tree, tuple[Path, ...]]:
    """The merged tree of a preset and all it builds on, and their files."""
    tree = parse_yaml(read_text(path, max_bytes=MAX_BYTES), str(path))
    _absolute_files(tree, library, path)
    if not isinstance(tree.data, dict) or not isinstance(tree.data.get("extends"), str):
        return tree, (path,)
    place, base_name = tree.place(("extends",)), tree.data["extends"]
    chain = (*above, path)
    if len(chain) >= MAX_CHAIN:
        raise InvalidInput(
            [
                place.problem(
                    f"extends goes more than {MAX_CHAIN} presets deep",
                    cure="put two of them into one",
                )
            ]
        )
    base_library, base_path = _base(base_name, chain, libraries, place)
    base, files = _read(base_library, base_path, libraries, chain)
    expect_map(base, NOT_A_MAP)
    merged = merge(_without_replaced(base, tree), tree)
    return merged, (path, *files)


def _base(
    name: str, chain: tuple[Path, ...], libraries: Libraries, place: Place
) -> tuple[Library, Path]:
    """The preset to build on: one of the same name is looked for in later libraries."""
    try:
        found = libraries.find_all(name) or [libraries.find(name)]
    except RequestError as error:
        raise InvalidInput([place.problem(*error.fault)]) from None
    unused = [pair for pair in found if pair[1] not in chain]
    if not unused:
        names = " → ".join(path.stem for path in (*chain, found[0][1]))
        raise InvalidInput(
            [place.problem(f"extends goes in a circle: {names}", cure="take one out")]
        )
    return unused[0]


def file_keys(data: Any) -> Iterator[tuple[KeyPath, dict[str, Any], str]]:
    """The places in a preset's data that name a file: path, map around it, key."""
    if not isinstance(data, dict):
        return
    effects = data.get("effects")
    devices: list[tuple[KeyPath, Any]] = [(("instrument",), data.get("instrument"))]
    if isinstance(effects, list):
        devices += [(("effects", index), effect) for index, effect in enumerate(effects)]
    for path, device in devices:
        if not isinstance(device, dict):
            continue
        for key in ("soundfont", "sfz", "state"):
            named = key in NAMED_KEYS and is_installed_name(str(device.get(key)))
            if isinstance(device.get(key), str) and not named:
                yield (*path, key), device, key
        for name, params in device.items():
            key = "impulse_response_filename"
            if isinstance(params, dict) and isinstance(params.get(key), str):
                yield (*path, name, key), params, key


def _absolute_files(tree: Tree, library: Library, preset: Path) -> None:
    """Makes file names of a fresh tree absolute. Raises InvalidInput for those not there."""
    problems = []
    for path, around, key in file_keys(tree.data):
        written = around[key]
        file = preset.parent / written
        try:
            if Path(written).is_absolute() or "\\" in written:
                raise RequestError(f"{written!r} is not relative to the preset", cure="write it so")
            inside(library.folder, file)
            if not file.is_file():
                raise RequestError(f"there is no file {written!r} beside it", cure="put it there")
        except (RequestError, ValueError, OSError) as error:
            problems.append(tree.place(path).problem(*fault_of(error)))
            continue
        around[key] = str(file)
    if problems:
        raise InvalidInput(problems)


def _without_replaced(base: Tree, top: Tree) -> Tree:
    """The base without what `top` replaces as a whole: an instrument of another kind.

    A plug-in's state stands for all its settings, so a new state leaves none of the old.
    """
    low, high = base.data, top.data
    data = {key: value for key, value in low.items() if key != "extends"}
    if isinstance(old := data.get("instrument"), dict) and isinstance(
        new := high.get("instrument"), dict
    ):
        named = {key: new[key] for key in ("soundfont", "sfz", "plugin", "tone") if key in new}
        if "state" in new or any(old.get(key) != value for key, value in named.items()):
            del data["instrument"]
    return replace(base, data=data)
