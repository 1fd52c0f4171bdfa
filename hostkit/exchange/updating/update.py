"""`init --update`: a newer project's notes and clips into a session, and nothing else."""

from __future__ import annotations

import shutil
from pathlib import Path

from hostkit.audio.files.whole_file import storage_error
from hostkit.errors import RequestError
from hostkit.exchange.arriving.arrive import STATES, TAKES, arrive
from hostkit.exchange.arriving.devices import InstalledPlugins
from hostkit.exchange.arriving.installed import PluginsHere
from hostkit.exchange.arriving.start import (
    FILES,
    files_folder,
    moved_together,
    sha256_of,
    step_in,
)
from hostkit.exchange.readers import READERS, reader_of
from hostkit.exchange.updating.changes import Updated
from hostkit.exchange.updating.edits import BACKUP, SessionEdits
from hostkit.exchange.updating.regions import RegionsHeard
from hostkit.ground.named_file import is_file
from hostkit.ground.places import real_path
from hostkit.session.load import load_session, validate
from hostkit.session.model.session import Session
from hostkit.session.yaml_tree import parse_yaml


def update_session(
    source: Path,
    session: Path,
    *,
    write: bool = True,
    installed: InstalledPlugins | None = None,
) -> Updated:
    """Brings the notes and clips of the project `source` into `session`.

    Tracks are matched by the MIDI track that they play, recorded ones by their name. What is
    replaced is kept beside it, with `.bak` behind its name. Raises RequestError, InvalidInput,
    StorageError.
    """
    read = reader_of(source)
    if read is None:
        endings = " or ".join(READERS)
        raise RequestError(
            f"a session is updated from a DAW's project, which ends in {endings}",
            cure="export it from the DAW",
            file=source,
        )
    loaded = load_session(session)
    project = read(source)
    folder = files_folder(session)
    try:
        with step_in(session.parent, write) as step:
            takes = step / FILES / folder / TAKES
            takes.mkdir(parents=True)
            here = installed or PluginsHere()
            there = frozenset(path.name for path in (session.parent / folder / STATES).glob("*"))
            arrived = arrive(project, real_path(session).parent, folder, takes, here, there)
            recorded_anew = _sorted_out(takes, session.parent / folder / TAKES)
            heard = RegionsHeard((step / FILES, session.parent), loaded.session.sample_rate)
            edits = SessionEdits(loaded, arrived, folder, recorded_anew, heard)
            text, midi = edits.run()
            _drop_unplayed(takes, folder, validate(parse_yaml(text, str(session))))
            result = edits.result()
            if write and result.is_other:
                moved_together(step, session.parent, edits.files(text, midi))
    except OSError as error:
        raise storage_error(session, error) from error
    return result


def _sorted_out(unpacked: Path, there: Path) -> frozenset[str]:
    """Leaves of takes that were unpacked those that are new or other than before.

    The others go with what was there before beside them, as a backup. Gives their names.
    """
    other: set[str] = set()
    for take in sorted(unpacked.iterdir()):
        before = there / take.name
        if not is_file(before):
            continue
        if sha256_of(before) == sha256_of(take):
            take.unlink()
        else:
            shutil.copyfile(before, take.with_name(take.name + BACKUP))
            other.add(take.name)
    return frozenset(other)


def _drop_unplayed(unpacked: Path, folder: str, session: Session) -> None:
    """Takes that the session does not play: it has them elsewhere, or plays others."""
    tracks = session.tracks.values()
    played = {one.file for track in tracks for one in (*(track.audio or ()), *(track.live or ()))}
    for take in list(unpacked.iterdir()):
        if f"{folder}/{TAKES}/{take.name.removesuffix(BACKUP)}" not in played:
            take.unlink()
