"""How every command runs: exit codes, errors on standard error, no tracebacks."""

from __future__ import annotations

import sys
from typing import Annotated, Any

import typer

from hostkit import __version__
from hostkit.errors import HostkitError


def version(
    show: Annotated[
        bool, typer.Option("--version", help="Show the version and leave.", is_eager=True)
    ] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show tracebacks.")] = False,
) -> None:
    del debug  # taken out of the arguments by run_app, and here only to be in the help
    if show:
        typer.echo(f"hostkit {__version__}")
        raise typer.Exit


def run_app(app: Any) -> None:
    """Runs the Typer app and leaves with its exit code."""
    debug = "--debug" in sys.argv
    arguments = [argument for argument in sys.argv[1:] if argument != "--debug"]
    try:
        app(args=arguments, standalone_mode=True)
    except HostkitError as error:
        if debug:
            raise
        typer.echo(f"hostkit: {error}" if "\n" not in str(error) else str(error), err=True)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        sys.exit(1)
