"""The mixes that a profile asks for, as recipes for this session."""

from __future__ import annotations

from fractions import Fraction

from hostkit.delivery.profiles.order import Order
from hostkit.plan.mixes.wanted import MixRequest
from hostkit.session.model.mixes import Loop, MixRecipe, Sting
from hostkit.timebase.position import Seconds


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
    """The profile's mixes: those it writes out, cut-downs, loops of sections, a sting.

    A session without sections has neither loops nor a sting.
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
    return recipes
