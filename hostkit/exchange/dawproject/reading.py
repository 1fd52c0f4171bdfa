"""A .dawproject file as a `Project`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote
from xml.etree.ElementTree import Element

from hostkit.errors import BadValue, RequestError
from hostkit.exchange.columns import joined
from hostkit.exchange.dawproject.archive import Archive, open_archive
from hostkit.exchange.dawproject.devices import ParameterTarget
from hostkit.exchange.dawproject.frames import Frame
from hostkit.exchange.dawproject.numbers import ProjectClock, Times, flag, gain_of, pan_of
from hostkit.exchange.dawproject.structure import Mixer, MixerTrack, read_structure
from hostkit.exchange.dawproject.tempo import read_meters, read_tempos
from hostkit.exchange.dawproject.timeline import Played, TimelineReader
from hostkit.exchange.dawproject.tree import MAX_BYTES, ReadTree, read_tree
from hostkit.exchange.media import beside
from hostkit.exchange.project import (
    CurvePoint,
    Loss,
    Media,
    Project,
    ProjectController,
    ProjectTrack,
    said_once,
)
from hostkit.exchange.tempo import tempo_map_of
from hostkit.ground.harmless import on_a_line

_PROJECT, _METADATA = "project.xml", "metadata.xml"
_METADATA_BYTES = 1_000_000


def read_dawproject(path: Path) -> Project:
    """The project in a file; what is damaged of it is told in `losses`, and the rest is there.

    Raises RequestError where it is no DAWproject, or nothing of it can be read.
    """
    try:
        with open_archive(path) as archive:
            tree = _project_tree(archive)
            return _project(path, archive, tree)
    except BadValue as error:
        raise RequestError(*error.fault, file=path) from None


def _project_tree(archive: Archive) -> ReadTree:
    if _PROJECT not in archive:
        if "project.json" in archive:
            raise BadValue(
                "this is a draft of DAWproject from 2020, in JSON; no program reads it any more",
                "export the project again from a program of today",
            )
        raise BadValue(f"this ZIP is no DAWproject: there is no {_PROJECT} in it")
    try:
        tree = read_tree(archive.read(_PROJECT, MAX_BYTES))
    except BadValue as error:
        fault = error.fault.of(_PROJECT)
        raise BadValue(fault.message, fault.cure) from None
    if tree.root.tag != "Project":
        raise BadValue(f"{_PROJECT} is no DAWproject, but of the kind {tree.root.tag[:40]!r}")
    return tree


def _project(path: Path, archive: Archive, tree: ReadTree) -> Project:
    root, losses = tree.root, list[Loss]()
    if tree.broken:
        losses.append(
            Loss("", f"{_PROJECT} breaks off ({tree.broken}); what stands before it is kept")
        )
    if tree.foreign_text:
        losses.append(Loss("", "names are not in UTF-8; they were read as Windows-1252"))
    mixer = read_structure(root.find("Structure"), archive)
    arrangement = root.find("Arrangement")
    times = Times()
    ids = {id_: element for element in root.iter() if (id_ := element.get("id"))}
    tempos = read_tempos(root, times, losses)
    meters = read_meters(root, times, tempos, losses)
    frame = Frame(ProjectClock(tempo_map_of(tempos)), times)
    reader = TimelineReader(ids, _Finder(path, archive))
    if arrangement is not None:
        outer = frame.of(arrangement)
        for child in arrangement:
            reader.read(child, outer)
    if (scenes := root.find("Scenes")) is not None and scenes.find(".//Clip") is not None:
        losses.append(Loss("", "clips of the launcher are not in the arrangement"))
    names = {id_: track.name for id_, track in mixer.tracks.items()}
    losses += mixer.losses
    losses += [Loss(names.get(track, ""), what) for track, what in reader.losses]
    tracks = tuple(_track(track, reader, mixer, losses) for track in mixer.tracks.values())
    strays = reader.played.keys() - mixer.tracks.keys()
    if any(reader.played[id_].notes or reader.played[id_].clips for id_ in strays):
        losses.append(Loss("", "what is played on no track is left out"))
    about = _metadata(archive)
    application = root.find("Application")
    program = "" if application is None else application.get("name", "")
    return Project(
        name=path.stem,
        program=on_a_line(program, 100),
        tempos=tempos,
        meters=meters,
        markers=tuple(sorted(reader.markers, key=lambda marker: marker.at)),
        tracks=tracks,
        title=about.get("Title", ""),
        comment=about.get("Comment", ""),
        losses=said_once(losses),
    )


def _track(
    track: MixerTrack, reader: TimelineReader, mixer: Mixer, losses: list[Loss]
) -> ProjectTrack:
    played = reader.played.get(track.id, Played())
    made = ProjectTrack(
        id=track.id,
        name=track.name,
        role=track.role,
        folder=track.folder,
        output=track.destination,
        notes=joined(played.notes).in_order(),
        controllers=tuple(
            ProjectController(kind, _in_order(points), number, channel)
            for (kind, number, channel), points in played.controllers.items()
            if points
        ),
        clips=tuple(sorted(played.clips, key=lambda clip: clip.at)),
        devices=tuple(track.devices),
        sends=tuple(track.sends),
        volume_db=track.volume_db,
        pan=track.pan,
        muted=track.muted,
        soloed=track.soloed,
        colour=track.colour,
        comment=track.comment,
    )
    for target, points in _automation(track.id, reader, mixer):
        made = _automated(made, target, points, losses)
    return replace(made, sends=tuple(send for send in made.sends if send.to))


def _automation(
    track: str, reader: TimelineReader, mixer: Mixer
) -> Iterator[tuple[ParameterTarget, tuple[CurvePoint, ...]]]:
    for parameter, target in mixer.targets.items():
        if target.track == track and parameter and (points := reader.automation.get(parameter)):
            yield target, _in_order(points)


def _automated(
    track: ProjectTrack, target: ParameterTarget, points: tuple[CurvePoint, ...], losses: list[Loss]
) -> ProjectTrack:
    if target.what == "volume":
        return replace(track, volume_automation=_in_gain(points, target.unit))
    if target.what == "pan":
        moved = (p._replace(value=pan_of(p.value, target.low, target.high)) for p in points)
        return replace(track, pan_automation=tuple(moved))
    if target.what == "send":
        sends = list(track.sends)
        gains = _in_gain(points, target.unit)
        sends[target.index] = replace(sends[target.index], automation=gains)
        return replace(track, sends=tuple(sends))
    if target.what == "device":
        devices = list(track.devices)
        device = devices[target.index]
        parameters = list(device.parameters)
        parameters[target.parameter] = replace(parameters[target.parameter], automation=points)
        devices[target.index] = replace(device, parameters=tuple(parameters))
        return replace(track, devices=tuple(devices))
    losses.append(Loss(track.name, f"automation of its {target.what} is left out"))
    return track


def _in_gain(points: Iterable[CurvePoint], unit: str) -> tuple[CurvePoint, ...]:
    return tuple(point._replace(value=gain_of(point.value, unit)) for point in points)


def _in_order(points: list[CurvePoint]) -> tuple[CurvePoint, ...]:
    return tuple(sorted(points, key=lambda point: point.at))


class _Finder:
    """Audio files by what the project calls them."""

    def __init__(self, path: Path, archive: Archive) -> None:
        self._path, self._archive = path, archive

    def __call__(self, audio: Element) -> Media:
        file = audio.find("File")
        said = "" if file is None else file.get("path", "")
        name = on_a_line(said, 300)
        external = file is not None and flag(file.get("external"), False)
        for spelled in (said, unquote(said)):  # some programs write it as an address
            if not external and spelled in self._archive:
                return Media(name, self._path, spelled)
        return Media(name, beside(self._path.parent, said))


def _metadata(archive: Archive) -> dict[str, str]:
    """Title and comment, where they can be read."""
    try:
        root = read_tree(archive.read(_METADATA, _METADATA_BYTES)).root
    except BadValue:
        return {}
    return {child.tag: on_a_line(child.text or "", 500) for child in root}
