"""How every command runs: exit codes, errors on standard error, no tracebacks."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from typing import Annotated, Any

import typer

from hostkit import __version__
from hostkit.engine.memory import collect_seldom
from hostkit.errors import GivenUp, HostkitError
from hostkit.installed import version_line


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(version_line(__version__))
        raise typer.Exit


def version(
    show: Annotated[
        bool,
        typer.Option(
            "--version", help="Show the version and leave.", is_eager=True, callback=_show_version
        ),
    ] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show tracebacks.")] = False,
) -> None:
    del show, debug  # the callback and run_app have seen to them; here only to be in the help


def run_app(app: typer.Typer) -> None:
    """Runs the Typer app and leaves with its exit code."""
    collect_seldom()
    _say_what_is_kept(app)
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


def _say_what_is_kept(app: typer.Typer) -> None:
    """Makes Ctrl-C in any command a GivenUp; Typer would only say that it was aborted."""
    for command in app.registered_commands:
        if command.callback is not None:
            command.callback = _until_given_up(command.callback)
    for group in app.registered_groups:
        if group.typer_instance is not None:
            _say_what_is_kept(group.typer_instance)


def _until_given_up(command: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(command)
    def run(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except KeyboardInterrupt:
            raise GivenUp from None

    return run
