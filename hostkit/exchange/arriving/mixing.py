"""Faders, groups, sends and buses of a project as those of a session."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from hostkit.exchange.arriving.curves import in_db, straight, sum_of
from hostkit.exchange.project import Project, ProjectTrack

LEAST_DB, MOST_DB = -144.0, 24.0


@dataclass(frozen=True)
class MixerRoles:
    """Which tracks play, which hold others, which are fed by sends; the master, if there is one."""

    playing: tuple[ProjectTrack, ...]
    buses: tuple[ProjectTrack, ...]
    groups: Mapping[str, tuple[ProjectTrack, ...]]
    """Of each playing track: what holds it, the innermost first."""
    master: ProjectTrack | None


def roles_of(project: Project) -> MixerRoles:
    by_id = {track.id: track for track in project.tracks}
    fed = {send.to for track in project.tracks for send in track.sends if send.enabled}
    summed = {track.output for track in project.tracks} | {t.folder for t in project.tracks}
    masters = [track for track in project.tracks if track.role == "master"]
    buses, playing = [], []
    for track in project.tracks:
        plays = bool(track.notes or track.clips)
        if track.role == "master":
            continue
        if track.role == "bus" or (track.id in fed and not plays and track.id not in summed):
            buses.append(track)
        elif plays:
            playing.append(track)
    groups = {track.id: tuple(_groups_of(track, by_id)) for track in playing}
    return MixerRoles(tuple(playing), tuple(buses), groups, masters[0] if masters else None)


def _groups_of(track: ProjectTrack, by_id: Mapping[str, ProjectTrack]) -> Iterator[ProjectTrack]:
    """What a track's sound goes through: where it is routed to, else the folder it lies in."""
    seen = {track.id}
    here: ProjectTrack | None = track
    while here is not None:
        output = by_id.get(here.output)
        above = output if output and output.role in ("folder", "regular") else None
        above = above or by_id.get(here.folder)
        if above is None or above.id in seen or above.role == "master":
            return
        seen.add(above.id)
        yield above
        here = above


@dataclass
class ArrivedStrip:
    """Fader, pan and sends of a track as a session writes them."""

    gain_db: float = 0.0
    pan: float = 0.0
    sends: dict[str, float] = field(default_factory=dict)
    automation: dict[str, list[tuple[Fraction, float]]] = field(default_factory=dict)
    losses: list[str] = field(default_factory=list)


def strip_of(
    track: ProjectTrack, groups: Sequence[ProjectTrack], bus_names: Mapping[str, str]
) -> ArrivedStrip:
    """The strip of a track, the faders of its groups in its own."""
    strip = ArrivedStrip()
    group_db = sum(_finite(group.volume_db) for group in groups)
    strip.gain_db = _within(track.volume_db + group_db, strip, "its level")
    strip.pan = round(track.pan, 6)
    moving = [c.volume_automation for c in (track, *groups) if c.volume_automation]
    still = sum(_finite(c.volume_db) for c in (track, *groups) if not c.volume_automation)
    if moving:
        strip.automation["gain_db"] = sum_of([in_db(curve) for curve in moving], still)
    if track.pan_automation:
        strip.automation["pan"] = straight(track.pan_automation)
    for group in groups:
        if group.pan or group.pan_automation:
            strip.losses.append(f"the pan of its group {group.name} is left out")
        if group.volume_automation and track.sends:
            strip.losses.append(f"its sends follow the fader of its group {group.name}, too")
    _add_sends(strip, track, group_db, bus_names)
    return strip


def _add_sends(
    strip: ArrivedStrip, track: ProjectTrack, group_db: float, bus_names: Mapping[str, str]
) -> None:
    """Sends come after the session's fader: what that adds is taken off them again."""
    for send in track.sends:
        name = bus_names.get(send.to)
        silent = send.level_db == -math.inf and not send.automation
        if not send.enabled or silent:
            continue
        if name is None:
            strip.losses.append("a send to a track that plays itself is left out")
            continue
        if send.pan:
            strip.losses.append(f"the pan of its send to {name} is left out")
        off = group_db + (_finite(track.volume_db) if send.pre_fader else 0.0)
        if send.pre_fader and track.volume_automation:
            strip.losses.append(
                f"its send to {name} is before the fader there, and follows it here"
            )
            off = group_db
        if send.pre_fader and track.volume_db <= LEAST_DB:
            strip.losses.append(f"its send to {name} is before a closed fader and is left out")
            continue
        level = _finite(send.level_db) - off
        strip.sends[name] = _within(level, strip, f"its send to {name}")
        if send.automation:
            strip.automation[f"sends.{name}"] = sum_of([in_db(send.automation)], -off)


def _within(db: float, strip: ArrivedStrip, what: str) -> float:
    if db > MOST_DB:
        strip.losses.append(f"{what} of {db:.1f} dB is brought to {MOST_DB:g}")
    return round(max(LEAST_DB, min(db, MOST_DB)), 6)


def _finite(db: float) -> float:
    return max(LEAST_DB, db)
