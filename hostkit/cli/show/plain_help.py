"""Help without types that only programmers read, and summaries that end where sentences do."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from typer.core import TyperCommand

from hostkit.cli.examples import examples_of
from hostkit.disk.outputs import refuse_root
from hostkit.errors import Fault, RequestError
from hostkit.ground.named_file import cure_of_missing, what_is_at


class PlainCommand(TyperCommand):
    """A command whose arguments are shown by their names alone, and whose paths are named."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Raises RequestError for an empty path, which would be the folder one is in, and for the
        root of the disk as the folder to write to; for plug-ins in a folder that is none.
        """
        if not ctx.resilient_parsing:
            given, _, _ = self.make_parser(ctx).parse_args(args=list(args))
            parameters: list[Any] = self.get_params(ctx)
            for parameter in parameters:
                typed = given.get(parameter.name)
                if str(parameter.metavar).rstrip("…") in PATHS and _has_empty(typed):
                    raise RequestError(*_EMPTY.of(_written(parameter)))
                if typed is not None and (parameter.name, parameter.metavar) == ("out", "DIR"):
                    refuse_root(Path(typed))
                if parameter.name == "plugin_dir":
                    refuse_no_folder(map(Path, typed or ()))
        return super().parse_args(ctx, args)

    def get_short_help_str(self, limit: int = 45) -> str:
        """The first paragraph's first sentence, whole; a list of commands wraps it."""
        del limit
        paragraph = " ".join((self.help or "").split("\n\n")[0].split())
        sentence = paragraph.split(". ")[0].rstrip(".")
        return sentence if sentence.endswith("…") else f"{sentence}."

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        return ["[OPTIONS]", *(_shown(argument) for argument in self._arguments(ctx))]

    def format_options(self, ctx: Any, formatter: Any) -> None:
        arguments = [(_name(argument), argument.help or "") for argument in self._arguments(ctx)]
        options = [p for p in self.get_params(ctx) if p.param_type_name == "option"]
        records = [_plain(*record) for option in options if (record := option.get_help_record(ctx))]
        for title, rows in (("Arguments", arguments), ("Options", records)):
            if rows:
                with formatter.section(title):
                    formatter.write_dl(rows)

    def format_epilog(self, ctx: Any, formatter: Any) -> None:
        """What one types, at the end, where it is seen on the screen."""
        if lines := examples_of(ctx.command_path.partition(" ")[2]):
            with formatter.section("Examples"):
                for line in lines:
                    formatter.write(f"{'':>{formatter.current_indent}}{line}\n")

    def _arguments(self, ctx: Any) -> list[Any]:
        return [p for p in self.get_params(ctx) if p.param_type_name == "argument"]


def refuse_no_folder(paths: Iterable[Path]) -> None:
    """Raises RequestError for what is no folder: a misspelt one would be without a word."""
    for path in paths:
        if not path.is_dir():
            kind = what_is_at(path)
            wrong = f"is {kind}, not a folder" if kind else "there is no such folder"
            raise RequestError(wrong, cure=cure_of_missing(path), file=path)


PATHS = ("DIR", "FILE", "FOLDER", "SESSION", "PLACE", "MUSIC", "CSV", "MIDI", "SOURCE")
"""What is shown for a path, of a file or folder: nothing else is called so."""
_EMPTY = Fault(
    "the path is empty", cure="name a file or folder; is a variable of the shell not set?"
)


def _has_empty(typed: Any) -> bool:
    """Whether a path that was typed, or one of several, is empty.

    >>> _has_empty(""), _has_empty(["a", ""]), _has_empty("."), _has_empty(None)
    (True, True, False, False)
    """
    return typed == "" or (isinstance(typed, (list, tuple)) and "" in typed)


def _written(parameter: Any) -> str:
    option = parameter.param_type_name == "option"
    return "/".join(parameter.opts) if option else _name(parameter)


def _plain(name: str, about: str) -> tuple[str, str]:
    """An option's row without what only says what nobody would type: ranges, and 60 as 60.0.

    >>> _plain("--timeout S", "Give up.  [default: 60.0; x>=1]")
    ('--timeout S', 'Give up.  [default: 60]')
    >>> _plain("--jobs N", "At once.  [1<=x<=1000]")
    ('--jobs N', 'At once.')
    """
    span = r"(?:[\d.]+<=)?x[<>]=[\d.]+"
    about = re.sub(rf"; {span}(?=\])|  \[{span}\]", "", about)
    return name, re.sub(r"(\d)\.0(?=\])", r"\1", about)


def _name(argument: Any) -> str:
    return str(argument.metavar or argument.name.upper())


def _shown(argument: Any) -> str:
    return _name(argument) if argument.required else f"[{_name(argument)}]"
