"""A project as the bytes of a .dawproject."""

from __future__ import annotations

import shutil
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import BinaryIO

from hostkit import __version__
from hostkit.exchange.dawproject.writing.devices import DeviceElements
from hostkit.exchange.dawproject.writing.packed import PackedFiles
from hostkit.exchange.dawproject.writing.timeline import (
    ClipElements,
    colour,
    content_of,
    controller_points,
    notes_clip,
    points_of,
)
from hostkit.exchange.dawproject.writing.xml import element
from hostkit.exchange.project import (
    CurvePoint,
    DeviceParameter,
    Loss,
    Project,
    ProjectSend,
    ProjectTrack,
    said_once,
)
from hostkit.exchange.tempo import ProjectMeter, ProjectTempo
from hostkit.ground.levels import db_to_gain

_BLOCK_BYTES = 1 << 20
_STAMP = (1980, 1, 1, 0, 0, 0)  # the same project is the same file
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'


def write_dawproject(project: Project, folder: Path, file: BinaryIO) -> tuple[Loss, ...]:
    """Writes a project that is to lie in `folder`, and gives what the format cannot hold."""
    writer = _Writer(project, folder)
    text = "\n".join([_HEAD, *writer.lines()])
    about = element(
        "MetaData",
        [
            f"<{tag}>{_escaped(said)}</{tag}>"
            for tag, said in (("Title", project.title), ("Comment", project.comment))
            if said
        ],
    )
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        files = {
            "metadata.xml": "\n".join([_HEAD, *about]).encode(),
            "project.xml": text.encode(),
            **writer.devices.states,
        }
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name, _STAMP), data, zipfile.ZIP_DEFLATED)
        for name, path in writer.audio.packed.items():
            member = zipfile.ZipInfo(name, _STAMP)
            member.file_size = path.stat().st_size  # of more than 2 GB the head is larger
            with path.open("rb") as sound, archive.open(member, "w") as inside:
                shutil.copyfileobj(sound, inside, _BLOCK_BYTES)
    return said_once((*writer.losses, *writer.devices.losses, *writer.audio.losses))


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


@dataclass
class _Ids:
    """New ids, each of its kind with a number."""

    counts: Counter[str] = field(default_factory=Counter)

    def __call__(self, kind: str) -> str:
        self.counts[kind] += 1
        return f"{kind}{self.counts[kind]}"


class _Writer:
    """Writes one project; ids are given as it goes."""

    def __init__(self, project: Project, folder: Path) -> None:
        self.project = project
        self.losses: list[Loss] = []
        self.new_id = _Ids()
        self.devices = DeviceElements(self.new_id)
        self.audio = PackedFiles(folder)
        self._clips = ClipElements(project.tempo_map)
        tracks = project.tracks
        self._tracks = {track.id: f"track{number}" for number, track in enumerate(tracks, 1)}
        self._channels = {track.id: f"channel{number}" for number, track in enumerate(tracks, 1)}
        self._automation: dict[str, list[str]] = {track.id: [] for track in tracks}
        masters = [track.id for track in tracks if track.role == "master"]
        self._master = masters[0] if masters else ""

    def lines(self) -> Iterator[str]:
        application = element("Application", name="hostkit", version=__version__)
        structure = element("Structure", self._structure(""))
        # The structure first: it says the ids of what is automated.
        inside = [*application, *self._transport(), *structure]
        yield from element("Project", [*inside, *self._arrangement()], version="1.0")
        self.losses += (Loss("", what) for what in self._clips.losses)

    # Tempo and meters ----------------------------------------------------------------------

    @property
    def _tempos(self) -> tuple[ProjectTempo, ...]:
        return self.project.tempos or (ProjectTempo(Fraction(0), Fraction(120)),)

    @property
    def _meters(self) -> tuple[ProjectMeter, ...]:
        meters = self.project.meters
        if meters and meters[0].at <= 0:
            return meters
        return (ProjectMeter(Fraction(0), 4, 4), *meters)

    def _transport(self) -> Iterator[str]:
        tempo, meter = self._tempos[0], self._meters[0]
        inside = element(
            "Tempo", id="tempo", name="Tempo", min=1, max=1000, unit="bpm", value=tempo.bpm
        )
        signature = element(
            "TimeSignature",
            id="meter",
            numerator=meter.numerator,
            denominator=meter.denominator,
        )
        yield from element("Transport", [*inside, *signature])

    def _tempo_automation(self) -> Iterator[str]:
        if len(self._tempos) > 1:
            points = [
                line
                for tempo in self._tempos
                for line in element(
                    "RealPoint",
                    time=tempo.at,
                    value=tempo.bpm,
                    interpolation="linear" if tempo.ramps else "hold",
                )
            ]
            target = element("Target", parameter="tempo")
            yield from element(
                "TempoAutomation", [*target, *points], id="tempos", timeUnit="beats", unit="bpm"
            )
        if len(self._meters) > 1:
            points = [
                line
                for meter in self._meters
                for line in element(
                    "TimeSignaturePoint",
                    time=meter.at,
                    numerator=meter.numerator,
                    denominator=meter.denominator,
                )
            ]
            target = element("Target", parameter="meter")
            yield from element(
                "TimeSignatureAutomation", [*target, *points], id="meters", timeUnit="beats"
            )

    # The mixer -----------------------------------------------------------------------------

    def _structure(self, folder: str) -> Iterator[str]:
        known = self._tracks
        for track in self.project.tracks:
            inside = track.folder if track.folder in known and track.folder != track.id else ""
            if inside == folder:
                yield from self._track(track)

    def _track(self, track: ProjectTrack) -> Iterator[str]:
        children = self._structure(track.id) if track.role == "folder" else ()
        yield from element(
            "Track",
            [*self._channel(track), *children],
            id=self._tracks[track.id],
            name=track.name,
            color=colour(track.colour),
            comment=track.comment,
            contentType=content_of(track),
            loaded=True,
        )

    def _channel(self, track: ProjectTrack) -> Iterator[str]:
        roles = {"folder": "submix", "bus": "effect"}
        automated: list[tuple[str, DeviceParameter]] = []
        inside: list[str] = []
        devices = [
            line
            for device in track.devices
            for line in self.devices.device(device, track.name, automated)
        ]
        if devices:
            inside += element("Devices", devices)
        inside += element("Mute", id=self.new_id("mute"), value=track.muted)
        inside += self._pan(track.pan, pan_id := self.new_id("pan"))
        if sends := [line for send in track.sends for line in self._send(track, send)]:
            inside += element("Sends", sends)
        inside += self._volume(track.volume_db, volume_id := self.new_id("volume"))
        moved = [p._replace(value=(p.value + 1) / 2) for p in track.pan_automation]
        self._automate(track.id, pan_id, moved, "normalized")
        self._automate(track.id, volume_id, track.volume_automation, "linear")
        for id_, parameter in automated:
            self._automate(track.id, id_, parameter.automation, parameter.unit or "linear")
        yield from element(
            "Channel",
            inside,
            id=self._channels[track.id],
            audioChannels=2,
            destination=self._destination(track),
            role=roles.get(track.role, track.role),
            solo=track.soloed,
        )

    def _destination(self, track: ProjectTrack) -> str | None:
        for id_ in (track.output, track.folder, self._master):
            if id_ in self._channels and id_ != track.id:
                return self._channels[id_]
        return None

    def _pan(self, pan: float, id_: str) -> Iterator[str]:
        yield from element(
            "Pan", id=id_, name="Pan", min=0, max=1, unit="normalized", value=(pan + 1) / 2
        )

    def _volume(self, level_db: float, id_: str) -> Iterator[str]:
        gain = 0.0 if level_db <= -144 else db_to_gain(level_db)
        most = max(2.0, gain)
        yield from element(
            "Volume", id=id_, name="Volume", min=0, max=most, unit="linear", value=gain
        )

    def _send(self, track: ProjectTrack, send: ProjectSend) -> Iterator[str]:
        if send.to not in self._channels:
            self.losses.append(Loss(track.name, "a send goes nowhere and is left out"))
            return
        id_ = self.new_id("send")
        self._automate(track.id, id_, send.automation, "linear")
        inside = [
            *element("Enable", id=self.new_id("enable"), value=send.enabled),
            *self._pan(send.pan, self.new_id("pan")),
            *self._volume(send.level_db, id_),
        ]
        yield from element(
            "Send",
            inside,
            destination=self._channels[send.to],
            type="pre" if send.pre_fader else "post",
        )

    def _automate(self, track: str, id_: str, points: Sequence[CurvePoint], unit: str) -> None:
        if points:
            self._automation[track] += points_of(points, {"parameter": id_}, unit)

    # The arrangement -----------------------------------------------------------------------

    def _arrangement(self) -> Iterator[str]:
        lanes = [line for track in self.project.tracks for line in self._lanes(track)]
        inside = [*element("Lanes", lanes, id="lanes", timeUnit="beats")]
        if markers := [line for marker in self._markers() for line in marker]:
            inside += element("Markers", markers, id="markers", timeUnit="beats")
        inside += self._tempo_automation()
        yield from element("Arrangement", inside, id="arrangement")

    def _markers(self) -> Iterator[Iterator[str]]:
        starts = {marker.at for marker in self.project.markers}
        for number, marker in enumerate(self.project.markers, 1):
            last = number == len(self.project.markers)
            if marker.end is not None and marker.end not in starts and not last:
                what = "regions are markers where they begin; where they end is left out"
                self.losses.append(Loss("", what))
            yield element(
                "Marker",
                name=marker.name,
                color=colour(marker.colour),
                comment=marker.comment,
                time=marker.at,
            )

    def _lanes(self, track: ProjectTrack) -> Iterator[str]:
        lines = notes_clip(track.notes, track.name) if track.notes else []
        clips: list[str] = []
        for clip in track.clips:
            audio = self.audio.find(clip.media, track.name)
            if audio is not None:
                clips += self._clips.clip(clip, audio)
        if clips:
            lines += element("Clips", clips)
        for controller in track.controllers:
            lines += controller_points(controller)
        lines += self._automation[track.id]
        yield from element("Lanes", lines, track=self._tracks[track.id])
