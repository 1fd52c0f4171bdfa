"""Commands that are listed by a line each, and imported when one of them is used.

Building every command, each with its options, took as long as importing Typer does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from hostkit.errors import RunCancelled
from hostkit.ground.process.interrupts import Interrupted, interruptible


class OnDemand(TyperCommand):
    """A command as its group lists it.

    `home` is where it is, as "module:name": a function, or the Typer app of a group; `about`
    the first sentence of its help.
    """

    def __init__(self, name: str, home: str, about: str, *, hidden: bool = False) -> None:
        super().__init__(name, short_help=about, hidden=hidden, rich_markup_mode=None)
        self.home = home

    @cached_property
    def loaded(self) -> Any:
        """The command itself, with its options; of a group, with what it lists."""
        from hostkit.cli.show.plain_help import PlainCommand

        module, _, name = self.home.partition(":")
        found = getattr(import_module(module), name)
        if isinstance(found, typer.Typer):
            return typer.main.get_group(found)
        alone = typer.Typer(rich_markup_mode=None, add_completion=False)
        alone.command(self.name, cls=PlainCommand, hidden=self.hidden)(found)
        return typer.main.get_command(alone)

    def make_context(
        self, info_name: str | None, args: list[str], parent: Any = None, **extra: Any
    ) -> Any:
        """What runs, completes and shows its help goes by the context's command: the loaded one."""
        return self.loaded.make_context(info_name, args, parent, **extra)


def group_of(
    listed: Sequence[OnDemand],
    default: str = "",
    sections: Mapping[str, Sequence[str]] | None = None,
) -> type[TyperGroup]:
    """A class of groups with these commands: Typer makes a group by its class.

    Where there is a `default`, it is what other first words are for. `sections` are the titles
    under which the help lists the names of commands; without them it is one list.

    Ctrl-C, SIGTERM and SIGHUP in any of them are a RunCancelled; Typer would only say "Aborted".
    """

    class Group(TyperGroup):
        def __init__(self, **settings: Any) -> None:
            super().__init__(**{**settings, "commands": listed})

        def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
            known = {*(one.name for one in listed), *ctx.help_option_names}
            if default and args and args[0] not in known and not ctx.resilient_parsing:
                args = [default, *args]
            return super().parse_args(ctx, args)

        def format_commands(self, ctx: Any, formatter: Any) -> None:
            if sections is None:
                super().format_commands(ctx, formatter)
                return
            about = {one.name: one.get_short_help_str() for one in listed}
            for title, names in sections.items():
                with formatter.section(title):
                    formatter.write_dl([(name, about[name]) for name in names])

        def invoke(self, ctx: Any) -> Any:
            try:
                with interruptible():
                    return super().invoke(ctx)
            except Interrupted as signal:
                raise RunCancelled(signal.exit_code) from None

    return Group
