"""A file to write: never one that the session is made of, and no other without a word."""

from __future__ import annotations

from pathlib import Path

from hostkit.delivery.folder.claimed import refuse_inside
from hostkit.errors import RequestError
from hostkit.session.extends import named_files
from hostkit.session.load import LoadedSession


def expect_free(target: Path, *, force: bool) -> None:
    """Raises RequestError for a folder, in a delivery, and for what is there without `force`."""
    if target.is_dir():
        raise RequestError("is a folder, not a file", cure="name a file", file=target)
    expect_unused(target, force=force)


def expect_unused(target: Path, *, force: bool) -> None:
    """The same, for a file or a folder."""
    refuse_inside(target)
    if target.exists() and not force:
        raise RequestError("is there already", cure="--force replaces it", file=target)


def expect_no_source(target: Path, loaded: LoadedSession) -> None:
    """Raises RequestError for a file of the session, or one that it names, whatever is forced."""
    named = (loaded.resolve(name) for name in named_files(loaded.tree.data))
    if target.exists() and any(
        source.exists() and target.samefile(source) for source in (*loaded.files, *named)
    ):
        raise RequestError(
            f"is what {loaded.path.name} is made of",
            cure="name another file with -o",
            file=target,
        )
