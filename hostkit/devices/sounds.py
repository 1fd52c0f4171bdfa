"""SoundFonts and SFZs that are installed: where they are looked for, and found by name."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

import platformdirs

from hostkit.devices.sfz.definition import read_sfz
from hostkit.devices.sfz.text import read_text_of
from hostkit.devices.soundfont.embedded import default_soundfont
from hostkit.errors import Problem, RequestError
from hostkit.ground.named_file import A_FOLDER, cure_of_missing, is_there, what_is_at
from hostkit.ground.places import is_inside, real_path
from hostkit.midi.soundfont_presets import SoundFontPreset, presets_of
from hostkit.session.model.devices import SOUND_ENDINGS
from hostkit.session.suggest import did_you_mean

PATH_VARIABLE = "HOSTKIT_SAMPLES"
_MOST_DEPTH = 6
_MOST_ENTRIES = 100_000
"""So many files are looked at; a folder of sounds that is a whole disk is not walked to its end."""

SoundKind: TypeAlias = Literal["soundfont", "sfz"]
SOUNDS_SAID: dict[SoundKind, str] = {"soundfont": "SoundFont", "sfz": "SFZ"}


@dataclass(frozen=True)
class InstalledSound:
    """A SoundFont or SFZ in one of the folders; `name` is its file's, without the ending."""

    name: str
    kind: SoundKind
    path: Path
    folder: Path


@dataclass(frozen=True)
class SoundSize:
    """How large a sound is: its file, or the samples of an SFZ in memory; programs, or regions.

    None where `problem` says why it cannot be used.
    """

    bytes: int | None = None
    parts: int | None = None
    problem: str = ""


def standard_folders(
    platform: str = sys.platform, environ: Mapping[str, str] = os.environ
) -> tuple[Path, ...]:
    """The folders that systems and their packages keep such sounds in, the user's own first.

    Source: Debian's packages of SoundFonts; Arch's (`/usr/share/soundfonts`); Apple, "Where are
    the sounds and instruments"; the XDG Base Directory Specification.
    """
    home = Path.home()
    own = platformdirs.user_data_path("hostkit") / "sounds"
    if platform == "darwin":
        audio = Path("Library/Audio/Sounds")
        return (own, home / audio / "Banks", home / audio, Path("/") / audio / "Banks")
    if platform == "win32":
        public = environ.get("PROGRAMDATA", r"C:\ProgramData")
        return (own, home / "Documents" / "SoundFonts", Path(public) / "soundfonts")
    data = Path(environ.get("XDG_DATA_HOME") or home / ".local" / "share")
    mine = (data / "sounds", data / "soundfonts")
    shared = [Path(base) / "share" for base in ("/usr/local", "/usr")]
    of_system = (
        base / part
        for base in shared
        for part in ("sounds/sf2", "sounds/sf3", "sounds/sfz", "soundfonts")
    )
    return (own, *mine, *of_system)


def sound_folders(environ: Mapping[str, str] = os.environ) -> tuple[Path, ...]:
    """Folders in the order of precedence: those of the variable, then the standard ones.

    Behind each are those that links in it lead to: large libraries lie on disks of their own.
    """
    named = [Path(part) for part in environ.get(PATH_VARIABLE, "").split(os.pathsep) if part]
    folders = (*named, *standard_folders(environ=environ))
    return tuple(dict.fromkeys(one for folder in folders for one in (folder, *_linked(folder))))


def _linked(folder: Path) -> tuple[Path, ...]:
    try:
        with os.scandir(folder) as listing:
            links = sorted(one.path for one in listing if one.is_symlink())
    except OSError:
        return ()
    places = (real_path(Path(link)) for link in links)
    return tuple(place for place in places if what_is_at(place) == A_FOLDER)


def installed_sounds(folders: tuple[Path, ...]) -> tuple[InstalledSound, ...]:
    """All of them, in the order of precedence; a file that two folders reach is listed once."""
    found: dict[Path, InstalledSound] = {}
    for folder in folders:
        for path in _walk(folder):
            kind = SOUND_ENDINGS.get(path.suffix.lower())
            if kind is not None:
                found.setdefault(real_path(path), InstalledSound(path.stem, kind, path, folder))
    return tuple(found.values())


def without_parts(sounds: tuple[InstalledSound, ...]) -> tuple[InstalledSound, ...]:
    """Those that are instruments: not the SFZs that others of them include."""
    parts: set[Path] = set()
    for sound in sounds:
        if sound.kind == "sfz":
            parts |= {real_path(path) for path in read_text_of(sound.path, sound.folder).files[1:]}
    return tuple(sound for sound in sounds if real_path(sound.path) not in parts)


def find_sound(
    kind: SoundKind, name: str, folders: tuple[Path, ...], beside: Path | None = None
) -> InstalledSound:
    """The first of that name, in whatever case.

    Raises RequestError, with how to write a file of that name below the folder `beside`, else with
    the nearest name.
    """
    there = [sound for sound in installed_sounds(folders) if sound.kind == kind]
    exact = (sound for sound in there if sound.name == name)
    alike = (sound for sound in there if _same(sound.name, name))
    found = next(exact, None) or next(alike, None)
    if found is None:
        ending = ".sfz" if kind == "sfz" else ".sf2"
        with_ending = f"a file beside the session is named with its ending: {name}{ending}"
        listed = did_you_mean(name, sorted({sound.name for sound in there}))
        cure = listed or f"put it into a folder that {PATH_VARIABLE} names; {with_ending}"
        if beside is not None and (file := _below(beside, kind, name)):
            cure = f"write {{{kind}: {file}}}"
        raise RequestError(f"no {SOUNDS_SAID[kind]} {name!r} is installed", cure=cure)
    return found


def meant_sound(name: str, folders: tuple[Path, ...]) -> InstalledSound:
    """What somebody names: `gm`, a file by its path and ending, or an installed sound.

    The files of an SFZ lie below the folder one is in, a folder of sounds, or with it. Raises
    RequestError.
    """
    if name == "gm":
        path = default_soundfont()
        return InstalledSound(name, "soundfont", path, path.parent)
    if kind := SOUND_ENDINGS.get(Path(name).suffix.lower()):
        path = Path(name)
        if not path.is_file():
            raise RequestError("there is no such file", cure=cure_of_missing(path), file=path)
        around = (folder for folder in (Path.cwd(), *folders) if is_inside(folder, path))
        return InstalledSound(path.stem, kind, path, next(around, path.parent))
    there = installed_sounds(folders)
    alike = {sound.kind: sound for sound in reversed(there) if _same(sound.name, name)}
    if len(alike) > 1:
        files = " or ".join(str(sound.path) for sound in alike.values())
        raise RequestError(f"{name!r} is a SoundFont and an SFZ", cure=f"name its file: {files}")
    if not alike:
        listed = did_you_mean(name, sorted({"gm", *(sound.name for sound in there)}))
        raise RequestError(
            f"no SoundFont or SFZ {name!r} is installed",
            cure=f"{listed} (a file is named with its ending: .sf2, .sf3 or .sfz)",
        )
    return next(iter(alike.values()))


def _below(folder: Path, kind: SoundKind, name: str) -> str:
    """The first file of that name below a folder, as it is written from there; "" without one."""
    files = (path for path in _walk(folder) if SOUND_ENDINGS.get(path.suffix.lower()) == kind)
    found = next((path for path in files if _same(path.stem, name)), None)
    return found.relative_to(folder).as_posix() if found else ""


def _same(name: str, typed: str) -> bool:
    return name.casefold() == typed.casefold()


def programs_of(sound: InstalledSound) -> tuple[SoundFontPreset, ...]:
    """The programs of a SoundFont, by bank and number. Raises RequestError where it has none."""
    if programs := presets_of(sound.path):
        return programs
    raise RequestError(
        "is no SoundFont, or a damaged one", cure="name an .sf2 or .sf3 file", file=sound.path
    )


def size_of(sound: InstalledSound) -> SoundSize:
    """What is in a sound; it is read for that."""
    try:
        if sound.kind == "sfz":
            read = read_sfz(sound.path, sound.folder)
            return SoundSize(read.sample_bytes, read.regions)
        presets = presets_of(sound.path)
        if not presets:
            return SoundSize(problem="no SoundFont with programs")
        return SoundSize(sound.path.stat().st_size, len(presets))
    except RequestError as error:
        first, *others = error.problems
        more = f" (and {len(others)} more)" if others else ""
        where = f"line {first.line}: " if first.file == str(sound.path) and first.line else ""
        return SoundSize(problem=f"{where or _place(first)}{first.fault}{more}")
    except OSError as error:
        return SoundSize(problem=error.strerror or str(error))


def _place(problem: Problem) -> str:
    return f"{problem.file}:{problem.line}: " if problem.line else ""


def _walk(folder: Path) -> Iterator[Path]:
    """Files below a folder, by name, in each folder before those in it."""
    left = _MOST_ENTRIES
    waiting = [(folder, _MOST_DEPTH)]
    while waiting and left > 0:
        here, depth = waiting.pop(0)
        try:
            with os.scandir(here) as listing:
                entries = sorted(listing, key=lambda entry: entry.name)
        except OSError:
            continue
        left -= len(entries)
        for entry in entries:
            if entry.name.startswith("."):
                continue
            if entry.is_dir(follow_symlinks=False):
                if depth > 1:
                    waiting.append((Path(entry.path), depth - 1))
            elif is_there(Path(entry.path)):  # not so where links lead in a circle
                yield Path(entry.path)
