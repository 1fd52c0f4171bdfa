"""Session to plan: everything looked up, checked against each other and put in samples.

This is also what `check` does: a session that can be planned can be rendered, as far as
can be known without loading a device.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from hostkit.errors import InvalidInput, RequestError
from hostkit.levels import SILENCE_DB
from hostkit.midi.events import SampleEvents
from hostkit.midi.file import MidiFile, read_midi
from hostkit.midi.performance import perform
from hostkit.midi.select import select
from hostkit.plan.automation import AutomationError, Lanes, check_range, in_order, place_lane
from hostkit.plan.automation import with_lanes
from hostkit.plan.devices import EffectSpec, InstrumentSpec, Lane
from hostkit.plan.fingerprint import fingerprint
from hostkit.plan.mixes import plan_mixes
from hostkit.plan.plan import Plan, PlannedStem, TrackPlan
from hostkit.plan.prints import PrintPlan, TailPlan
from hostkit.plan.resolve import Resolver
from hostkit.plan.routing import plan_buses
from hostkit.plan.stems import BusPlan, ChannelPlan, Send, StemPlan
from hostkit.plan.surroundings import Surroundings
from hostkit.plan.tempo import position_problem, session_tempo_map
from hostkit.session.load import LoadedSession
from hostkit.session.model import MidiSource, Track
from hostkit.session.yaml_tree import Path as KeyPath
from hostkit.timebase.position import Position
from hostkit.timebase.tempo_map import TempoMap


def build_plan(loaded: LoadedSession, surroundings: Surroundings) -> Plan:
    """The plan of a session. Raises InvalidInput with all problems at their places."""
    return _Builder(loaded, surroundings).plan()


@dataclass
class _MidiFiles:
    """Each MIDI file read once, and what was mended in them."""

    loaded: LoadedSession
    read: dict[str, MidiFile] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)

    def get(self, name: str) -> MidiFile:
        if name not in self.read:
            file = read_midi(self.loaded.resolve(name))
            self.read[name] = file
            self.warnings += [f"{name}: {mend.where}: {mend.what}" for mend in file.mends]
        return self.read[name]


class _Builder:
    def __init__(self, loaded: LoadedSession, surroundings: Surroundings) -> None:
        self.loaded, self.session = loaded, loaded.session
        self.rate = self.session.sample_rate
        self.files = _MidiFiles(loaded)
        self.resolver = Resolver(loaded, surroundings, self._tempo_map())
        self.fault = self.resolver.fault
        self.tempo_map: TempoMap = self.resolver.tempo_map

    def plan(self) -> Plan:
        self._check_positions()
        frames, tail = self._length(), self._tail()
        buses = plan_buses(self.session.buses, self.resolver)
        master = self.resolver.effects(self.session.master, ("master",))
        channels: dict[str, ChannelPlan] = {}
        tracks = []
        for name, track in self.session.tracks.items():
            made = self._track(name, track, frames, tail)
            if made is not None:
                plan, lanes = made
                tracks.append(plan)
                channels[name] = self._channel(plan, track, lanes)
        stems = self._stems(channels, buses, master, frames, tail)
        mixes = plan_mixes(self.session, self.fault)
        if self.resolver.problems:
            raise InvalidInput(self.resolver.problems)
        return Plan(
            session=self.loaded.name,
            sample_rate=self.rate,
            sample_format=self.session.deliver.format,
            tempo_map=self.tempo_map,
            frames=frames,
            tracks=tuple(tracks),
            stems=stems,
            mixes=mixes,
            warnings=tuple(dict.fromkeys((*self.files.warnings, *self.resolver.warnings))),
        )

    def _tempo_map(self) -> TempoMap:
        """Of the session, else of its MIDI file; a broken MIDI file is told of later."""
        midi = None
        if self.session.tempo is None and (name := self._main_midi()):
            try:
                midi = self.files.get(name)
            except RequestError as error:
                raise InvalidInput([self.loaded.problem(self._midi_path(), str(error))]) from None
        return session_tempo_map(self.loaded, midi)

    def _main_midi(self) -> str | None:
        """The session's MIDI file, or the only one that its tracks name."""
        if self.session.midi:
            return self.session.midi
        named = {file for track in self.session.tracks.values() if (file := _own_file(track))}
        return named.pop() if len(named) == 1 else None

    def _midi_path(self) -> KeyPath:
        return ("midi",) if self.session.midi else ("tracks",)

    def _check_positions(self) -> None:
        self._check_places("sections", [(s.at, "at") for s in self.session.sections])
        self._check_places("hits", [(hit.at, "at") for hit in self.session.hits])
        names = [section.name for section in self.session.sections]
        for index, name in enumerate(names):
            if name in names[:index]:
                self.fault(("sections", index, "name"), f"there are two sections {name!r}")

    def _check_places(self, key: str, places: list[tuple[Position, str]]) -> None:
        for index, (position, name) in enumerate(places):
            if problem := position_problem(self.tempo_map, position):
                self.fault((key, index, name), problem)

    def _length(self) -> int | None:
        length = self.session.length
        if isinstance(length, str):
            return None
        if problem := position_problem(self.tempo_map, length):
            self.fault(("length",), problem)
            return None
        frames = self.tempo_map.samples_at(length, self.rate)
        if frames == 0:
            self.fault(("length",), "the length is nothing; give the position of the end, or auto")
        return frames

    def _tail(self) -> TailPlan:
        tail = self.session.tail
        return TailPlan(
            tail.below_db, round(tail.for_ms * self.rate / 1000), round(tail.max_s * self.rate)
        )

    def _track(
        self, name: str, track: Track, frames: int | None, tail: TailPlan
    ) -> tuple[TrackPlan, Lanes] | None:
        at: KeyPath = ("tracks", name)
        opened = self.resolver.instrument(track.instrument, (*at, "instrument"))
        effects = self.resolver.effects(track.effects, (*at, "effects"))
        events = self._events(name, track)
        for bus in track.sends:
            if bus not in self.session.buses:
                self.resolver.unknown((*at, "sends", bus), "bus", bus, self.session.buses)
        if opened is None or events is None:
            return None
        instrument, preset_effects = opened
        devices: tuple[InstrumentSpec | EffectSpec, ...] = (instrument, *preset_effects, *effects)
        lanes = self._lanes(name, track, devices)
        try:
            devices = with_lanes(devices, lanes.devices)
        except AutomationError as error:
            self.fault((*at, "automation"), str(error))
        plan = PrintPlan(
            events=events,
            instrument=devices[0],  # type: ignore[arg-type]  # the first is the instrument
            effects=devices[1:],  # type: ignore[arg-type]  # and the rest are effects
            sample_rate=self.rate,
            frames=frames,
            tail=tail,
        )
        return TrackPlan(name, plan, fingerprint("print", plan)), lanes

    def _events(self, name: str, track: Track) -> SampleEvents | None:
        source = track.midi if isinstance(track.midi, MidiSource) else MidiSource(file=track.midi)
        file_name = source.file or self.session.midi
        path: KeyPath = ("tracks", name, "midi") if track.midi else ("tracks", name)
        if file_name is None:
            self.fault(path, "there is no MIDI for this track; add midi: FILE to it or the session")
            return None
        try:
            file = self.files.get(file_name)
            chosen = select(file, source.track, source.channel)
            performance = perform(chosen, file.division, self.tempo_map, self.rate)
        except RequestError as error:
            self.fault(path, str(error))
            return None
        self.files.warnings += [f"{file_name}: {m.where}: {m.what}" for m in performance.mends]
        return performance.events

    def _lanes(
        self, name: str, track: Track, devices: tuple[InstrumentSpec | EffectSpec, ...]
    ) -> Lanes:
        faders: dict[str, Lane] = {}
        on_devices: list[tuple[int, Lane]] = []
        names = tuple(device.name for device in devices)
        for target, points in track.automation.items():
            at: KeyPath = ("tracks", name, "automation", target)
            try:
                samples = [
                    (self.tempo_map.samples_at(position, self.rate), value)
                    for position, value in points
                ]
                placed = in_order(samples)
                device = place_lane(target, track.sends, names)
                if device is None:
                    check_range(target, placed)
                    faders[target] = Lane(target, placed)
                else:
                    lane = Lane(target.rpartition(".")[2], placed)
                    self.resolver.check_lane(devices[device], lane, at)
                    on_devices.append((device, lane))
            except ValueError as error:
                self.fault(at, str(error))
        return Lanes(faders, tuple(on_devices))

    def _channel(self, plan: TrackPlan, track: Track, lanes: Lanes) -> ChannelPlan:
        sends = tuple(
            Send(bus, lanes.level(f"sends.{bus}", gain_db))
            for bus, gain_db in sorted(track.sends.items())
            if gain_db > SILENCE_DB
        )
        return ChannelPlan(
            plan.name,
            plan.fingerprint,
            lanes.level("gain_db", track.gain_db),
            lanes.level("pan", track.pan),
            sends,
        )

    def _stems(
        self,
        channels: dict[str, ChannelPlan],
        buses: tuple[BusPlan, ...],
        master: tuple[EffectSpec, ...],
        frames: int | None,
        tail: TailPlan,
    ) -> tuple[PlannedStem, ...]:
        members: dict[str, list[ChannelPlan]] = {}
        for track in self.session.tracks:
            if track in channels:
                members.setdefault(self.session.stem_of(track), []).append(channels[track])
        for stem in self.session.stems:
            if stem not in {self.session.stem_of(track) for track in self.session.tracks}:
                self.resolver.unknown(("stems", stem), "track's stem", stem, members)
        stems = []
        for name, inside in members.items():
            plan = StemPlan(
                channels=tuple(inside),
                buses=_used(buses, inside),
                master=master,
                sample_rate=self.rate,
                sample_format=self.session.deliver.format,
                frames=frames,
                tail=tail,
            )
            stems.append(PlannedStem(name, plan, fingerprint("stem", plan)))
        return tuple(stems)


def _own_file(track: Track) -> str | None:
    return track.midi.file if isinstance(track.midi, MidiSource) else track.midi


def _used(buses: tuple[BusPlan, ...], channels: list[ChannelPlan]) -> tuple[BusPlan, ...]:
    """The buses that something in these channels reaches, in their order."""
    reached = {send.bus for channel in channels for send in channel.sends}
    for bus in buses:  # each sends only to later ones
        if bus.name in reached:
            reached |= {send.bus for send in bus.sends}
    return tuple(bus for bus in buses if bus.name in reached)
