"""Opening a file that somebody named: a session, a pack, dialogue, a SoundFont, a manifest.

What is named may come by mail: it may be a device that never ends, a pipe that never
begins, or far larger than it should be. So only regular files are opened, without waiting,
and what is read whole is bounded first. All that goes wrong is an OSError whose `strerror`
completes "it cannot be read: …".
"""

from __future__ import annotations

import difflib
import errno
import json
import math
import os
import re
import stat
from contextlib import suppress
from io import BufferedReader
from itertools import islice
from pathlib import Path
from typing import Any, TypeAlias

from hostkit.errors import Fault

A_FOLDER = "a folder"
_KINDS = {
    stat.S_IFREG: "a file",
    stat.S_IFDIR: A_FOLDER,
    stat.S_IFIFO: "a pipe",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
    stat.S_IFSOCK: "a socket",
}
_MOST_PATH_CHARACTERS = 4096
_MOST_NAMES = 2_000
"""So many of a folder are looked at for a name like one that is missing."""


class NotARegularFile(OSError):
    """A folder, a pipe, a device, or a name that no file can have."""


class TooLarge(OSError):
    """A file larger than what it is named as can be."""


def is_there(path: Path) -> bool:
    r"""Whether `path` is a file; not so, too, where none can have that name, or be looked at.

    >>> is_there(Path("9" * 400)), is_there(Path("half\0"))
    (False, False)
    """
    try:
        return path.is_file()
    except OSError:
        return False


def open_named(path: Path) -> BufferedReader:
    """The regular file at `path`, opened for reading in binary. Raises OSError.

    >>> open_named(Path("/dev/zero"))
    Traceback (most recent call last):
    ...
    hostkit.ground.named_file.NotARegularFile: [Errno 22] it is a device, not a file: '/dev/zero'
    """
    if len(str(path)) > _MOST_PATH_CHARACTERS:
        raise NotARegularFile(errno.ENAMETOOLONG, "its name is too long", str(path)[:80] + "…")
    try:
        # Without waiting: a pipe that nobody writes to would hold us for ever.
        waiting = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)
        binary = getattr(os, "O_BINARY", 0)
        descriptor = os.open(path, os.O_RDONLY | waiting | binary)
    except ValueError as error:  # a NUL, or half of a character: no file is called that
        name = ascii(str(path))[:80]
        raise NotARegularFile(errno.EINVAL, "no file can have that name", name) from error
    try:
        kind = stat.S_IFMT(os.fstat(descriptor).st_mode)
        if kind != stat.S_IFREG:
            what = _KINDS.get(kind, "something else")
            raise NotARegularFile(errno.EINVAL, f"it is {what}, not a file", str(path))
        return os.fdopen(descriptor, "rb")
    except BaseException:
        os.close(descriptor)
        raise


def read_named(path: Path, max_bytes: int) -> bytes:
    """All of a regular file, if that is no more than `max_bytes`. Raises OSError.

    The size is looked at first, and no more is read than is taken.
    """
    with open_named(path) as file:
        size = os.fstat(file.fileno()).st_size
        data = file.read(size + 1) if size <= max_bytes else b""
        if len(data) > size:  # it grew, or does not know its size
            data += file.read(max_bytes + 1 - len(data))
    if size > max_bytes or len(data) > max_bytes:
        raise TooLarge(errno.EFBIG, f"it is larger than {_size(max_bytes)}", str(path))
    return data


LFS_POINTER = Fault("is only a note of Git LFS of what it should be", "fetch it: git lfs pull")


def is_lfs_pointer(path: Path) -> bool:
    """Whether a file stands for one that Git LFS keeps elsewhere; no where it cannot be read."""
    try:
        return read_named(path, _MOST_POINTER_BYTES).startswith(_POINTER)
    except OSError:
        return False


_POINTER, _MOST_POINTER_BYTES = b"version https://git-lfs.github.com/spec/", 1024


FileState: TypeAlias = tuple[int, int]
"""A file's size in bytes, and when it was changed last in ns: whether it is still as it was."""


def state_of(path: Path) -> FileState | None:
    """How a file is at this moment; None where there is none."""
    try:
        found = path.stat()
    except (OSError, ValueError):
        return None
    return found.st_size, found.st_mtime_ns


def check_named(path: Path) -> None:
    """That a regular file is at `path`, before a library opens it by its name. Raises OSError."""
    open_named(path).close()


def read_json(path: Path, max_bytes: int) -> Any:
    """A JSON document whose numbers are numbers: NaN and infinities, which JSON does not know, are
    refused, also as 1e999; so are NUL and half a surrogate pair, which no name of a file can have.
    Raises OSError, ValueError, RecursionError.
    """
    content = read_named(path, max_bytes).decode("utf-8")
    found = json.loads(content, parse_constant=_number, parse_float=_number)
    if "\\u" in content:  # nothing else brings them in
        json.dumps(found, ensure_ascii=False).encode()  # UnicodeEncodeError is a ValueError
        if _NUL.search(content):
            raise ValueError("NUL is no text")
    return found


_NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")
"""Its escape, and not one of a backslash before u0000."""


def _number(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(f"{text} is no number")
    return value


def is_file(path: Path) -> bool:
    """Whether a regular file is at `path`; false also for names that no file can have."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def what_is_at(path: Path) -> str:
    """What there is in words; nothing where there is nothing.

    >>> what_is_at(Path("/dev/zero")), what_is_at(Path("/nowhere"))
    ('a device', '')
    """
    try:
        return _KINDS.get(stat.S_IFMT(path.stat().st_mode), "something else")
    except (OSError, ValueError):
        return ""


def _size(count: int) -> str:
    """A limit in the largest unit that leaves a whole number.

    >>> _size(4_000_000), _size(16_000), _size(8 * 10**9)
    ('4 MB', '16 kB', '8 GB')
    """
    for unit, size in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if count >= size:
            return f"{count // size} {unit}"
    return f"{count} bytes"


def cure_of_missing(path: Path, ending: str = "") -> str:
    """What to do about a file that is not there: the name beside it that is most like it.

    Of several alike the one with `ending` is meant, as `cue.yaml` by `cue`; of a link that leads
    nowhere, where it leads.

    >>> cure_of_missing(Path("nowhere/cue.yaml"))
    'check its name and folder'
    """
    with suppress(OSError, ValueError):  # it is no link
        return f"it is a link to {path.readlink()}: bring that back"
    try:
        with os.scandir(path.parent) as entries:
            listed = [entry.name for entry in islice(entries, _MOST_NAMES)]
            names = [name for name in listed if name != path.name]  # there, but no file
    except (OSError, ValueError):
        names = []
    if ending and path.name + ending in names:
        return f"did you mean {path}{ending}?"
    by_folded = {name.casefold(): name for name in names}
    near = difflib.get_close_matches(path.name.casefold(), by_folded, n=1, cutoff=0.75)
    if not near:
        return "check its name and folder"
    return f"did you mean {path.with_name(by_folded[near[0]])}?"
