"""The folder of a ducking pass: which it is, and what may be replaced in it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hostkit.delivery.certificate.hashes import sha256
from hostkit.delivery.folder.claimed import refuse_inside
from hostkit.delivery.folder.incoming import NAMED_AT_ONCE
from hostkit.delivery.manifest.read import read_manifest
from hostkit.disk.outputs import refuse_dangling
from hostkit.ducking.phrase import Phrase
from hostkit.ducking.phrase_file import read_phrases
from hostkit.errors import HostkitError, RequestError
from hostkit.ground.named_file import read_named

RECORD = "duck.json"
PHRASES = "phrases.csv"
MAX_RECORD_BYTES = 50_000_000


def ducked_folder(music: Path) -> Path:
    """Where a pass goes when nobody says so: beside the music, and never inside a delivery.

    Of music in `renders/cue/stems` that is `renders/cue-ducked`; of music in a delivery by
    a profile inside another one, `renders/cue-film-ducked`. Raises StorageError.
    """
    absolute = music.absolute()
    inside = [folder for folder in absolute.parents if read_manifest(folder) is not None]
    if not inside:
        return music.parent / "ducked"
    nearest, outermost = inside[0], inside[-1]
    name = "-".join((outermost.name, *nearest.relative_to(outermost).parts, "ducked"))
    beside = outermost.parent / name
    here = Path.cwd()
    shown = not music.is_absolute() and beside.is_relative_to(here)
    return beside.relative_to(here) if shown else beside


def ducked_before(
    folder: Path,
    names: Iterable[str],
    dialogue: Path,
    phrases: Iterable[Phrase] | None = None,
    *,
    force: bool = False,
) -> dict[str, str]:
    """The files in `folder` that the coming pass replaces as a whole, with their hashes.

    Those are what an earlier pass of the same music and dialogue wrote, as its duck.json
    has them; with `force` also what else is in the way of `names`. A phrases.csv that was
    corrected may go when its phrases are those that are used. Raises RequestError for
    whatever else is there, StorageError where it cannot be read.
    """
    names = list(names)
    refuse_dangling(folder)
    if read_manifest(folder) is not None:
        raise RequestError(
            "is a delivery", cure="choose another folder to duck into (-o)", file=folder
        )
    refuse_inside(folder)
    record = read_record(folder)
    listed, wanted = record.hashes, frozenset(name for name in names if name.endswith(".wav"))
    of_this = (record.audio, record.dialogue) == (wanted, dialogue.name)
    there = {name: sha256(folder / name) for name in {*listed, *names} if _is_file(folder / name)}
    if force:
        return {name: found for name, found in there.items() if name in names or name in listed}
    if listed and not of_this:
        raise RequestError(
            "has the ducked files of other music or dialogue",
            cure="choose another folder (-o), or replace them with --force",
            file=folder,
        )
    altered = [
        name
        for name, found in there.items()
        if name != RECORD and found != listed.get(name) and not _is_used(folder / name, phrases)
    ]
    if altered or (RECORD in there and not listed):
        known = sorted(altered) or [RECORD]
        more = len(known) - NAMED_AT_ONCE
        named = ", ".join(known[:NAMED_AT_ONCE]) + (f" and {more} more" if more > 0 else "")
        raise RequestError(
            f"{named}: there already, and not as a ducking pass left it",
            cure="choose another folder (-o), or replace it with --force",
            file=folder,
        )
    return there


@dataclass(frozen=True)
class PassRecord:
    """What a pass wrote into a folder, with hashes; its music, and the name of its dialogue."""

    hashes: dict[str, str]
    audio: frozenset[str]
    dialogue: str


NO_RECORD = PassRecord({}, frozenset(), "")


def read_record(folder: Path) -> PassRecord:
    """What the duck.json of a folder says; NO_RECORD where there is none that can be read."""
    try:
        data: Any = json.loads(read_named(folder / RECORD, MAX_RECORD_BYTES).decode())
        hashes = {str(name): str(found) for name, found in data["hashes"].items()}
        audio = frozenset(str(file["path"]) for file in data["files"])
        spoken = Path(data["dialogue"]["path"]).name
    except (HostkitError, OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return NO_RECORD
    inside = {name: found for name, found in hashes.items() if Path(name).name == name}
    return PassRecord(inside, audio, spoken)


def _is_file(path: Path) -> bool:
    if path.is_dir():
        raise RequestError("is a folder", cure="choose another folder to duck into (-o)", file=path)
    return path.is_file()


def _is_used(path: Path, phrases: Iterable[Phrase] | None) -> bool:
    """Whether a list of phrases is the very one that the pass was given."""
    if phrases is None or path.name != PHRASES:
        return False
    try:
        return list(read_phrases(path)) == list(phrases)
    except HostkitError:
        return False
