"""Which mixes a plan has: those asked for, checked against all the session's recipes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from hostkit.errors import Fault, RequestError
from hostkit.plan.found import Found, Gathering
from hostkit.plan.mixes.kinds import KINDS
from hostkit.plan.mixes.recipes import RecipeFault, Recipes, Selection, twins, written_recipes
from hostkit.plan.plan import FULL
from hostkit.session.load import LoadedSession
from hostkit.session.model.mixes import MixRecipe
from hostkit.session.model.session import Session
from hostkit.session.suggest import did_you_mean, nearest
from hostkit.session.yaml_tree import Path as KeyPath


@dataclass(frozen=True)
class MixRequest:
    """Which mixes are wanted beside the full one, which always is, and how loud.

    `names` None means all of the session's and of `recipes`. `recipes` are a profile's own:
    they join those of the session, which win where both have a name. What a session cannot
    give of them is left out, and told in the plan's `lacking`. `gain_db` joins the session's.
    """

    names: tuple[str, ...] | None = ()
    recipes: Mapping[str, MixRecipe] = field(default_factory=dict)
    gain_db: float = 0.0
    preview: MixRecipe | None = None
    """A quick listen to this instead, and to nothing else: neither full mix nor any other."""


PREVIEW = "preview"
"""What a quick listen is called: its mix, and its folder in that of the delivery."""
OPTIONS = {"only": "--solo", "mute": "--mute"}
"""Who asks for a quick listen has written these, not a recipe."""
FULL_ONLY = MixRequest()
ALL_MIXES = MixRequest(None)


@dataclass(frozen=True)
class WantedMixes:
    """The mixes that were asked for, to be resolved."""

    loaded: LoadedSession
    request: MixRequest

    @property
    def session(self) -> Session:
        return self.loaded.session

    @cached_property
    def _own(self) -> dict[str, MixRecipe]:
        return written_recipes(self.session)

    def selections(self, *, nonlinear: bool) -> Found[tuple[Selection, ...]]:
        """The full mix first. All recipes of the session are checked, wanted or not.

        `nonlinear` says whether it matters what keys the master. Raises RequestError for a
        mix that there is no recipe for. A quick listen is the only one, whatever else is wrong.
        """
        if self.request.preview is not None:
            return Found((self._preview(self.request.preview),))
        told = Gathering(self.loaded)
        unknown = told.take(self._unknown_names())
        recipes = Recipes(self.session, {**self.request.recipes, **self._own})
        names = self._names(recipes)
        made = {name: recipes.get(name) for name in (*recipes.names, *names)}
        for wrong in recipes.faults:
            told.take(self.refused(wrong.mix, wrong.path, wrong.fault))
        told.warn(*recipes.notes)
        known = [selection for selection in made.values() if selection is not None]
        for mix, twin in twins(known, nonlinear=nonlinear):
            if unknown & {mix.name, twin.name}:
                continue
            both = {mix.name, twin.name} <= set(names)
            if both and (again := self._written_again(mix, twin)) is not None:
                made[again.name] = replace(again, write_stems=mix.write_stems or twin.write_stems)
                made[twin.name if again is mix else mix.name] = None
            else:
                told.take(self._twin(mix.name, twin.name))
        chosen = (selection for name in names if (selection := made[name]) is not None)
        return told.with_value(tuple(chosen))

    def _preview(self, recipe: MixRecipe) -> Selection:
        """What is listened to, mixed as an alternative mix of the same. Raises RequestError."""
        recipes = Recipes(self.session, {PREVIEW: recipe})
        made = recipes.get(PREVIEW)
        if made is None:
            raise RequestError.of(dict.fromkeys(map(_as_option, recipes.faults)))
        return made

    def _written_again(self, mix: Selection, twin: Selection) -> Selection | None:
        """The session's own of two, where the other is a cut-down, sting or loop of a profile's.

        It is delivered once, under the name that the session gave it.
        """
        if mix.arranging is None or not {mix.name, twin.name} & set(self.request.recipes):
            return None
        own = [one for one in (mix, twin) if one.name in self._own]
        return own[0] if len(own) == 1 else None

    def refused(self, mix: str, path: KeyPath, fault: Fault) -> Found[None]:
        """What is wrong with a mix, at its place; one that has none is lacking."""
        told = Gathering(self.loaded)
        if mix in self.request.recipes and mix not in self._own:
            told.lack(mix, fault)
        else:
            told.fault((*self._path(mix), *path), *fault.of(f"mix {mix!r}"))
        return told.with_value(None)

    def _unknown_names(self) -> Found[frozenset[str]]:
        """A mix without a recipe is a standard one: a misspelt name would deliver the full mix."""
        told, unknown = Gathering(self.loaded), set()
        for name, recipe in self._own.items():
            alone = isinstance(self.session.mixes, list)
            if name in KINDS or recipe != MixRecipe() or not (alone or nearest(name, KINDS)):
                continue
            message = "it has no recipe, and no standard mix is called so"
            cure = did_you_mean(name, KINDS)
            if alone and not nearest(name, KINDS):
                cure = f"write mixes: {{full: {{}}, {name}: {{length: 30s}}}} to give it one"
            told.take(self.refused(name, (), Fault(message, cure)))
            unknown.add(name)
        return told.with_value(frozenset(unknown))

    def _names(self, recipes: Recipes) -> tuple[str, ...]:
        if self.request.names is None:
            return recipes.names
        for name in self.request.names:
            if name not in recipes.names and name not in KINDS:
                known = dict.fromkeys((*recipes.names, *KINDS))
                raise RequestError(f"there is no mix {name!r}", cure=did_you_mean(name, known))
        return tuple(dict.fromkeys((FULL, *self.request.names)))

    def _twin(self, name: str, other: str) -> Found[None]:
        """Standard kinds may come out the same: they are asked for by name.

        So may a mix of the session's and one of the request's: nobody wrote both.
        """
        message = f"it is the same as {other!r}"
        if name in KINDS or name not in self._own or other not in self._own:
            return Found(None, warnings=(f"mix {name!r}: {message}",))
        return self.refused(name, (), Fault(message, cure="take one of them out"))

    def _path(self, mix: str) -> KeyPath:
        if isinstance(self.session.mixes, list) and mix in self.session.mixes:
            return ("mixes", self.session.mixes.index(mix))
        return ("mixes", mix) if mix in self._own else ("mixes",)


def _as_option(fault: RecipeFault) -> Fault:
    """What is wrong with a quick listen, by the option that says so."""
    if not fault.path:
        return Fault("nothing is left to sound", cure="--mute less, or --solo something else")
    return fault.fault.of(OPTIONS[str(fault.path[0])])
