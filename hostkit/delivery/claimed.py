"""Whose delivery lies in a folder: nothing of another's is ever written over."""

from __future__ import annotations

from pathlib import Path

from hostkit.delivery.manifest import MANIFEST, Manifest, read_manifest
from hostkit.disk.outputs import refuse_dangling, refuse_file
from hostkit.errors import RequestError


def delivered_before(folder: Path, session: str, profile: str | None) -> Manifest | None:
    """The delivery of this session by this profile that lies in a folder; None where none does.

    Raises RequestError where a folder holds what another session or profile delivered, or is
    none; StorageError for a link that leads nowhere.
    """
    refuse_dangling(folder)
    refuse_file(folder)
    before = read_manifest(folder)
    if before is None:
        if (folder / MANIFEST).exists():
            raise RequestError(
                f"{folder}: its {MANIFEST} cannot be read, so nobody knows whose files these are",
                cure="move them away, or choose another folder (-o)",
            )
        return None
    if (before.session, before.profile) != (session, profile):
        by = f" by the profile {before.profile}" if before.profile else " without a profile"
        raise RequestError(
            f"{folder}: holds the delivery of {before.session}{by}",
            cure="move it away, or choose another folder (-o)",
        )
    return before
