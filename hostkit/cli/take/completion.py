"""What the shell offers at the Tab key: names from the session, the libraries and the machine.

Nothing is rendered or scanned for it, and what cannot be read offers nothing: a completion
never shows an error. Files and folders are left to the shell, which knows them better.
"""

from __future__ import annotations

import os
import shlex
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

import typer

from hostkit.cli.take.shells import LINE_IN

Names = Callable[[dict[str, Any]], Iterable[str]]
"""The names there are, given what else is on the command line."""


def _offered(names: Names) -> Callable[[typer.Context, str], list[str]]:
    """A completer: the names that go on from what is typed."""

    def offer(ctx: typer.Context, incomplete: str) -> list[str]:
        typed = incomplete.strip("'\"")
        try:
            known = list(dict.fromkeys(names(ctx.params)))
        except Exception:  # whatever is wrong with a file is told when the command runs
            return []
        return [name for name in known if name.startswith(typed)]

    return offer


def _mixes(typed: dict[str, Any]) -> Iterable[str]:
    from hostkit.plan.mixes.kinds import KINDS

    for document in _documents(typed):
        yield from document.get("mixes") or ()
    yield from KINDS


def _stems(typed: dict[str, Any]) -> Iterable[str]:
    for document in _documents(typed):
        for name, track in (document.get("tracks") or {}).items():
            yield (track or {}).get("stem") or name


def _tracks(typed: dict[str, Any]) -> Iterable[str]:
    for document in _documents(typed):
        yield from document.get("tracks") or ()


def _marks(typed: dict[str, Any]) -> Iterable[str]:
    for document in _documents(typed):
        for mark in (*(document.get("sections") or ()), *(document.get("hits") or ())):
            yield mark["name"]


def _documents(_typed: dict[str, Any]) -> Iterable[dict[str, Any]]:
    """The sessions on the command line as they stand, whether or not they are valid.

    They are looked for among its words: an option whose value is still being typed keeps
    the parser from telling arguments.
    """
    from hostkit.session.extends import read_tree
    from hostkit.session.folder import SUFFIXES, session_files

    words = [Path(word) for word in _words(os.environ.get(LINE_IN, ""))[1:]]
    for path in session_files(word for word in words if word.suffix in SUFFIXES):
        yield read_tree(path)[0].data


def _words(line: str) -> list[str]:
    """The words of a line that is still being typed: without the last, if its quote is open.

    >>> _words("hostkit render 'my cue.yaml' --mix 'high st")
    ['hostkit', 'render', 'my cue.yaml', '--mix']
    """
    reader = shlex.shlex(line, posix=True)
    reader.whitespace_split, reader.commenters = True, ""
    words: list[str] = []
    with suppress(ValueError):  # of an open quote
        words.extend(reader)
    return words


def _presets(_typed: dict[str, Any]) -> Iterable[str]:
    from hostkit.library.folders import Libraries

    for library in Libraries.around(Path.cwd()).order:
        yield from library.names()


def _plugins(typed: dict[str, Any]) -> Iterable[str]:
    from hostkit.devices.plugins.find import Catalogue

    for plugin in Catalogue.standard(typed.get("plugin_dir") or ()).known():
        yield plugin.name


def _profiles(_typed: dict[str, Any]) -> Iterable[str]:
    from hostkit.delivery.profiles.profile import profile_files

    return profile_files()


mixes = _offered(_mixes)
stems = _offered(_stems)
tracks = _offered(_tracks)
parts = _offered(lambda typed: [*_stems(typed), *_tracks(typed)])
marks = _offered(_marks)
presets = _offered(_presets)
plugins = _offered(_plugins)
profiles = _offered(_profiles)
