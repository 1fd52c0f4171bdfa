"""The tracks of a plan, its stems, buses and master as tracks of a project."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction

from hostkit.devices.spec import DeviceSpec, EffectSpec, Lane
from hostkit.exchange.leaving.devices import DeviceWriter
from hostkit.exchange.leaving.faders import Written, with_gaps
from hostkit.exchange.leaving.notes import Performed, Ticks, performed
from hostkit.exchange.leaving.recorded import clips_of
from hostkit.exchange.project import AudioClip, DeviceRole, Loss, ProjectSend, ProjectTrack
from hostkit.midi.messages import Messages
from hostkit.midi.midi_file import TicksPerQuarter
from hostkit.plan.music.midi_files import MidiFiles
from hostkit.plan.nodes.prints import PrintPlan
from hostkit.plan.nodes.recorded import Recorded
from hostkit.plan.nodes.sources import Live, Notes, Output
from hostkit.plan.nodes.stems import BusPlan
from hostkit.plan.plan import Plan
from hostkit.session.load import LoadedSession
from hostkit.session.model.session import Track

MASTER = "master"
_DEFAULT_TICKS = 960


@dataclass(frozen=True)
class TrackWriter:
    """Turns the tracks of a session's whole form into those of a project."""

    loaded: LoadedSession
    plan: Plan
    midi: MidiFiles
    devices: DeviceWriter
    buses: tuple[BusPlan, ...]
    master: tuple[EffectSpec, ...]
    _known_ticks: dict[int, Ticks] = field(default_factory=dict, repr=False)

    def tracks(self) -> tuple[tuple[ProjectTrack, ...], tuple[Loss, ...]]:
        """Each stem as a folder with its tracks, then the buses, and the master last."""
        made: list[ProjectTrack] = []
        losses: list[Loss] = []
        prints = {node.name: node.plan for node in self.plan.tracks}
        for stem, names in self._stems().items():
            folder = "" if names == [stem] else _id("stem", stem)
            if folder:
                made.append(ProjectTrack(folder, stem, "folder"))
            for name in names:
                for track, lost in self._track(name, prints.get(name), folder):
                    made.append(track)
                    losses += lost
        for track, lost in (*self._buses(), self._master()):
            made.append(track)
            losses += lost
        return tuple(made), tuple(losses)

    def _stems(self) -> dict[str, list[str]]:
        session = self.loaded.session
        stems: dict[str, list[str]] = {}
        for name in session.tracks:
            stems.setdefault(session.stem_of(name), []).append(name)
        return stems

    def _track(
        self, name: str, made: PrintPlan | None, folder: str
    ) -> Iterator[tuple[ProjectTrack, list[Loss]]]:
        """A track, and another one for recorded players over it."""
        written = self.loaded.session.tracks[name]
        track = self._fader(name, written, folder)
        if made is None:
            yield track, [Loss(name, "it is in no mix, and stays empty")]
            return
        source, losses = made.source, list[Loss]()
        devices: list[tuple[DeviceSpec, DeviceRole]] = []
        mockup = source.mockup if isinstance(source, Live) else source
        if isinstance(mockup, Notes):
            played = self._performed(name, written, mockup)
            track = replace(track, notes=played.notes, controllers=played.controllers)
            losses += played.losses
            devices += ((effect, "note effect") for effect in mockup.midi_effects)
            devices.append((mockup.instrument, "instrument"))
        elif isinstance(mockup, Output):
            said = f"it is the output {mockup.name} of another track's instrument"
            losses.append(Loss(name, f"{said}; connect that by hand"))
        effects: list[tuple[DeviceSpec, DeviceRole]] = [(one, "effect") for one in made.effects]
        chain, lost = self.devices.chain(name, (*devices, *effects))
        track = replace(track, devices=chain)
        if isinstance(source, Recorded):
            track = replace(track, clips=self._clips(source))
        if isinstance(source, Live):
            yield self._under(track, source.players), [*losses, *lost]
            yield self._live(track, source, len(devices)), []
        else:
            yield track, [*losses, *lost]

    def _under(self, track: ProjectTrack, players: Recorded) -> ProjectTrack:
        """A mock-up, its fader closed while recorded players play."""
        spans: list[tuple[int, int]] = []
        for region in players.regions:
            start = spans.pop()[0] if spans and region.start <= spans[-1][1] else region.start
            spans.append((start, region.stop))
        rate, at_seconds = self.plan.sample_rate, self.plan.tempo_map.beats_at_seconds
        closed = [
            (at_seconds(Fraction(start, rate)), at_seconds(Fraction(stop, rate)))
            for start, stop in spans
        ]
        return replace(track, volume_automation=with_gaps(track, closed))

    def _live(self, track: ProjectTrack, source: Live, before: int) -> ProjectTrack:
        """The recorded players of a track, through the same inserts, fader and sends."""
        name = f"{track.name} live"
        return replace(
            track,
            id=_id("live", track.name),
            name=name,
            notes=(),
            controllers=(),
            devices=track.devices[before:],
            clips=self._clips(source.players),
        )

    def _clips(self, source: Recorded) -> tuple[AudioClip, ...]:
        return clips_of(source.regions, self.plan.tempo_map, self.plan.sample_rate)

    def _performed(self, name: str, written: Track, notes: Notes) -> Performed:
        events = notes.score.events()
        samples = events.samples - notes.pre_roll_frames
        return performed(
            name, samples, Messages.of(events.messages), self._ticks(self._ticks_of(written))
        )

    def _ticks(self, per_quarter: int) -> Ticks:
        """Those of a file, for all that play it: the same times come again and again."""
        made = Ticks(self.plan.tempo_map, self.plan.sample_rate, per_quarter)
        return self._known_ticks.setdefault(per_quarter, made)

    def _ticks_of(self, written: Track) -> int:
        """So many are a quarter note in the file that it plays."""
        file = written.midi_file or self.loaded.session.midi_file
        if file is None:
            return _DEFAULT_TICKS
        division = self.midi.get(file).division
        return division.count if isinstance(division, TicksPerQuarter) else _DEFAULT_TICKS

    def _fader(self, name: str, written: Track, folder: str) -> ProjectTrack:
        lanes, write = written.automation, Written(self.plan.tempo_map)
        return ProjectTrack(
            id=_id("track", name),
            name=name,
            folder=folder,
            volume_db=written.gain_db,
            pan=written.pan,
            volume_automation=write.gains(lanes["gain_db"]) if "gain_db" in lanes else (),
            pan_automation=write.values(lanes["pan"]) if "pan" in lanes else (),
            sends=tuple(
                ProjectSend(
                    _id("bus", bus),
                    level_db,
                    automation=write.gains(lanes[f"sends.{bus}"])
                    if f"sends.{bus}" in lanes
                    else (),
                )
                for bus, level_db in sorted(written.sends.items())
            ),
        )

    def _buses(self) -> Iterator[tuple[ProjectTrack, list[Loss]]]:
        for bus in self.buses:
            chain, lost = self.devices.chain(bus.name, [(one, "effect") for one in bus.effects])
            sends = tuple(
                ProjectSend(_id("bus", send.bus), send.gain_db)
                for send in bus.sends
                if not isinstance(send.gain_db, Lane)
            )
            track = ProjectTrack(
                _id("bus", bus.name),
                bus.name,
                "bus",
                devices=chain,
                sends=sends,
                volume_db=bus.gain_db,
            )
            yield track, list(lost)

    def _master(self) -> tuple[ProjectTrack, list[Loss]]:
        chain, lost = self.devices.chain(MASTER, [(one, "effect") for one in self.master])
        volume_db = self.loaded.session.gain_db
        return ProjectTrack(MASTER, MASTER, "master", devices=chain, volume_db=volume_db), [*lost]


def _id(kind: str, name: str) -> str:
    """What a track is known by: stems, tracks and buses may have one name."""
    return f"{kind} {name}"
