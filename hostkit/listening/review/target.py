"""Where a page goes: beside deliveries, never inside one, over nothing that is somebody else's."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from hostkit.delivery.folder.claimed import refuse_inside
from hostkit.delivery.folder.incoming import incoming_folder, move_in
from hostkit.delivery.manifest.read import read_manifest
from hostkit.disk.outputs import refuse_dangling
from hostkit.errors import RequestError
from hostkit.ground.named_file import open_named, read_json
from hostkit.ground.places import real_path
from hostkit.listening.review.page import MADE_BY

PAGE, RECORD = "index.html", "review.json"
_HEAD_BYTES, _RECORD_BYTES = 4096, 10_000_000


@dataclass(frozen=True)
class Target:
    """A place that may be written: `path` is the page's, or names the folder around it."""

    path: Path

    @property
    def folder(self) -> Path:
        """Where the page and its sound go when they lie apart."""
        return self.path.with_suffix("")


def default_path(delivery: Path) -> Path:
    """Beside a delivery, named after it and the deliveries that it lies in.

    Of `renders/cue` that is `renders/cue-review.html`. Raises StorageError.
    """
    place = delivery if delivery.name else real_path(delivery)
    around = [folder for folder in place.absolute().parents if read_manifest(folder) is not None]
    if not around:
        return place.with_name(f"{place.name}-review.html")
    outermost = around[-1]
    parts = place.absolute().relative_to(outermost.parent).parts
    return outermost.with_name(f"{'-'.join(parts)}-review.html")


def choose_target(out: Path | None, delivery: Path, *, apart: bool, force: bool) -> Target:
    """The place, looked at before anything is encoded.

    A folder that is named takes the page by its usual name. Raises RequestError for a place in a
    delivery, or with a file that is no page of hostkit's, unless `force`; StorageError.
    """
    path = out or default_path(delivery)
    if path.is_dir() and (apart or path.suffix != ".html"):
        refuse_inside(path / PAGE)
        path = path / default_path(delivery).name
    target = Target(path)
    refuse_inside(path)
    refuse_dangling(path)
    if path.suffix.lower() not in (".html", ".htm"):
        raise RequestError("is no name of a page", cure="let it end in .html (-o)", file=path)
    if path.is_dir():
        raise RequestError("is a folder", cure="choose another name (-o)", file=path)
    if not apart and not path.absolute().parent.is_dir():
        raise RequestError("there is no such folder", cure="create it first", file=path.parent)
    if not apart and path.exists() and not force and not _is_page(path):
        raise RequestError(
            "is there already, and is no page of `hostkit review`",
            cure="choose another name (-o), or replace it with --force",
            file=path,
        )
    return target


def put_apart(target: Target, page: Iterable[str], scripts: Iterable[tuple[str, str]]) -> int:
    """Writes a page with its sound beside it into a folder; gives their bytes.

    What an earlier page left there goes. Raises RequestError for a file of somebody else's in the
    way, StorageError.
    """
    place, size = target.folder, 0
    before = _written_before(place)
    with incoming_folder(place) as folder:
        now = {}
        for name, text in scripts:
            now[name] = folder.put(name, text.encode())
            size += len(text)
        content = "".join(page).encode()
        now[PAGE] = folder.put(PAGE, content)
        record = json.dumps({"made_by": "hostkit review", "files": now}).encode()
        now[RECORD] = folder.put(RECORD, record)
        move_in(folder, now, before)
    return size + len(content) + len(record)


def _is_page(path: Path) -> bool:
    try:
        with open_named(path) as file:
            return MADE_BY.encode() in file.read(_HEAD_BYTES)
    except OSError:
        return False


def _written_before(folder: Path) -> dict[str, str]:
    """The files of an earlier page with their hashes; none where there was none."""
    try:
        data: Any = read_json(folder / RECORD, _RECORD_BYTES)
        files = {str(name): str(found) for name, found in data["files"].items()}
        own = (folder / RECORD).read_bytes()
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}
    inside = {name: found for name, found in files.items() if _is_inside(name)}
    return inside | {RECORD: hashlib.sha256(own).hexdigest()}


def _is_inside(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return name == PAGE or (len(parts) == 2 and parts[0] == "sound" and name.endswith(".js"))
