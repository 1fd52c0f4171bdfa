"""State files into a library: what they are is read from the files themselves."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Literal, Protocol

from hostkit.errors import RequestError
from hostkit.ground.named_file import cure_of_missing, read_named
from hostkit.library.changes import Changes, Commit
from hostkit.library.exchange.state_file import (
    ANY_STATE,
    AS_VSTPRESET,
    SUFFIXES,
    is_of_another_kind,
    is_state,
)
from hostkit.library.exchange.vstpreset import MAX_BYTES, SUFFIX, VstPreset, read_vstpreset
from hostkit.library.folders import Library
from hostkit.library.model import Preset, PresetPlugin
from hostkit.library.write import write_preset

MAX_FILES = 20_000
MAX_NAME = 200


class Installed(Protocol):
    """What is known of an installed plug-in."""

    @property
    def name(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def vendor(self) -> str: ...


Match = Callable[[str], Installed | None]
"""Finds the installed plug-in of a class id."""
Fit = Callable[[bytes], tuple[Installed, str] | None]
"""Finds the installed plug-in that takes a state of its VST2 or Audio Unit, and its name there."""


def _nobody(_data: bytes) -> None:
    """No plug-in takes it."""


@dataclass(frozen=True)
class Imported:
    """One file: the preset it became, or why it did not. `note` is for the user to know."""

    file: Path
    name: str | None
    note: str = ""


def import_files(
    sources: Iterable[Path],
    library: Library,
    match: Match,
    fit: Fit = _nobody,
    *,
    force: bool = False,
    commit: Commit = Changes.commit,
) -> list[Imported]:
    """Brings state files, and whole folders of them, into a library.

    Each bad one is told with its reason; the good ones arrive together. A preset's name
    is PLUG-IN/folders/file in plain characters.
    """
    changes = Changes("import presets")
    results: list[Imported] = []
    taken: set[str] = set()
    for file, inside in _files(sources):
        try:
            content = _content(file)
            data, installed = _known(file, content, match, fit)
            preset, note = _preset(data, installed)
            name = _free_name(preset, data, inside, taken)
            taken.add(name.casefold())
            yaml = library.path_of(name)
            state = yaml.with_suffix(file.suffix.lower() if file.suffix else SUFFIX)
            text = write_preset(_with_state(preset, state.name))
            step = Changes("")
            step.put(state, content, force=force)
            step.put(yaml, text.encode(), force=force)
            changes.files.update(step.files)
            results.append(Imported(file, name, note))
        except RequestError as error:
            results.append(Imported(file, None, str(error).removeprefix(f"{file}: ")))
    commit(changes)
    return results


def _content(file: Path) -> bytes:
    try:
        return read_named(file, MAX_BYTES)
    except FileNotFoundError:
        raise RequestError("there is no such file", cure=cure_of_missing(file), file=file) from None
    except OSError as error:
        raise RequestError(f"cannot be read: {error.strerror}", file=file) from None


def _known(
    file: Path, content: bytes, match: Match, fit: Fit
) -> tuple[VstPreset, Installed | None]:
    """What a file says of itself, and the plug-in that it is of, where that is installed."""
    if not is_state(content):
        raise RequestError(f"is not {ANY_STATE}", file=file)
    if not is_of_another_kind(content):
        data = read_vstpreset(file)
        return data, match(data.class_id)
    found = fit(content)
    if found is None:
        raise RequestError(
            "no installed plug-in takes it as the state of its VST2 or Audio Unit",
            cure=AS_VSTPRESET,
        )
    plugin, name = found
    shown = "".join(character for character in name if character.isprintable()).strip()
    return VstPreset("", {}, {"Name": shown[:MAX_NAME]}), plugin


def _files(sources: Iterable[Path]) -> Iterable[tuple[Path, PurePosixPath]]:
    """Every preset file with its path inside the folder that was named."""
    count = 0
    for source in sources:
        if source.is_dir():
            found = sorted(p for p in source.rglob("*") if p.suffix.lower() in SUFFIXES)
            if not found:
                kinds = ", ".join(SUFFIXES)
                wrong = f"there are no state files of plug-ins in this folder ({kinds})"
                raise RequestError(wrong, cure="name another", file=source)
            pairs = [(path, PurePosixPath(path.relative_to(source).as_posix())) for path in found]
        else:
            pairs = [(source, PurePosixPath(source.name))]
        for pair in pairs:
            count += 1
            if count > MAX_FILES:
                raise RequestError(
                    f"more than {MAX_FILES} files", cure="import them folder by folder"
                )
            yield pair


def _preset(data: VstPreset, installed: Installed | None) -> tuple[Preset, str]:
    """What a file is: the installed plug-in knows best, else its own words are believed."""
    plugin = installed.name if installed else data.plugin
    kind = installed.kind if installed else _kind(data.info.get("PlugInCategory", ""))
    if not plugin or kind is None:
        raise RequestError(
            f"no installed plug-in has its class id {data.class_id}, and the file does not say "
            "what it is",
            cure="install the plug-in, then import it again",
        )
    if kind not in ("instrument", "effect"):
        raise RequestError(
            f"{plugin} is a {kind}", cure="presets hold instruments and effects; use it as state:"
        )
    note = "" if installed else f"{plugin} is not installed here"
    device = PresetPlugin(plugin=plugin)
    words = [word.strip().lower() for word in re.split(r"[|,;/]", data.category) if word.strip()]
    vendor = data.vendor or (installed.vendor if installed else "")
    about = " ".join(filter(None, [data.name, f"({plugin}{f', {vendor}' if vendor else ''})"]))
    preset = Preset(
        preset=1,
        description=about,
        tags=[word[:64] for word in dict.fromkeys(words)],
        author=data.info.get("Author", ""),
        instrument=device if kind == "instrument" else None,
        effects=[device] if kind == "effect" else [],
    )
    return preset, note


def _kind(category: str) -> Literal["instrument", "effect"] | None:
    """Of a VST3 category: Instrument|Synth, Fx|Reverb."""
    first = category.partition("|")[0].strip().lower()
    kinds: dict[str, Literal["instrument", "effect"]] = {"instrument": "instrument", "fx": "effect"}
    return kinds.get(first)


def _with_state(preset: Preset, state: str) -> Preset:
    held = {"state": state}
    if preset.instrument is not None:
        return preset.model_copy(update={"instrument": preset.instrument.model_copy(update=held)})
    return preset.model_copy(update={"effects": [preset.effects[0].model_copy(update=held)]})


def _free_name(preset: Preset, data: VstPreset, inside: PurePosixPath, taken: set[str]) -> str:
    """Plain characters; two files that come to one name are numbered."""
    parts = [plain(part) for part in inside.parent.parts] + [plain(inside.stem or data.name)]
    base = "/".join((plain(preset.plugins[0]), *(part for part in parts if part)))[:190]
    name, number = base, 1
    while name.casefold() in taken:
        number += 1
        name = f"{base}-{number}"
    return name


def plain(text: str) -> str:
    """A part of a preset's name made of any text.

    >>> plain("Dragonfly Hall Reverb"), plain("Größer & heller!")
    ('dragonfly-hall-reverb', 'gr-er-heller')
    """
    kept = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
    return kept or "preset"
