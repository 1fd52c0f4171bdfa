"""Which mixes a plan has: those asked for, checked against all the session's recipes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from hostkit.errors import Fault, RequestError
from hostkit.plan.mixes.kinds import KINDS
from hostkit.plan.mixes.recipes import RecipeFault, Recipes, Selection, twins, written_recipes
from hostkit.plan.plan import FULL
from hostkit.plan.resolve import Resolver
from hostkit.session.model import MixRecipe, Session
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


@dataclass
class WantedMixes:
    """The mixes that were asked for, resolved; what is wrong with them is told on the way."""

    session: Session
    request: MixRequest
    resolver: Resolver
    lacking: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._own = written_recipes(self.session)

    def selections(self, nonlinear: bool) -> tuple[Selection, ...]:
        """The full mix first. All recipes of the session are checked, wanted or not.

        `nonlinear` says whether it matters what keys the master. Raises RequestError for a
        mix that there is no recipe for. A quick listen is the only one, whatever else is wrong.
        """
        if self.request.preview is not None:
            return (self._preview(self.request.preview),)
        self._know_all_names()
        recipes = Recipes(self.session, {**self.request.recipes, **self._own})
        names = self._names(recipes)
        made = {name: recipes.get(name) for name in (*recipes.names, *names)}
        for fault in recipes.faults:
            self.fault(fault.mix, fault.path, *fault.fault)
        self.resolver.warnings += recipes.notes
        known = [selection for selection in made.values() if selection is not None]
        for mix, twin in twins(known, nonlinear):
            both = {mix.name, twin.name} <= set(names)
            if both and (again := self._written_again(mix, twin)) is not None:
                made[again.name] = replace(again, write_stems=mix.write_stems or twin.write_stems)
                made[twin.name if again is mix else mix.name] = None
            else:
                self._twin(mix.name, twin.name)
        return tuple(selection for name in names if (selection := made[name]) is not None)

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

    def fault(self, mix: str, path: KeyPath, message: str, cure: str = "") -> None:
        """Notes what is wrong with a mix: at its place, or as lacking where it has none."""
        if mix in self.request.recipes and mix not in self._own:
            self.lack(mix, message, cure)
        else:
            self.resolver.fault((*self._path(mix), *path), f"mix {mix!r}: {message}", cure)

    def lack(self, mix: str, message: str, cure: str = "") -> None:
        """Leaves out a mix that this session cannot give; the rest is delivered."""
        self.lacking.setdefault(mix, str(Fault(message, cure)))

    def _know_all_names(self) -> None:
        """A mix without a recipe is a standard one: a misspelt name would deliver the full mix."""
        for name, recipe in self._own.items():
            alone = isinstance(self.session.mixes, list)
            if name in KINDS or recipe != MixRecipe() or not (alone or nearest(name, KINDS)):
                continue
            self.fault(
                name,
                (),
                "it has no recipe, and no standard mix is called so",
                cure=did_you_mean(name, KINDS),
            )

    def _names(self, recipes: Recipes) -> tuple[str, ...]:
        if self.request.names is None:
            return recipes.names
        for name in self.request.names:
            if name not in recipes.names and name not in KINDS:
                known = dict.fromkeys((*recipes.names, *KINDS))
                raise RequestError(f"there is no mix {name!r}", cure=did_you_mean(name, known))
        return tuple(dict.fromkeys((FULL, *self.request.names)))

    def _twin(self, name: str, other: str) -> None:
        """Standard kinds may come out the same: they are asked for by name.

        So may a mix of the session's and one of the request's: nobody wrote both.
        """
        message = f"it is the same as {other!r}"
        if name in KINDS or name not in self._own or other not in self._own:
            self.resolver.warnings.append(f"mix {name!r}: {message}")
        else:
            self.fault(name, (), message, cure="take one of them out")

    def _path(self, mix: str) -> KeyPath:
        if isinstance(self.session.mixes, list) and mix in self.session.mixes:
            return ("mixes", self.session.mixes.index(mix))
        return ("mixes", mix) if mix in self._own else ("mixes",)


def _as_option(fault: RecipeFault) -> Fault:
    """What is wrong with a quick listen, by the option that says so."""
    if not fault.path:
        return Fault("nothing is left to sound", cure="--mute less, or --solo something else")
    return fault.fault.of(OPTIONS[str(fault.path[0])])
