"""Mix recipes to what sounds in each mix, and how loud."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from hostkit.errors import Fault
from hostkit.plan.mixes.kinds import KINDS, TAGS, left_out_by_name
from hostkit.plan.plan import FULL
from hostkit.session.model.mixes import ARRANGING, MixRecipe
from hostkit.session.model.session import Session
from hostkit.session.suggest import MOST_SUGGESTED, did_you_mean
from hostkit.session.yaml_tree import Path as KeyPath

CONTENT = ("like", "only", "mute")
"""A recipe that sets none of these is its name's standard kind, or everything."""
OF_TRACKS = ("only", "mute", "gain_db")
"""What a recipe says of tracks, stems and tags."""


@dataclass(frozen=True)
class Selection:
    """A mix by its tracks: gain changes in dB of all that sound, in the session's order.

    `arranging` is the recipe whose form it has; None is the whole form. `duck` lowers it
    under the session's dialogue. Without `live` recorded players are left out, and their mock-ups
    play. No track of `without` is to sound: the recipe leaves it out,
    or the name says so. A `click` has none of the tracks, and nothing of them is left out.
    """

    name: str
    gains: Mapping[str, float]
    key: Literal["full", "self"] = "full"
    write_stems: bool = False
    arranging: MixRecipe | None = None
    duck: bool = False
    live: bool = True
    without: tuple[str, ...] = ()
    click: bool = False

    @property
    def form(self) -> tuple[object, ...]:
        """Equal for mixes that share a form."""
        if self.arranging is None:
            return ()
        alone = tuple(self.gains) if self.arranging.one_shot is not None else ()
        return (*form_of(self.arranging), *alone)


@dataclass(frozen=True)
class RecipeFault:
    """What is wrong with a mix: `path` is below the recipe."""

    mix: str
    path: KeyPath
    fault: Fault


@dataclass
class Recipes:
    """All recipes of a session (and of a request), resolved on demand.

    Faults are collected, each once.
    """

    session: Session
    written: Mapping[str, MixRecipe]
    faults: list[RecipeFault] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    _done: dict[str, Selection | None] = field(default_factory=dict)

    @property
    def names(self) -> tuple[str, ...]:
        """The full mix, then all that are written."""
        return tuple(dict.fromkeys((FULL, *self.written)))

    def get(self, name: str) -> Selection | None:
        """The mix of that name, which is written or standard; None after a fault."""
        return self._get(name, ())

    def _get(self, name: str, above: tuple[str, ...]) -> Selection | None:
        if name not in self._done:
            before = len(self.faults)
            made = self._resolve(name, above)
            self._done[name] = made if len(self.faults) == before else None
        return self._done[name]

    def _resolve(self, name: str, above: tuple[str, ...]) -> Selection | None:
        recipe = self.written.get(name, MixRecipe())
        if name == FULL and (set(recipe.model_fields_set) - {"stems", "key"}):
            self._fault(name, (), "full is everything as it is", cure="give this mix another name")
            return None
        base = self._base(name, recipe, above)
        if base is None:
            return None
        base = self._as_kind(name, recipe, base)
        gains = self._sounding(name, recipe, base.gains)
        if not gains and not base.click and all(fault.mix != name for fault in self.faults):
            self._fault(
                name, (), "nothing is left to sound in this mix", cure="mute less, or take it out"
            )
        set_here = recipe.model_fields_set
        made = replace(
            base,
            name=name,
            gains=gains,
            write_stems=recipe.stems or name == FULL,
            key=recipe.key if "key" in set_here else base.key,
            arranging=_arranging(recipe, base.arranging),
            duck=recipe.duck if "duck" in set_here else base.duck,
            live=recipe.live if "live" in set_here else base.live,
            without=() if base.click else self._without(name, gains),
        )
        self._check_click(made, recipe)
        self._check_duck(made)
        if not recipe.live and all(self.session.tracks[track].live is None for track in gains):
            message = "no track in it has live: players over a mock-up"
            self._fault(name, ("live",), message, cure="take live: out")
        return made

    def _as_kind(self, name: str, recipe: MixRecipe, base: Selection) -> Selection:
        """What a standard name stands for, unless its recipe says itself what sounds."""
        if name not in KINDS or name == FULL:
            return base
        own = [key for key in CONTENT if key in recipe.model_fields_set]
        if own:
            self.notes.append(
                f"mix {name!r}: its {' and '.join(own)} in place of what {name} stands "
                "for; give it another name if that is not meant"
            )
            return base
        return replace(base, gains=self._kind(name), click=KINDS[name].click)

    def _sounding(
        self, name: str, recipe: MixRecipe, gains: Mapping[str, float]
    ) -> dict[str, float]:
        """What is left of some tracks by `only` and `mute`, as loud as `gain_db` makes it."""
        left = dict(gains)
        for key, names in (("only", recipe.only), ("mute", recipe.mute)):
            chosen = self._tracks(name, key, names)
            if names:
                left = {t: g for t, g in left.items() if (t in chosen) == (key == "only")}
        for target, gain_db in recipe.gain_db.items():
            for track in self._tracks(name, "gain_db", (target,)):
                if track in left:
                    left[track] += gain_db
        return left

    def _check_click(self, mix: Selection, recipe: MixRecipe) -> None:
        for key in (*OF_TRACKS, "duck") if mix.click else ():
            if getattr(recipe, key):
                message = "a click has no tracks, and is heard as it is"
                self._fault(mix.name, (key,), message, cure=f"take {key} out")

    def _check_duck(self, mix: Selection) -> None:
        if mix.duck and self.session.dialogue is None:
            message = "there is nothing to duck it under"
            self._fault(mix.name, ("duck",), message, cure="add dialogue: {file: dx.wav}")
        if mix.duck and mix.arranging is not None:
            self._fault(
                mix.name,
                ("duck",),
                "the dialogue lies against the cue as written, and this mix re-arranges it",
                cure="take duck out, and duck the files with hostkit duck",
            )

    def _base(self, name: str, recipe: MixRecipe, above: tuple[str, ...]) -> Selection | None:
        """The mix that this one is like, else everything."""
        if recipe.like is None:
            return Selection(name, dict.fromkeys(self.session.tracks, 0.0))
        way = (*above, name)
        if recipe.like in way:
            circle = " → ".join((*way[way.index(recipe.like) :], recipe.like))
            self._fault(
                name,
                ("like",),
                f"these mixes are like each other: {circle}",
                cure="take one like: out",
            )
            return None
        known = {*self.written, *KINDS}
        if recipe.like not in known:
            hint = did_you_mean(recipe.like, sorted(known))
            self._fault(name, ("like",), f"there is no mix {recipe.like!r}", hint)
            return None
        base = self._get(recipe.like, way)
        if base is None and all(fault.mix != name for fault in self.faults):
            self._fault(name, ("like",), f"the mix {recipe.like!r} cannot be made")
        return base

    def _without(self, name: str, gains: Mapping[str, float]) -> tuple[str, ...]:
        tags = {track: plan.tags for track, plan in self.session.tracks.items()}
        stems = {track: self.session.stem_of(track) for track in tags}
        said = left_out_by_name(name, tags, stems)
        return tuple(track for track in tags if track in said or track not in gains)

    def _kind(self, name: str) -> dict[str, float]:
        kind = KINDS[name]
        tags = {track: set(plan.tags) for track, plan in self.session.tracks.items()}
        for tag in kind.needs:
            if not any(tag in has for has in tags.values()):
                self._fault(name, (), *_missing(tag, f"{name} needs {TAGS[tag]}, and "))
        return {track: 0.0 for track, has in tags.items() if kind.keeps(has)}

    def _tracks(self, mix: str, key: str, names: Iterable[str]) -> set[str]:
        """The tracks that names of tracks, stems or tags stand for."""
        found: set[str] = set()
        for index, name in enumerate(names):
            fits = {
                track
                for track, plan in self.session.tracks.items()
                if name == track or name == self.session.stem_of(track) or name in plan.tags
            }
            if not fits:
                path: KeyPath = (key, name if key == "gain_db" else index)
                self._fault(mix, path, *self._unknown(name))
            found |= fits
        return found

    def _unknown(self, name: str) -> Fault:
        if name in TAGS:
            return _missing(name)
        tags = {tag for track in self.session.tracks.values() for tag in track.tags}
        stems = {self.session.stem_of(track) for track in self.session.tracks}
        known = dict.fromkeys((*self.session.tracks, *sorted(stems), *sorted(tags)))
        hint = did_you_mean(name, known) if len(self.faults) < MOST_SUGGESTED else ""
        return Fault(f"there is no track, stem or tag {name!r}", hint)

    def _fault(self, mix: str, path: KeyPath, message: str, cure: str = "") -> None:
        self.faults.append(RecipeFault(mix, path, Fault(message, cure)))


def _arranging(recipe: MixRecipe, base: MixRecipe | None) -> MixRecipe | None:
    """The recipe whose form a mix has: its own, that of the mix it is like, or a bit of both."""
    own = set(recipe.model_fields_set) & set(ARRANGING)
    if base is not None and own <= {"length", "tempo_limit_percent"}:
        return base.model_copy(update={name: getattr(recipe, name) for name in own})
    return recipe if own else base


def written_recipes(session: Session) -> dict[str, MixRecipe]:
    """A session's recipes by name, whichever way `mixes` is written."""
    if isinstance(session.mixes, dict):
        return dict(session.mixes)
    return {name: MixRecipe() for name in session.mixes}


def twins(selections: Iterable[Selection], *, nonlinear: bool) -> list[tuple[Selection, Selection]]:
    """Mixes that are the same as an earlier one, which comes second in each pair."""
    first: dict[object, Selection] = {}
    found = []
    for mix in selections:
        key = mix.key if nonlinear else "full"
        same = (mix.form, tuple(sorted(mix.gains.items())), key, mix.duck, mix.live, mix.click)
        if (twin := first.setdefault(same, mix)) is not mix:
            found.append((mix, twin))
    return found


def form_of(recipe: MixRecipe) -> tuple[object, ...]:
    """What of a recipe decides about its form, comparable."""
    values = (getattr(recipe, name) for name in ARRANGING)
    return tuple(tuple(value) if isinstance(value, list) else value for value in values)


def _missing(tag: str, before: str = "") -> Fault:
    cure = f"add tags: [{tag}] to the tracks that are"
    return Fault(f"{before}no track is tagged {tag!r}", cure)
