"""The store of prints: rendered audio on disk, under the name of what it depends on.

Layout below the root:

    prints/ab/abcdef…/samples       little endian, frames of interleaved channels
    prints/ab/abcdef…/print.json    sample type, channels, frames, check sums, what was said
    prints/ab/abcdef…/note-…        of a delivered file: the hash of what was said of it
    incoming/<token>/<random>-<channels>/   prints being written, held by their writers
    in-use/<process>                what a running render needs (`Store.using`)

A print is written in `incoming` and renamed as a whole folder, so a print that is there
is complete, whoever else reads, writes or prunes at the same time. Writers of one print
at the same moment write the same bits; the first to finish wins.
"""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from hostkit.errors import LostPrint, RequestError, StorageError
from hostkit.ground.named_file import what_is_at
from hostkit.ground.places import cache_folder
from hostkit.jobs.in_use import is_in_use, name_of_this
from hostkit.jobs.prints import DAMAGED, SAMPLE_BYTES, Print, PrintWriter

DEFAULT_LIMIT_GB = 20.0

_MAKE_ROOM = "free some space (hostkit cache prune) or set HOSTKIT_CACHE to another folder"
_CURES = dict.fromkeys(
    (errno.EROFS, errno.EACCES, errno.EPERM),
    "what it holds is used; to make what is new add --no-cache, or set HOSTKIT_CACHE to a folder "
    "that can be written",
)


@dataclass(frozen=True)
class StoreInfo:
    """How much lies in a store, or was removed from it: prints, and bytes on disk."""

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
        self._pins = root / "in-use"
        self._bytes: int | None = None

    def get(self, fingerprint: str) -> Print | None:
        """The print of this fingerprint, marked as used just now; None when not there."""
        try:
            return self.find(fingerprint)
        except LostPrint:
            return None

    def holds(self, fingerprint: str) -> bool:
        """Whether something lies under that fingerprint; whether it is whole is not looked at."""
        return self._place(fingerprint).is_dir()

    def find(self, fingerprint: str) -> Print | None:
        """As `get`. Raises LostPrint when there was one that is damaged; it is removed."""
        folder = self._place(fingerprint)
        if not os.path.lexists(folder):  # asked first: it may come while it is looked for
            return None
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
        """What is written under it `is_in_progress`, until it is done or discarded."""
        with contextlib.suppress(OSError):  # then it cannot be written either, and that is told
            (self._incoming / token).mkdir(parents=True, exist_ok=True)

    def is_in_progress(self, token: str) -> bool:
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
        cancelled = self._incoming / f"cancelled-{token}"
        with contextlib.suppress(OSError):  # none there
            (self._incoming / token).rename(cancelled)  # at once, even if files of it are open
        shutil.rmtree(cancelled, ignore_errors=True)

    def info(self) -> StoreInfo:
        sizes = [size for _, size, _ in self._entries()]
        return StoreInfo(self.root, len(sizes), sum(sizes), self.limit_bytes)

    @contextlib.contextmanager
    def using(self, fingerprints: Iterable[str]) -> Iterator[None]:
        """Until the block ends, nobody's pruning takes these, in whichever process."""
        pin = self._pins / name_of_this()
        with contextlib.suppress(OSError):  # a store that cannot be written is not pruned either
            self._pins.mkdir(parents=True, exist_ok=True)
            pin.write_text("\n".join(fingerprints), encoding="ascii")
        try:
            yield
        finally:
            with contextlib.suppress(OSError):
                pin.unlink()

    def in_use(self) -> set[str]:
        """What running processes are using. Removes what killed ones left in their places."""
        used: set[str] = set()
        for path in (*_inside(self._pins), *_inside(self._incoming)):
            with contextlib.suppress(OSError, ValueError):
                if not is_in_use(path):
                    _clear(path)
                elif path.parent == self._pins:
                    used.update(path.read_text(encoding="ascii").split())
        return used

    def grew(self, found: Print) -> None:
        """Keeps to the limit, now that this print is new."""
        if self._bytes is None:
            self._bytes = self.info().bytes
        else:
            self._bytes += found.frames * found.channels * SAMPLE_BYTES
        if self._bytes > self.limit_bytes:
            self._bytes -= self.prune().bytes

    def prune(self, limit_bytes: int | None = None, *, dry_run: bool = False) -> StoreInfo:
        """Removes the prints longest unused until at most `limit_bytes` are left.

        What is in use stays. Also clears what killed renders left behind. Returns what was
        removed; a `dry_run` removes nothing, and returns what would be.
        """
        limit = self.limit_bytes if limit_bytes is None else limit_bytes
        used = self.in_use()
        entries = sorted(self._entries(), key=lambda entry: entry[2])
        total, removed_bytes, removed = sum(size for _, size, _ in entries), 0, 0
        for folder, size, _ in entries:
            if total - removed_bytes <= limit:
                break
            if folder.name in used:
                continue
            doomed = self._incoming / name_of_this()
            with contextlib.suppress(OSError):
                if not dry_run:
                    doomed.parent.mkdir(parents=True, exist_ok=True)
                    folder.rename(doomed)  # gone as a whole before it is taken apart
                    shutil.rmtree(doomed, ignore_errors=True)
                removed_bytes, removed = removed_bytes + size, removed + 1
        return StoreInfo(self.root, removed, removed_bytes, limit)

    def refuse_read_only(self) -> None:
        """Raises StorageError for a store from which nothing can be removed."""
        if self._prints.is_dir() and not os.access(self._prints, os.W_OK):
            raise _cannot_write(self.root, OSError(errno.EROFS, os.strerror(errno.EROFS)))

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


def _inside(folder: Path) -> list[Path]:
    """What is in a folder; nothing where there is none."""
    try:
        return list(folder.iterdir())
    except OSError:
        return []


def _clear(path: Path) -> None:
    """Removes whatever is there, as far as that is allowed."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    with contextlib.suppress(OSError):
        path.unlink()


def default_store() -> Store:
    """The store of `HOSTKIT_CACHE`, else of the user's cache folder.

    `HOSTKIT_CACHE_GB` bounds its size. Raises RequestError where that is no number, or no folder.
    """
    limit = os.environ.get("HOSTKIT_CACHE_GB", "")
    try:
        limit_gb = float(limit) if limit else DEFAULT_LIMIT_GB
        if not 0 <= limit_gb < float("inf"):
            raise ValueError
    except ValueError:
        raise RequestError(
            f"HOSTKIT_CACHE_GB is {limit!r}", cure="set it to a number of gigabytes"
        ) from None
    root = cache_folder()
    if os.path.lexists(root) and not root.is_dir():
        kind = what_is_at(root) or "a link that leads nowhere"
        raise RequestError(
            f"{root}, where prints would be kept, is {kind}, not a folder",
            cure="set HOSTKIT_CACHE to a folder",
        )
    return Store(root, limit_gb)


@contextlib.contextmanager
def temporary_store() -> Iterator[Store]:
    """A store for one run only (`--no-cache`)."""
    with tempfile.TemporaryDirectory(prefix="hostkit-") as folder:
        yield Store(Path(folder), limit_gb=sys.maxsize / 1e9)  # the disk is its limit


def _cannot_write(root: Path, error: OSError) -> StorageError:
    """What went wrong while the store was changed, and the cure."""
    return StorageError(
        f"cannot write to the store of prints in {root}: {error.strerror}",
        cure=_CURES.get(error.errno or 0, _MAKE_ROOM),
    )
