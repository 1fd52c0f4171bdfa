"""Checks of a session's parts against each other: its form, its stems, where devices stand."""

from __future__ import annotations

from collections.abc import Sequence

from hostkit.devices.spec import EffectSpec
from hostkit.errors import BadValue
from hostkit.ground.named_file import what_is_at
from hostkit.plan.environment import Environment
from hostkit.plan.form.mastering import Master, is_own
from hostkit.plan.found import Found, Gathering
from hostkit.plan.music.timeline import Timeline
from hostkit.plan.nodes.stems import BusPlan
from hostkit.plan.plan import RESIDUAL, Plan
from hostkit.plan.reasons import some
from hostkit.session.load import LoadedSession
from hostkit.session.model.session import Session
from hostkit.session.suggest import did_you_mean
from hostkit.session.yaml_tree import Path as KeyPath
from hostkit.timebase.position import Position
from hostkit.timebase.tempo_map import TempoMap
from hostkit.timebase.timecode import TimecodeLabel

MAX_STEMS = 64
"""The integer samples of so many stems can be summed in 32 bits without looking."""


def check_form(loaded: LoadedSession, timeline: Timeline) -> Found[None]:
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
    known = names_of_tracks(session)
    for index, hit in enumerate(session.hits):
        for place, name in enumerate(hit.tracks):
            if name not in known:
                told.unknown(("hits", index, "tracks", place), "track, stem or tag", name, known)
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


def names_of_tracks(session: Session) -> list[str]:
    """Everything that stands for tracks: themselves, their stems, their tags."""
    stems = [session.stem_of(track) for track in session.tracks]
    tags = [tag for track in session.tracks.values() for tag in track.tags]
    return list(dict.fromkeys((*session.tracks, *stems, *tags)))


def picture_gone(loaded: LoadedSession, environment: Environment) -> tuple[str, ...]:
    """That the film is not there, which nothing is rendered from, but streamers are laid over."""
    picture = loaded.session.picture
    if picture is None or picture.file is None:
        return ()
    path = loaded.resolve(picture.file)
    cure, kind = environment.missing(path), what_is_at(path)
    if cure is None:
        return ()
    wrong = f"is {kind}, not a file; name the film" if kind else f"there is no such picture; {cure}"
    return (f"{picture.file}: {wrong}",)


def other_labels(session: Session, tempo_map: TempoMap) -> tuple[str, ...]:
    """What to say where places drop frames and the picture does not, or the other way round.

    Both are frames of the picture, in an hour 3.6 seconds apart.
    """
    picture = tempo_map.picture
    places = [
        *((repr(section.name), section.at) for section in session.sections),
        *((repr(hit.name), hit.at) for hit in session.hits),
        *((f"tempo at {point.at}", point.at) for point in session.tempo or ()),
    ]
    other = [
        (what, at)
        for what, at in places
        if picture and isinstance(at, TimecodeLabel) and at.drop != picture.start.drop
    ]
    if not other or picture is None:
        return ()
    at = other[0][1]
    try:
        shown = picture.label_of(tempo_map.seconds_of(at))
    except BadValue:  # `check_form` tells of a place that is none
        return ()
    here, there = ("drop", "non-drop") if at.drop else ("non-drop", "drop")
    return (
        f"{some(what for what, _ in other)}: {here} timecode, and the picture's start is {there}: "
        f"{at} is its {shown}; if that is not meant, write {';' if picture.start.drop else ':'} "
        "before the frames",
    )


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


def check_stems(loaded: LoadedSession) -> Found[None]:
    """Whether tracks go to every stem that is written, and no two differ in case alone."""
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


def check_devices(
    loaded: LoadedSession, whole: Plan, buses: Sequence[BusPlan], master: Master
) -> Found[None]:
    """Own effects stand on the master; the residual stem's name is free where there is one."""
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
    if master.has_residual and RESIDUAL in {session.stem_of(track) for track in session.tracks}:
        told.fault(
            ("master",),
            f"what this master does beyond the stems becomes a stem named {RESIDUAL!r}, "
            "and there is one already",
            cure="rename that",
        )
    return told.with_value(None)
