"""Tracks, buses and the master of a project as those of a session."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from hostkit.exchange.arriving.audio.regions import ArrivingRegions
from hostkit.exchange.arriving.chain import ArrivedChain
from hostkit.exchange.arriving.curves import Points, thinned
from hostkit.exchange.arriving.devices import DeviceArrivals, sound_for
from hostkit.exchange.arriving.form import ArrivedForm
from hostkit.exchange.arriving.mixing import ArrivedStrip, MixerRoles, strip_of
from hostkit.exchange.project import Loss, ProjectTrack
from hostkit.midi.general import DRUM_CHANNEL, suggested_stem
from hostkit.session.starting.proposal import legal_name, plain_tags, unique
from hostkit.session.starting.words import sound_in

MOST_POINTS = 3_000
"""Of automation: a session has room for 20,000 values in all."""
MOST_STEMS = 60
"""A session has room for 64, and for what a master leaves over."""
_OTHERS = "others"
_TOLERANCES = (0.2, 0.5, 1.0, 2.0, 4.0, 8.0)
"""How many dB a lane may be off where there are too many points, in turn."""


@dataclass
class ArrivedTrack:
    """A track of the session: its keys in order, and comments that stand before them.

    `effects` are comments where they are text. A track that is `muted` becomes a comment whole.
    """

    name: str
    called: str = ""
    keys: dict[str, object] = field(default_factory=dict)
    comments: list[str] = field(default_factory=list)
    muted: bool = False
    lanes: dict[str, Points] = field(default_factory=dict)
    source: str = ""
    """The id of the project's track, of the first that is made of it."""


@dataclass(frozen=True)
class ArrivedNames:
    """What tracks and buses of a project are called in the session, by their id."""

    tracks: dict[str, str]
    buses: dict[str, str]


def names_of(roles: MixerRoles) -> ArrivedNames:
    every = [*roles.playing, *roles.buses]
    legal = unique([legal_name(track.name) or f"Track {n}" for n, track in enumerate(every, 1)])
    named = dict(zip((track.id for track in every), legal, strict=True))
    return ArrivedNames(
        {track.id: named[track.id] for track in roles.playing},
        {track.id: named[track.id] for track in roles.buses},
    )


@dataclass
class TrackArrivals:
    """Brings tracks over; what is lost of each is gathered in `losses`."""

    roles: MixerRoles
    names: ArrivedNames
    form: ArrivedForm
    devices: DeviceArrivals
    regions: ArrivingRegions
    losses: list[Loss] = field(default_factory=list)

    def track(self, track: ProjectTrack) -> Iterator[ArrivedTrack]:
        """The session's tracks for one of the project: one for its notes, or for each lane."""
        groups = self.roles.groups[track.id]
        strip = strip_of(track, groups, self.names.buses)
        name = self.names.tracks[track.id]
        chain = ArrivedChain(track, self.devices)
        lost = [*strip.losses, *chain.losses]
        if track.soloed:
            lost.append("was soloed there; here all tracks play")
        muted = track.muted or any(group.muted for group in groups)
        lanes = self.regions.lanes(track.clips)
        lost += self.regions.losses
        self.regions.losses.clear()
        made = []
        if track.notes:
            made.append(self._notes(track, name, chain, lost))
        for number, lane in enumerate(lanes, 1):
            which = number + bool(track.notes)
            lane_name = name if which == 1 else unique([*self._taken, f"{name[:56]} {which}"])[-1]
            if which > 1:
                self.names.tracks[f"{track.id}\0{which}"] = lane_name
            source = "" if made else track.id
            made.append(ArrivedTrack(lane_name, keys={"audio": list(lane)}, source=source))
        for one in made:
            self._finish(one, track, strip, chain, groups)
            one.muted = muted
        if made:
            if muted:
                lost.append("is muted there; its lines are comments here")
            made[0].comments = [*made[0].comments, *lost]
            if track.comment:
                made[0].comments.insert(0, track.comment)
        self.losses += [Loss(track.name, what) for what in lost]
        yield from made

    @property
    def _taken(self) -> list[str]:
        return [*self.names.tracks.values(), *self.names.buses.values()]

    def _notes(
        self, track: ProjectTrack, name: str, chain: ArrivedChain, lost: list[str]
    ) -> ArrivedTrack:
        keys: dict[str, object] = {"midi": {"track": name}}
        if chain.instrument is not None:
            keys["instrument"] = chain.instrument
        else:
            keys["instrument"] = sound_for(track.name)
            held = any(device.role == "instrument" for device in track.devices)
            why = "its instrument does not come along" if held else "has no instrument there"
            lost.append(f"{why}; a sound of General MIDI for now")
        if chain.midi_effects:
            keys["midi_effects"] = chain.midi_effects
        return ArrivedTrack(name, keys=keys, source=track.id)

    def _finish(
        self,
        made: ArrivedTrack,
        track: ProjectTrack,
        strip: ArrivedStrip,
        chain: ArrivedChain,
        groups: Sequence[ProjectTrack],
    ) -> None:
        """What every track of a session can have, whatever its source is."""
        made.called = track.name if track.name != made.name else ""
        if track.colour:
            made.called = f"{made.called}, colour {track.colour}".lstrip(", ")
        if chain.has_effects:
            made.keys["effects"] = list(chain.effects)
        made.keys["gain_db"] = strip.gain_db
        if strip.pan:
            made.keys["pan"] = strip.pan
        sound = sound_in(track.name)
        if groups:
            made.keys["stem"] = legal_name(groups[-1].name) or made.name
        elif sound is not None and not any(self.roles.groups.values()):
            made.keys["stem"] = suggested_stem(sound.program, DRUM_CHANNEL if sound.is_drums else 1)
        if sound is not None:
            tags = plain_tags(track.name, sound, str(made.keys.get("stem", "")))
            if tags:
                made.keys["tags"] = list(tags)
        if strip.sends:
            made.keys["sends"] = dict(strip.sends)
        made.lanes = {
            key: points
            for key, points in (*strip.automation.items(), *chain.automation.items())
            if "instrument" in made.keys or not key.startswith("instrument.")
        }

    def automate(self, tracks: Sequence[ArrivedTrack]) -> None:
        """Writes the lanes of all tracks, with no more points than a session has room for."""
        lanes = [track.lanes for track in tracks]
        before = sum(len(points) for of_track in lanes for points in of_track.values())
        for tolerance in _TOLERANCES:
            if (
                sum(len(points) for of_track in lanes for points in of_track.values())
                <= MOST_POINTS
            ):
                break
            lanes = [
                {
                    key: thinned(points, tolerance * (1.0 if key != "pan" else 0.05))
                    for key, points in of_track.items()
                }
                for of_track in lanes
            ]
        after = sum(len(points) for of_track in lanes for points in of_track.values())
        if after < before:
            self.losses.append(Loss("", f"{before} points of automation are thinned to {after}"))
        for track, of_track in zip(tracks, lanes, strict=True):
            if of_track and after <= MOST_POINTS:
                track.keys["automation"] = {
                    key: [[self.form.place(at), value] for at, value in points]
                    for key, points in of_track.items()
                }
        if after > MOST_POINTS:
            what = f"automation of more than {MOST_POINTS} points is left out, all of it"
            self.losses.append(Loss("", what))

    def bus(self, track: ProjectTrack) -> ArrivedTrack:
        """A bus, its sends to later ones without those that come back in a circle."""
        chain = ArrivedChain(track, self.devices)
        groups: tuple[ProjectTrack, ...] = ()
        strip = strip_of(track, groups, self.names.buses)
        lost = [*chain.losses, *strip.losses]
        if track.pan or track.pan_automation:
            lost.append("the pan of a bus is left out")
        if strip.automation or chain.automation:
            lost.append("automation of a bus is left out")
        if track.notes or track.clips:
            lost.append("what a bus plays itself is left out")
        made = ArrivedTrack(self.names.buses[track.id], comments=list(lost))
        if track.comment:
            made.comments.insert(0, track.comment)
        made.called = track.name if track.name != made.name else ""
        if chain.has_effects:
            made.keys["effects"] = list(chain.effects)
        made.keys["gain_db"] = -144.0 if track.muted else strip.gain_db
        if strip.sends:
            made.keys["sends"] = dict(strip.sends)
        self.losses += [Loss(track.name, what) for what in lost]
        return made

    def master(self) -> tuple[list[object], float, list[str]]:
        """The master's effects, its level, and what is lost of it."""
        track = self.roles.master
        if track is None:
            return [], 0.0, []
        chain = ArrivedChain(track, self.devices)
        lost = list(chain.losses)
        if track.volume_automation or track.pan_automation or chain.automation:
            lost.append("automation of the master is left out")
        if track.pan:
            lost.append("the pan of the master is left out")
        if track.sends:
            lost.append("sends of the master are left out")
        self.losses += [Loss(track.name, what) for what in lost]
        return list(chain.effects), round(max(-144.0, min(track.volume_db, 24.0)), 6), lost

    def groups(self) -> list[str]:
        """What is lost of groups, which become stems: in words, for comments."""
        before = len(self.losses)
        seen = {group.id: group for groups in self.roles.groups.values() for group in groups}
        for group in seen.values():
            for device in group.devices:
                if device.enabled:
                    what = f"{device.name} on a group is left out: a stem has no effects of its own"
                    self.losses.append(Loss(group.name, what))
            if group.sends and any(send.enabled for send in group.sends):
                self.losses.append(Loss(group.name, "sends of a group are left out"))
        return [f"stem {loss}" for loss in self.losses[before:]]


def in_stems(tracks: Sequence[ArrivedTrack]) -> list[str]:
    """Sees to it that there are no more stems than a session can have; what was done, in words.

    A track without a group is a stem of its own; where those are too many, they share one.
    """
    alone = [track for track in tracks if "stem" not in track.keys]
    stems = {str(track.keys.get("stem", track.name)) for track in tracks}
    said = []
    if len(stems) > MOST_STEMS:
        said.append(f"{len(alone)} tracks without a group share the stem {_OTHERS}")
        for track in alone:
            track.keys["stem"] = _OTHERS
    kept: set[str] = {_OTHERS}
    for track in tracks:
        stem = str(track.keys.get("stem", track.name))
        if stem not in kept and len(kept) >= MOST_STEMS:
            said.append(f"the group {stem} is in the stem {_OTHERS}: there are too many groups")
            track.keys["stem"] = _OTHERS
        else:
            kept.add(stem)
    return list(dict.fromkeys(said))
