"""Every command of the command line, with its options, however it is loaded."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import typer

from hostkit.cli import app
from hostkit.cli.on_demand import OnDemand


def every_command() -> Iterator[tuple[tuple[str, ...], Any]]:
    """Each with the words it is called by after `hostkit`, groups before what is in them."""
    yield from _below((), typer.main.get_command(app))


def inside(group: Any) -> dict[str, Any]:
    """What a group lists, by name; nothing for a command."""
    return dict(getattr(group, "commands", {}))


def _below(path: tuple[str, ...], command: Any) -> Iterator[tuple[tuple[str, ...], Any]]:
    yield path, command
    for name, listed in inside(command).items():
        loaded = listed.loaded if isinstance(listed, OnDemand) else listed
        yield from _below((*path, name), loaded)
