"""Where presets are looked for, and which of several of one name is meant."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import platformdirs

from hostkit.disk.steps import put_right
from hostkit.errors import Fault, RequestError
from hostkit.ground.file_names import is_reserved
from hostkit.ground.installed import shipped_folder
from hostkit.ground.named_file import is_there
from hostkit.ground.places import real_path
from hostkit.library.near import meant_preset
from hostkit.session.model.devices import SOUND_ENDINGS
from hostkit.session.suggest import did_you_mean

PATH_VARIABLE = "HOSTKIT_PRESETS"
SUFFIX = ".yaml"
MAX_DEPTH = 8
FOREIGN = (PATH_VARIABLE, "starter")
"""Whose libraries nobody changes without naming them."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*(/[A-Za-z0-9][A-Za-z0-9_.-]*)*")


@dataclass(frozen=True)
class Library:
    """A folder of presets; `whose` says in a word how it came to be searched."""

    folder: Path
    whose: str

    def path_of(self, name: str) -> Path:
        """Where a preset of that name lies or would lie. Raises RequestError."""
        *folders, last = check_name(name).split("/")
        return self.folder.joinpath(*folders, last + SUFFIX)

    def find(self, name: str) -> Path | None:
        """The file of a preset. Its name must be written as on disk, on any disk.

        Raises RequestError for a file that a link brings in from outside the library.
        """
        path = self.path_of(name)
        if not is_there(path) or not _is_spelt(path, self.folder):
            return None
        return inside(self.folder, path)

    def files(self) -> Iterator[tuple[str, os.DirEntry[str]]]:
        """Every preset's name and file, folder by folder in the order of names."""
        yield from _walk(self.folder, "", MAX_DEPTH)

    def names(self) -> list[str]:
        """In alphabetical order."""
        return sorted(name for name, _ in self.files())


@dataclass(frozen=True)
class Libraries:
    """Libraries in the order of precedence: the first that has a name is meant."""

    order: tuple[Library, ...]
    missing: tuple[Path, ...] = ()
    """Folders that would have been libraries, had they been there."""

    @classmethod
    def around(cls, folder: Path, environ: Mapping[str, str] = os.environ) -> Libraries:
        """Those searched for a session in `folder`, or for a command called there.

        `presets` beside the session, then the nearest one in the folders above (the
        project's), the user's own, the folders of HOSTKIT_PRESETS, and the starter
        library that comes with hostkit. Folders that are not there are left out. A change
        of presets whose process was killed is finished first. Raises StorageError.
        """
        put_right()
        start = real_path(folder)
        above = [parent / "presets" for parent in start.parents]
        nearest = next((found for found in above if found.is_dir()), None)
        candidates = [Library(start / "presets", "here")]
        candidates += [Library(nearest, "project")] if nearest else []
        candidates.append(Library(user_folder(environ), "user"))
        named = environ.get(PATH_VARIABLE, "").split(os.pathsep)
        candidates += [Library(real_path(Path(part)), PATH_VARIABLE) for part in named if part]
        starter = shipped_folder("presets")
        candidates += [Library(starter, "starter")] if starter else []
        there: dict[Path, Library] = {}
        missing = [] if nearest is None else above[: above.index(nearest)]
        for library in candidates:
            if library.folder.is_dir():
                real = real_path(library.folder)
                shipped = starter is not None and real == real_path(starter)
                there.setdefault(real, replace(library, whose="starter") if shipped else library)
            else:
                missing.append(library.folder)
        return cls(tuple(there.values()), tuple(missing if nearest else [*missing, *above]))

    def places_of(self, name: str) -> tuple[Path, ...]:
        """Every file or folder whose coming or going can change which preset is meant."""
        return (*self.missing, *(library.path_of(name) for library in self.order))

    @property
    def own(self) -> Library:
        """Where new presets go: the session's or project's library, else the user's."""
        near = (library for library in self.order if library.whose in ("here", "project"))
        return next(near, Library(user_folder(), "user"))

    def sealed(self, named: Iterable[Path] = ()) -> tuple[Path, ...]:
        """Folders of libraries that are not one's own, and are not `named` to be changed."""
        open_ = {real_path(folder) for folder in named}
        return tuple(
            library.folder
            for library in self.order
            if library.whose in FOREIGN and real_path(library.folder) not in open_
        )

    def find(self, name: str) -> tuple[Library, Path]:
        """The preset that is meant by a name. Raises RequestError, with the nearest name."""
        found = self.find_all(name)
        if not found:
            raise RequestError(*self._missing(name))
        return found[0]

    def require(self, names: Iterable[str]) -> None:
        """Raises RequestError with all of the names that no preset has, each with the nearest."""
        if faults := [self._missing(name) for name in names if not self.find_all(name)]:
            raise RequestError.of(faults)

    def find_all(self, name: str) -> list[tuple[Library, Path]]:
        """Every preset of that name, the one that is meant first."""
        pairs = ((library, library.find(name)) for library in self.order)
        return [(library, path) for library, path in pairs if path is not None]

    def _missing(self, name: str) -> Fault:
        kind = SOUND_ENDINGS.get(name[name.rfind(".") :].lower()) if "." in name else None
        if kind is not None:
            return Fault(f"there is no preset {name!r}", f"a file is written {{{kind}: {name}}}")
        names = sorted({known for library in self.order for known in library.names()})
        if names:
            cure = meant_preset(name, names) or did_you_mean(name, names, limit=6)
            return Fault(f"there is no preset {name!r}", cure)
        looked = ", ".join(str(library.folder) for library in self.order)
        why = f"there are none in {looked}" if looked else "there is no library"
        return Fault(
            f"there is no preset {name!r}: {why}",
            cure=f"make one with hostkit preset new, or name a library's folder in {PATH_VARIABLE}",
        )


def check_name(name: str) -> str:
    """A preset's name, if it can be one on every disk. Raises RequestError.

    >>> check_name("strings/warm-ensemble")
    'strings/warm-ensemble'
    """
    parts = name.split("/")
    if not _NAME.fullmatch(name) or len(name) > 200 or len(parts) > MAX_DEPTH:
        raise RequestError(
            f"{name!r} cannot be a preset's name",
            cure=(
                "write words of letters, digits, - _ and . "
                "with / between them: strings/warm-ensemble"
            ),
        )
    for part in parts:
        if is_reserved(part):
            raise RequestError(
                f"{name!r}: {part!r} cannot be a file's name on Windows", cure="choose another"
            )
    return name


def user_folder(environ: Mapping[str, str] = os.environ) -> Path:
    """Of the user's own library: HOSTKIT_USER_PRESETS, else where the system keeps data."""
    chosen = environ.get("HOSTKIT_USER_PRESETS")
    return Path(chosen) if chosen else platformdirs.user_data_path("hostkit") / "presets"


def inside(folder: Path, path: Path) -> Path:
    """`path`, which must lie in `folder` whatever links lead there. Raises RequestError."""
    if not real_path(path).is_relative_to(real_path(folder)):
        raise RequestError(
            f"leads out of the library {folder}", cure="put the file itself there", file=path
        )
    return path


def _is_spelt(path: Path, folder: Path) -> bool:
    """Whether every part below `folder` is spelt as on disk, where case may not count."""
    while path != folder:
        if all(entry.name != path.name for entry in path.parent.iterdir()):
            return False
        path = path.parent
    return True


def _walk(folder: Path, prefix: str, depth: int) -> Iterator[tuple[str, os.DirEntry[str]]]:
    try:
        with os.scandir(folder) as listing:
            entries = sorted(listing, key=lambda entry: entry.name)
    except OSError:
        return
    for entry in entries:
        if entry.name.startswith("."):
            continue
        if entry.is_dir(follow_symlinks=False):
            if depth > 1:
                yield from _walk(Path(entry.path), f"{prefix}{entry.name}/", depth - 1)
        elif entry.name.endswith(SUFFIX):
            yield prefix + entry.name.removesuffix(SUFFIX), entry
