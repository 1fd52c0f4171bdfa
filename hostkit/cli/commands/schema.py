"""`hostkit schema`."""

from __future__ import annotations

from typing import Annotated

import typer


def schema(
    kind: Annotated[
        str, typer.Argument(metavar="KIND", help="session (default), preset or profile.")
    ] = "session",
) -> None:
    """Print the JSON Schema of sessions, presets or profiles."""
    from hostkit.errors import RequestError
    from hostkit.schemas.make import KINDS, schema_text
    from hostkit.session.suggest import did_you_mean

    if kind not in KINDS:
        raise RequestError(f"there is no schema {kind!r}", cure=did_you_mean(kind, KINDS))
    typer.echo(schema_text(kind), nl=False)
