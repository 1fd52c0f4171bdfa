"""`hostkit sounds`: the SoundFonts and SFZs that sessions may name."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import typer

from hostkit.cli.show.plain_help import PlainCommand
from hostkit.cli.take import parameters as take

if TYPE_CHECKING:
    from hostkit.devices.sounds import InstalledSound, SoundSize

app = typer.Typer(
    rich_markup_mode=None,
    help="Find the SoundFonts and SFZs that are installed.",
    no_args_is_help=True,
)


@app.callback()
def sounds() -> None:
    """A group, although it has one command."""


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
            print(f"  {folder}{'' if folder.is_dir() else ' (there is none)'}")
    for sound, size in listed:
        if size.problem:
            print(f"{sound.path}: left out: {size.problem}", file=sys.stderr)


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
