"""SoundFonts and SFZs as written to specs: the file that is meant, and the sound in it."""

from __future__ import annotations

from pathlib import Path

from hostkit.devices.spec import SfzSpec, SoundFontSpec
from hostkit.errors import RequestError
from hostkit.midi.soundfont_presets import is_compressed, lacks, presets_of
from hostkit.plan.environment import Environment
from hostkit.plan.found import Found
from hostkit.session.model.devices import Sfz, SoundFont


def soundfont_spec(written: SoundFont, folder: Path, environment: Environment) -> SoundFontSpec:
    """A SoundFont of `folder`, or an installed one. Raises RequestError.

    That is for a file that is missing or none, and for a program that it lacks.
    """
    if written.soundfont == "gm":
        path = environment.default_soundfont()
    else:
        path = environment.sound("soundfont", written.soundfont, folder)
    content, host = environment.content(path), environment.soundfont_host()
    if is_compressed(path):
        host += f", {environment.version_of('soundfile')}"  # which decodes it
    if not presets_of(path):
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


def sfz_spec(written: Sfz, folder: Path, environment: Environment) -> Found[SfzSpec]:
    """An SFZ of `folder`, or an installed one, with warnings. Raises RequestError as find_sfz."""
    host = environment.sfz_host()
    path = environment.sound("sfz", written.sfz, folder)
    found = environment.sfz(path, folder)
    spec = SfzSpec(found.content, found.root, host, found.keyswitches, found.memory_bytes)
    return Found(spec, warnings=found.warnings)
