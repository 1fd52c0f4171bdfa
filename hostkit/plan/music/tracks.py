"""A track as written to its print's plan and its channel in a stem."""

from __future__ import annotations

from dataclasses import dataclass, field

from hostkit.devices.spec import EffectSpec, InstrumentSpec, Lane, SoundFontSpec, followed
from hostkit.errors import BadValue, RequestError
from hostkit.midi.drums import with_drums_as_banks
from hostkit.midi.events import Score
from hostkit.midi.general import DRUM_KITS_BANK, dies_away
from hostkit.midi.pedals import with_pedals_lifted
from hostkit.midi.reading.file import Division, MidiFile, MidiTrack, read_midi
from hostkit.midi.reading.shared import on_one_port
from hostkit.midi.select import select
from hostkit.plan.arranging.events import Part, part_of
from hostkit.plan.fingerprint import fingerprint
from hostkit.plan.music.automation import (
    AutomationError,
    Lanes,
    check_range,
    place_lane,
    with_lanes,
)
from hostkit.plan.music.timeline import Timeline
from hostkit.plan.plan import Node, TrackNode
from hostkit.plan.prints import Notes, PrintPlan, TailPlan
from hostkit.plan.resolve import Resolver
from hostkit.plan.stems import ChannelPlan, Send
from hostkit.session.load import LoadedSession
from hostkit.session.model import MidiSource, Track
from hostkit.session.yaml_tree import Path as KeyPath


@dataclass
class MidiFiles:
    """Each MIDI file read once, and what was mended in them."""

    loaded: LoadedSession
    warnings: list[str] = field(default_factory=list)
    _read: dict[tuple[str, str | None], MidiFile] = field(default_factory=dict)

    def get(self, name: str, encoding: str | None = None) -> MidiFile:
        """The file, its texts in `encoding`, else in the session's. Raises RequestError."""
        key = name, encoding or self.loaded.session.midi_encoding
        if key not in self._read:
            file = read_midi(self.loaded.resolve(name), key[1])
            self._read[key] = file
            self.warnings += [f"{name}: {repair.where}: {repair.what}" for repair in file.repairs]
        return self._read[key]

    def damage(self, name: str) -> str:
        """The end of a message about a file that had to be mended: the likely cause."""
        repairs = next((file.repairs for (read, _), file in self._read.items() if read == name), ())
        if not repairs:
            return ""
        return f" (the file is damaged: {repairs[0].where}: {repairs[0].what}; export it again)"


@dataclass(frozen=True)
class TrackBuilder:
    """Plans tracks on a timeline, of the form named; problems go to the resolver."""

    loaded: LoadedSession
    resolver: Resolver
    midi: MidiFiles
    timeline: Timeline
    frames: int | None
    tail: TailPlan
    form: str = ""

    def build(self, name: str, track: Track) -> tuple[TrackNode, ChannelPlan] | None:
        """The track's plans; None after a problem that leaves nothing to plan."""
        at: KeyPath = ("tracks", name)
        buses = self.loaded.session.buses
        for bus in track.sends:
            if bus not in buses:
                self.resolver.unknown((*at, "sends", bus), "bus", bus, buses)
        opened = self.resolver.instrument(track.instrument, (*at, "instrument"))
        effects = self.resolver.effects(track.effects, (*at, "effects"))
        score = self._score(name, track, opened[0] if opened else None)
        if opened is None or score is None:
            return None
        instrument, preset_effects = opened
        lanes = self._lanes(track, (instrument, *preset_effects, *effects), at)
        try:
            instrument, inserts = with_lanes(instrument, (*preset_effects, *effects), lanes.devices)
        except AutomationError as error:
            self.resolver.fault((*at, "automation"), *error.fault)
            return None
        source = Notes(score, instrument)
        transport = followed(self.timeline.transport, (instrument, *inserts))
        rate = self.timeline.sample_rate
        plan = PrintPlan(source, inserts, rate, self.frames, self.tail, transport)
        shown = f"{name} of {self.form}" if self.form else name
        planned = Node(shown, plan, fingerprint("print", plan), (), (name,))
        return planned, _channel(planned, track, lanes)

    def part(self, name: str, track: Track) -> Part | None:
        """The track's notes as arranging takes them; None when it has none to take."""
        found = self._chosen(name, track)
        if found is None:
            return None
        chosen, division = found
        return part_of(with_drums_as_banks(chosen), division, self.timeline.tempo_map)

    def _score(self, name: str, track: Track, instrument: InstrumentSpec | None) -> Score | None:
        found = self._chosen(name, track)
        if found is None:
            return None
        chosen, division = found
        if isinstance(instrument, SoundFontSpec):
            chosen = with_drums_as_banks(chosen)
        else:
            chosen = on_one_port(chosen)
        try:
            played = self.timeline.perform(chosen, division)
        except RequestError as error:
            self.resolver.fault(_midi_path(name, track), *error.fault)
            return None
        performance = with_pedals_lifted(played, chosen.label, _dies_away(instrument))
        file_name = _file_of(track, self.loaded)
        self.midi.warnings += [f"{file_name}: {m.where}: {m.what}" for m in performance.repairs]
        return Score.of(performance.events)

    def _chosen(self, name: str, track: Track) -> tuple[MidiTrack, Division] | None:
        """What the track plays of its MIDI file; None after a problem."""
        path, file_name = _midi_path(name, track), _file_of(track, self.loaded)
        if file_name is None:
            self.resolver.fault(
                path, "it has no MIDI", cure="add midi: FILE to the track or the session"
            )
            return None
        source = track.midi if isinstance(track.midi, MidiSource) else MidiSource()
        try:
            file = self.midi.get(file_name, source.encoding)
            return select(file, source.track, source.channel, source.port), file.division
        except RequestError as error:
            message, cure = error.fault
            damage = self.midi.damage(file_name)
            both = (message, cure + damage) if cure else (message + damage, "")
            self.resolver.fault(path, *both)
            return None

    def _lanes(
        self, track: Track, devices: tuple[InstrumentSpec | EffectSpec, ...], at: KeyPath
    ) -> Lanes:
        faders: dict[str, Lane] = {}
        on_devices: list[tuple[int, Lane]] = []
        names = tuple(device.name for device in devices)
        for target, written in track.automation.items():
            path = (*at, "automation", target)
            try:
                points = self.timeline.points(written)
                device = place_lane(target, track.sends, names)
                if device is None:
                    check_range(target, points)
                    faders[target] = Lane(target, points)
                    continue
                lane = Lane(target.rpartition(".")[2], points)
                self.resolver.check_lane(devices[device], lane, path)
                on_devices.append((device, lane))
            except BadValue as error:
                self.resolver.fault(path, *error.fault)
        return Lanes(faders, tuple(on_devices))


def _file_of(track: Track, loaded: LoadedSession) -> str | None:
    own = track.midi.file if isinstance(track.midi, MidiSource) else track.midi
    return own or loaded.session.midi_file


def _dies_away(instrument: InstrumentSpec | None) -> bool | None:
    """Whether the instrument dies away under the pedal; None where the MIDI's programs tell."""
    if not isinstance(instrument, SoundFontSpec):
        return False
    if instrument.program is None:
        return None
    return instrument.bank == DRUM_KITS_BANK or dies_away(instrument.program)


def _midi_path(name: str, track: Track) -> KeyPath:
    return ("tracks", name, "midi") if track.midi else ("tracks", name)


def _channel(planned: TrackNode, track: Track, lanes: Lanes) -> ChannelPlan:
    sends = tuple(
        Send(bus, lanes.level(f"sends.{bus}", gain_db))
        for bus, gain_db in sorted(track.sends.items())
    )
    gain_db = lanes.level("gain_db", track.gain_db)
    pan = lanes.level("pan", track.pan)
    (name,) = planned.tracks
    return ChannelPlan(name, planned.fingerprint, gain_db, pan, sends)
