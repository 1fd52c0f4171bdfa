"""Mix recipes to sums of stems."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from hostkit.session.model import MixRecipe


@dataclass(frozen=True)
class MixRequest:
    """Which mixes are wanted beside the full one, which always is.

    `names` None means all of the session's and of `recipes`. `recipes` are a profile's own:
    they join those of the session, which win where both have a name.
    """

    names: tuple[str, ...] | None = ()
    recipes: Mapping[str, MixRecipe] = field(default_factory=dict)


FULL_ONLY = MixRequest()
ALL_MIXES = MixRequest(None)
