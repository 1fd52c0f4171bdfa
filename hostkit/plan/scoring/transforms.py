"""What is done to a quoted theme: one row a change, in the order in which they are made.

How each is written is in `session/model/score/transforms.py`, what it does in
`hostkit.themes.transforming`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any, TypeAlias

from hostkit.plan.found import wrong_at
from hostkit.session.model.score.transforms import (
    Fit,
    Humanise,
    Inversion,
    QuotedTransforms,
    Sequence,
    Transforms,
    Transposition,
)
from hostkit.themes.dynamics import sent_as
from hostkit.themes.figures.harmony.symbols import progression
from hostkit.themes.figures.swell import Swell, swelled
from hostkit.themes.keys import MusicKey
from hostkit.themes.phrase import MusicPhrase
from hostkit.themes.score_place import ScorePlace
from hostkit.themes.transforming.harmony import reharmonised
from hostkit.themes.transforming.humanising import humanised
from hostkit.themes.transforming.ornaments import unornamented
from hostkit.themes.transforming.pitches import in_mode, inverted, moved_in_key, transposed
from hostkit.themes.transforming.times import (
    as_long_as,
    displaced,
    fragment,
    in_degrees,
    in_semitones,
    landing,
    retrograde,
    scaled,
)


def _mode(phrase: MusicPhrase, mode: MusicKey | str) -> MusicPhrase:
    if isinstance(mode, MusicKey):
        return in_mode(phrase, mode.mode, mode.tonic)
    return in_mode(phrase, mode)


def _transpose(phrase: MusicPhrase, by: Transposition) -> MusicPhrase:
    if by.steps is not None:
        return moved_in_key(phrase, by.steps)
    return transposed(phrase, by.semitones or 0)


def _invert(phrase: MusicPhrase, how: Inversion) -> MusicPhrase:
    return inverted(phrase, how.about, diatonic=how.by == "degrees")


def _sequence(phrase: MusicPhrase, sequence: Sequence) -> MusicPhrase:
    if sequence.steps:
        return in_degrees(phrase, sequence.steps)
    return in_semitones(phrase, sequence.semitones)


def _ornament(phrase: MusicPhrase, shortest: Fraction | str) -> MusicPhrase:
    return unornamented(phrase, shortest if isinstance(shortest, Fraction) else None)


def _velocity(phrase: MusicPhrase, velocity: int) -> MusicPhrase:
    """The loudest notes at that velocity, the others as much softer as they were."""
    louder = velocity - max((note.velocity for note in phrase.notes), default=velocity)
    return phrase.each(lambda note: replace(note, velocity=max(1, note.velocity + louder)))


def _swell(phrase: MusicPhrase, text: str) -> MusicPhrase:
    return swelled(phrase, Swell.of(text))


def _articulation(phrase: MusicPhrase, name: str) -> MusicPhrase:
    """Notes that ask for none are played so."""
    return phrase.each(lambda note: replace(note, articulation=note.articulation or name))


def _harmonise(phrase: MusicPhrase, chords: str, place: ScorePlace) -> MusicPhrase:
    return reharmonised(phrase, progression(chords, place.quarters_a_bar))


def _fit(phrase: MusicPhrase, fit: Fit, place: ScorePlace) -> MusicPhrase:
    if fit.bars is not None:
        return as_long_as(phrase, place.bars(fit.bars))
    if fit.until is not None:
        return as_long_as(phrase, place.until(fit.until))
    return landing(phrase, place.to_hit(fit.to_hit or ""))


def _humanise(phrase: MusicPhrase, how: Humanise, place: ScorePlace) -> MusicPhrase:
    return humanised(phrase, how.seed, place.quarters_of_ms(how.timing_ms), how.velocity)


Change: TypeAlias = Callable[[MusicPhrase, Any], MusicPhrase]
PlacedChange: TypeAlias = Callable[[MusicPhrase, Any, ScorePlace], MusicPhrase]

TRANSFORMS: Mapping[str, Change] = {
    "mode": _mode,
    "transpose": _transpose,
    "augment": scaled,
    "diminish": lambda phrase, factor: scaled(phrase, 1 / factor),
    "invert": _invert,
    "retrograde": lambda phrase, _: retrograde(phrase),
    "fragment": lambda phrase, notes: fragment(phrase, *notes),
    "sequence": _sequence,
    "displace": displaced,
    "ornament": _ornament,
    "velocity": _velocity,
    "swell": _swell,
    "swell_by": sent_as,
    "articulation": _articulation,
}
"""What can be done to any theme."""
PLACED: Mapping[str, PlacedChange] = {
    "harmonise": _harmonise,
    "fit": _fit,
    "humanise": _humanise,
}
"""What needs to know where it is quoted."""


def transformed(phrase: MusicPhrase, asked: Transforms) -> MusicPhrase:
    """The phrase after all that is asked for, and `then` what else. Raises BadPart at its key."""
    for key, change in TRANSFORMS.items():
        if _is_asked(value := getattr(asked, key)):
            with wrong_at(key):
                phrase = change(phrase, value)
    for number, more in enumerate(asked.then):
        with wrong_at("then", number):
            phrase = transformed(phrase, more)
    return phrase


def placed(phrase: MusicPhrase, asked: QuotedTransforms, place: ScorePlace) -> MusicPhrase:
    """The phrase after what is asked for because of its place. Raises BadPart at its key."""
    for key, change in PLACED.items():
        if _is_asked(value := getattr(asked, key)):
            with wrong_at(key):
                phrase = change(phrase, value, place)
    return phrase


def asked_for(asked: Transforms) -> dict[str, Any]:
    """The changes as they are written, in their order, as briefly as they can be."""
    written = asked.model_dump(mode="json", exclude_defaults=True, by_alias=True)
    order = (*TRANSFORMS, "then", *PLACED, "voices")
    return {key: _brief(key, written[key]) for key in order if key in written}


_ALONE = {"transpose": "semitones", "sequence": "steps", "humanise": "seed"}
"""What need not be named where nothing else is said."""


def _brief(key: str, written: Any) -> Any:
    if key == "then":
        return [{inner: _brief(inner, value) for inner, value in one.items()} for one in written]
    if isinstance(written, dict) and written.keys() == {_ALONE.get(key)}:
        return written[_ALONE[key]]
    return True if written == {} else written


def _is_asked(value: object) -> bool:
    return value is not None and value is not False
