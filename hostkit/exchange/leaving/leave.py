"""A session as a project of a DAW: Session → Plan → states → Project."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from hostkit.devices.spec import EffectSpec, PluginSpec
from hostkit.exchange.leaving.devices import DeviceWriter
from hostkit.exchange.leaving.notes import FINE_TICKS, Ticks
from hostkit.exchange.leaving.rendered import ducked_mixes
from hostkit.exchange.leaving.states import HeldState, held_by
from hostkit.exchange.leaving.tempo import meters_of, tempos_of
from hostkit.exchange.leaving.tracks import TrackWriter
from hostkit.exchange.project import Loss, Project, ProjectMarker, said_once
from hostkit.jobs.executors import Executor
from hostkit.plan.build import build_plan
from hostkit.plan.devices.resolve import Resolver
from hostkit.plan.environment import Environment
from hostkit.plan.form.routing import plan_buses
from hostkit.plan.mixes.wanted import MixRequest
from hostkit.plan.music.midi_files import MidiFiles
from hostkit.plan.nodes.stems import BusPlan
from hostkit.plan.plan import Plan
from hostkit.session.load import LoadedSession
from hostkit.session.model.mixes import MixRecipe
from hostkit.timebase.picture import PictureStart

EVERY_TRACK = MixRequest(preview=MixRecipe())
"""No mix of the session, as one may leave tracks out."""


@dataclass(frozen=True)
class Leaving:
    """A session that is on its way out: planned, with its buses and master."""

    loaded: LoadedSession
    environment: Environment
    plan: Plan
    buses: tuple[BusPlan, ...]
    master: tuple[EffectSpec, ...]

    @classmethod
    def of(cls, loaded: LoadedSession, environment: Environment) -> Leaving:
        """Raises InvalidInput with all that is wrong with the session."""
        plan = build_plan(loaded, environment, EVERY_TRACK).whole
        resolver = Resolver(loaded, environment, plan.tempo_map)
        buses = plan_buses(loaded.session.buses, resolver).checked()
        master = resolver.effects(loaded.session.master, ("master",)).checked()
        return cls(loaded, environment, plan, buses, master)

    @property
    def plugins(self) -> tuple[PluginSpec, ...]:
        """Every plug-in of it."""
        of_tracks = (device for node in self.plan.tracks for device in node.plan.devices)
        of_buses = (device for bus in self.buses for device in bus.effects)
        devices = (*of_tracks, *of_buses, *self.master)
        return tuple(device for device in devices if isinstance(device, PluginSpec))

    def project(
        self, executor: Executor, folder: Path, *, ramps: bool, with_states: bool = True
    ) -> Project:
        """The project, its tempo in steps, or in `ramps`; files in `folder` are named from there.

        Plug-ins are asked for their states through the executor, where those are wanted.
        """
        plan, session = self.plan, self.loaded.session
        unasked = dict.fromkeys(self.plugins, HeldState())
        held = held_by(self.plugins, executor) if with_states else unasked
        fine = Ticks(plan.tempo_map, plan.sample_rate, FINE_TICKS)
        devices = DeviceWriter(self.environment, held, fine, folder.absolute())
        read = self.environment.midi
        midi = MidiFiles(self.loaded, read={} if read is None else read)
        writer = TrackWriter(self.loaded, plan, midi, devices, self.buses, self.master)
        tracks, losses = writer.tracks()
        return Project(
            name=self.loaded.name,
            program="hostkit",
            tempos=tempos_of(plan.tempo_map, ramps=ramps),
            meters=meters_of(plan.tempo_map),
            markers=self._markers(),
            tracks=tracks,
            title=" ".join(text for text in (session.cue, session.title) if text),
            sample_rate=session.sample_rate,
            losses=said_once((*_timecode_lost(plan.tempo_map.picture), *losses)),
            picture=plan.tempo_map.picture,
        )

    def mixed(self) -> Plan:
        """The plan of its full mix and of those that are ducked: what rendering begins with."""
        names = ducked_mixes(self.loaded.session)
        return build_plan(self.loaded, self.environment, MixRequest(names)).whole

    def _markers(self) -> tuple[ProjectMarker, ...]:
        """Sections as regions, each up to the next or to the end; hits as markers."""
        session, tempo_map = self.loaded.session, self.plan.tempo_map
        starts = sorted((tempo_map.beats_at(one.at), one.name) for one in session.sections)
        ends = [at for at, _ in starts[1:]]
        if starts:
            ends.append(max(self._end, starts[-1][0] + 1))
        regions = [
            ProjectMarker(at, name, end) for (at, name), end in zip(starts, ends, strict=True)
        ]
        hits = [ProjectMarker(tempo_map.beats_at(hit.at), hit.name) for hit in session.hits]
        return tuple(sorted((*regions, *hits), key=lambda marker: marker.at))

    @property
    def _end(self) -> Fraction:
        """The quarter note after the bar in which the music is over."""
        plan, tempo_map = self.plan, self.plan.tempo_map
        frames = plan.last_event if plan.frames is None else plan.frames
        beats = tempo_map.beats_at_seconds(Fraction(frames, plan.sample_rate))
        meter = tempo_map.meters.at(beats)
        bars = -((meter.beats - beats) // meter.quarters_a_bar)
        return meter.beats + bars * meter.quarters_a_bar


def _timecode_lost(picture: PictureStart | None) -> Iterator[Loss]:
    """What somebody has to set by hand in a DAW."""
    if picture is not None:
        at = f"1|1 is {picture.start} at {picture.frame_rate} frames a second"
        yield Loss("", f"timecode is left to be set there: {at}")
