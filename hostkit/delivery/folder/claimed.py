"""Whose delivery lies in a folder: nothing of another's is ever written over."""

from __future__ import annotations

from pathlib import Path

from hostkit.delivery.manifest import MANIFEST
from hostkit.delivery.manifest.manifest import Manifest
from hostkit.delivery.manifest.read import read_manifest
from hostkit.disk.outputs import refuse_dangling, refuse_file, refuse_root
from hostkit.errors import RequestError
from hostkit.ground.places import real_path


def refuse_inside(folder: Path, session: str = "", profile: str | None = None) -> None:
    """Raises RequestError for a folder in a delivery: who moves or clears that takes both.

    So it does for the root of the disk, in which all would lie. Only by default does one lie in
    another: a session's by a profile in that without one.
    """
    refuse_root(folder)
    for above in real_path(folder).parents:
        holds = read_manifest(above)
        if holds is None:
            continue
        own = (holds.session, holds.profile) == (session, None)
        if own and profile is not None and above == real_path(folder).parent:
            continue
        raise RequestError(
            f"lies in {above}, which holds the delivery of {holds.session}",
            cure="choose a folder beside it (-o)",
            file=folder,
        )


def delivered_before(folder: Path, session: str, profile: str | None) -> Manifest | None:
    """The delivery of this session by this profile that lies in a folder; None where none does.

    Raises RequestError where a folder holds what another session or profile delivered, lies in
    a delivery, or is none; StorageError for a link that leads nowhere.
    """
    refuse_dangling(folder)
    refuse_file(folder)
    refuse_inside(folder, session, profile)
    before = read_manifest(folder)
    if before is None:
        if (folder / MANIFEST).exists():
            raise RequestError(
                f"its {MANIFEST} cannot be read, so nobody knows whose files these are",
                cure="move them away, or choose another folder (-o)",
                file=folder,
            )
        return None
    if (before.session, before.profile) != (session, profile):
        by = f" by the profile {before.profile}" if before.profile else " without a profile"
        raise RequestError(
            f"holds the delivery of {before.session}{by}",
            cure="move it away, or choose another folder (-o)",
            file=folder,
        )
    return before
