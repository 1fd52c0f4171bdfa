"""From a `Project` to a session that plays: its text, and the files that it names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from hostkit.errors import RequestError
from hostkit.exchange.arriving.audio.regions import ArrivingRegions
from hostkit.exchange.arriving.audio.takes import ArrivingTakes
from hostkit.exchange.arriving.devices import DeviceArrivals, InstalledPlugins
from hostkit.exchange.arriving.form import ArrivedForm, form_of
from hostkit.exchange.arriving.midi import MadeTrack, midi_track, ticks_per_quarter
from hostkit.exchange.arriving.mixing import roles_of
from hostkit.exchange.arriving.text import comment, session_text
from hostkit.exchange.arriving.tracks import ArrivedTrack, TrackArrivals, in_stems, names_of
from hostkit.exchange.project import Loss, Project, ProjectTrack, by_track, said_once
from hostkit.midi.write import TrackEvents, midi_bytes
from hostkit.session.model.session import MAX_TRACKS
from hostkit.session.starting.text import Title

DEFAULT_RATE = 48_000
NOTES, STATES, TAKES = "notes.mid", "states", "takes"
_MOST_TOLD = 200
_MOST_NAMED = 5


@dataclass(frozen=True)
class Arrived:
    """What a project becomes in a session; `losses` could not be brought over.

    `states` are files by their name; audio that was packed has been unpacked already.
    """

    project: Project
    form: ArrivedForm
    sample_rate: int
    tracks: tuple[ArrivedTrack, ...]
    buses: tuple[ArrivedTrack, ...]
    master: tuple[object, ...]
    gain_db: float
    comments: tuple[str, ...]
    notes: tuple[TrackEvents, ...]
    states: dict[str, bytes]
    losses: tuple[Loss, ...]

    def midi(self, more: Sequence[TrackEvents] = ()) -> bytes:
        """The MIDI file of all tracks, and of some more."""
        events = (*self.notes, *more)
        ticks = ticks_per_quarter(events)
        # Without a name of its own, which a track may have, too.
        return midi_bytes(self.form.tempo_map, events, ticks_per_quarter=ticks)

    def files(self) -> dict[str, bytes]:
        """The files that come with the session, by their names in its folder."""
        files = {f"{STATES}/{name}": state for name, state in self.states.items()}
        return {**files, NOTES: self.midi()} if self.notes else files

    def text(self, folder: str) -> str:
        """The session, its files in `folder`."""
        project = self.project
        return session_text(
            head=_head(project, self.losses),
            title=Title.of(project.title or project.name),
            midi=f"{folder}/{NOTES}" if self.notes else "",
            sample_rate=self.sample_rate,
            form=self.form,
            tracks=self.tracks,
            buses=self.buses,
            comments=self.comments,
            master=self.master,
            gain_db=self.gain_db,
        )


def arrive(
    project: Project,
    beside: Path,
    folder: str,
    unpack_to: Path,
    installed: InstalledPlugins,
    states_there: frozenset[str] = frozenset(),
) -> Arrived:
    """What a project becomes in a session that is to lie in `beside`, its files in `folder` there.

    Audio is unpacked into `unpack_to`; of `states_there` none is written over. Raises
    RequestError where nothing would play.
    """
    form = form_of(project)
    roles = roles_of(project)
    names = names_of(roles)
    devices = DeviceArrivals(installed, f"{folder}/{STATES}", states_there)
    takes = ArrivingTakes(unpack_to, f"{folder}/{TAKES}", beside)
    rate = project.sample_rate or DEFAULT_RATE
    arrivals = TrackArrivals(roles, names, form, devices, ArrivingRegions(takes, form, rate))
    arrivals.losses += [Loss("", what) for what in form.losses]
    tracks = [made for track in roles.playing for made in arrivals.track(track)]
    if len(tracks) > MAX_TRACKS:
        what = f"tracks beyond the {MAX_TRACKS} that a session can have are left out"
        arrivals.losses.append(Loss("", what, len(tracks) - MAX_TRACKS))
        del tracks[MAX_TRACKS:]
    arrivals.losses += [Loss("", what) for what in in_stems(tracks)]
    arrivals.automate(tracks)
    _comment(tracks, roles.playing, project.losses)
    if not any(not track.muted for track in tracks):
        raise RequestError(
            f"nothing in {project.name} plays: it has no notes and no audio that can be had",
            cure=_cure(project),
        )
    buses = tuple(arrivals.bus(bus) for bus in roles.buses)
    master, gain_db, of_master = arrivals.master()
    of_groups = arrivals.groups()
    notes, midi_losses = _midi(roles.playing, names.tracks)
    return Arrived(
        project=project,
        form=form,
        sample_rate=rate,
        tracks=tuple(tracks),
        buses=buses,
        master=tuple(master),
        gain_db=gain_db,
        comments=(*of_groups, *(f"master: {what}" for what in of_master)),
        notes=tuple(made.events for made in notes),
        states=devices.states,
        losses=said_once((*project.losses, *arrivals.losses, *midi_losses)),
    )


def _cure(project: Project) -> str:
    """What to do about a project in which nothing plays."""
    clips = [clip for track in project.tracks for clip in track.clips]
    missing = list(dict.fromkeys(clip.media.said for clip in clips if clip.media.file is None))
    if any(track.muted and (track.notes or track.clips) for track in project.tracks):
        return "its tracks are muted: let some play there, and save it again"
    if not missing:
        return "put something into its arrangement, and save it again"
    more = ", …" if len(missing) > _MOST_NAMED else ""
    return f"put beside it: {', '.join(missing[:_MOST_NAMED])}{more}"


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
