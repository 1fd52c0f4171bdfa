"""Tracks and channels of a project: the mixer, without what is played."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from xml.etree.ElementTree import Element

from hostkit.exchange.dawproject.archive import Archive
from hostkit.exchange.dawproject.devices import DeviceReader, ParameterTarget
from hostkit.exchange.dawproject.numbers import flag, level_db, number, pan_of
from hostkit.exchange.project import Loss, ProjectDevice, ProjectSend, TrackRole
from hostkit.ground.harmless import on_a_line

MAX_TRACKS = 2_000
_ROLES: dict[str, TrackRole] = {"effect": "bus", "submix": "folder", "master": "master"}


@dataclass
class MixerTrack:
    """A track as it is gathered; `destination` and what sends go to are ids of channels still."""

    id: str
    name: str
    role: TrackRole = "regular"
    folder: str = ""
    destination: str = ""
    devices: list[ProjectDevice] = field(default_factory=list)
    sends: list[ProjectSend] = field(default_factory=list)
    volume_db: float = 0.0
    pan: float = 0.0
    muted: bool = False
    soloed: bool = False
    colour: str = ""
    comment: str = ""


@dataclass
class Mixer:
    """All tracks by id, in their order, and what ids of channels and parameters belong to."""

    tracks: dict[str, MixerTrack] = field(default_factory=dict)
    channels: dict[str, str] = field(default_factory=dict)
    targets: dict[str, ParameterTarget] = field(default_factory=dict)
    losses: list[Loss] = field(default_factory=list)

    def track_of(self, id_: str) -> str:
        """The track of a channel; some programs name the track itself. "" for neither."""
        return self.channels.get(id_, id_ if id_ in self.tracks else "")


def read_structure(root: Element | None, archive: Archive) -> Mixer:
    """The mixer of a project's `Structure`."""
    reader = _StructureReader(archive)
    for element in () if root is None else root:
        reader.read(element, folder="")
    mixer = reader.mixer
    _merge_group_masters(mixer, reader.group_masters)
    _resolve(mixer)
    return mixer


class _StructureReader:
    def __init__(self, archive: Archive) -> None:
        self.mixer = Mixer()
        self.group_masters: dict[str, str] = {}
        self._devices = DeviceReader(archive)

    def read(self, element: Element, folder: str) -> None:
        if element.tag == "Channel":
            self._track(element, element, folder)
        elif element.tag == "Track":
            track = self._track(element, element.find("Channel"), folder)
            if track is None:
                return
            children = element.findall("Track")
            if _holds_tracks(element) and track.role in ("regular", "master"):
                track.role = "folder"
            for child in children:
                self.read(child, track.id)

    def _track(self, element: Element, channel: Element | None, folder: str) -> MixerTrack | None:
        mixer = self.mixer
        if len(mixer.tracks) >= MAX_TRACKS:
            mixer.losses.append(Loss("", f"more than {MAX_TRACKS} tracks; the rest is left out"))
            return None
        id_ = element.get("id") or f"track {len(mixer.tracks) + 1}"
        while id_ in mixer.tracks:
            id_ += "'"
        name = on_a_line(element.get("name") or "", 200) or f"Track {len(mixer.tracks) + 1}"
        track = MixerTrack(id_, name, folder=folder, colour=element.get("color", "")[:20])
        track.comment = on_a_line(element.get("comment") or "", 500)
        mixer.tracks[id_] = track
        if channel is not None:
            self._channel(track, channel)
        if folder and track.role == "master" and not _holds_tracks(element):
            self.group_masters.setdefault(folder, id_)
        return track

    def _channel(self, track: MixerTrack, channel: Element) -> None:
        mixer = self.mixer
        if id_ := channel.get("id"):
            mixer.channels.setdefault(id_, track.id)
        role = channel.get("role") or channel.get("mixerRole") or ""
        track.role = _ROLES.get(role, "regular")
        if role == "vca":
            mixer.losses.append(Loss(track.name, "is a VCA; what it controls keeps its level"))
        track.destination = channel.get("destination", "")
        track.soloed = flag(channel.get("solo"), False)
        for element in channel:
            parameter = element.get("id", "")
            if element.tag == "Volume":
                track.volume_db = level_db(element.get("value"), element.get("unit", "linear"))
                mixer.targets[parameter] = ParameterTarget(
                    track.id, "volume", element.get("unit", "")
                )
            elif element.tag == "Pan":
                low, high = _range_of(element)
                track.pan = pan_of(number(element.get("value"), (low + high) / 2), low, high)
                mixer.targets[parameter] = ParameterTarget(track.id, "pan", low=low, high=high)
            elif element.tag == "Mute":
                track.muted = flag(element.get("value"), False)
                mixer.targets[parameter] = ParameterTarget(track.id, "mute")
            elif element.tag == "Sends":
                for send in element.iter("Send"):
                    self._send(track, send)
            elif element.tag == "Devices":
                for device in element:
                    read = self._devices.read(device, track.id, track.name, len(track.devices))
                    mixer.targets.update(read.targets)
                    mixer.losses += read.losses
                    track.devices.append(read.device)

    def _send(self, track: MixerTrack, element: Element) -> None:
        volume, pan, enable = (element.find(tag) for tag in ("Volume", "Pan", "Enable"))
        level, place = 0.0, 0.0
        if volume is not None:
            level = level_db(volume.get("value"), volume.get("unit", "linear"))
            target = ParameterTarget(
                track.id, "send", volume.get("unit", ""), index=len(track.sends)
            )
            self.mixer.targets[volume.get("id", "")] = target
        if pan is not None:
            low, high = _range_of(pan)
            place = pan_of(number(pan.get("value"), (low + high) / 2), low, high)
        enabled = flag(None if enable is None else enable.get("value"), True)
        pre_fader = element.get("type") == "pre"
        to = element.get("destination", "")
        track.sends.append(ProjectSend(to, level, pre_fader, place, enabled))


def _holds_tracks(track: Element) -> bool:
    content = track.get("contentType", "").replace(",", " ").split()
    return "tracks" in content or track.find("Track") is not None


def _range_of(pan: Element) -> tuple[float, float]:
    """What of a pan is left and right: 0 and 1 where it does not go below 0."""
    return (-1.0, 1.0) if number(pan.get("min")) < 0 else (0.0, 1.0)


def _merge_group_masters(mixer: Mixer, masters: dict[str, str]) -> None:
    """A folder's fader and devices stand in a child of it with the role of a master."""
    for folder_id, master_id in masters.items():
        folder, master = mixer.tracks[folder_id], mixer.tracks.pop(master_id)
        shift = len(folder.devices)
        folder.devices += master.devices
        folder.sends += master.sends
        folder.volume_db += master.volume_db
        folder.pan = master.pan or folder.pan
        folder.muted |= master.muted
        folder.destination = master.destination or folder.destination
        folder.role = "folder"
        for channel, track in mixer.channels.items():
            if track == master_id:
                mixer.channels[channel] = folder_id
        for parameter, target in mixer.targets.items():
            if target.track == master_id:
                moved = shift if target.what == "device" else 0
                mixer.targets[parameter] = replace(
                    target, track=folder_id, index=target.index + moved
                )
        for child in mixer.tracks.values():
            if child.folder == master_id:
                child.folder = folder_id


def _resolve(mixer: Mixer) -> None:
    """Channels become tracks; the master is where the chain of destinations ends."""
    for track in mixer.tracks.values():
        track.destination = mixer.track_of(track.destination)
        kept = []
        for send in track.sends:
            to = mixer.track_of(send.to)
            if to:
                kept.append(replace(send, to=to))
            else:
                kept.append(replace(send, to="", enabled=False))
                mixer.losses.append(Loss(track.name, "a send goes nowhere and is left out"))
        track.sends = kept
    ends = Counter(end for track in mixer.tracks.values() for end in _end_of(track, mixer))
    masters = [track.id for track in mixer.tracks.values() if track.role == "master"]
    chosen = max(masters or list(ends), key=lambda id_: ends[id_], default="")
    for track in mixer.tracks.values():
        if track.id == chosen and (masters or ends[chosen] > 1):
            track.role = "master"
        elif track.role == "master":
            track.role = "folder"
            mixer.losses.append(Loss(track.name, "is a second master; it is taken for a group"))


def _end_of(track: MixerTrack, mixer: Mixer) -> Iterator[str]:
    """Where a track's sound comes out, unless that is itself or nowhere."""
    seen = {track.id}
    here = track
    while here.destination and here.destination not in seen:
        seen.add(here.destination)
        here = mixer.tracks[here.destination]
    if here.destination:
        mixer.losses.append(Loss(track.name, "its routing goes in a circle; it goes to the master"))
        track.destination = ""
    elif here is not track:
        yield here.id
