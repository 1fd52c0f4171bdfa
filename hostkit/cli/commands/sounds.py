"""`hostkit sounds`: the SoundFonts and SFZs that sessions may name."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import typer

from hostkit.cli.show.lines import tell_error
from hostkit.cli.show.plain_help import PlainCommand
from hostkit.cli.take import parameters as take

if TYPE_CHECKING:
    from hostkit.devices.sounds import InstalledSound, SoundSize

app = typer.Typer(
    rich_markup_mode=None,
    help="Find SoundFonts and SFZs, and see what is in one.",
    no_args_is_help=True,
)


@app.command("list", cls=PlainCommand)
def list_sounds(json: take.Json = False) -> None:
    """List them: what {soundfont: NAME} and {sfz: NAME} find, in the order of precedence."""
    from hostkit.devices.sounds import (
        installed_sounds,
        size_of,
        sound_folders,
        without_parts,
    )

    folders = sound_folders()
    sounds = without_parts(installed_sounds(folders))
    listed = [(sound, size_of(sound)) for sound in sounds]
    if json:
        from hostkit.cli.show.document import print_document

        documents = [_document(sound, size) for sound, size in listed]
        print_document({"sounds": documents, "folders": [str(folder) for folder in folders]})
        return
    usable = [_row(sound, size) for sound, size in listed if not size.problem]
    if usable:
        from hostkit.cli.show.table import print_table

        heads = ("name", "kind", "size", "holds", "folder")
        print_table(heads, usable, numbers={"size"}, whole={"folder"})
    else:
        from hostkit.cli.show.lines import tell

        tell(
            "no SoundFonts or SFZs are installed besides gm, the General MIDI SoundFont that comes "
            "with hostkit; it was looked in:"
        )
        for folder in folders:
            tell(f"  {folder}{'' if folder.is_dir() else ' (there is none)'}")
    for sound, size in listed:
        if size.problem:
            tell_error(f"{sound.path}: left out: {size.problem}")


@app.command(cls=PlainCommand)
def show(name: take.SoundName, json: take.Json = False) -> None:
    """Show what is in one: a SoundFont's programs, an SFZ's range and articulations."""
    from hostkit.devices.sounds import meant_sound, sound_folders

    sound = meant_sound(name, sound_folders())
    (_show_soundfont if sound.kind == "soundfont" else _show_sfz)(sound, json=json)


def _show_soundfont(sound: InstalledSound, *, json: bool) -> None:
    from hostkit.cli.show.table import in_a_cell, print_table
    from hostkit.devices.sounds import programs_of

    programs, size = programs_of(sound), sound.path.stat().st_size
    if json:
        _print_contents(sound, size, programs=[asdict(program) for program in programs])
        return
    _head(sound, "SoundFont", size, "program", len(programs))
    print()
    cells = [(str(p.bank), str(p.program), in_a_cell(p.name)) for p in programs]
    print_table(("bank", "program", "name"), cells, numbers={"bank", "program"})


def _show_sfz(sound: InstalledSound, *, json: bool) -> None:
    from hostkit.cli.show.lines import tell
    from hostkit.cli.show.table import in_a_cell, print_table
    from hostkit.devices.sfz.definition import read_sfz
    from hostkit.midi.pitch import NoteRange, note_name

    read = read_sfz(sound.path, sound.folder)
    keys = read.keyswitches
    span = NoteRange(min(keys.played), max(keys.played)) if keys.played else None
    if json:
        _print_contents(
            sound,
            read.sample_bytes,
            regions=read.regions,
            range=span and str(span),
            articulations=[
                {"name": name, "keyswitch": note_name(key), "at_first": key == keys.default}
                for name, key in keys.named
            ],
            warnings=list(read.warnings),
        )
        return
    _head(sound, "SFZ", read.sample_bytes, "region", read.regions)
    tell(f"range: {span}" if span else "no key plays it")
    if others := sorted(keys.keys - {key for _, key in keys.named}):
        tell(f"keyswitches without a label: {', '.join(map(note_name, others))}")
    for text in read.warnings:
        tell(f"warning: {text}")
    if keys.named:
        print()
        cells = [
            (in_a_cell(name), note_name(key), "at first" if key == keys.default else "")
            for name, key in keys.named
        ]
        print_table(("articulation", "keyswitch", ""), cells)


def _print_contents(sound: InstalledSound, size: int, **contents: object) -> None:
    from hostkit.cli.show.document import print_document

    about = {"name": sound.name, "kind": sound.kind, "path": str(sound.path), "bytes": size}
    nothing: dict[str, object] = {
        "programs": [],
        "regions": None,
        "range": None,
        "articulations": [],
        "warnings": [],
    }
    print_document({"sounds": [about | nothing | contents]})


def _head(sound: InstalledSound, kind: str, size: int, part: str, parts: int) -> None:
    from hostkit.cli.show.lines import tell
    from hostkit.ground.counted import counted

    tell(f"{sound.name}: {kind}, {counted(parts, part)}, {size / 1e6:.1f} MB")
    tell(str(sound.path))


def _document(sound: InstalledSound, size: SoundSize) -> dict[str, object]:
    return {
        "name": sound.name,
        "kind": sound.kind,
        "path": str(sound.path),
        "folder": str(sound.folder),
        "bytes": size.bytes,
        "programs": size.parts if sound.kind == "soundfont" else None,
        "regions": size.parts if sound.kind == "sfz" else None,
        "problem": size.problem or None,
    }


def _row(sound: InstalledSound, size: SoundSize) -> tuple[str, ...]:
    from hostkit.ground.counted import counted

    part = "program" if sound.kind == "soundfont" else "region"
    megabytes = f"{(size.bytes or 0) / 1e6:.1f} MB"
    return (sound.name, sound.kind, megabytes, counted(size.parts or 0, part), str(sound.folder))
