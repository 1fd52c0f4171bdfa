"""What else is wrong with a session that is wrong in shape already.

Names can only be checked against each other where the shape is right. So that all errors
are told at once, what is wrong in shape is left out and the tracks, buses and master of
the rest are looked at. Stems, mixes and sections are not: what was left out may be what
they name. Nor is told what may only be wrong because something was left out.
"""

from __future__ import annotations

from dataclasses import replace

from hostkit.errors import InvalidInput, Problem
from hostkit.plan.build import main_tempo_map
from hostkit.plan.devices.resolve import Resolver
from hostkit.plan.environment import Environment
from hostkit.plan.form.routing import plan_buses
from hostkit.plan.found import Gathering, UnknownName
from hostkit.plan.music.midi_files import MidiFiles
from hostkit.plan.music.timeline import Timeline
from hostkit.plan.nodes.prints import TailPlan
from hostkit.plan.scoring.scores import read_scores
from hostkit.plan.tracks.builder import TrackBuilder
from hostkit.session.load import SessionText
from hostkit.session.reading.valid_rest import what_is_valid


def further_problems(text: SessionText, environment: Environment) -> tuple[Problem, ...]:
    """The problems of a session file besides those of its shape."""
    rest = what_is_valid(text)
    if rest is None:
        return ()
    loaded = rest.loaded
    session, midi = loaded.session, MidiFiles(loaded)
    try:
        tempo_map = main_tempo_map(loaded, midi).value
    except InvalidInput as error:
        return error.problems
    resolver = Resolver(loaded, environment, tempo_map)
    told = Gathering(loaded)
    scores = told.take(read_scores(loaded, tempo_map))
    midi = replace(midi, tempo_map=tempo_map, scores=scores)
    told.take(plan_buses(session.buses, resolver))
    told.take(resolver.effects(session.master, ("master",)))
    timeline = Timeline(tempo_map, session.sample_rate)
    builder = TrackBuilder(loaded, resolver, midi, timeline, None, TailPlan(-90, 0, 0))
    told.take(builder.sources())
    told.problems = tuple(
        found
        for found in told.problems
        if not (isinstance(found, UnknownName) and rest.is_left_out(found.name))
        and not rest.may_follow(found if isinstance(found, Problem) else found.problem)
    )
    return told.with_value(None).all_problems
