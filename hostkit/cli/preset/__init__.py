"""`hostkit preset`: the library."""

from __future__ import annotations

import typer

from hostkit.cli.lock import preset_lock
from hostkit.cli.preset.find import list_presets, search, show, tree, where_used
from hostkit.cli.preset.hear import audition, compare, level, verify
from hostkit.cli.preset.keep import pack, rename, undo, unpack
from hostkit.cli.preset.make import capture, export, import_presets, new
from hostkit.cli.show.plain_help import PlainCommand

app = typer.Typer(
    rich_markup_mode=None, help="Find, hear, make and keep presets.", no_args_is_help=True
)
app.command("list", cls=PlainCommand)(list_presets)
app.command(cls=PlainCommand)(search)
app.command(cls=PlainCommand)(show)
app.command(cls=PlainCommand)(tree)
app.command(cls=PlainCommand)(audition)
app.command(cls=PlainCommand)(compare)
app.command(cls=PlainCommand)(new)
app.command(cls=PlainCommand)(capture)
app.command("import", cls=PlainCommand)(import_presets)
app.command(cls=PlainCommand)(export)
app.command(cls=PlainCommand)(pack)
app.command(cls=PlainCommand)(unpack)
app.command(cls=PlainCommand)(level)
app.command(cls=PlainCommand)(verify)
app.command(cls=PlainCommand)(where_used)
app.command(cls=PlainCommand)(rename)
app.command("lock", hidden=True, cls=PlainCommand)(preset_lock)
app.command(cls=PlainCommand)(undo)
