"""From a `Project` to a session that plays: its text, and the files that it names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from hostkit.errors import RequestError
from hostkit.exchange.arriving.devices import DeviceArrivals, InstalledPlugins
from hostkit.exchange.arriving.form import form_of
from hostkit.exchange.arriving.midi import MadeTrack, midi_track, ticks_per_quarter
from hostkit.exchange.arriving.mixing import roles_of
from hostkit.exchange.arriving.takes import ArrivingRegions, ArrivingTakes
from hostkit.exchange.arriving.text import comment, session_text
from hostkit.exchange.arriving.tracks import ArrivedTrack, TrackArrivals, names_of
from hostkit.exchange.project import Loss, Project, ProjectTrack, by_track, said_once
from hostkit.midi.write import midi_bytes
from hostkit.session.starting.text import Title

DEFAULT_RATE = 48_000
NOTES, STATES, TAKES = "notes.mid", "states", "takes"
_MOST_TOLD = 200


@dataclass(frozen=True)
class Arrived:
    """A session that was a project: its text, what could not be brought over.

    `files` are to be written into the folder `files_folder` beside it, by their name in there;
    audio that was packed is in the folder `unpacked` already, of the same shape.
    """

    text: str
    files: dict[str, bytes]
    losses: tuple[Loss, ...]


def arrive(
    project: Project,
    beside: Path,
    folder: str,
    unpack_to: Path,
    installed: InstalledPlugins,
) -> Arrived:
    """A session for the project, which is to lie in `beside`, with its files in `folder` there.

    Audio is unpacked into `unpack_to`. Raises RequestError where nothing would play.
    """
    form = form_of(project)
    roles = roles_of(project)
    names = names_of(roles)
    devices = DeviceArrivals(installed, f"{folder}/{STATES}")
    takes = ArrivingTakes(unpack_to, f"{folder}/{TAKES}", beside)
    rate = project.sample_rate or DEFAULT_RATE
    arrivals = TrackArrivals(roles, names, form, devices, ArrivingRegions(takes, form, rate))
    arrivals.losses += [Loss("", what) for what in form.losses]
    tracks = [made for track in roles.playing for made in arrivals.track(track)]
    _comment(tracks, roles.playing, project.losses)
    if not any(not track.muted for track in tracks):
        raise RequestError(
            f"nothing in {project.name} plays: it has no notes and no audio that can be had",
            cure="export it with its clips in the arrangement",
        )
    buses = [arrivals.bus(bus) for bus in roles.buses]
    master, gain_db, master_losses = arrivals.master()
    arrivals.groups()
    notes, midi_losses = _midi(roles.playing, names.tracks)
    files = {f"{STATES}/{name}": state for name, state in devices.states.items()}
    if notes:
        events = [made.events for made in notes]
        files[NOTES] = midi_bytes(
            form.tempo_map, events, name=project.name, ticks_per_quarter=ticks_per_quarter(events)
        )
    losses = said_once((*project.losses, *arrivals.losses, *midi_losses))
    text = session_text(
        head=_head(project, losses),
        title=Title.of(project.title or project.name),
        midi=f"{folder}/{NOTES}" if notes else "",
        sample_rate=rate,
        form=form,
        tracks=tracks,
        buses=buses,
        stem_comments=[],
        master=master,
        master_comments=master_losses,
        gain_db=gain_db,
    )
    return Arrived(text, files, losses)


def _comment(
    arrived: Sequence[ArrivedTrack], playing: Sequence[ProjectTrack], losses: Sequence[Loss]
) -> None:
    """What was lost already when the project was read stands at its track, too."""
    names = {track.id: track.name for track in playing}
    for made in arrived:
        lost = [loss.what for loss in losses if loss.track == names.get(made.source)]
        made.comments = [*lost, *made.comments]


def _midi(
    playing: Sequence[ProjectTrack], names: dict[str, str]
) -> tuple[list[MadeTrack], list[Loss]]:
    made, losses = list[MadeTrack](), list[Loss]()
    for track in playing:
        if track.notes:
            one = midi_track(names[track.id], track)
            made.append(one)
            losses += [Loss(track.name, what) for what in one.losses]
    return made, losses


def _head(project: Project, losses: Sequence[Loss]) -> list[str]:
    of = f" by {project.program}" if project.program else ""
    lines = [*comment(f"Begun by hostkit init from {project.name}, a project{of}.")]
    if project.comment:
        lines += comment(project.comment)
    if losses:
        lines += comment("What could not be brought over, by track:")
        for _, of_it in by_track(losses):
            for loss in of_it[:_MOST_TOLD]:
                lines += comment(f"- {loss}")
    return lines
