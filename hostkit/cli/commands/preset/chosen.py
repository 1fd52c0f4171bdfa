"""Which presets a command plays, the studio that plays them, and their counting."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hostkit.cli.show.telling import How
from hostkit.cli.take.repeated import given

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from hostkit.audition.studio import Studio, Told

All = Annotated[bool, typer.Option("--all", help="Every preset there is.")]


def opened_studio(
    jobs: int | None, plugin_dir: list[Path] | None
) -> AbstractContextManager[Studio]:
    import os

    from hostkit.audition.studio import open_studio
    from hostkit.jobs.store import default_store

    workers = jobs or os.cpu_count() or 1
    return open_studio(Path.cwd(), given(plugin_dir), workers, default_store())


def chosen_presets(names: list[str] | None, everything: bool, family: str | None) -> list[str]:
    from hostkit.errors import RequestError

    if bool(names) == (everything or family is not None):
        raise RequestError("name presets, or give --family NAME or --all")
    return known_presets(names) if names else presets_of(family)


def known_presets(names: Sequence[str]) -> list[str]:
    """Each name once; one that no preset has is told before any work."""
    from hostkit.library.folders import Libraries

    Libraries.around(Path.cwd()).require(names)
    return list(dict.fromkeys(names))


def presets_of(family: str | None) -> list[str]:
    from hostkit.errors import RequestError
    from hostkit.library.finding.search import Query, search
    from hostkit.library.folders import Libraries

    found = search(Libraries.around(Path.cwd()), Query(family=family)).presets
    if not found:
        raise RequestError(
            f"there are no presets{f' of the family {family!r}' if family else ''}",
            cure="hostkit preset tree shows what there is",
        )
    return [preset.name for preset in found]


@contextmanager
def counted_presets(names: list[str], how: How) -> Iterator[Told]:
    """Counts presets as they are heard; what failed is told at the end."""
    from hostkit.cli.show.progress import showing

    with showing(how) as view:
        for name in names:
            view.expected("preset", name, 1)
            view.moved("preset", name, 0)

        def told(name: str, problem: str) -> None:
            became = ("not heard", "failed") if problem else ("heard", "done")
            view.finished("preset", name, *became)

        yield told
