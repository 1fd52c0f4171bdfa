"""What is told of a form's music besides its sound: its tempo, and what its files are titled."""

from __future__ import annotations

from fractions import Fraction

from hostkit.delivery.profiles.order import Order
from hostkit.ground.harmless import on_a_line
from hostkit.plan.plan import FULL, Plan
from hostkit.session.model.credits import Credits

NO_CREDITS = Credits()


def credits_of(order: Order) -> Credits:
    """The session's credits, empty where it has none."""
    return order.session.credits or NO_CREDITS


def bpm_of(form: Plan, order: Order) -> float:
    """The tempo that names, tags and sheets tell: what the credits say, else that of the start.

    Of a loop it is the mean. Where the tempo ramps, the start is what somebody cues it by.
    """
    if told := credits_of(order).bpm:
        return told
    loop = form.form.loop
    return loop.bpm if loop else form.tempo_map.tempo_at(Fraction(0))


def has_tempo(order: Order) -> bool:
    """Whether somebody said the tempo: a session of takes alone may have none."""
    session = order.session
    played = any(track.instrument is not None for track in session.tracks.values())
    return bool(session.tempo or played or credits_of(order).bpm)


def music_title(order: Order) -> str:
    """The cue's title, else the session's name."""
    return order.session.title or order.loaded.name


def mix_title(mix: str) -> str:
    """A mix as people call it.

    >>> mix_title("full"), mix_title("no_drums"), mix_title("strings@no_drums")
    ('Full Mix', 'No Drums', 'Strings (No Drums)')
    """
    name, _, of = mix.partition("@")
    words = on_a_line(name.replace("_", " ")).split()
    title = "Full Mix" if name == FULL else " ".join(w[:1].upper() + w[1:] for w in words)
    return f"{title} ({mix_title(of)})" if of else title
