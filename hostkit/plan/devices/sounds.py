"""SoundFonts and SFZs as written to specs: the file that is meant, and the sound in it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from hostkit.devices.spec import SfzSpec, SoundFontSpec
from hostkit.errors import BadValue, RequestError
from hostkit.ground.named_file import LFS_POINTER, is_lfs_pointer, what_is_at
from hostkit.ground.places import FilesBeside
from hostkit.midi.soundfont_presets import is_compressed, lacks, presets_of
from hostkit.plan.environment import Environment
from hostkit.plan.found import Found
from hostkit.session.model.devices import Sfz, SoundFont, is_installed_name

if TYPE_CHECKING:
    from hostkit.devices.sounds import SoundKind


def soundfont_spec(
    written: SoundFont, beside: FilesBeside, environment: Environment
) -> SoundFontSpec:
    """A SoundFont beside what names it, or an installed one. Raises RequestError.

    That is for a file that is missing or none, and for a program that it lacks.
    """
    if written.soundfont == "gm":
        path = environment.default_soundfont()
    else:
        path, _ = _found("soundfont", written.soundfont, beside, environment)
    content, host = environment.content(path), environment.soundfont_host()
    if is_compressed(path):
        host += f", {environment.version_of('soundfile')}"  # which decodes it
    if not presets_of(path):
        if is_lfs_pointer(path):
            raise RequestError(*LFS_POINTER, file=path)
        sfz = path.suffix.lower() == ".sfz"
        named = f"{path}, which gm stands for," if written.soundfont == "gm" else written.soundfont
        raise RequestError(
            f"{named} is no SoundFont, or a damaged one",
            cure=f"write {{sfz: {written.soundfont}}}" if sfz else "name an .sf2 or .sf3 file",
        )
    if written.program is not None:
        lacking = lacks(presets_of(path), written.bank or 0, written.program, path.name)
        if lacking:
            raise RequestError(*lacking)
    sound = (written.bank or 0, written.program)
    names = (one.name for one in presets_of(path) if (one.bank, one.program) == sound)
    return SoundFontSpec(
        content, written.program, written.bank, host, sound=next(names, "").strip()
    )


def sfz_spec(written: Sfz, beside: FilesBeside, environment: Environment) -> Found[SfzSpec]:
    """An SFZ beside what names it, or an installed one, with warnings.

    Raises RequestError as find_sfz.
    """
    host = environment.sfz_host()
    path, root = _found("sfz", written.sfz, beside, environment)
    found = environment.sfz(path, root)
    spec = SfzSpec(found.content, found.root, host, found.keyswitches, found.memory_bytes)
    return Found(spec, warnings=found.warnings)


def _found(
    kind: SoundKind, written: str, beside: FilesBeside, environment: Environment
) -> tuple[Path, Path]:
    """The file of a sound, and the folder that what belongs to it lies below.

    Raises RequestError for one that is neither beside what names it nor installed.
    """
    if is_installed_name(written):
        installed = environment.installed(kind, written, beside.folder)
        return installed.path, installed.folder
    try:
        path, root = beside.find(written)
        if not what_is_at(path) and (like := environment.installed_like(kind, path)):
            cure = f"one of that name is installed: write {_written(kind, like.name)}"
            raise RequestError("there is no such file", cure, file=path)
        return path, root
    except BadValue as error:
        cure = _cure_of_outside(kind, beside.folder / written, environment)
        raise RequestError(error.fault.message, cure) from None


def _cure_of_outside(kind: SoundKind, path: Path, environment: Environment) -> str:
    if name := environment.installed_name(kind, path):
        return f"it is installed: write {_written(kind, name)}"
    return (
        "put it beside the session; or name its folder in HOSTKIT_SAMPLES, and write "
        f"{_written(kind, path.stem)}"
    )


def _written(kind: SoundKind, name: str) -> str:
    from hostkit.session.starting.scalars import scalar  # few sessions are wrong so

    return f"{{{kind}: {scalar(name)}}}"
