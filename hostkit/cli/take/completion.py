"""What the shell offers at the Tab key: names from the session, the libraries and the machine.

Nothing is rendered or scanned for it, and what cannot be read offers nothing: a completion
never shows an error. Files and folders other than sessions are left to the shell.
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


def _offered_after_commas(names: Names) -> Callable[[typer.Context, str], list[str]]:
    """A completer of a list: `drums,ba` goes on as `drums,bass`; none is offered twice."""
    offer_one = _offered(names)

    def offer(ctx: typer.Context, incomplete: str) -> list[str]:
        before, comma, last = incomplete.strip("'\"").rpartition(",")
        taken = {name.strip() for name in before.split(",")}
        offered = offer_one(ctx, last.lstrip())
        return [f"{before}{comma}{name}" for name in offered if name not in taken]

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


def _tags(typed: dict[str, Any]) -> Iterable[str]:
    for document in _documents(typed):
        for track in (document.get("tracks") or {}).values():
            yield from (track or {}).get("tags") or ()


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


def sessions(_ctx: typer.Context, incomplete: str) -> list[str]:
    """Sessions, and folders of them; none of the files beside that share their names.

    Where there are none the shell offers what it has.
    """
    from hostkit.session.folder import SUFFIXES, begins_as_session, sessions_in

    before, slash, begun = incomplete.strip("'\"").rpartition("/")
    folder = Path(f"{before}{slash}").expanduser()
    offered = []
    with suppress(OSError):  # no such folder, or not ours to read
        for path in sorted(folder.iterdir()):
            if path.name.startswith(begun) and (begun or not path.name.startswith(".")):
                with suppress(OSError):
                    session = path.is_file() and path.suffix in SUFFIXES and begins_as_session(path)
                    if session or (path.is_dir() and sessions_in(path)):
                        offered.append(f"{before}{slash}{path.name}")
    return offered


def _presets(_typed: dict[str, Any]) -> Iterable[str]:
    from hostkit.library.folders import Libraries

    for library in Libraries.around(Path.cwd()).order:
        yield from library.names()


def _plugins(typed: dict[str, Any]) -> Iterable[str]:
    from hostkit.devices.plugins.scanning.find import Catalogue

    for plugin in Catalogue.standard(typed.get("plugin_dir") or ()).known():
        yield plugin.name


def _sounds(_typed: dict[str, Any]) -> Iterable[str]:
    from hostkit.devices.sounds import installed_sounds, sound_folders

    yield "gm"
    for sound in installed_sounds(sound_folders()):
        yield sound.name


def _profiles(_typed: dict[str, Any]) -> Iterable[str]:
    from hostkit.delivery.profiles.load import profile_files

    return profile_files()


mixes = _offered(_mixes)
stems = _offered(_stems)
tracks = _offered(_tracks)
parts = _offered_after_commas(lambda typed: [*_stems(typed), *_tracks(typed), *_tags(typed)])
marks = _offered(_marks)
presets = _offered(_presets)
plugins = _offered(_plugins)
sounds = _offered(_sounds)
profiles = _offered(_profiles)
