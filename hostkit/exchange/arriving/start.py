"""A session for whatever music comes in: a DAW's project, a MIDI file, a folder of recordings."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from hostkit.audio.files.whole_file import storage_error
from hostkit.delivery.folder.claimed import refuse_inside
from hostkit.disk.move_list import Move, Moves
from hostkit.disk.moving import move_together, new_step
from hostkit.errors import RequestError
from hostkit.exchange.arriving.arrive import Arrived, arrive
from hostkit.exchange.arriving.devices import InstalledPlugins
from hostkit.exchange.arriving.installed import PluginsHere
from hostkit.exchange.project import Loss, Project
from hostkit.exchange.readers import reader_of
from hostkit.ground.named_file import is_file
from hostkit.session.load import validate
from hostkit.session.schema import LINE, place_schema
from hostkit.session.starting.start import (
    Started,
    place_for,
    refuse_to_harm,
    start_session,
)
from hostkit.session.yaml_tree import parse_yaml

FILES = "files"


@dataclass(frozen=True)
class Beginning:
    """What was begun; of a project, `losses` could not be brought over."""

    started: Started
    losses: tuple[Loss, ...] = ()


def start_any(
    source: Path,
    out: Path | None = None,
    *,
    force: bool = False,
    font: Path | None = None,
    write: bool = True,
    installed: InstalledPlugins | None = None,
) -> Beginning:
    """Writes a session for `source`, by its kind; never into a delivery.

    Raises as `start_session`.
    """
    out = place_for(source) if out is None else out
    refuse_inside(out)
    read = reader_of(source) if not source.is_dir() else None
    if read is None:
        return Beginning(start_session(source, out, force=force, font=font, write=write))
    project = read(source)
    refuse_to_harm(source, out, force)
    folder = files_folder(out)
    if not force and (out.parent / folder).exists():
        raise RequestError(
            "there is such a folder already, where the session's files would go",
            cure="choose another name with -o, or write over it with --force",
            file=out.parent / folder,
        )
    return _arrive(project, out, folder, write, installed or PluginsHere())


def files_folder(session: Path) -> str:
    """The folder of what comes with a session: notes, states, takes.

    >>> files_folder(Path("cues/1m02.yaml"))
    '1m02-files'
    """
    return f"{session.stem}-files"


def _arrive(
    project: Project, out: Path, folder: str, write: bool, installed: InstalledPlugins
) -> Beginning:
    try:
        with _step(out.parent, write) as step:
            waiting = step / FILES
            takes = waiting / folder / "takes"
            takes.mkdir(parents=True)
            arrived = arrive(project, out.resolve().parent, folder, takes, installed)
            session = validate(parse_yaml(arrived.text, str(out)))
            stems = {session.stem_of(track) for track in session.tracks}
            if write:
                _write(arrived, out, folder, step)
    except OSError as error:
        raise storage_error(out, error) from error
    if write:
        place_schema(out)
    return Beginning(Started(out, len(session.tracks), len(stems)), arrived.losses)


@contextmanager
def _step(folder: Path, write: bool) -> Iterator[Path]:
    if write:
        with new_step(folder) as step:
            yield step
    else:
        with tempfile.TemporaryDirectory() as made:
            yield Path(made)


def _write(arrived: Arrived, out: Path, folder: str, step: Path) -> None:
    """All files take their places together, the session among them."""
    waiting = step / FILES
    files = {f"{folder}/{name}": data for name, data in arrived.files.items()}
    files[out.name] = (LINE + arrived.text).encode("utf-8")
    for name, data in files.items():
        path = waiting / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    (step / "replaced").mkdir()
    moves = []
    for path in sorted(waiting.rglob("*")):
        if path.is_file():
            place = path.relative_to(waiting)
            there = out.parent / place
            before = _sha256(there) if is_file(there) else None
            inside = (Path(FILES, place).as_posix(), Path("replaced", place).as_posix())
            moves.append(Move(place, *inside, before, _sha256(path)))
    move_together(step, out.parent, Moves(tuple(moves)))


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
