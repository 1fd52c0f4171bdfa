from __future__ import annotations

import contextlib
import re
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hostkit.timebase.position import (
    MAX_BAR,
    BarBeat,
    Position,
    Seconds,
    TimecodeLabel,
    parse_length,
    parse_position,
)

beats = st.fractions(1, 128, max_denominator=960)
positions = st.one_of(
    st.builds(BarBeat, st.integers(1, MAX_BAR), beats),
    st.builds(Seconds, st.fractions(0, 86_400, max_denominator=10**9)),
    st.builds(
        TimecodeLabel,
        st.integers(0, 23),
        st.integers(0, 59),
        st.integers(0, 59),
        st.integers(0, 119),
        st.booleans(),
    ),
)


@given(positions)
def test_a_position_reads_back_from_what_it_prints(position: Position):
    assert parse_position(str(position)) == position


@given(st.one_of(st.text(max_size=40), st.text("0123456789|:;./s ", max_size=20)))
def test_any_text_is_a_position_or_a_plain_refusal(text):
    if (parsed := read(text)) is not None:
        assert parse_position(str(parsed)) == parsed


def read(text: str) -> Position | None:
    """None where it is refused with a ValueError; anything else fails the test."""
    with contextlib.suppress(ValueError):
        return parse_position(text)
    return None


@pytest.mark.parametrize(
    ("written", "position"),
    [
        ("9|1", BarBeat(9, Fraction(1))),
        ("9|2.5", BarBeat(9, Fraction(5, 2))),
        ("9|7/3", BarBeat(9, Fraction(7, 3))),
        (" 9 | 2 ", BarBeat(9, Fraction(2))),
        (9, BarBeat(9)),
        ("9", BarBeat(9)),
        ("12.5s", Seconds(Fraction(25, 2))),
        ("0s", Seconds(Fraction(0))),
        ("0:20", Seconds(Fraction(20))),
        ("1:20.125", Seconds(Fraction(641, 8))),
        ("0:10.00", Seconds(Fraction(10))),
        ("1/3 s", Seconds(Fraction(1, 3))),
        ("01:00:42:10", TimecodeLabel(1, 0, 42, 10)),
        ("01:00:42;10", TimecodeLabel(1, 0, 42, 10, drop=True)),
        ("01:00:42:110", TimecodeLabel(1, 0, 42, 110)),
    ],
)
def test_what_is_written(written, position):
    assert parse_position(written) == position


@pytest.mark.parametrize(
    ("written", "complaint"),
    [
        ("0|1", "count from 1"),
        ("1|0", "count from 1"),
        ("1|0.5", "count from 1"),
        (0, "count from 1"),
        (-3, "write bar"),
        ("100000|1", "last bar"),
        (10**400, "write bar"),
        (12.5, r"write 12\.5s"),
        (True, "not a position"),
        (None, "not a position"),
        ([1], "not a position"),
        ("12.5", "write bar"),
        ("1|1/0", "divides by zero"),
        ("1/0s", "divides by zero"),
        ("86401s", "beyond a day"),
        ("1440:01", "beyond a day"),
        ("0:99", "write bar"),
        ("1e5s", "write bar"),
        ("9" * 1000 + "s", "write bar"),
        ("nans", "write bar"),
        ("infs", "write bar"),
        ("01:00:42", "write HH:MM:SS:FF"),
        ("", "write bar"),
    ],
)
def test_what_is_refused(written, complaint):
    with pytest.raises(ValueError, match=complaint):
        parse_position(written)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (-3, "-3 is no length; write seconds (30), minutes (0:30) or the position of its end"),
        (-0.5, "-0.5 is no length; write seconds"),
        ("-3s", "-3s is no length; write seconds"),
        (float("nan"), "nan is no length; write seconds"),
        (float("inf"), "inf is no length; write seconds"),
        (86_401, "86401 s are more than a day; write at most 86400"),
    ],
)
def test_what_is_no_length(written, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        parse_length(written)
