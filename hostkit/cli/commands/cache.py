"""`hostkit cache`: the store of prints."""

from __future__ import annotations

from typing import Annotated

import typer

from hostkit.cli.show.lines import tell
from hostkit.cli.show.plain_help import PlainCommand
from hostkit.cli.take import parameters as take
from hostkit.ground.counted import counted

app = typer.Typer(
    rich_markup_mode=None, help="Look at and clear the store of prints.", no_args_is_help=True
)


@app.command(cls=PlainCommand)
def info(json: take.Json = False) -> None:
    """Show where the store is, and how much is in it."""
    from hostkit.cli.show.document import print_document
    from hostkit.devices.soundfont.decoded import decoded_fonts
    from hostkit.jobs.store import default_store

    found, fonts = default_store().info(), decoded_fonts()
    font_bytes = sum(font.stat().st_size for font in fonts)
    if json:
        fields = {"root": str(found.root), "prints": found.prints, "bytes": found.bytes}
        besides = {"soundfonts": len(fonts), "soundfont_bytes": font_bytes}
        print_document({**fields, "limit_bytes": found.limit_bytes, **besides})
        return
    tell(f"{found.root}: {counted(found.prints, 'print')}, {found.bytes / 1e9:.2f} GB")
    tell(f"limit: {found.limit_bytes / 1e9:.0f} GB (HOSTKIT_CACHE_GB)")
    if fonts:
        tell(f"besides: {counted(len(fonts), 'decoded SoundFont')}, {font_bytes / 1e9:.2f} GB")


@app.command(cls=PlainCommand)
def prune(
    to_gb: Annotated[
        float | None,
        typer.Option("--to", metavar="GB", min=0, help="Gigabytes to keep (default: the limit)."),
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Remove every print, and decoded SoundFonts.")
    ] = False,
    json: take.Json = False,
    dry_run: take.DryRun = False,
) -> None:
    """Remove the prints that were not used for longest."""
    from hostkit.cli.show.document import tell_result
    from hostkit.devices.soundfont.decoded import decoded_fonts
    from hostkit.errors import RequestError
    from hostkit.jobs.store import default_store

    if everything and to_gb is not None:
        raise RequestError(
            f"--to {to_gb:g} keeps prints, and --all removes every one", cure="give one of them"
        )
    limit = 0 if everything else None if to_gb is None else int(to_gb * 1e9)
    store = default_store()
    store.refuse_read_only()
    removed = store.prune(limit, dry_run=dry_run)
    left = store.info().prints - (removed.prints if dry_run else 0)
    did = "would remove" if dry_run else "removed"
    lines = [f"{did} {counted(removed.prints, 'print')}, {removed.bytes / 1e9:.2f} GB"]
    if everything and left:
        lines.append(f"{left} prints are in use by a render and stay")
    # Somebody's render may open one again, for the next program of its MIDI.
    fonts = decoded_fonts() if everything and not store.in_use() else []
    for font in fonts:
        if not dry_run:
            font.unlink(missing_ok=True)
    if fonts:
        lines.append(f"{did} {counted(len(fonts), 'decoded SoundFont')}")
    document = {"removed_prints": removed.prints, "removed_bytes": removed.bytes, "prints": left}
    document["removed_soundfonts"] = len(fonts)
    tell_result(document, lines, as_json=json)
