"""The files that a device of a session reads, taken along into a library of presets."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from hostkit.devices.sfz.definition import read_sfz
from hostkit.devices.sounds import PATH_VARIABLE, sound_folders
from hostkit.errors import RequestError
from hostkit.ground.places import is_inside

MOST_BYTES = 500 * 10**6
"""Of an SFZ with its samples: what is larger belongs where all sessions find it."""


def taken_along(source: Path, folder: Path, target: Path) -> Iterator[tuple[Path, bytes]]:
    """A file that a session in `folder` names, as `target`, and what belongs to it beside that.

    An SFZ's includes and samples keep their places around it. Raises RequestError, InvalidInput.
    """
    yield target, _content(source)
    if source.suffix.lower() != ".sfz":
        return
    root = next((one for one in (folder, *sound_folders()) if is_inside(one, source)), None)
    read = read_sfz(source, root or source.parent)
    others = [file for file in (*read.files[1:], *read.samples) if file != source]
    where = f"put its folder where {PATH_VARIABLE} names it, and write {{sfz: {source.stem}}}"
    if sum(file.stat().st_size for file in others) > MOST_BYTES:
        raise RequestError(
            f"and its samples are more than the {MOST_BYTES // 10**6} MB that a preset takes along",
            cure=where,
            file=source,
        )
    for file in others:
        place = os.path.relpath(file, source.parent)
        if place.startswith(os.pardir):
            raise RequestError(
                f"names {place}, which is not below its folder, so a preset cannot take it along",
                cure=where,
                file=source,
            )
        yield target.parent / place, _content(file)


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise RequestError(f"cannot be read: {error.strerror}", file=path) from None
