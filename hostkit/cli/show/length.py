"""How long the music of a session is, as far as that is known before it is rendered."""

from __future__ import annotations

from hostkit.plan.plan import Plan


def seconds_of(form: Plan, start: int = 0, end: int | None = None) -> float:
    """From frame `start` to `end`, else to its exact end, else up to its last note.

    How long that rings on only a render tells.
    """
    last = form.last_event if form.frames is None else form.frames
    return ((last if end is None else end) - start) / form.sample_rate


def length_in_words(form: Plan, start: int = 0, end: int | None = None) -> str:
    """`20.0 s`, or `72.9 s and its ring`."""
    rings_on = " and its ring" if end is None and form.frames is None else ""
    return f"{seconds_of(form, start, end):.1f} s{rings_on}"
