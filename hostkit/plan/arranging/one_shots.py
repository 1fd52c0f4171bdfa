"""Hits and rises as files of their own: what begins with one, to the end of its tail.

A hit takes what begins within a bar from it on, or up to the next hit or rise; a rise what begins
up to its hit.
Each note is as long as it is written, and rings out: nothing else of the music is heard.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

from hostkit.plan.arranging.arranged import Arranged
from hostkit.plan.arranging.music import ArrangeError, HitPlace, ImpossibleForm, Music
from hostkit.plan.arranging.pieces import Piece
from hostkit.plan.plan import Form
from hostkit.session.model.mixes import MixRecipe
from hostkit.session.suggest import did_you_mean

_PATH = ("one_shot",)


def one_shot(name: str, recipe: MixRecipe, music: Music, sample_rate: int) -> Arranged:
    """The form of a hit or rise. Raises ArrangeError."""
    del sample_rate  # it is as long as it rings
    asked = recipe.one_shot
    assert asked is not None
    hit = _hit(music.hits, asked.of, asked.number)
    if asked.rise is None:
        a_bar = music.tempo_map.meters.at(hit.at).quarters_a_bar
        start, before = hit.at, min((hit.at + a_bar, *_later(music.hits, hit.at)))
    elif hit.rise_from is None:
        raise ArrangeError(
            _PATH, f"nothing says where the rise to {hit.name!r} begins", cure="give it rise_from:"
        )
    else:
        start, before = hit.rise_from, hit.at
    end = max(part.stop for part in music.parts) if music.parts else start
    piece = Piece(start, max(end, start), begun_before=before)
    begins = [at for part in music.parts if (at := part.first_start(piece)) is not None]
    if not begins:
        what = "the rise to" if asked.rise else "the hit"
        raise ImpossibleForm(
            _PATH,
            f"no note begins with {what} {hit.name!r}",
            cure="correct its place, or name the tracks that play it: tracks: [brass]",
        )
    stop = music.last_stop(piece)
    assert stop is not None, "something begins"
    piece = replace(piece, start=min(start, *begins), stop=stop)
    return Arranged(Form(name, "one_shot"), music.arrangement([piece]))


def _hit(hits: Sequence[HitPlace], name: str, number: int) -> HitPlace:
    found = [hit for hit in hits if hit.name == name]
    if not found:
        raise ArrangeError(
            _PATH, f"there is no hit {name!r}", cure=did_you_mean(name, [hit.name for hit in hits])
        )
    if number > len(found):
        raise ArrangeError(
            (*_PATH, "number"), f"{len(found)} hits are named {name!r}", cure="write a lower number"
        )
    return found[number - 1]


def _later(hits: Sequence[HitPlace], at: Fraction) -> Iterator[Fraction]:
    """Where other hits and rises begin after a place."""
    for hit in hits:
        yield from (place for place in (hit.at, hit.rise_from) if place is not None and place > at)
