"""Blocks made one ahead, in another thread."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from hostkit.audio.ahead import ahead


def test_the_same_values_in_order_none_and_false_among_them() -> None:
    assert list(ahead([None, 0, "", 3])) == [None, 0, "", 3]
    assert list(ahead([])) == []


def test_the_next_is_made_while_the_last_is_used() -> None:
    """The second value is only made when the first is out: alternating would wait for ever."""
    out, made = threading.Event(), threading.Event()

    def two() -> Iterator[int]:
        yield 1
        assert out.wait(10)
        made.set()
        yield 2

    values = ahead(two())
    assert next(values) == 1
    out.set()
    assert made.wait(10)
    assert list(values) == [2]


def test_what_goes_wrong_is_raised_where_the_value_is_asked_for() -> None:
    def broken() -> Iterator[int]:
        yield 1
        raise OSError("the disk is gone")

    values = ahead(broken())
    assert next(values) == 1
    with pytest.raises(OSError, match="the disk is gone"):
        next(values)


def test_no_thread_is_left_when_nobody_reads_on() -> None:
    before = threading.active_count()
    values = ahead(range(1000))
    assert next(values) == 0
    values.close()
    assert threading.active_count() == before
