"""Seconds as somebody reads them off a clock."""

from __future__ import annotations


def clock(seconds: float) -> str:
    """Hours, if there are any, minutes and seconds; tenths where they are not whole.

    >>> clock(75), clock(3600), clock(2.5)
    ('1:15', '1:00:00', '0:02.5')
    """
    hours, rest = divmod(seconds, 3600)
    minutes, left = divmod(rest, 60)
    second = f"{left:04.1f}" if left % 1 else f"{left:02.0f}"
    return f"{hours:.0f}:{minutes:02.0f}:{second}" if hours else f"{minutes:.0f}:{second}"


def counter(seconds: float) -> str:
    """Minutes, seconds and hundredths.

    >>> counter(75.5)
    '1:15.50'
    """
    minutes, left = divmod(seconds, 60)
    return f"{minutes:.0f}:{left:05.2f}"
