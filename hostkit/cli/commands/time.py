"""`hostkit time`: positions of a session in every form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from hostkit.cli.take import parameters as take

if TYPE_CHECKING:
    from hostkit.timebase.forms import Forms


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
    from hostkit.cli.work.picture.timing import HEADS, form_cells, form_object, timed_session
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
        print_document({"positions": [form_object(forms) for forms in found]})
    else:
        print_table(HEADS, [form_cells(forms) for forms in found], numbers=HEADS[2:])
