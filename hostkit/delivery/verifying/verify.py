"""Checking a folder again: ours against its manifest, anybody's against itself."""

from __future__ import annotations

from pathlib import Path

from hostkit.delivery.certificate.certificate import Certificate
from hostkit.delivery.ducking.ducked_folder import read_record
from hostkit.delivery.manifest import MANIFEST
from hostkit.delivery.manifest.manifest import Manifest
from hostkit.delivery.manifest.read import read_manifest
from hostkit.delivery.verifying.delivered import of_delivery, of_ducking_pass, pre_rolls
from hostkit.delivery.verifying.foreign import of_unknown_origin
from hostkit.delivery.verifying.look import Look
from hostkit.errors import RequestError
from hostkit.jobs.executors import Executor
from hostkit.plan.mixes.wanted import PREVIEW

AUDIO = frozenset({
    ".wav", ".wave", ".bwf", ".rf64", ".w64", ".flac", ".aif", ".aiff", ".caf",
    ".mp3", ".ogg", ".opus",
})  # fmt: skip
"""What files of audio end in."""
MAX_FOLDER_FILES = 10_000


def verify(place: Path, executor: Executor) -> Certificate:
    """Measures every audio file below `place` and repeats all checks.

    With a manifest of hostkit's every file is also compared with what was delivered.
    Raises RequestError when there is no such folder, or no audio in it.
    """
    if not place.is_dir():
        raise RequestError("is no folder", cure="give the folder of a delivery", file=place)
    manifest = read_manifest(place)
    found = _audio_files(place, manifest)
    if not found and manifest is None:
        raise RequestError(
            "there is no audio in it", cure="give the folder of a delivery", file=place
        )
    look = Look(place, executor)
    look.measure(found, pre_rolls(manifest) if manifest else {})
    if manifest is not None:
        return of_delivery(look, manifest)
    if (place / MANIFEST).exists():
        look.find(MANIFEST, "manifest", "fail", "is damaged: it cannot be compared with anything")
    elif record := read_record(place).hashes:
        return of_ducking_pass(look, record)
    return of_unknown_origin(look)


def _audio_files(place: Path, manifest: Manifest | None) -> list[str]:
    """The audio files below a folder, hidden ones left out, in order of their paths.

    In a delivery of ours, other deliveries inside it and quick listens are not its own.
    """
    delivered = manifest.hashes if manifest else {}
    apart = _apart(place) if manifest else []
    found = []
    for path in sorted(place.rglob("*")):
        relative = path.relative_to(place)
        if any(part.startswith(".") for part in relative.parts) or not path.is_file():
            continue
        if relative.as_posix() not in delivered and any(map(path.is_relative_to, apart)):
            continue
        if path.suffix.lower() in AUDIO:
            found.append(relative.as_posix())
        if len(found) > MAX_FOLDER_FILES:
            raise RequestError(
                f"holds more than {MAX_FOLDER_FILES} audio files",
                cure="give a folder inside it",
                file=place,
            )
    return found


def _apart(place: Path) -> list[Path]:
    """The folders of other deliveries inside one, and of its quick listens."""
    inner = [path.parent for path in place.rglob(MANIFEST) if path.parent != place]
    return [place / PREVIEW, *inner]
