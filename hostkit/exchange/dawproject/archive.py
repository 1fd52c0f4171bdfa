"""The ZIP of a project: members read up to a bound, whatever its directory claims."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO

from hostkit.errors import BadValue
from hostkit.ground.named_file import cure_of_missing, open_named

MAX_MEMBERS = 65_535
_BLOCK = 1 << 20

UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,  # a way of packing that Python does not know
    RuntimeError,  # encrypted
    OSError,
    ValueError,  # half a name, a time that is none
    OverflowError,
)
"""What zipfile raises over damaged or foreign archives."""


class Archive:
    """An open ZIP. Names are looked up with slashes, as they are written or as UTF-8."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._members: dict[str, zipfile.ZipInfo] = {}
        for info in archive.infolist():
            for name in (info.filename, _as_utf8(info)):
                self._members.setdefault(plain_name(name), info)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._members)

    def __contains__(self, name: str) -> bool:
        return plain_name(name) in self._members

    def read(self, name: str, most: int) -> bytes:
        """A member's bytes, inflated. Raises BadValue where it cannot be read, or has more."""
        data = b"".join(self.blocks(name, most))
        if len(data) > most:
            raise BadValue(f"{name} is larger than {most // 10**6} MB when it is unpacked")
        return data

    def blocks(self, name: str, most: int) -> Iterator[bytes]:
        """A member's bytes piece by piece, up to one block more than `most`. Raises BadValue."""
        info = self._members.get(plain_name(name))
        if info is None:
            raise BadValue(f"{name} is not in the file")
        left = most
        try:
            with self._archive.open(info) as member:
                while left >= 0 and (block := member.read(min(_BLOCK, left + 1))):
                    left -= len(block)
                    yield block
        except UNREADABLE as error:
            raise BadValue(f"{name} cannot be unpacked: {error}", "export the project") from None


@contextmanager
def open_archive(path: Path) -> Iterator[Archive]:
    """The ZIP at `path`. Raises BadValue where there is none, or one of too many files."""
    try:
        file: IO[bytes] = open_named(path)
    except FileNotFoundError:
        raise BadValue("there is no such file", cure_of_missing(path)) from None
    except OSError as error:
        raise BadValue(f"it cannot be read: {error.strerror}") from None
    with file:
        try:
            archive = zipfile.ZipFile(file)
        except UNREADABLE:
            raise BadValue(
                "this is no ZIP, as a DAWproject is, or it breaks off", "export the project again"
            ) from None
        with archive:
            if len(archive.infolist()) > MAX_MEMBERS:
                raise BadValue(f"it has more than {MAX_MEMBERS} files inside")
            yield Archive(archive)


def plain_name(name: str) -> str:
    r"""A member's name with slashes and without dots.

    >>> plain_name(".\\plugins\\a.vstpreset"), plain_name("plugins//a.vstpreset")
    ('plugins/a.vstpreset', 'plugins/a.vstpreset')
    """
    parts = name.replace("\\", "/").split("/")
    return str(PurePosixPath(*(part for part in parts if part not in ("", "."))))


def _as_utf8(info: zipfile.ZipInfo) -> str:
    """The name read as UTF-8 where the flag that says so was left out."""
    if info.flag_bits & 0x800:
        return info.filename
    try:
        return info.filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return info.filename
