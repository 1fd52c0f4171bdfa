"""The command line: parses, calls, prints, sets the exit code.

Commands import what they need when they run, so that `hostkit --help` stays quick.
"""

from __future__ import annotations

import typer

from hostkit.cli.cache import app as cache_app
from hostkit.cli.demo import demo
from hostkit.cli.duck import duck
from hostkit.cli.init import init
from hostkit.cli.inspect import check, plan, schema
from hostkit.cli.lock import lock
from hostkit.cli.loudness import loudness
from hostkit.cli.mixes import mixes
from hostkit.cli.plugins import app as plugins_app
from hostkit.cli.preset import app as preset_app
from hostkit.cli.profile import app as profile_app
from hostkit.cli.render import render
from hostkit.cli.running import run_app, version
from hostkit.cli.show.plain_help import PlainCommand
from hostkit.cli.status import status
from hostkit.cli.verify import verify

app = typer.Typer(
    rich_markup_mode=None,  # rich takes longer to import than all the rest
    name="hostkit",
    add_completion=False,  # ours is in `shells`
    help="Render session files through plug-ins and SoundFonts into stems that sum.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.callback()(version)
for command in (
    init,
    check,
    plan,
    render,
    mixes,
    duck,
    status,
    verify,
    lock,
    loudness,
    schema,
    demo,
):
    app.command(cls=PlainCommand)(command)
app.add_typer(cache_app, name="cache")
app.add_typer(plugins_app, name="plugins")
app.add_typer(preset_app, name="preset")
app.add_typer(profile_app, name="profile")


def main() -> None:
    """The `hostkit` command."""
    run_app(app)
