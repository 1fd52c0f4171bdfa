"""A session for whatever music comes in: a DAW's project, a MIDI file, a folder of recordings."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from hostkit.audio.files.whole_file import storage_error
from hostkit.delivery.folder.claimed import refuse_inside
from hostkit.disk.move_list import Move, Moves
from hostkit.disk.moving import move_together, new_step
from hostkit.errors import RequestError
from hostkit.exchange.arriving.arrive import TAKES, arrive
from hostkit.exchange.arriving.devices import InstalledPlugins
from hostkit.exchange.arriving.installed import PluginsHere
from hostkit.exchange.project import Loss, Project
from hostkit.exchange.readers import reader_of
from hostkit.exchange.unread import refuse_unread
from hostkit.ground.file_names import is_text
from hostkit.ground.named_file import is_file
from hostkit.ground.places import real_path
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
    for named in (source, out):
        _refuse_other_letters(named)
    refuse_inside(out)
    read = reader_of(source) if not source.is_dir() else None
    if read is None:
        refuse_unread(source)
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


def _refuse_other_letters(named: Path) -> None:
    """The session's text holds both names."""
    if not is_text(Path(named.name)):
        raise RequestError("its name is not UTF-8", cure="rename it", file=named)


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
        with step_in(out.parent, write) as step:
            waiting = step / FILES
            takes = waiting / folder / TAKES
            takes.mkdir(parents=True)
            arrived = arrive(project, real_path(out).parent, folder, takes, installed)
            text = arrived.text(folder)
            session = validate(parse_yaml(text, str(out)))
            stems = {session.stem_of(track) for track in session.tracks}
            if write:
                files = {f"{folder}/{name}": data for name, data in arrived.files().items()}
                files[out.name] = (LINE + text).encode("utf-8")
                moved_together(step, out.parent, files)
    except OSError as error:
        raise storage_error(out, error) from error
    if write:
        place_schema(out)
    return Beginning(Started(out, len(session.tracks), len(stems)), arrived.losses)


@contextmanager
def step_in(folder: Path, write: bool) -> Iterator[Path]:
    """A folder for what waits to be moved; somewhere else where nothing is to be written."""
    if write:
        with new_step(folder) as step:
            yield step
    else:
        with tempfile.TemporaryDirectory() as made:
            yield Path(made)


def moved_together(step: Path, folder: Path, files: Mapping[str, bytes]) -> None:
    """Puts files, and what waits in the step already, into their places: all or none."""
    waiting = step / FILES
    for name, data in files.items():
        path = waiting / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    (step / "replaced").mkdir()
    moves = []
    for path in sorted(waiting.rglob("*")):
        if path.is_file():
            place = path.relative_to(waiting)
            there = folder / place
            before = sha256_of(there) if is_file(there) else None
            inside = (Path(FILES, place).as_posix(), Path("replaced", place).as_posix())
            moves.append(Move(place, *inside, before, sha256_of(path)))
    move_together(step, folder, Moves(tuple(moves)))


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
