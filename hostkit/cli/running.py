"""How every command runs: exit codes, errors on standard error, no tracebacks."""

from __future__ import annotations

import errno
import os
import re
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from hostkit import __version__
from hostkit.cli.show.lines import tell_error
from hostkit.cli.show.scanning import shown
from hostkit.cli.take.shells import ASKED_BY, be_ready_to_answer
from hostkit.devices.plugins.scanning.watched import WATCH
from hostkit.errors import Fault, HostkitError, RequestError, StorageError
from hostkit.ground.installed import version_line

ClickException: Any = next(c for c in typer.BadParameter.__mro__ if c.__name__ == "ClickException")
"""What is wrong with a command line. Typer brings click along under a name of its own."""


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(version_line(__version__))
        raise typer.Exit


def _install_completion(wanted: bool) -> None:
    if wanted:
        from hostkit.cli.take.shells import install

        shell, file = install()
        typer.echo(f"{shell} completes hostkit by {file}; open a new terminal")
        raise typer.Exit


def _show_completion(wanted: bool) -> None:
    if wanted:
        from hostkit.cli.take.shells import script, this_shell

        typer.echo(script(this_shell()))
        raise typer.Exit


def version(
    show: Annotated[
        bool,
        typer.Option(
            "-V",
            "--version",
            help="Show the version and leave.",
            is_eager=True,
            callback=_show_version,
        ),
    ] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show tracebacks.")] = False,
    install_completion: Annotated[
        bool,
        typer.Option(
            "--install-completion",
            help="Let the Tab key of this shell complete commands and names.",
            is_eager=True,
            callback=_install_completion,
        ),
    ] = False,
    show_completion: Annotated[
        bool,
        typer.Option(
            "--show-completion",
            help="Show what that would install.",
            is_eager=True,
            callback=_show_completion,
        ),
    ] = False,
) -> None:
    # The callbacks and run_app have seen to them; they are here to be in the help.
    del show, debug, install_completion, show_completion


def run_app(app: typer.Typer) -> None:
    """Runs the Typer app and leaves with its exit code."""
    if ASKED_BY in os.environ:
        be_ready_to_answer()
    debug = "--debug" in sys.argv
    arguments = _asked([argument for argument in sys.argv[1:] if argument != "--debug"])
    as_json = "--json" in arguments
    if not as_json and "--progress" not in arguments:
        WATCH.set(shown)
    try:
        code = app(args=arguments, prog_name="hostkit", standalone_mode=False) or 0
        sys.stdout.flush()  # while it can still be said that it cannot be written
        sys.exit(code)
    except HostkitError as error:
        if debug:
            raise
        _tell(error, as_json=as_json)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        sys.exit(1)
    except OSError as error:
        if debug or error.filename is None:
            raise
        refused = _refused(error)
        _tell(refused, as_json=as_json)
        sys.exit(refused.exit_code)
    except ClickException as error:
        if type(error).__name__ == "NoArgsIsHelpError":
            error.show()  # nothing was asked for; the help is the answer
        else:
            command = _command_of(app, arguments)  # not every error has a context that knows it
            _tell(RequestError(*_usage_fault(error, command)), as_json=as_json)
        sys.exit(error.exit_code)


_OF_NAMES = {errno.ENAMETOOLONG, errno.EACCES, errno.EPERM, errno.ELOOP, errno.ENOTDIR}
"""What the system says of a path that somebody typed; everything else is about the disk."""
_NAME_CHARACTERS = 80


def _refused(error: OSError) -> HostkitError:
    """What the system said where nobody expected it, as of a name that is too long."""
    kind = RequestError if error.errno in _OF_NAMES else StorageError
    name = str(error.filename)
    shown = name if len(name) <= _NAME_CHARACTERS else f"{name[:_NAME_CHARACTERS]}…"
    reason = (error.strerror or "the system refuses it").lower()
    return kind(reason, cure="check its name, and who may read and write there", file=Path(shown))


def _tell(error: HostkitError, *, as_json: bool) -> None:
    """An error in words; for programs also as the one document, where there is none yet."""
    from hostkit.cli.show.document import error_document, print_document, printed

    if as_json and not printed():
        print_document(error_document(error))
    tell_error(f"hostkit: {error}" if "\n" not in str(error) else str(error))


def _asked(arguments: list[str]) -> list[str]:
    """`help` in front asks for the help of what follows.

    >>> _asked(["help", "render"])
    ['render', '--help']
    """
    return [*arguments[1:], "--help"] if arguments[:1] == ["help"] else arguments


def _command_of(app: typer.Typer, arguments: list[str]) -> str:
    """The command that a command line names, as it was typed.

    >>> from hostkit.cli import app
    >>> _command_of(app, ["plugins", "show", "--deep"])
    'hostkit plugins show'
    """
    command: Any = typer.main.get_command(app)
    path = ["hostkit"]
    for word in arguments:
        command = getattr(getattr(command, "loaded", command), "commands", {}).get(word)
        if command is None:
            break
        path.append(word)
    return " ".join(path)


def _usage_fault(error: Any, command: str) -> Fault:
    """What is wrong with a command line: the nearest name cures it, else the help.

    >>> print(_usage_fault(typer.BadParameter("no such thing."), "hostkit"))
    invalid value: no such thing; hostkit --help shows what there is
    >>> print(_usage_fault(typer.BadParameter("Path 'a' is not readable."), "hostkit"))
    a: it cannot be read: permission denied; check who may read it
    """
    said = error.format_message().rstrip(".")
    if unreadable := _UNREADABLE.search(said):
        return Fault(f"{unreadable[1]}: it cannot be read: permission denied", _PERMISSIONS)
    for stiff, plain in _PLAIN.items():
        said = re.sub(stiff, plain, said)
    if variable := _variable_of(getattr(error, "param", None)):
        said = re.sub("^Invalid value for '.*?': ", f"Invalid value of {variable}: ", said)
    said = said[:1].lower() + said[1:]
    if near := _NEAR.search(said):
        names = (near["commands"] or near["options"]).replace(", ", " or ")
        return Fault(said[: near.start()], cure=f"did you mean {names}?")
    return Fault(said, cure=f"{command} --help shows what there is")


def _variable_of(parameter: Any) -> str:
    """The environment variable that an option's value is from; empty where it was typed."""
    variable = getattr(parameter, "envvar", None)
    typed = any(word.startswith(tuple(parameter.opts)) for word in sys.argv) if variable else True
    return "" if typed or not os.environ.get(str(variable)) else str(variable)


_PLAIN = {
    "Value error, ": "",
    "Input should be a valid integer, unable to parse.*": "it is a whole number",
    "Input should be a valid number, unable to parse.*": "it has to be a number, such as 5.8",
    "Input should be greater than or equal to ([^ ]+)": r"it is \1 or more",
    "Input should be less than or equal to ([^ ]+)": r"it is \1 or less",
}
"""What typer says of a value, and how it reads here."""
_UNREADABLE = re.compile(r"[Pp]ath '(.+)' is not readable$")
"""How typer says so of a path, in the words of an option that is misused."""
_PERMISSIONS = "check who may read it"
_NEAR = re.compile(r"\. Did you mean (?P<commands>.+)\?$| \(Possible options: (?P<options>.+)\)$")
"""How typer names what is like a misspelt command or option."""
