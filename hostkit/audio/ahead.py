"""One block ahead: the next is made while the one before is used."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


def ahead(blocks: Iterable[T]) -> Generator[T, None, None]:
    """The same values in the same order, each made in a thread of its own while the last is used.

    NumPy, hashing and reading let other threads run, so a second core is used where there is
    one. What goes wrong in making a value is raised where that value is asked for. A value must
    stay whole when the next is made.

    >>> list(ahead("abc"))
    ['a', 'b', 'c']
    """
    rest = iter(blocks)
    with ThreadPoolExecutor(1, thread_name_prefix="hostkit-ahead") as pool:
        following = pool.submit(_next, rest)
        while value := following.result():
            following = pool.submit(_next, rest)
            yield value[0]


def _next(rest: Iterator[T]) -> tuple[T] | None:
    """The next value, packed: any value may come."""
    for value in rest:
        return (value,)
    return None
