"""`hostkit time`: positions of a session in every form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from hostkit.cli.take import parameters as take

if TYPE_CHECKING:
    from fractions import Fraction

    from hostkit.timebase.forms import Forms

_HEADS = ("bar|beat", "timecode", "seconds", "sample")
_PLACES = 9
"""Of beats and seconds that have no end as decimals; a ten-thousandth of a sample."""


def time(
    session: take.Session,
    positions: Annotated[
        list[str],
        typer.Argument(
            metavar="POS…",
            help="Bars ('9|1', in quotes), timecode (01:00:42:10) or seconds (12.5s).",
        ),
    ],
    json: take.Json = False,
) -> None:
    """Show positions of a session as bar and beat, timecode, seconds and sample."""
    from hostkit.cli.show.document import print_document
    from hostkit.cli.show.table import print_table
    from hostkit.cli.work.timing import timed_session
    from hostkit.errors import BadValue, Problem, RequestError
    from hostkit.timebase.forms import forms_of
    from hostkit.timebase.position import parse_position

    loaded, tempo_map = timed_session(session)
    found: list[Forms] = []
    problems: list[Problem] = []
    for text in positions:
        try:
            found.append(forms_of(parse_position(text), tempo_map, loaded.session.sample_rate))
        except BadValue as error:
            problems.append(Problem("", 0, 0, *error.fault))
    if problems:
        raise RequestError.of(problem.fault for problem in problems)
    if json:
        print_document({"positions": [_object(forms) for forms in found]})
    else:
        rows = [[str(cell or "") for cell in _object(forms).values()] for forms in found]
        print_table(_HEADS, rows, numbers=("seconds", "sample"))


def _object(forms: Forms) -> dict[str, str | float | int | None]:
    beat = f"{forms.bar_beat.bar}|{_decimal(forms.bar_beat.beat)}"
    timecode = str(forms.timecode) if forms.timecode is not None else None
    return {
        "bar_beat": beat,
        "timecode": timecode,
        "seconds": float(_decimal(forms.seconds)),
        "sample": forms.sample,
    }


def _decimal(number: Fraction) -> str:
    """At most so many decimals, and none that are 0.

    >>> from fractions import Fraction
    >>> _decimal(Fraction(5, 2)), _decimal(Fraction(1, 3)), _decimal(Fraction(40))
    ('2.5', '0.333333333', '40')
    """
    scaled = round(number * 10**_PLACES)
    whole, part = divmod(scaled, 10**_PLACES)
    return f"{whole}.{part:0{_PLACES}}".rstrip("0").rstrip(".")
