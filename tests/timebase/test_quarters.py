"""Columns of exact times against fractions, one by one."""

from __future__ import annotations

import math
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from hostkit.timebase.quarters import Quarters, together

TIMES = st.lists(
    st.fractions(-(10**7), 10**7, max_denominator=10**9)
    | st.integers(0, 10**6).map(lambda tick: Fraction(tick, 480)),
    max_size=8,
)


@given(TIMES, st.integers(1, 32_767))
def test_columns_are_as_exact_as_fractions(times, per_quarter):
    columns = Quarters.of(times)
    assert list(columns) == times
    assert columns.ticks(per_quarter).tolist() == [round(at * per_quarter) for at in times]
    assert columns.floats().tolist() == [float(at) for at in times]
    assert columns.whole_on == math.lcm(*(at.denominator for at in times))
    in_order = [times[place] for place in columns.ranks.argsort(kind="stable")]
    assert in_order == sorted(times)


@given(TIMES, TIMES)
def test_columns_are_put_together(first, second):
    assert list(together([Quarters.of(first), Quarters.of(second)])) == [*first, *second]
