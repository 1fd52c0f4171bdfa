"""Decoded copies of compressed SoundFonts (.sf3), each made once, in the cache folder.

FluidSynth would decode what a track plays of one in every job: 0.4 s of FluidR3Mono_GM, 3.4 s of
MuseScore_General_Lite. Its copy, which is made in 4 and 6 s, opens in 0.05 and 0.2 s.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import time
from collections.abc import Callable
from pathlib import Path

from hostkit.devices.soundfont.decoding import VERSION, decode
from hostkit.devices.spec import ContentFile
from hostkit.errors import StorageError
from hostkit.ground.named_file import is_file
from hostkit.ground.places import cache_folder
from hostkit.midi.soundfont_presets import is_compressed

FOLDER = "soundfonts"
LIMIT_BYTES = 4 * 10**9
"""Of all; those that were used on the last day stay, for somebody may be playing them."""
_DAY_SECONDS = 86_400
_STILL_SECONDS, _LOOK_SECONDS = 10.0, 0.1


def playable(font: ContentFile, alive: Callable[[], None]) -> Path:
    """The file to give to FluidSynth: a compressed font's decoded copy, else the font.

    Calls `alive` for each sample that it decodes. Raises DeviceError for a font that is damaged,
    StorageError where the copy cannot be kept.
    """
    if not is_compressed(font.path):
        return font.path
    kept = cache_folder() / FOLDER / f"{font.sha256}-{VERSION}.sf2"
    while not is_file(kept) and _is_being_made(kept):
        alive()
        time.sleep(_LOOK_SECONDS)
    if not is_file(kept):
        _keep(font.path, kept, alive)
    with contextlib.suppress(OSError):  # of a cache that can only be read
        os.utime(kept)  # it is used now
    return kept


def _is_being_made(kept: Path) -> bool:
    """Whether another job is at it: what that writes was changed just now."""
    recently = time.time() - _STILL_SECONDS
    with contextlib.suppress(OSError):  # it was moved just now: then the copy is there
        return any(
            part.stat().st_mtime > recently for part in kept.parent.glob(f".*-{kept.name}.part")
        )
    return False


def decoded_fonts() -> list[Path]:
    """All that are kept, those that were not used for longest first."""
    with contextlib.suppress(OSError):
        return sorted((cache_folder() / FOLDER).glob("*.sf2"), key=lambda one: one.stat().st_mtime)
    return []


def _keep(font: Path, kept: Path, alive: Callable[[], None]) -> None:
    # Two that begin at one moment write the same; which is the last does not matter.
    beside = kept.with_name(f".{secrets.token_hex(4)}-{kept.name}.part")
    try:
        kept.parent.mkdir(parents=True, exist_ok=True)
        with font.open("rb") as source, beside.open("wb") as target:
            decode(source, target, font, alive)
            os.fsync(target.fileno())
        beside.replace(kept)
        _make_room(kept)
    except OSError as error:
        raise StorageError(
            f"{font.name} cannot be decoded into {kept.parent}: {error.strerror}",
            cure="free some space, or set HOSTKIT_CACHE to a folder that can be written",
        ) from error
    finally:
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)


def _make_room(new: Path) -> None:
    """Removes what is over the limit, and what killed jobs left."""
    total = sum(one.stat().st_size for one in decoded_fonts())
    for one in (*new.parent.glob(".*.part"), *decoded_fonts()):
        status = one.stat()
        is_left = one.suffix == ".part"
        if status.st_mtime > time.time() - _DAY_SECONDS or not (is_left or total > LIMIT_BYTES):
            continue
        one.unlink(missing_ok=True)
        total -= 0 if is_left else status.st_size
