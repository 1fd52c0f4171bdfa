"""A library as one file: a ZIP with a manifest of every file's hash.

Unpacking believes nothing: a file is taken only if the manifest names it, its path is
one that a library can hold, and its size and hash are as promised. Everything is checked
before anything is written.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import stat
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, NoReturn

from hostkit.audio.files.whole_file import whole_file
from hostkit.errors import InvalidInput, Problem, RequestError
from hostkit.ground.file_names import is_reserved
from hostkit.ground.named_file import cure_of_missing, open_named
from hostkit.library.changes import Changes, Commit
from hostkit.library.folders import Libraries, Library, check_name, inside
from hostkit.library.load import load_from

MANIFEST = "manifest.json"
FORMAT = "hostkit presets 1"
SUFFIXES = frozenset(
    {".yaml", ".vstpreset", ".fxp", ".fxb", ".aupreset"}
    | {".sf2", ".sf3", ".wav", ".flac", ".aiff", ".aif", ".ogg", ".oga", ".mp3", ".w64"}
    | {".sfz", ".sfzh", ".inc", ".txt"}  # the last three are what SFZs include
)
DOCUMENTS = frozenset({"README.md", "README.txt", "LICENSE", "LICENCE", "LICENSE.txt"})
MAX_FILES = 50_000
MAX_BYTES = 4_000_000_000
MAX_MANIFEST_BYTES = 20_000_000
MAX_RATIO = 200
"""Of a file's size to its packed size; text seldom reaches 20."""

MOST_DEEP, MOST_CHARACTERS = 16, 400
_PLAIN_NAME = re.compile(r'(?!\.)[^\\/:*?"<>|]+')

_DATE = (1980, 1, 1, 0, 0, 0)  # a pack depends on its content only


@dataclass(frozen=True)
class Packed:
    """What went into a pack, or came out of it."""

    presets: int
    files: int
    bytes: int


def pack(library: Library, file: Path, *, write: bool = True) -> Packed:
    """Writes a library to one file, or only checks it; the same library gives the same bytes.

    Raises InvalidInput when a preset of it is broken, would not be found on another disk,
    or is a link out of the library.
    """
    contents, problems = _contents(library)
    if problems:
        raise InvalidInput(problems)
    presets = [name for name in contents if name.endswith(".yaml")]
    if not presets:
        raise RequestError("holds no presets to pack", file=library.folder)
    packed = Packed(len(presets), len(contents), sum(map(len, contents.values())))
    if not write:
        return packed
    manifest = {
        "format": FORMAT,
        "files": [
            {"path": name, "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
            for name, data in contents.items()
        ],
    }
    text = json.dumps(manifest, indent=1).encode()
    with whole_file(file) as out, zipfile.ZipFile(out, "w") as archive:
        for name, data in ((MANIFEST, text), *contents.items()):
            entry = zipfile.ZipInfo(name, _DATE)
            swells = _swells(len(data), len(zlib.compress(data)))
            entry.compress_type = zipfile.ZIP_STORED if swells else zipfile.ZIP_DEFLATED
            entry.external_attr = (stat.S_IFREG | 0o644) << 16
            archive.writestr(entry, data)
    return packed


def _swells(size: int, packed: int) -> bool:
    """Whether a file unpacks to more than is believed, as silence would."""
    return size > MAX_RATIO * max(packed, 1) + 10_000


def _contents(library: Library) -> tuple[dict[str, bytes], list[Problem]]:
    """Every file that belongs to the library, by its path in it, and what is wrong."""
    contents: dict[str, bytes] = {}
    problems: list[Problem] = []
    seen: dict[str, str] = {}
    own = Libraries((library,))
    for path in sorted(library.folder.rglob("*")):
        name = path.relative_to(library.folder).as_posix()
        if any(part.startswith(".") for part in name.split("/")) or not _belongs(name):
            continue
        try:
            if path.is_symlink() or not path.is_file():
                raise RequestError("is a link or no file", cure="put the file itself there")
            if (twin := seen.setdefault(name.casefold(), name)) != name:
                raise RequestError(f"is the same file as {twin} on many disks", cure="rename one")
            inside(library.folder, path)
            if not _fits(name):
                raise RequestError("cannot be the name of a file on every disk", cure="rename it")
            if path.suffix == ".yaml":
                preset = check_name(name.removesuffix(".yaml"))
                load_from(preset, library, path, own)
            contents[name] = path.read_bytes()
        except InvalidInput as error:
            problems += error.problems
        except RequestError as error:
            problems.append(Problem(str(path), 0, 0, *error.fault))
        except OSError as error:
            problems.append(Problem(str(path), 0, 0, f"cannot be read: {error.strerror}"))
    return contents, problems


def _belongs(name: str) -> bool:
    path = PurePosixPath(name)
    return path.suffix.lower() in SUFFIXES or name in DOCUMENTS


def _fits(name: str) -> bool:
    """Whether a file of a library can have that path on every disk, and leads nowhere else.

    Presets are called as a session names them; what they read, such as samples, by any plain name.
    """
    if name.endswith(".yaml"):
        try:
            check_name(name.removesuffix(".yaml"))
        except RequestError:
            return False
    parts = name.split("/")
    return (
        len(parts) <= MOST_DEEP
        and len(name) <= MOST_CHARACTERS
        and name.isprintable()
        and all(_PLAIN_NAME.fullmatch(part) and not is_reserved(part) for part in parts)
    )


def unpack(
    file: Path, folder: Path, *, force: bool = False, commit: Commit = Changes.commit
) -> Packed:
    """Puts a pack's files into a library, all or none.

    A file that is there already with other content is replaced only with `force`. Raises
    RequestError that says what is wrong with the pack; the library is then as it was.
    """
    contents = read_pack(file)
    changes = Changes(f"unpack {file.name}")
    refused: list[Problem] = []
    for name, data in contents.items():
        target = folder / name
        try:
            inside(folder, target)
            changes.put(target, data, force=force)
        except RequestError as error:
            message, cure = error.fault
            refused.append(Problem(str(target), 0, 0, message.removeprefix(f"{target} "), cure))
    if refused:
        raise InvalidInput(refused)
    commit(changes)
    presets = sum(name.endswith(".yaml") for name in contents)
    return Packed(presets, len(contents), sum(map(len, contents.values())))


def read_pack(file: Path) -> dict[str, bytes]:
    """The files of a pack, all of them as its manifest promises. Raises RequestError."""
    try:
        with open_named(file) as opened, zipfile.ZipFile(opened) as archive:
            return _Reader(file, archive).contents()
    except FileNotFoundError:
        raise RequestError("there is no such file", cure=cure_of_missing(file), file=file) from None
    except OSError as error:
        raise RequestError(f"cannot be read: {error.strerror}", file=file) from None
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError) as error:
        raise RequestError(
            f"is damaged, or no pack of presets: {error}", cure="fetch it again", file=file
        ) from None
    except zlib.error as error:
        raise RequestError(f"is damaged: {error}", cure="fetch it again", file=file) from None


class _Reader:
    def __init__(self, file: Path, archive: zipfile.ZipFile) -> None:
        self._file, self._archive = file, archive

    def contents(self) -> dict[str, bytes]:
        entries = self._entries()
        manifest = self._manifest(entries.pop(MANIFEST, None))
        for name in entries.keys() - manifest.keys():
            self._refuse(
                f"holds {name!r}, which its manifest does not name", cure="fetch the pack again"
            )
        for name in manifest.keys() - entries.keys():
            self._refuse(f"lacks {name!r}, which its manifest names", cure="fetch the pack again")
        contents = {}
        for name, (size, sha256) in manifest.items():
            data = self._read(entries[name], size)
            if len(data) != size or hashlib.sha256(data).hexdigest() != sha256:
                self._refuse(f"{name!r} is not as its manifest says", cure="fetch the pack again")
            contents[name] = data
        return contents

    def _refuse(self, why: str, cure: str = "") -> NoReturn:
        raise RequestError(f"refused: {why}", cure, file=self._file)

    def _entries(self) -> dict[str, zipfile.ZipInfo]:
        entries: dict[str, zipfile.ZipInfo] = {}
        folded: dict[str, str] = {}
        infos = self._archive.infolist()
        if len(infos) > MAX_FILES:
            self._refuse(f"holds more than {MAX_FILES} files")
        if sum(info.file_size for info in infos) > MAX_BYTES:
            self._refuse(f"would unpack to more than {MAX_BYTES // 10**9} GB")
        for info in infos:
            name = info.filename
            mode = info.external_attr >> 16
            if name != MANIFEST:
                self._check_name(name)
            if stat.S_IFMT(mode) not in (0, stat.S_IFREG) or info.is_dir():
                self._refuse(f"{name!r} is a link or folder, not a file")
            if info.flag_bits & 1:
                self._refuse(f"{name!r} is encrypted")
            if _swells(info.file_size, info.compress_size):
                self._refuse(f"{name!r} unpacks to far more than it should")
            if (twin := folded.setdefault(name.casefold(), name)) != name or name in entries:
                self._refuse(f"{name!r} and {twin!r} are one file on many disks")
            entries[name] = info
        return entries

    def _check_name(self, name: str) -> None:
        """Only paths that a library itself could hold: relative, and of plain parts."""
        if not _belongs(name) or not _fits(name):
            self._refuse(f"{name[:200]!r} is no path that a library can hold")

    def _manifest(self, entry: zipfile.ZipInfo | None) -> dict[str, tuple[int, str]]:
        if entry is None:
            self._refuse("has no manifest; it was not made by hostkit preset pack")
        try:
            data: Any = json.loads(self._read(entry, MAX_MANIFEST_BYTES))
            if data["format"] != FORMAT:
                self._refuse(f"is of the format {str(data['format'])[:80]!r}, not {FORMAT!r}")
            files = {str(f["path"]): (int(f["bytes"]), str(f["sha256"])) for f in data["files"]}
            if len(files) != len(data["files"]):
                self._refuse("its manifest names a file twice")
        except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
            self._refuse("has a manifest that cannot be read")
        return files

    def _read(self, entry: zipfile.ZipInfo, most: int) -> bytes:
        """At most one byte more than there may be, whatever the entry's header claims."""
        with self._archive.open(entry) as source:
            buffer = io.BytesIO()
            while len(piece := source.read(min(1 << 20, most + 1 - buffer.tell()))) > 0:
                buffer.write(piece)
            return buffer.getvalue()
