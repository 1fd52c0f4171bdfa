"""The delivery that lies in a folder before a new one."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from hostkit.delivery.certificate.hashes import HashesAhead
from hostkit.delivery.manifest.manifest import Manifest
from hostkit.delivery.manifest.read import read_manifest
from hostkit.delivery.names.layout import OWN_FILES
from hostkit.delivery.snapshot import hashes_known


@dataclass(frozen=True)
class Before:
    """What lay in a folder: its manifest, its files' hashes."""

    manifest: Manifest | None
    hashes: HashesAhead

    @property
    def delivered(self) -> dict[str, str]:
        """Every file of it, as its manifest has them; its own are not in there."""
        own = dict.fromkeys(OWN_FILES, "")
        return {**own, **self.manifest.hashes} if self.manifest else {}


def look_at(place: Path, session: Path) -> Before:
    """What lies in a folder now, delivered of a session.

    Its files are hashed in the background from here on, but for those that nobody changed.
    """
    manifest = read_manifest(place)
    paths = [place / entry.path for entry in manifest.files] if manifest else []
    known = hashes_known(place, session) if manifest else {}
    return Before(manifest, HashesAhead(paths, known))
