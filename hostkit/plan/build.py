"""Session to plan: everything looked up, checked against each other and put in samples.

This is also what `check` does: a session that can be planned can be rendered, as far as
can be known without loading a device.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from hostkit.audio.layout import STEREO
from hostkit.errors import InvalidInput, RequestError
from hostkit.midi.reading.repair import repairs_in_words
from hostkit.plan.arranging.forms import arrange
from hostkit.plan.arranging.music import ArrangeError, HitPlace, ImpossibleForm, Music
from hostkit.plan.arranging.ringing import Listen, Ringing, deaf
from hostkit.plan.checks import check_devices, check_form, check_stems, other_labels, picture_gone
from hostkit.plan.cut_points.clean import unclean_cuts
from hostkit.plan.devices.resolve import Resolver
from hostkit.plan.ends import cut_off, stray_ends
from hostkit.plan.environment import Environment
from hostkit.plan.form.keys import is_keyed_by_dialogue
from hostkit.plan.form.mastering import Master
from hostkit.plan.form.planner import FormPlanner
from hostkit.plan.form.routing import plan_buses
from hostkit.plan.found import Found, Gathering
from hostkit.plan.mixes.duck_planner import DuckPlanner
from hostkit.plan.mixes.recipes import Selection
from hostkit.plan.mixes.wanted import FULL_ONLY, MixRequest, WantedMixes
from hostkit.plan.music.midi_files import MidiFiles
from hostkit.plan.music.tempo import session_tempo_map
from hostkit.plan.music.timeline import Timeline
from hostkit.plan.nodes.prints import TailPlan
from hostkit.plan.plan import Plan, SessionPlan
from hostkit.plan.scoring.placed import NO_SCORES, TrackScores
from hostkit.plan.tracks.builder import TrackBuilder
from hostkit.session.load import LoadedSession
from hostkit.session.model.midi import MidiSource
from hostkit.session.model.session import Session, Track
from hostkit.timebase.tempo_map import TempoMap

LAYOUT = STEREO
"""Of every session: pans and most devices know no other."""


def build_plan(
    loaded: LoadedSession,
    environment: Environment,
    request: MixRequest = FULL_ONLY,
    listen: Listen = deaf,
) -> SessionPlan:
    """The plan of a session. Raises InvalidInput with all problems at their places.

    `listen` tells how long the music rings on where a form of fixed length is to end.
    Raises RequestError when a mix is asked for that there is no recipe for.
    """
    session, told = loaded.session, Gathering(loaded)
    midi = MidiFiles(loaded, read={} if environment.midi is None else environment.midi)
    tempo = main_tempo_map(loaded, midi)
    timeline = Timeline(tempo.value, session.sample_rate, settle=environment.settle)
    scores = told.take(_scores(loaded, tempo.value, environment))
    midi = replace(midi, tempo_map=tempo.value, scores=scores)
    resolver = Resolver(loaded, environment, timeline.tempo_map)
    told.take(check_form(loaded, timeline))
    frames, tail = told.take(_length(loaded, timeline)), _tail(session)
    buses = told.take(plan_buses(session.buses, resolver))
    master = Master(told.take(resolver.effects(session.master, ("master",))))
    wanted = WantedMixes(loaded, request)
    selections = told.take(wanted.selections(nonlinear=not master.linear))
    duck_planner = DuckPlanner(loaded, environment, timeline, master)
    spoken = told.take(duck_planner.spoken())
    ducking = told.take(duck_planner.ducking(spoken, selections, wanted))
    trim_db = round(session.gain_db + request.gain_db, 6)  # 0.1 and 0.2 are 0.3, however said
    key = told.take(duck_planner.key()) if is_keyed_by_dialogue(loaded) else None
    planner = FormPlanner(
        loaded, resolver, midi, buses, master, tail, LAYOUT, ducking, trim_db, key
    )
    as_written = [s for s in selections if s.arranging is None]
    whole = told.take(planner.whole(timeline, frames, as_written, told.warnings))
    odd = stray_ends(whole) if frames is None else cut_off(whole, frames, session)
    odd += (*other_labels(session, tempo.value), *picture_gone(loaded, environment))
    if not told.problems and any(section.cut for section in session.sections):
        odd += unclean_cuts(_ringing(planner, timeline, listen), session.sections)
    whole = replace(whole, warnings=(*dict.fromkeys((*tempo.warnings, *whole.warnings)), *odd))
    told.take(check_stems(loaded))
    told.take(check_devices(loaded, whole, buses, master))
    told.with_value(whole).checked()
    rearranged = [s for s in selections if s.arranging is not None]
    plans: tuple[Plan, ...] = ()
    if rearranged:
        plans = told.take(_arranged(rearranged, wanted, planner, timeline, listen))
        told.with_value(plans).checked()
    lacking: dict[str, str] = {}
    for mix, fault in told.lacking:
        lacking.setdefault(mix, str(fault))
    return SessionPlan(
        session=loaded.name,
        sample_rate=session.sample_rate,
        layout=LAYOUT,
        sample_format=session.deliver.format,
        plans=(whole, *plans),
        lacking=tuple(lacking.items()),
        spoken=spoken,
    )


def _arranged(
    selections: Sequence[Selection],
    wanted: WantedMixes,
    planner: FormPlanner,
    timeline: Timeline,
    listen: Listen,
) -> Found[tuple[Plan, ...]]:
    """The plans of all forms but the whole one; mixes of one form share a plan."""
    told = Gathering(planner.loaded)
    ringing = _ringing(planner, timeline, listen)
    groups: dict[tuple[object, ...], list[Selection]] = {}
    for selection in selections:
        groups.setdefault(selection.form, []).append(selection)
    plans = []
    for mixes in groups.values():
        first = mixes[0]
        assert first.arranging is not None
        try:
            music = ringing.music_for(first.arranging, first.gains)
            made = arrange(first.name, first.arranging, music, timeline.sample_rate)
        except ImpossibleForm as error:
            for mix in mixes:
                told.lack(mix.name, error.fault)
            continue
        except ArrangeError as error:
            for mix in mixes:
                told.take(wanted.refused(mix.name, error.path, error.fault))
            continue
        plans.append(told.take(planner.arranged(made, mixes)))
    return told.with_value(tuple(plans))


def _ringing(planner: FormPlanner, timeline: Timeline, listen: Listen) -> Ringing:
    session, tempo_map = planner.loaded.session, timeline.tempo_map
    builder = TrackBuilder(
        planner.loaded, planner.resolver, planner.midi, timeline, None, planner.tail
    )
    made = {name: builder.part(name, track) for name, track in session.tracks.items()}
    parts = {name: part for name, part in made.items() if part is not None}
    length, at = session.length, tempo_map.beats_at
    music = Music.of(
        tempo_map,
        tuple(parts.values()),
        [(section.name, tempo_map.beats_at(section.at)) for section in session.sections],
        None if isinstance(length, str) else tempo_map.beats_at(length),
        [
            HitPlace(hit.name, at(hit.at), None if hit.rise_from is None else at(hit.rise_from))
            for hit in session.hits
        ],
    )
    return Ringing(planner, music, tuple(parts), listen)


def _scores(
    loaded: LoadedSession, tempo_map: TempoMap, environment: Environment
) -> Found[TrackScores]:
    """What the scores of its tracks play, of the themes that it has."""
    session = loaded.session
    if not session.themes and not any(track.score for track in session.tracks.values()):
        return Found(NO_SCORES)
    from hostkit.plan.scoring.scores import read_scores  # few sessions have one

    return read_scores(loaded, tempo_map, environment)


def main_tempo_map(loaded: LoadedSession, midi: MidiFiles) -> Found[TempoMap]:
    """Of the session, else of its MIDI file, else of the one that all its tracks name.

    Nothing can be planned without: raises InvalidInput.
    """
    session = loaded.session
    named = {file for track in session.tracks.values() if (file := _own_file(track))}
    name = session.midi_file or (named.pop() if len(named) == 1 else None)
    if session.tempo is not None or name is None:
        return Found(session_tempo_map(loaded, None))
    try:
        read = midi.get(name)
        tempo_map = session_tempo_map(loaded, read)
        return Found(tempo_map, warnings=repairs_in_words(name, read.repairs))
    except RequestError as error:
        if isinstance(error, InvalidInput):
            raise
        path = ("midi",) if session.midi_file else ("tracks",)
        raise InvalidInput([loaded.problem(path, *error.fault)]) from None


def _own_file(track: Track) -> str | None:
    return track.midi.file if isinstance(track.midi, MidiSource) else track.midi


def _length(loaded: LoadedSession, timeline: Timeline) -> Found[int | None]:
    length, told = loaded.session.length, Gathering(loaded)
    if isinstance(length, str):
        return told.with_value(None)
    frames = None
    with told.placing(("length",)):
        frames = timeline.sample_at(length)
    if frames == 0:
        told.fault(("length",), "that is no length", cure="give the position of the end, or auto")
    return told.with_value(frames)


def _tail(session: Session) -> TailPlan:
    tail, rate = session.tail, session.sample_rate
    return TailPlan(tail.below_db, round(tail.for_ms * rate / 1000), round(tail.max_s * rate))
