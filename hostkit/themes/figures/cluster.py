"""Clusters: every key between two, at once or one after the other."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Literal

from hostkit.errors import BadValue
from hostkit.themes.phrase import MEZZO_FORTE, MusicPhrase, WrittenNote
from hostkit.themes.pitch import Pitch

ClusterKind = Literal["semitones", "whole_tones", "diatonic"]
Motion = Literal["opening", "closing"]
WHITE_KEYS = tuple(Pitch(step) for step in range(7))
_STEPS = {"semitones": 1, "whole_tones": 2}


def cluster_pitches(
    low: Pitch, high: Pitch, kind: str, scale: Sequence[Pitch] = WHITE_KEYS
) -> tuple[Pitch, ...]:
    """The pitches from `low` to `high`, both included where the kind has them, lowest first.

    A diatonic one has those of `scale`, an octave of pitches by their names. Raises BadValue.

    >>> whole = cluster_pitches(Pitch.of("C4"), Pitch.of("F#4"), "whole_tones")
    >>> " ".join(map(str, whole))
    'C4 D4 E4 F#4'
    """
    if high.key <= low.key:
        raise BadValue(f"a cluster from {low} to {high} has no width", cure="write the lower first")
    if kind in _STEPS:
        inner = range(low.key, high.key + 1, _STEPS[kind])
        ends = {low.key: low, high.key: high}
        return tuple(ends.get(key, Pitch.of_key(key)) for key in inner)
    named = {pitch.letter: pitch.alter for pitch in scale}
    steps = (
        Pitch(step, named[step % 7])
        for step in range(low.step - 1, high.step + 2)
        if step % 7 in named
    )
    return tuple(pitch for pitch in steps if low.key <= pitch.key <= high.key)


def cluster(
    pitches: Sequence[Pitch],
    length: Fraction,
    *,
    motion: str | None = None,
    over: Fraction | None = None,
    velocity: int = MEZZO_FORTE,
) -> MusicPhrase:
    """All of them held; `opening` they enter from the middle outwards, `closing` leave inwards.

    That takes `over` quarter notes, the whole length where that is None. The last pitch enters, or
    the first leaves, when an equal share of it is left.

    >>> three = [Pitch.of(name) for name in ("C4", "C#4", "D4")]
    >>> opened = cluster(three, Fraction(8), motion="opening", over=Fraction(6))
    >>> [(str(note.pitch), str(note.start)) for note in opened.notes]
    [('C#4', '0'), ('C4', '2'), ('D4', '4')]
    """
    inwards = sorted(range(len(pitches)), key=lambda i: (abs(2 * i - len(pitches) + 1), i))
    share = (over or length) / len(pitches)
    notes = []
    for place, index in enumerate(inwards):
        start = place * share if motion == "opening" else Fraction(0)
        stop = length - place * share if motion == "closing" else length
        notes.append(WrittenNote(start, stop - start, pitches[index], velocity))
    return MusicPhrase.of(notes, length)
