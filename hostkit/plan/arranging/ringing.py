"""How long each track rings on: measured where a form is to end, and given to its planning.

What is measured is planned here: a form of the last bars of a section, all tracks in their
stems with their buses, which rings out until next to nothing is left. Who makes it and tells
how long its stems became is given (`Listen`), so a plan still depends on values alone.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TypeAlias

from hostkit.plan.arranging.arranged import Arranged
from hostkit.plan.arranging.music import Music, Stretch
from hostkit.plan.arranging.pieces import Piece
from hostkit.plan.form.mastering import Master
from hostkit.plan.form.planner import FormPlanner
from hostkit.plan.mixes.recipes import Selection
from hostkit.plan.nodes.prints import TailPlan
from hostkit.plan.plan import FULL, Form, Plan
from hostkit.session.model.mixes import MixRecipe

Listen: TypeAlias = Callable[[Plan], Mapping[str, int]]
"""Makes the stems of a plan; the length of each in frames, by its name. Those that cannot be
made are left out."""

SILENT_DBFS = -78.0
"""A track that is quieter has rung out: several of them are still under −72 dBFS together."""
LISTENED_SECONDS = 3
"""So much of a section's end is played to hear what rings on from it."""
_FOR_SECONDS = Fraction(3, 10)
_MOST_SECONDS = 12


def deaf(plan: Plan) -> Mapping[str, int]:
    """Listens to nothing: nobody knows how long anything rings."""
    del plan
    return {}


@dataclass(frozen=True)
class Ringing:
    """Music with what is known of its ringing on, by the section that a form ends with."""

    planner: FormPlanner
    music: Music
    tracks: tuple[str, ...]
    listen: Listen
    _known: dict[str, Music] = field(default_factory=dict)

    def music_for(self, recipe: MixRecipe, sounding: Collection[str]) -> Music:
        """The music with the ring-outs that matter for a recipe; as it is where none do.

        A one-shot is of the tracks that are `sounding` in it alone.
        """
        if recipe.one_shot is not None:
            named = zip(self.tracks, self.music.parts, strict=True)
            parts = tuple(part for track, part in named if track in sounding)
            return replace(self.music, parts=parts, _last_stops={})
        section = self._last(recipe)
        if section is None:
            return self.music
        if section.name not in self._known:
            self._known[section.name] = replace(self.music, rings=self.rings(section))
        return self._known[section.name]

    def _last(self, recipe: MixRecipe) -> Stretch | None:
        """The section with which a form of a fixed length ends."""
        if recipe.sting is not None and recipe.sting.max is not None:
            name: str | None = recipe.sting.section
        elif recipe.length is not None and (recipe.sections or self.music.phrases):
            name = recipe.sections[-1] if recipe.sections else self.music.phrases[-1].name
        else:
            return None
        known = (*self.music.sections, *self.music.phrases)
        return next((section for section in known if section.name == name), None)

    def rings(self, section: Stretch) -> tuple[Fraction, ...]:
        """Seconds that each part rings on after its last note there; none where all is silent."""
        piece = self._end_of(section)
        if piece is None:
            return ()
        arrangement = self.music.arrangement([piece])
        rate = self.planner.loaded.session.sample_rate
        tail = TailPlan(SILENT_DBFS, round(_FOR_SECONDS * rate), _MOST_SECONDS * rate)
        planner = replace(self.planner, master=Master(), tail=tail, ducking=None)
        everything = Selection(FULL, dict.fromkeys(self.planner.loaded.session.tracks, 0.0))
        made = Arranged(Form(f"the end of {section.name}", "sting"), arrangement)
        lengths = self.listen(planner.arranged(made, [everything]).value)
        stem_of = self.planner.loaded.session.stem_of
        found: list[Fraction | None] = []
        for track, part in zip(self.tracks, self.music.parts, strict=True):
            stop, frames = part.last_stop(piece), lengths.get(stem_of(track))
            if stop is None or frames is None:
                found.append(None)
                continue
            seconds = self.music.tempo_map.seconds_at(stop)
            ended = arrangement.seconds_in(arrangement.placed[0], seconds)
            found.append(max(Fraction(frames, rate) - _FOR_SECONDS - ended, Fraction(0)))
        longest = max((ring for ring in found if ring is not None), default=Fraction(0))
        # What is silent in these bars may not be in others: it is taken to ring as the rest.
        return tuple(longest if ring is None else ring for ring in found)

    def _end_of(self, section: Stretch) -> Piece | None:
        """The last bars of a section that play something, LISTENED_SECONDS at least."""
        seconds_at = self.music.tempo_map.seconds_at
        enough = seconds_at(section.stop) - LISTENED_SECONDS
        for start in reversed(self.music.bar_lines(section.start, section.stop)):
            piece = Piece(start, section.stop)
            if seconds_at(start) <= enough and self.music.last_stop(piece) is not None:
                return piece
        piece = section.piece
        return piece if self.music.last_stop(piece) is not None else None
