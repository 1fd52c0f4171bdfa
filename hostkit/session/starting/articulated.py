"""Parts whose names differ only in how they are played: one instrument in articulations."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from hostkit.session.starting.parts import NewTrack
from hostkit.session.starting.words import sound_in

_WORDS = (
    "legato|leg|sustain|sustains|sustained|sus|longs?|shorts?|staccato|staccatissimo|stacc?|"
    "spiccato|spicc?|marcato|marc|pizzicato|pizz|tremolo|trem|trills?|harmonics|harm|flautando|"
    "flaut|con sordino|con sord|sordino|sord|muted|mute|col legno|tenuto|detache|détaché|portato|"
    "sul pont|sul tasto|arco|ord|ordinario|normale"
)
_NAME = re.compile(
    rf"(?P<base>.*?[^ _.,/(-])[ _.,/(-]+(?P<manner>(?:{_WORDS})(?:[ _-](?:{_WORDS}))?)\.?\)?",
    re.IGNORECASE | re.DOTALL,
)
_PLAIN = "sustain"
"""The articulation of a part that has the name alone."""


def manner_of(name: str) -> tuple[str, str]:
    """What a part is called, and the word behind it that says how it is played, "" for none.

    >>> manner_of("Vln. I Pizz."), manner_of("Violins (Con Sord)"), manner_of("Longs")
    (('Vln. I', 'pizz'), ('Violins', 'con sord'), ('Longs', ''))
    """
    found = _NAME.fullmatch(name.strip())
    return (found["base"], found["manner"].casefold()) if found else (name.strip(), "")


def articulated_parts(parts: Sequence[NewTrack]) -> tuple[NewTrack, ...]:
    """The parts, those of one name made one, which stands where the first of them stood."""
    named = [manner_of(part.name) for part in parts]
    groups: dict[str, list[int]] = {}
    for index, (base, _) in enumerate(named):
        if _can_be_one_of_several(parts[index]):
            groups.setdefault(base.casefold(), []).append(index)
    together = {
        indices[0]: indices
        for base, indices in groups.items()
        if len(indices) > 1
        and any(named[index][1] for index in indices)
        and len({named[index][1] for index in indices}) == len(indices)
        and sound_in(base) is not None
    }
    gone = {index for indices in together.values() for index in indices[1:]}
    return tuple(
        _one(named[index][0], [(named[i][1] or _PLAIN, parts[i]) for i in together[index]])
        if index in together
        else part
        for index, part in enumerate(parts)
        if index not in gone
    )


def _can_be_one_of_several(part: NewTrack) -> bool:
    """Whether a program in an articulation says all of its sound."""
    whole = part.channel is None and part.track is not None
    return whole and len(part.sounds) == 1 and not part.sounds[0].bank


def _one(name: str, members: Sequence[tuple[str, NewTrack]]) -> NewTrack:
    """What most of the notes are counts for what one track can have once."""
    parts = sorted((part for _, part in members), key=lambda part: -part.notes)
    return replace(
        parts[0],
        name=name,
        track=None,
        sounds=tuple(dict.fromkeys(part.sounds[0] for part in parts)),
        panned=any(part.panned for part in parts),
        recognised=any(part.recognised for part in parts),
        notes=sum(part.notes for part in parts),
        low=min(part.low for part in parts),
        high=max(part.high for part in parts),
        members=tuple(members),
    )
