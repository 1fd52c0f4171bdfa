"""What a delivered file is tagged with, from the session's credits and its tempo."""

from __future__ import annotations

from collections.abc import Iterable

from hostkit.audio.tags.tags import Tags
from hostkit.delivery.names.layout import WantedFile
from hostkit.delivery.names.music import bpm_of, credits_of, has_tempo, music_title
from hostkit.delivery.profiles.order import Order
from hostkit.ground.harmless import on_a_line
from hostkit.plan.plan import FULL, Plan
from hostkit.session.model.credits import Share


def tags_of(wanted: WantedFile, form: Plan, order: Order) -> Tags:
    """The tags of one file: what is not known stays empty, and nothing is guessed.

    An ISRC is that of the mix alone. Names are joined by semicolons, as they may have commas.
    """
    credits_ = credits_of(order)
    title, is_mix = music_title(order), wanted.kind == "mix"
    part = "" if is_mix and wanted.name == FULL else f" ({wanted.part.replace('_', ' ')})"
    return Tags(
        title=on_a_line(title + part),
        composer=joined(credits_.composers),
        publisher=joined(credits_.publishers),
        album=credits_.album or "",
        genre=credits_.genre or "",
        bpm=bpm_text(bpm_of(form, order)) if has_tempo(order) else "",
        key=credits_.key or "",
        keywords="; ".join(credits_.keywords),
        description=on_a_line(credits_.description or ""),
        isrc=credits_.isrcs.get(wanted.name, "") if is_mix else "",
        iswc=credits_.iswc or "",
    )


def joined(shares: Iterable[Share]) -> str:
    """The names of those who wrote, or publish."""
    return "; ".join(on_a_line(share.name) for share in shares)


def bpm_text(bpm: float) -> str:
    """Beats a minute to a hundredth.

    >>> bpm_text(92.0), bpm_text(119.9999), bpm_text(87.125)
    ('92', '120', '87.12')
    """
    return f"{bpm:.2f}".rstrip("0").rstrip(".")
