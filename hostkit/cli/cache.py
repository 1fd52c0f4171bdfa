"""`hostkit cache`: the store of prints."""

from __future__ import annotations

from typing import Annotated

import typer

from hostkit.cli.render import Json

app = typer.Typer(
    rich_markup_mode=None, help="Look at and clear the store of prints.", no_args_is_help=True
)


@app.command()
def info(json: Json = False) -> None:
    """Show where the store is, and how much is in it."""
    import json as encoder

    from hostkit.engine.store import default_store

    found = default_store().info()
    if json:
        fields = {"root": str(found.root), "prints": found.prints, "bytes": found.bytes}
        typer.echo(encoder.dumps({**fields, "limit_bytes": found.limit_bytes}))
        return
    typer.echo(f"{found.root}: {found.prints} prints, {found.bytes / 1e9:.2f} GB")
    typer.echo(f"limit: {found.limit_bytes / 1e9:.0f} GB (HOSTKIT_CACHE_GB)")


@app.command()
def prune(
    to_gb: Annotated[
        float | None, typer.Option("--to", min=0, help="Gigabytes to keep (default: the limit).")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Remove every print.")] = False,
) -> None:
    """Remove the prints that were not used for longest."""
    from hostkit.engine.store import default_store

    limit = 0 if everything else None if to_gb is None else int(to_gb * 1e9)
    removed = default_store().prune(limit, spare_recent=not everything)
    typer.echo(f"removed {removed.prints} prints, {removed.bytes / 1e9:.2f} GB")
