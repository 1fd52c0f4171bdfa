"""Audio files that a project names: looked for in its folder only."""

from __future__ import annotations

from pathlib import Path

from hostkit.ground.named_file import is_file
from hostkit.ground.places import real_path

_MOST_PARTS = 32


def beside(folder: Path, said: str) -> Path | None:
    """The file in `folder`, or below it, that a project calls so on the machine it was made on.

    Of `/Users/ada/Song/audio/take.wav` the end that is there is taken: `audio/take.wav`, else
    `take.wav`. Nothing outside of the folder is looked at, whatever the name says.
    """
    if not said or "\0" in said:
        return None
    said = said.removeprefix("file://")
    parts = [part for part in said.replace("\\", "/").split("/") if part not in ("", ".")]
    parts = [part for part in parts if not (len(part) == 2 and part[1] == ":")]
    last_up = max((i for i, part in enumerate(parts) if part == ".."), default=-1)
    parts = parts[last_up + 1 :][-_MOST_PARTS:]
    root = real_path(folder)
    for first in range(len(parts)):
        found = folder.joinpath(*parts[first:])
        if is_file(found) and real_path(found).is_relative_to(root):
            return found
    return None
