"""The 3 s of speech in which a target is held: short phrases whole, long ones piece by piece.

A phrase of half a minute that meets its target in the mean may hold ten seconds that do
not. So what is asked for is asked for in every 3 s, the time over which short-term
loudness is measured (EBU Tech 3341).
"""

from __future__ import annotations

from collections.abc import Iterator

from hostkit.ducking.phrase import Phrase

WINDOW_SECONDS = 3.0
STEP_SECONDS = 0.5

PAUSE_LU = 20.0
"""Windows this far under their phrase are pauses (as Tech 3342 gates the loudness range)."""


def windows_of(phrase: Phrase) -> Iterator[Phrase]:
    """The windows of a phrase, half a second apart, the last at its end.

    >>> [window.onset_seconds for window in windows_of(Phrase(1.0, 5.2))]
    [1.0, 1.5, 2.0, 2.2]
    >>> list(windows_of(Phrase(1.0, 2.0)))
    [Phrase(onset_seconds=1.0, offset_seconds=2.0)]
    """
    if phrase.seconds <= WINDOW_SECONDS:
        yield phrase
        return
    last = round(phrase.offset_seconds - WINDOW_SECONDS, 9)
    number = 0
    while (start := round(phrase.onset_seconds + number * STEP_SECONDS, 9)) < last:
        yield Phrase(start, round(start + WINDOW_SECONDS, 9))
        number += 1
    yield Phrase(last, phrase.offset_seconds)
