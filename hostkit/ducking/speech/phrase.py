"""From hops of speech to phrases: what is said in one breath, as far as music is concerned."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from hostkit.ducking.phrase import Phrase

SpeechMask = NDArray[np.bool_]
"""One truth value a hop: somebody speaks."""

MIN_PHRASE_SECONDS = 0.1
"""Anything shorter is a click or a lip smack."""

IN_WORD_SECONDS = 0.15
"""Plosives close the mouth for no longer than this."""


def phrases_of(mask: SpeechMask, hop_seconds: float, hold_seconds: float) -> list[Phrase]:
    """Runs of speech, joined over pauses shorter than the hold.

    What stays shorter than `MIN_PHRASE_SECONDS` once the gaps inside words are closed is
    dropped before the joining, so that clicks join nothing.

    >>> mask = np.array([0] * 10 + [1] * 20 + [0] * 30 + [1] * 15, dtype=bool)
    >>> phrases_of(mask, 0.01, 0.2)
    [Phrase(onset_seconds=0.1, offset_seconds=0.3), Phrase(onset_seconds=0.6, offset_seconds=0.75)]
    >>> phrases_of(mask, 0.01, 0.8)
    [Phrase(onset_seconds=0.1, offset_seconds=0.75)]
    """
    words = joined(runs(mask), min(hold_seconds, IN_WORD_SECONDS) / hop_seconds)
    words = [(a, b) for a, b in words if (b - a) * hop_seconds >= MIN_PHRASE_SECONDS - 1e-9]
    return [
        Phrase(round(start * hop_seconds, 9), round(stop * hop_seconds, 9))
        for start, stop in joined(words, hold_seconds / hop_seconds)
    ]


def runs(mask: SpeechMask) -> list[tuple[int, int]]:
    """Half-open index ranges in which the mask is true.

    >>> runs(np.array([True, True, False, True]))
    [(0, 2), (3, 4)]
    """
    between_false = np.zeros(mask.size + 2, dtype=np.bool_)
    between_false[1:-1] = mask
    edges = np.flatnonzero(between_false[1:] != between_false[:-1])
    return [(int(start), int(stop)) for start, stop in zip(edges[::2], edges[1::2], strict=True)]


def united(one: Sequence[Phrase], other: Sequence[Phrase], hold_seconds: float) -> list[Phrase]:
    """What either list holds, joined over pauses shorter than the hold.

    >>> united([Phrase(1.0, 2.0)], [Phrase(1.5, 3.0), Phrase(8.0, 9.0)], 0.8)
    [Phrase(onset_seconds=1.0, offset_seconds=3.0), Phrase(onset_seconds=8.0, offset_seconds=9.0)]
    """
    found: list[Phrase] = []
    for phrase in sorted((*one, *other)):
        if found and phrase.onset_seconds - found[-1].offset_seconds < hold_seconds - 1e-9:
            offset = max(found[-1].offset_seconds, phrase.offset_seconds)
            found[-1] = Phrase(found[-1].onset_seconds, offset)
        else:
            found.append(phrase)
    return found


def shifted(phrases: Iterable[Phrase], seconds: float) -> list[Phrase]:
    """The phrases later by `seconds`, to whole milliseconds, as their file holds them."""
    return [
        Phrase(round(p.onset_seconds + seconds, 3), round(p.offset_seconds + seconds, 3))
        for p in phrases
    ]


def inside(phrases: Sequence[Phrase], end_seconds: float) -> list[Phrase]:
    """What of the phrases lies between 0 and `end_seconds`; crumbs at the edges are dropped."""
    cut = (Phrase(max(p.onset_seconds, 0.0), min(p.offset_seconds, end_seconds)) for p in phrases)
    return [phrase for phrase in cut if phrase.seconds >= MIN_PHRASE_SECONDS / 2]


def joined(ranges: Sequence[tuple[int, int]], gap: float) -> list[tuple[int, int]]:
    """Ranges with those joined that lie less than `gap` apart.

    >>> joined([(0, 5), (7, 9), (20, 25)], 3)
    [(0, 9), (20, 25)]
    """
    found: list[tuple[int, int]] = []
    for start, stop in ranges:
        if found and start - found[-1][1] < gap - 1e-9:
            found[-1] = (found[-1][0], stop)
        else:
            found.append((start, stop))
    return found
