"""Options that may be repeated, as commands go on with them."""

from __future__ import annotations

from typing import TypeVar

T = TypeVar("T")


def given(typed: list[T] | None) -> tuple[T, ...]:
    """What such an option was given, in order: Typer has None for nothing, else a list.

    >>> given(None), given(["strings", "choir"])
    ((), ('strings', 'choir'))
    """
    return tuple(typed or ())
