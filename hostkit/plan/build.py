"""Session to plan: everything looked up, checked against each other and put in samples.

This is also what `check` does: a session that can be planned can be rendered, as far as
can be known without loading a device.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hostkit.errors import InvalidInput, RequestError
from hostkit.plan.devices import EffectSpec
from hostkit.plan.fingerprint import fingerprint
from hostkit.plan.mixes import FULL_ONLY, MixRequest
from hostkit.plan.plan import FULL, Form, MixPlan, Plan, PlannedStem, SessionPlan, Step
from hostkit.plan.prints import TailPlan
from hostkit.plan.resolve import Resolver
from hostkit.plan.routing import plan_buses
from hostkit.plan.stems import BusPlan, ChannelPlan, StemPlan
from hostkit.plan.surroundings import Surroundings
from hostkit.plan.tempo import session_tempo_map
from hostkit.plan.timeline import Timeline
from hostkit.plan.tracks import MidiFiles, TrackBuilder
from hostkit.session.load import LoadedSession
from hostkit.session.model import MidiSource, Session, Track
from hostkit.session.suggest import did_you_mean
from hostkit.timebase.position import Position
from hostkit.timebase.tempo_map import TempoMap

MAX_STEMS = 64
"""Codes of so many stems can be summed in 32 bits without looking."""


def build_plan(
    loaded: LoadedSession, surroundings: Surroundings, request: MixRequest = FULL_ONLY
) -> SessionPlan:
    """The plan of a session. Raises InvalidInput with all problems at their places."""
    del request
    session, midi = loaded.session, MidiFiles(loaded)
    timeline = Timeline(_tempo_map(loaded, midi), session.sample_rate)
    resolver = Resolver(loaded, surroundings, timeline.tempo_map)
    _check_form(session, timeline, resolver)
    frames, tail = _length(session, timeline, resolver), _tail(session)
    buses = plan_buses(session.buses, resolver)
    master = resolver.effects(session.master, ("master",))
    builder = TrackBuilder(loaded, resolver, midi, timeline, frames, tail)
    made = {name: builder.build(name, track) for name, track in session.tracks.items()}
    tracks = tuple(built[0] for built in made.values() if built)
    channels = {name: built[1] for name, built in made.items() if built}
    stems = _stems(session, channels, buses, master, frames, tail)
    _check_stems(session, resolver)
    if resolver.problems:
        raise InvalidInput(resolver.problems)
    plan = Plan(
        form=Form(),
        sample_rate=session.sample_rate,
        sample_format=session.deliver.format,
        tempo_map=timeline.tempo_map,
        frames=frames,
        tracks=tracks,
        steps=tuple(stem.step for stem in stems),
        stems=stems,
        mixes=(MixPlan(FULL, tuple(stem.name for stem in stems), write_stems=True),),
        warnings=tuple(dict.fromkeys((*midi.warnings, *resolver.warnings))),
    )
    return SessionPlan(loaded.name, session.sample_rate, session.deliver.format, (plan,))


def _tempo_map(loaded: LoadedSession, midi: MidiFiles) -> TempoMap:
    """Of the session, else of its MIDI file, else of the one that all its tracks name."""
    session = loaded.session
    named = {file for track in session.tracks.values() if (file := _own_file(track))}
    name = session.midi or (named.pop() if len(named) == 1 else None)
    if session.tempo is not None or name is None:
        return session_tempo_map(loaded, None)
    try:
        return session_tempo_map(loaded, midi.get(name))
    except RequestError as error:
        if isinstance(error, InvalidInput):
            raise
        path = ("midi",) if session.midi else ("tracks",)
        raise InvalidInput([loaded.problem(path, str(error))]) from None


def _own_file(track: Track) -> str | None:
    return track.midi.file if isinstance(track.midi, MidiSource) else track.midi


def _check_form(session: Session, timeline: Timeline, resolver: Resolver) -> None:
    """Sections and hits lie where there is music; no two sections share a name."""
    places: dict[str, list[Position]] = {
        "sections": [section.at for section in session.sections],
        "hits": [hit.at for hit in session.hits],
    }
    for key, positions in places.items():
        for index, position in enumerate(positions):
            try:
                timeline.sample_at(position)
            except ValueError as error:
                resolver.fault((key, index, "at"), str(error))
    names = [section.name for section in session.sections]
    for index, name in enumerate(names):
        if name in names[:index]:
            resolver.fault(
                ("sections", index, "name"), f"there are two sections {name!r}; rename one"
            )


def _length(session: Session, timeline: Timeline, resolver: Resolver) -> int | None:
    if isinstance(session.length, str):
        return None
    try:
        frames = timeline.sample_at(session.length)
    except ValueError as error:
        resolver.fault(("length",), str(error))
        return None
    if frames == 0:
        resolver.fault(("length",), "that is no length; give the position of the end, or auto")
    return frames


def _tail(session: Session) -> TailPlan:
    tail, rate = session.tail, session.sample_rate
    return TailPlan(tail.below_db, round(tail.for_ms * rate / 1000), round(tail.max_s * rate))


def _check_stems(session: Session, resolver: Resolver) -> None:
    used = {session.stem_of(track): track for track in session.tracks}
    for stem in session.stems:
        if stem not in used:
            resolver.fault(
                ("stems", stem), f"no track goes to the stem {stem!r}{did_you_mean(stem, used)}"
            )
    folded: dict[str, str] = {}
    for stem, track in used.items():
        twin = folded.setdefault(stem.casefold(), stem)
        if twin != stem:
            resolver.fault(
                ("tracks", track, "stem"),
                f"the stems {twin!r} and {stem!r} would be one file on some disks; rename one",
            )
    if len(used) > MAX_STEMS:
        resolver.fault(
            ("tracks",), f"that makes {len(used)} stems; name at most {MAX_STEMS} with stem:"
        )


def _stems(
    session: Session,
    channels: Mapping[str, ChannelPlan],
    buses: Sequence[BusPlan],
    master: tuple[EffectSpec, ...],
    frames: int | None,
    tail: TailPlan,
) -> tuple[PlannedStem, ...]:
    members: dict[str, list[ChannelPlan]] = {}
    for track, channel in channels.items():
        members.setdefault(session.stem_of(track), []).append(channel)
    stems = []
    for name, inside in members.items():
        plan = StemPlan(
            channels=tuple(inside),
            buses=_reached(buses, inside),
            master=master,
            sample_rate=session.sample_rate,
            sample_format=session.deliver.format,
            frames=frames,
            tail=tail,
        )
        needs = tuple(channel.print for channel in inside)
        playing = tuple(channel.track for channel in inside)
        step = Step(name, plan, fingerprint("stem", plan), needs, playing)
        stems.append(PlannedStem(name, name, step))
    return tuple(stems)


def _reached(buses: Sequence[BusPlan], channels: Sequence[ChannelPlan]) -> tuple[BusPlan, ...]:
    """The buses that something in these channels reaches, in their order."""
    reached = {send.bus for channel in channels for send in channel.sends}
    for bus in buses:  # each sends only to later ones
        if bus.name in reached:
            reached |= {send.bus for send in bus.sends}
    return tuple(bus for bus in buses if bus.name in reached)
