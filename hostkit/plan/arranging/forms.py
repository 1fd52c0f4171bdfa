"""Recipes that re-arrange: cut-downs, stings and loops to forms."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from hostkit.plan.arranging.arranged import Arranged
from hostkit.plan.arranging.cut import SHORTEST_REST_SECONDS, fit, rung_out, shortened
from hostkit.plan.arranging.music import ArrangeError, ImpossibleForm, Music, Stretch
from hostkit.plan.arranging.one_shots import one_shot
from hostkit.plan.arranging.pieces import Piece
from hostkit.plan.plan import Form, LoopFacts
from hostkit.session.model.mixes import MixRecipe
from hostkit.timebase.position import Position, Seconds
from hostkit.timebase.sampling import sample_of

_SAME_BPM = 0.05
STING_REST_SECONDS = Fraction(1)
"""What a sting should have left of its longest length after its last note, to ring."""


def arrange(name: str, recipe: MixRecipe, music: Music, sample_rate: int) -> Arranged:
    """The form a recipe asks for. Raises ArrangeError."""
    asked = [keys for keys in FORMS if any(getattr(recipe, key) is not None for key in keys)]
    if not asked:
        raise ArrangeError((), "tempo_limit_percent goes with length: 30s")
    if len(asked) > 1:
        named = " and ".join(keys[0] for keys in asked)
        raise ArrangeError((), f"{named} are forms of their own", cure="keep one of them")
    return FORMS[asked[0]](name, recipe, music, sample_rate)


def _cut(name: str, recipe: MixRecipe, music: Music, sample_rate: int) -> Arranged:
    chosen = [
        music.section(section, ("sections", index))
        for index, section in enumerate(recipe.sections or ())
    ]
    if recipe.sections is not None and not chosen:
        raise ArrangeError(("sections",), "name at least one section")
    if recipe.length is None:
        arrangement = music.arrangement(section.piece for section in chosen)
        names = tuple(section.name for section in chosen)
        return Arranged(Form(name, "cut", names), arrangement)
    length = _in_seconds(recipe.length, ("length",))
    forms = [tuple(chosen)] if chosen else shortened(music.phrases)
    limit = Fraction(repr(recipe.tempo_limit_percent)) / 100
    ending = fit(music, forms, length, limit)
    form = Form(
        name,
        "cut",
        ending.sections,
        ending=sample_of(ending.seconds, sample_rate),
        tempo_change_percent=ending.tempo_change_percent,
        early_seconds=float(ending.early_seconds),
    )
    frames = sample_of(length, sample_rate)
    return Arranged(form, ending.arrangement, frames, warnings=_shortened_notes(form))


def _loop(name: str, recipe: MixRecipe, music: Music, sample_rate: int) -> Arranged:
    assert recipe.loop is not None
    section = music.section(recipe.loop.section, ("loop", "section"))
    _needs_notes(music, section.piece, section.name, ("loop", "section"))
    end = music.tempo_map.bar_beat_at(section.stop)
    if end.beat != 1:
        raise ImpossibleForm(
            ("loop", "section"),
            f"the section {section.name!r} ends at {end}, and loops are whole bars",
            cure="let the next one begin on a bar line",
        )
    arrangement = music.arrangement([section.piece])
    frames = sample_of(arrangement.seconds, sample_rate)
    meter = music.tempo_map.meters.at(section.start)
    facts = LoopFacts(
        section.name,
        len(music.bar_lines(section.start, section.stop)) - 1,
        float(arrangement.beats * 60 / arrangement.seconds),
        f"{meter.numerator}/{meter.denominator}",
    )
    form = Form(name, "loop", (section.name,), loop=facts)
    warnings = _tempo_jumps(name, music, section, facts)
    return Arranged(form, arrangement, frames, loop_frames=frames, warnings=warnings)


def _tempo_jumps(name: str, music: Music, section: Stretch, facts: LoopFacts) -> tuple[str, ...]:
    """That a loop ends at another tempo than it begins with, where it does."""
    segment = next(s for s in reversed(music.tempo_map.segments) if s.beats < section.stop)
    first = music.tempo_map.tempo_at(section.start)
    last = segment.bpm_at(section.stop)
    if abs(last - first) < _SAME_BPM:
        return ()
    return (
        f"mix {name!r}: it begins at {first:.4g} bpm and ends at {last:.4g}, so the tempo jumps "
        f"where it joins; names and tags give the mean, {facts.bpm:.4g}. Loop a section of one "
        "tempo",
    )


def _sting(name: str, recipe: MixRecipe, music: Music, sample_rate: int) -> Arranged:
    """The section; where it is too long, as many of its last bars as fit."""
    assert recipe.sting is not None
    section = music.section(recipe.sting.section, ("sting", "section"))
    _needs_notes(music, section.piece, section.name, ("sting", "section"))
    if recipe.sting.max is None:
        arrangement = music.arrangement([section.piece])
        return Arranged(Form(name, "sting", (section.name,)), arrangement)
    longest = _in_seconds(recipe.sting.max, ("sting", "max"))
    piece = _last_bars(music, section, longest)
    arrangement, ends, early = rung_out(music, music.arrangement([piece]), longest)
    form = Form(
        name,
        "sting",
        (section.name,),
        ending=sample_of(ends, sample_rate),
        early_seconds=float(early),
    )
    most = sample_of(longest, sample_rate)
    return Arranged(form, arrangement, most_frames=most, warnings=_shortened_notes(form))


def _last_bars(music: Music, section: Stretch, longest: Fraction) -> Piece:
    starts = [line for line in music.bar_lines(section.start, section.stop) if line < section.stop]
    lasting: dict[Fraction, Fraction] = {}
    ringing: dict[Fraction, Fraction] = {}
    for start in starts:
        piece = Piece(start, section.stop)
        stop = music.last_stop(piece)
        if stop is not None:
            seconds_at = music.tempo_map.seconds_at
            lasting[start] = seconds_at(stop) - seconds_at(start)
            ringing[start] = max(music.rings_on(piece), STING_REST_SECONDS)
    # The most bars that ring out; where none do, the fewest: they have the most room.
    shortest_rests = dict.fromkeys(lasting, SHORTEST_REST_SECONDS)
    for rests, which in ((ringing, 0), (shortest_rests, -1)):
        fitting = [s for s, seconds in lasting.items() if seconds <= longest - rests[s]]
        if fitting:
            return Piece(fitting[which], section.stop)
    shortest = min(lasting.values())
    enough = float(shortest + STING_REST_SECONDS)
    raise ImpossibleForm(
        ("sting", "max"),
        f"the last bar of {section.name!r} that has notes takes {float(shortest):.1f}s",
        cure=f"write max: {-(-enough * 10 // 1) / 10:g}s, or choose another section",
    )


def _shortened_notes(form: Form) -> tuple[str, ...]:
    """That the last notes of a form end earlier than written, where they do."""
    if not form.early_seconds:
        return ()
    return (
        f"mix {form.name!r}: no ending rings out in time, so its last notes end up to "
        f"{form.early_seconds:.2g} s early; give it more length, end it with another section, "
        "or shorten the reverb",
    )


def _needs_notes(music: Music, piece: Piece, name: str, path: tuple[str, ...]) -> None:
    if music.last_stop(piece) is None:
        raise ImpossibleForm(path, f"the section {name!r} plays no note", cure="choose another")


def _in_seconds(position: Position, path: tuple[str, ...]) -> Fraction:
    if not isinstance(position, Seconds) or position.value <= 0:
        raise ArrangeError(path, f"{position} is no length here", cure="write seconds: 30s")
    return position.value


FORMS: dict[tuple[str, ...], Callable[[str, MixRecipe, Music, int], Arranged]] = {
    ("sections", "length"): _cut,
    ("loop",): _loop,
    ("sting",): _sting,
    ("one_shot",): one_shot,
}
"""What makes each kind of form, by the keys of a recipe that ask for it."""
