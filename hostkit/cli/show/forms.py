"""Moments of the music in every form, for documents and tables."""

from __future__ import annotations

from fractions import Fraction

from hostkit.timebase.forms import Forms

HEADS = ("bar|beat", "timecode", "seconds", "sample")
_PLACES = 9
"""Of beats and seconds that have no end as decimals; a ten-thousandth of a sample."""
_SHOWN_PLACES = 4


def form_object(forms: Forms) -> dict[str, str | float | int | None]:
    """A moment in every form, as it stands in documents."""
    return {
        "bar_beat": f"{forms.bar_beat.bar}|{_decimal(forms.bar_beat.beat, _PLACES)}",
        "timecode": str(forms.timecode) if forms.timecode is not None else None,
        "seconds": float(_decimal(forms.seconds, _PLACES)),
        "sample": forms.sample,
    }


def form_cells(forms: Forms) -> list[str]:
    """A moment in every form, as it stands under HEADS, to the fourth decimal."""
    return [
        f"{forms.bar_beat.bar}|{_decimal(forms.bar_beat.beat, _SHOWN_PLACES)}",
        str(forms.timecode or ""),
        _decimal(forms.seconds, _SHOWN_PLACES),
        str(forms.sample),
    ]


def _decimal(number: Fraction, places: int) -> str:
    """At most so many decimals, and none that are 0.

    >>> _decimal(Fraction(5, 2), 4), _decimal(Fraction(1, 3), 4), _decimal(Fraction(40), 4)
    ('2.5', '0.3333', '40')
    """
    whole, part = divmod(round(number * 10**places), 10**places)
    return f"{whole}.{part:0{places}}".rstrip("0").rstrip(".")
