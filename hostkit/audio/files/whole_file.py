"""Files that appear under their name only when they are whole."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from hostkit.disk.move_list import place_of
from hostkit.disk.one_move import sync_folder
from hostkit.disk.outputs import dangling_link, refuse_dangling
from hostkit.disk.unfinished import PART, clear_unfinished_once, unfinished_name
from hostkit.errors import Fault, StorageError, fault_of

_ELSEWHERE = "choose another output folder"
_FAULTS = {
    errno.ENOSPC: Fault("the disk is full", f"free some space or {_ELSEWHERE}"),
    errno.EDQUOT: Fault("the disk quota is used up", f"free some space or {_ELSEWHERE}"),
    errno.EACCES: Fault("the folder is not writable", "change its permissions or choose another"),
    errno.EPERM: Fault("the folder is not writable", "change its permissions or choose another"),
    errno.EROFS: Fault("the disk is read-only", _ELSEWHERE),
    errno.ENOENT: Fault("the folder does not exist", "create it first"),
    errno.ENOTDIR: Fault(
        "a part of the path is a file, not a folder", "choose another output folder"
    ),
    errno.EISDIR: Fault("there is a folder of that name", f"rename it or {_ELSEWHERE}"),
    errno.ENAMETOOLONG: Fault("the name is too long for this disk", "shorten it"),
    errno.EFBIG: Fault(
        "the file is too large for this disk's format", "choose another output folder"
    ),
}

REMOVED = Fault("its folder was removed while it was written", "run it again")


def storage_error(path: Path, error: OSError) -> StorageError:
    """What went wrong while `path` was written, and the cure.

    A file that waits to be moved to its place is told by that.
    """
    if said := dangling_link(path):
        return StorageError(*said)
    place = place_of(path)
    if error.errno == errno.ENOENT and place != path:
        return StorageError(REMOVED.message, REMOVED.cure, file=place)
    fault = _FAULTS.get(error.errno or 0, fault_of(error))
    return StorageError(*fault.of(f"{place}: cannot be written"))


@contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """Open a file for writing that takes the name `path` when the block ends well.

    Until then it has a temporary name in the same folder. After an exception it is
    removed and whatever stood at `path` is untouched. What killed runs left beside it goes.
    OSError, also from inside the block, becomes StorageError, as does a link that leads nowhere.
    """
    refuse_dangling(path)
    clear_unfinished_once(path.parent)
    part = path.with_name(unfinished_name(PART))
    try:
        with part.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        raise storage_error(path, error) from error
    finally:
        with suppress(OSError):
            part.unlink()
