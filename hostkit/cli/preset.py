"""`hostkit preset`: the library."""

from __future__ import annotations

import typer

from hostkit.cli.preset_find import list_presets, search, show, tree, where_used
from hostkit.cli.preset_hear import audition, compare, level, verify
from hostkit.cli.preset_keep import lock, pack, rename, undo, unpack
from hostkit.cli.preset_make import capture, export, import_presets, new

app = typer.Typer(
    rich_markup_mode=None, help="Find, hear, make and keep presets.", no_args_is_help=True
)
app.command("list")(list_presets)
app.command()(search)
app.command()(show)
app.command()(tree)
app.command()(audition)
app.command()(compare)
app.command()(new)
app.command()(capture)
app.command("import")(import_presets)
app.command()(export)
app.command()(pack)
app.command()(unpack)
app.command()(level)
app.command()(verify)
app.command()(where_used)
app.command()(rename)
app.command()(lock)
app.command()(undo)
