"""The mixes that a profile asks for, as recipes for this session."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction

from hostkit.delivery.names.naming import Spelling
from hostkit.delivery.profiles.order import Order
from hostkit.plan.mixes.wanted import MixRequest
from hostkit.session.model.mixes import Loop, MixRecipe, OneShot, Sting
from hostkit.session.model.music import Hit
from hostkit.timebase.position import Seconds

FX = "fx"
"""The tag of hits, risers and other effects (`hostkit.plan.mixes.kinds.TAGS`)."""
_LONGEST_NAME = 48


def request_of(order: Order, names: tuple[str, ...] | None) -> MixRequest:
    """What to plan: the mixes of these names, or all there are where `names` is None.

    All there are: the profile's own and, unless it says otherwise, the session's.
    """
    if order.profile_name is None:
        return MixRequest(names, gain_db=order.gain.on_session_db)
    recipes = profile_recipes(order)
    if names is None and not order.profile.session_mixes:
        names = tuple(recipes)
    return MixRequest(names, recipes, order.gain.on_session_db)


def profile_recipes(order: Order) -> dict[str, MixRecipe]:
    """The profile's mixes: those it writes out, cut-downs, loops of sections, a sting, one-shots.

    A session without sections has neither loops nor a sting, one without hits no one-shots.
    """
    profile, sections = order.profile, [section.name for section in order.session.sections]
    written = profile.mixes
    recipes = dict(written) if isinstance(written, dict) else dict.fromkeys(written, MixRecipe())
    for seconds in profile.cuts_s:
        length = Seconds(Fraction(repr(seconds)))
        recipes.setdefault(f"cut_{seconds:g}", MixRecipe(length=length))
    if profile.loops:
        for section in sections:
            loop = MixRecipe(loop=Loop(section=section), stems=profile.loop_stems)
            recipes.setdefault(f"loop_{section}", loop)
    if profile.sting is not None and sections:
        longest = Seconds(Fraction(repr(profile.sting.max_s)))
        recipes.setdefault("sting", MixRecipe(sting=Sting(section=sections[-1], max=longest)))
    return recipes | one_shots(order.session.hits) if profile.one_shots else recipes


def one_shots(hits: Sequence[Hit]) -> dict[str, MixRecipe]:
    """A mix for each hit and each rise, named after it so that no two files have one name.

    >>> hits = [Hit(at=9, name=name, rise_from=7) for name in ("Door: slams!", "door; SLAMS")]
    >>> list(one_shots(hits))
    ['rise_Door-_slams', 'hit_Door-_slams', 'rise_door-_SLAMS_2', 'hit_door-_SLAMS_2']
    """
    made: dict[str, MixRecipe] = {}
    taken: set[str] = set()
    numbers: Counter[str] = Counter()
    for hit in hits:
        numbers[hit.name] += 1
        name = Spelling().clean(hit.name)[:_LONGEST_NAME].rstrip("_-. ") or "unnamed"
        ways = (name, *(f"{name}_{again}" for again in range(2, len(hits) + 2)))
        name = next(way for way in ways if way.casefold() not in taken)
        taken.add(name.casefold())
        only = hit.tracks or [FX]
        number = numbers[hit.name]
        if hit.rise_from is not None:
            shot = OneShot(rise=hit.name, number=number)
            made[f"rise_{name}"] = MixRecipe(one_shot=shot, only=only)
        shot = OneShot(hit=hit.name, number=number)
        made[f"hit_{name}"] = MixRecipe(one_shot=shot, only=only)
    return made
