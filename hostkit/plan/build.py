"""Session to plan: everything looked up, checked against each other and put in samples.

This is also what `check` does: a session that can be planned can be rendered, as far as
can be known without loading a device.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from hostkit.audio.layout import STEREO
from hostkit.devices.spec import EffectSpec
from hostkit.errors import BadValue, InvalidInput, RequestError
from hostkit.plan.arranging.forms import arrange
from hostkit.plan.arranging.music import ArrangeError, ImpossibleForm, Music
from hostkit.plan.duck_planner import DuckPlanner
from hostkit.plan.environment import Environment
from hostkit.plan.form.mastering import Master, is_own
from hostkit.plan.form.planner import FormPlanner
from hostkit.plan.form.routing import plan_buses
from hostkit.plan.found import Found, Gathering
from hostkit.plan.mixes.recipes import Selection
from hostkit.plan.mixes.wanted import FULL_ONLY, MixRequest, WantedMixes
from hostkit.plan.music.tempo import session_tempo_map
from hostkit.plan.music.timeline import Timeline
from hostkit.plan.music.tracks import MidiFiles, TrackBuilder, repairs_in_words
from hostkit.plan.plan import GLUE, Plan, SessionPlan
from hostkit.plan.prints import TailPlan
from hostkit.plan.reasons import some
from hostkit.plan.resolve import Resolver
from hostkit.plan.ringing import Listen, Ringing, deaf
from hostkit.plan.stems import BusPlan
from hostkit.session.load import LoadedSession
from hostkit.session.model import MidiSource, Session, Track
from hostkit.session.suggest import did_you_mean
from hostkit.session.yaml_tree import Path as KeyPath
from hostkit.timebase.position import Position
from hostkit.timebase.tempo_map import TempoMap

LAYOUT = STEREO
"""Of every session: pans and most devices know no other."""
LONE_SECONDS = 60
"""A track that goes on for so long after twice the length of all others has a stray event."""
MAX_STEMS = 64
"""Codes of so many stems can be summed in 32 bits without looking."""


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
    session, midi, told = loaded.session, MidiFiles(loaded), Gathering(loaded)
    tempo = main_tempo_map(loaded, midi)
    timeline = Timeline(tempo.value, session.sample_rate)
    resolver = Resolver(loaded, environment, timeline.tempo_map)
    told.take(_check_form(loaded, timeline))
    frames, tail = told.take(_length(loaded, timeline)), _tail(session)
    buses = told.take(plan_buses(session.buses, resolver))
    master = Master(told.take(resolver.effects(session.master, ("master",))))
    wanted = WantedMixes(loaded, request)
    selections = told.take(wanted.selections(nonlinear=not master.linear))
    duck_planner = DuckPlanner(loaded, environment, timeline, master)
    ducking = told.take(duck_planner.ducking(selections, wanted))
    trim_db = round(session.gain_db + request.gain_db, 6)  # 0.1 and 0.2 are 0.3, however said
    planner = FormPlanner(loaded, resolver, midi, buses, master, tail, LAYOUT, ducking, trim_db)
    as_written = [s for s in selections if s.arranging is None]
    whole = told.take(planner.whole(timeline, frames, as_written, told.warnings))
    odd = _without_length(whole) if frames is None else _cut_off(whole, frames, session)
    whole = replace(whole, warnings=(*dict.fromkeys((*tempo.warnings, *whole.warnings)), *odd))
    told.take(_check_stems(loaded))
    told.take(_check_devices(loaded, whole, buses, master))
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
            music = ringing.music_for(first.arranging)
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
    length = session.length
    music = Music.of(
        tempo_map,
        tuple(parts.values()),
        [(section.name, tempo_map.beats_at(section.at)) for section in session.sections],
        None if isinstance(length, str) else tempo_map.beats_at(length),
    )
    return Ringing(planner, music, tuple(parts), listen)


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


def _check_form(loaded: LoadedSession, timeline: Timeline) -> Found[None]:
    """Sections and hits lie where music can be, rises before their hits; section names differ."""
    session, told = loaded.session, Gathering(loaded)
    places: dict[str, list[Position]] = {
        "sections": [section.at for section in session.sections],
        "hits": [hit.at for hit in session.hits],
    }
    for key, positions in places.items():
        for index, position in enumerate(positions):
            with told.placing((key, index, "at")):
                timeline.sample_at(position)
    for index, hit in enumerate(session.hits):
        if hit.rise_from is not None:
            with told.placing(("hits", index, "rise_from")):
                _check_rise(hit.rise_from, hit.at, timeline.tempo_map)
    names = [section.name for section in session.sections]
    for index, name in enumerate(names):
        if name in names[:index]:
            told.fault(
                ("sections", index, "name"), f"there are two sections {name!r}", cure="rename one"
            )
    return told.with_value(None)


def _check_rise(start: Position, hit: Position, tempo_map: TempoMap) -> None:
    """Raises BadValue where a rise does not start before its hit."""
    start_seconds = tempo_map.seconds_of(start)
    try:
        hit_seconds = tempo_map.seconds_of(hit)
    except BadValue:
        return  # it is told at its own place
    if start_seconds >= hit_seconds:
        raise BadValue(
            f"the rise starts at {start}, not before its hit at {hit}", cure="let it start earlier"
        )


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


def _without_length(whole: Plan) -> tuple[str, ...]:
    """What to say of music that ends where it has rung out."""
    return (*_lone_end(whole), *_after_the_end(whole))


def _after_the_end(whole: Plan) -> tuple[str, ...]:
    """What to say where sections or hits lie after all has rung out, as a typing slip does."""
    tails = max((track.plan.tail.max_frames for track in whole.tracks), default=0)
    late = [repr(mark.name) for mark in whole.form.marks if mark.frame > whole.last_event + tails]
    if not late:
        return ()
    end = _minutes(whole.last_event // whole.sample_rate)
    lies = "lies" if len(late) == 1 else "lie"
    return (
        f"{some(late)} {lies} after the end: the last note ends at {end}; if that is not meant, "
        "correct the position",
    )


def _lone_end(whole: Plan) -> tuple[str, ...]:
    """What to say where one track makes the music much longer than all others do."""
    ends = sorted((track.plan.source.end, track.name) for track in whole.tracks)
    if len(ends) < 2:
        return ()
    (others, _), (last, name) = ends[-2:]
    if last < 2 * others + LONE_SECONDS * whole.sample_rate:
        return ()
    long, short = (_minutes(frames // whole.sample_rate) for frames in (last, others))
    return (
        f"{name} ends at {long}, all other tracks by {short}; if that is a stray event, delete "
        f"it, or end the session with length: {short}",
    )


def _cut_off(whole: Plan, frames: int, session: Session) -> tuple[str, ...]:
    """What to say where sections or hits lie after the session's length."""
    late = [repr(mark.name) for mark in whole.form.marks if mark.frame >= frames]
    if not late:
        return ()
    return (
        f"length: {session.length} ends the music before {some(late)}; if that is not meant, give "
        "it more length",
    )


def _minutes(seconds: int) -> str:
    """Whole seconds as one says them.

    >>> _minutes(208), _minutes(18526)
    ('3:28', '5:08:46')
    """
    hours, rest = divmod(seconds, 3600)
    return f"{hours}:{rest // 60:02}:{rest % 60:02}" if hours else f"{rest // 60}:{rest % 60:02}"


def _tail(session: Session) -> TailPlan:
    tail, rate = session.tail, session.sample_rate
    return TailPlan(tail.below_db, round(tail.for_ms * rate / 1000), round(tail.max_s * rate))


def _check_stems(loaded: LoadedSession) -> Found[None]:
    session, told = loaded.session, Gathering(loaded)
    used = {session.stem_of(track): track for track in session.tracks}
    for stem in session.stems:
        if stem not in used:
            told.fault(
                ("stems", stem),
                f"no track goes to the stem {stem!r}",
                cure=did_you_mean(stem, used),
            )
    folded: dict[str, str] = {}
    for stem, track in used.items():
        twin = folded.setdefault(stem.casefold(), stem)
        if twin != stem:
            told.fault(
                ("tracks", track, "stem"),
                f"the stems {twin!r} and {stem!r} would be one file on some disks",
                cure="rename one",
            )
    if len(used) > MAX_STEMS:
        told.fault(
            ("tracks",),
            f"that makes {len(used)} stems",
            cure=f"name at most {MAX_STEMS} with stem:",
        )
    return told.with_value(None)


def _check_devices(
    loaded: LoadedSession, whole: Plan, buses: Sequence[BusPlan], master: Master
) -> Found[None]:
    """Own effects stand on the master; the glue's name is free when there is one."""
    session, told = loaded.session, Gathering(loaded)
    chains: list[tuple[KeyPath, tuple[EffectSpec, ...]]] = [
        (("tracks", track.name, "effects"), track.plan.effects) for track in whole.tracks
    ]
    chains += [(("buses", bus.name, "effects"), bus.effects) for bus in buses]
    for path, effects in chains:
        for effect in filter(is_own, effects):
            told.fault(
                path,
                f"{effect.name} belongs under master:",
                cure="on a track or bus use compressor",
            )
    if master.glued and GLUE in {session.stem_of(track) for track in session.tracks}:
        told.fault(
            ("master",),
            f"what this master does beyond the stems becomes a stem named {GLUE!r}, "
            "and there is one already",
            cure="rename that",
        )
    return told.with_value(None)
