"""The list of moves that a step carries: written before the first, read by whoever goes on."""

from __future__ import annotations

import itertools
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from hostkit.disk.unfinished import is_unfinished
from hostkit.errors import CannotMove
from hostkit.ground.places import real_path

MOVING = ".hostkit-moving"
LIST = "moves.json"
FILES, REPLACED = "files", "replaced"
MAX_LIST_BYTES = 50_000_000


@dataclass(frozen=True)
class Move:
    """What stands at `path` becomes another file, or goes.

    `waiting` and `aside` are places in the step: of what comes, and of what was there.
    `before` and `after` are the SHA-256 of both, None for no file. A file that is to go
    stays when it is not the one of `before` any more; one that is replaced is replaced.
    """

    path: Path
    waiting: str
    aside: str
    before: str | None
    after: str | None

    def back(self) -> Move:
        """The move that undoes this one."""
        return Move(self.path, self.aside, self.waiting, self.after, self.before)


@dataclass(frozen=True)
class Moves:
    """All moves of a step. Its folder is then called `done_as`, or `undone_as` where an error
    put everything back; None where it is not needed any more.
    """

    moves: tuple[Move, ...]
    done_as: str | None = None
    undone_as: str | None = None


def place_of(path: Path) -> Path:
    """Where a file that waits in a step will be; any other path as it is.

    >>> place_of(Path("out/.hostkit-0123abcd-7-0123456789abcdef/files/stems/a.wav")).as_posix()
    'out/stems/a.wav'
    """
    parts = path.parts
    for at, (one, following) in enumerate(itertools.pairwise(parts)):
        if following == FILES and is_unfinished(one):
            return Path(*parts[:at], *parts[at + 2 :])
    return path


def write_list(step: Path, moves: Moves) -> None:
    """Writes the list into its step, and waits until it is on the disk. Raises OSError."""
    listed = [{**asdict(move), "path": move.path.as_posix()} for move in moves.moves]
    text = json.dumps({**asdict(moves), "moves": listed})
    with (step / LIST).open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def read_list(folder: Path, anywhere: bool) -> Moves:
    """The list of a step that somebody else began. Raises OSError for one that is not ours."""
    step = folder / MOVING
    try:
        if (step / LIST).stat().st_size > MAX_LIST_BYTES:
            raise ValueError("too long")
        data = json.loads((step / LIST).read_text(encoding="utf-8"))
        moves = tuple(_checked(entry, folder, anywhere) for entry in data["moves"])
        names = [data[key] for key in ("done_as", "undone_as")]
        if any(name is not None and (not anywhere or Path(name).name != name) for name in names):
            raise ValueError("another name")
        return Moves(moves, *names)
    except FileNotFoundError:
        raise
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise CannotMove(
            f"{step} is not a list of moves that hostkit wrote", cure="remove it"
        ) from error


def _checked(entry: Any, folder: Path, anywhere: bool) -> Move:
    """A move as written down; in a folder that may be anybody's, only inside it."""
    move = Move(
        Path(entry["path"]),
        str(entry["waiting"]),
        str(entry["aside"]),
        entry["before"],
        entry["after"],
    )
    step, root = real_path(folder / MOVING), real_path(folder)
    inside = [real_path(step / name).is_relative_to(step) for name in (move.waiting, move.aside)]
    inside.append(anywhere or real_path((root / move.path).parent).is_relative_to(root))
    if not all(inside):
        raise ValueError("leads elsewhere")
    return move
