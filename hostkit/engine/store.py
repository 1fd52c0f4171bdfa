"""The store of prints: rendered audio on disk, under the name of what it depends on.

Layout below the root:

    prints/ab/abcdef…/samples       little endian, frames of interleaved channels
    prints/ab/abcdef…/print.json    sample type, channels, frames, check sums, what was said
    incoming/<token>/<random>-<channels>/   prints being written, held by their writers

A print is written in `incoming` and renamed as a whole folder, so a print that is there
is complete, whoever else reads, writes or prunes at the same time. Writers of one print
at the same moment write the same bits; the first to finish wins.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from hostkit.engine.prints import DAMAGED, Print, PrintWriter
from hostkit.errors import LostPrint, StorageError
from hostkit.places import cache_folder

DEFAULT_LIMIT_GB = 20.0
ABANDONED_SECONDS = 24 * 3600
IN_USE_SECONDS = 3600
"""A print looked at this recently may be about to be read: pruning to a limit spares it."""


@dataclass(frozen=True)
class StoreInfo:
    root: Path
    prints: int
    bytes: int
    limit_bytes: int


class Store:
    """The store of prints below `root`; made when first written to."""

    def __init__(self, root: Path, limit_gb: float = DEFAULT_LIMIT_GB) -> None:
        self.root = root
        self.limit_bytes = int(limit_gb * 1e9)
        self._prints = root / "prints"
        self._incoming = root / "incoming"

    def get(self, fingerprint: str) -> Print | None:
        """The print of this fingerprint, marked as used just now; None when not there."""
        try:
            return self.find(fingerprint)
        except LostPrint:
            return None

    def find(self, fingerprint: str) -> Print | None:
        """As `get`. Raises LostPrint when there was one that is damaged; it is removed."""
        folder = self._place(fingerprint)
        try:
            found = Print.read(folder)
        except (OSError, ValueError):
            if not os.path.lexists(folder):
                return None
            _clear(folder)
            raise LostPrint(fingerprint, DAMAGED) from None
        with contextlib.suppress(OSError):  # of a store that can only be read
            os.utime(folder)
        return found

    def take(self, fingerprint: str) -> Print:
        """The print of this fingerprint. Raises LostPrint when there is none."""
        found = self.find(fingerprint)
        if found is None:
            raise LostPrint(fingerprint, "left the store")
        return found

    @contextlib.contextmanager
    def writer(
        self, fingerprint: str, sample_type: str, channels: int, token: str
    ) -> Iterator[PrintWriter]:
        """A writer for a new print, in its place when the block ends after `finish`.

        `token` names the folder in `incoming`, so that whoever started this process can
        clear up after it (`discard`). Each attempt has its own folder in it: a job whose
        machine died is tried again under its token. On an error what was written goes.
        """
        folder = self._incoming / token / f"{secrets.token_hex(4)}-{channels}"
        try:
            folder.mkdir(parents=True)
            writer = PrintWriter(folder, fingerprint, sample_type, channels)
        except OSError as error:
            raise _cannot_write(self.root, error) from error
        try:
            yield writer
            self._keep(folder, self._place(fingerprint))
            shutil.rmtree(folder, ignore_errors=True)
            # After an error it stays until `discard`: who expects a print hears of the error first.
            with contextlib.suppress(OSError):
                folder.parent.rmdir()
        except OSError as error:
            raise _cannot_write(self.root, error) from error
        finally:
            writer.close()
            shutil.rmtree(folder, ignore_errors=True)

    def _keep(self, folder: Path, place: Path) -> None:
        if not place.parent.is_dir():
            _clear(place.parent)
            place.parent.mkdir(parents=True, exist_ok=True)
        try:
            folder.rename(place)
        except OSError:
            if not place.is_dir():
                raise
            # Somebody else finished the same print first: same fingerprint, same bits.

    def expect(self, token: str) -> None:
        """From here on, until it is done or discarded, what is written under it `is_coming`."""
        with contextlib.suppress(OSError):  # then it cannot be written either, and that is told
            (self._incoming / token).mkdir(parents=True, exist_ok=True)

    def is_coming(self, token: str) -> bool:
        """Whether it is still expected under that token."""
        return (self._incoming / token).is_dir()

    def begun(self, token: str) -> tuple[Path, int] | None:
        """The samples being written under a token, and their channels; None before."""
        with contextlib.suppress(FileNotFoundError):  # not yet, or no more
            for folder in (self._incoming / token).iterdir():
                return folder / "samples", int(folder.name.partition("-")[2])
        return None

    def discard(self, token: str) -> None:
        """Clears what an interrupted writer left in `incoming`; nothing comes under it now."""
        given_up = self._incoming / f"given-up-{token}"
        with contextlib.suppress(OSError):  # none there
            (self._incoming / token).rename(given_up)  # at once, even if files of it are open
        shutil.rmtree(given_up, ignore_errors=True)

    def info(self) -> StoreInfo:
        sizes = [size for _, size, _ in self._entries()]
        return StoreInfo(self.root, len(sizes), sum(sizes), self.limit_bytes)

    def prune(self, limit_bytes: int | None = None, *, spare_recent: bool = True) -> StoreInfo:
        """Removes the prints longest unused until at most `limit_bytes` are left.

        Prints used within the last hour stay, unless `spare_recent` is false. Also clears
        what killed renders left behind. Returns what was removed.
        """
        limit = self.limit_bytes if limit_bytes is None else limit_bytes
        now = time.time()
        self._clear_abandoned(now, 0.0 if not spare_recent else ABANDONED_SECONDS)
        entries = sorted(self._entries(), key=lambda entry: entry[2])
        total, removed_bytes, removed = sum(size for _, size, _ in entries), 0, 0
        for folder, size, used in entries:
            if total - removed_bytes <= limit:
                break
            if spare_recent and now - used < IN_USE_SECONDS:
                continue
            doomed = self._incoming / f"prune-{os.getpid()}-{removed}"
            with contextlib.suppress(OSError):
                doomed.parent.mkdir(parents=True, exist_ok=True)
                folder.rename(doomed)  # gone as a whole before it is taken apart
                shutil.rmtree(doomed, ignore_errors=True)
                removed_bytes, removed = removed_bytes + size, removed + 1
        return StoreInfo(self.root, removed, removed_bytes, limit)

    def _clear_abandoned(self, now: float, age_seconds: float) -> None:
        with contextlib.suppress(FileNotFoundError, NotADirectoryError):
            for folder in self._incoming.iterdir():
                with contextlib.suppress(OSError):
                    if now - folder.stat().st_mtime >= age_seconds:
                        shutil.rmtree(folder, ignore_errors=True)

    def _entries(self) -> list[tuple[Path, int, float]]:
        """Every print: its folder, its size in bytes, when it was last used."""
        entries = []
        for folder in self._prints.glob("??/*"):
            with contextlib.suppress(OSError):  # pruned by somebody else meanwhile
                size = sum(file.stat().st_size for file in folder.iterdir())
                entries.append((folder, size, folder.stat().st_mtime))
        return entries

    def _place(self, fingerprint: str) -> Path:
        return self._prints / fingerprint[:2] / fingerprint


def _clear(path: Path) -> None:
    """Removes whatever is there, as far as that is allowed."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    with contextlib.suppress(OSError):
        path.unlink()


def default_store() -> Store:
    """The store of `HOSTKIT_CACHE`, else of the user's cache folder.

    `HOSTKIT_CACHE_GB` bounds its size.
    """
    limit = os.environ.get("HOSTKIT_CACHE_GB", "")
    try:
        limit_gb = float(limit) if limit else DEFAULT_LIMIT_GB
    except ValueError:
        raise StorageError(
            f"HOSTKIT_CACHE_GB is {limit!r}; set it to a number of gigabytes"
        ) from None
    return Store(cache_folder(), limit_gb)


@contextlib.contextmanager
def temporary_store() -> Iterator[Store]:
    """A store for one run only (`--no-cache`)."""
    with tempfile.TemporaryDirectory(prefix="hostkit-") as folder:
        yield Store(Path(folder))


def _cannot_write(root: Path, error: OSError) -> StorageError:
    """What went wrong while a print was written, and the cure."""
    return StorageError(
        f"cannot write to the store of prints in {root}: {error.strerror}; "
        "free some space (hostkit cache prune) or set HOSTKIT_CACHE to another folder"
    )
