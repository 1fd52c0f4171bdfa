"""A track as written to its print's plan and its channel in a stem."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType

from hostkit.devices.spec import (
    EffectSpec,
    InstrumentSpec,
    Lane,
    Sidechain,
    SoundFontSpec,
    followed,
    keys_of,
)
from hostkit.errors import RequestError
from hostkit.midi.drums import with_drums_as_banks
from hostkit.midi.general import DRUM_KITS_BANK, dies_away
from hostkit.midi.performing.pedals import with_pedals_lifted
from hostkit.midi.performing.pre_roll import PreRolled
from hostkit.midi.reading.shared import on_one_port
from hostkit.plan.arranging.events import part_of
from hostkit.plan.arranging.music import Sounding
from hostkit.plan.arranging.recorded import RecordedPart
from hostkit.plan.devices.resolve import Resolver
from hostkit.plan.form.keys import keyed
from hostkit.plan.found import Found, Gathering
from hostkit.plan.music.articulations import Phrasing, Said
from hostkit.plan.music.automation import (
    AutomationError,
    Lanes,
    check_range,
    place_lane,
    with_lanes,
)
from hostkit.plan.music.midi_files import MidiFiles, midi_path, repairs_in_words
from hostkit.plan.music.recordings import RegionReader
from hostkit.plan.music.timeline import Timeline
from hostkit.plan.nodes.fingerprint import fingerprint
from hostkit.plan.nodes.node import Node, TrackNode
from hostkit.plan.nodes.prints import Live, Notes, PrintPlan, Source, TailPlan
from hostkit.plan.nodes.recorded import Recorded, Region
from hostkit.plan.nodes.stems import ChannelPlan, Send
from hostkit.session.load import LoadedSession
from hostkit.session.model.session import Track
from hostkit.session.yaml_tree import Path as KeyPath

HEARD_DRIFT_SECONDS = Fraction(1, 1000)
"""Recorded audio that is off its beat by less is as good as on it."""


@dataclass(frozen=True)
class PlannedTrack:
    """A track's print, its channel in a stem, and what was repaired of its MIDI."""

    node: TrackNode
    channel: ChannelPlan
    repairs: tuple[str, ...]


@dataclass(frozen=True)
class TrackBuilder:
    """Plans tracks on a timeline, of the form named; `live` with the players over mock-ups.

    `loop_frames` is the length of a loop.
    """

    loaded: LoadedSession
    resolver: Resolver
    midi: MidiFiles
    timeline: Timeline
    frames: int | None
    tail: TailPlan
    form: str = ""
    live: bool = True
    loop_frames: int | None = None

    def build(
        self,
        name: str,
        track: Track,
        prints: Mapping[str, str] = MappingProxyType({}),
        dialogue: Sidechain | None = None,
    ) -> Found[PlannedTrack | None]:
        """The track's plans; None after a problem that leaves nothing to plan.

        `prints` are those of the tracks that may key it, `dialogue` is what else may.
        """
        at: KeyPath = ("tracks", name)
        told = Gathering(self.loaded)
        buses = self.loaded.session.buses
        for bus in track.sends:
            if bus not in buses:
                told.unknown((*at, "sends", bus), "bus", bus, buses)
        opened, played = None, None
        if track.instrument is not None:
            opened = told.take(self.resolver.instrument(track.instrument, (*at, "instrument")))
            played = told.take(self._played(name, track, opened[0] if opened else None))
        effects = told.take(self.resolver.effects(track.effects, (*at, "effects")))
        before = told.take(self.resolver.midi_effects(track.midi_effects, (*at, "midi_effects")))
        if before and track.instrument is None:
            told.fault(
                (*at, "midi_effects"), "there are no notes to change", cure="give it an instrument"
            )
        regions = told.take(self._regions(name, track))
        if (track.instrument is not None and (opened is None or played is None)) or regions is None:
            return told.with_value(None)
        instrument, preset_effects = opened or (None, ())
        lanes = told.take(self._lanes(track, (instrument, *preset_effects, *effects), at))
        try:
            instrument, inserts = with_lanes(instrument, (*preset_effects, *effects), lanes.devices)
        except AutomationError as error:
            told.fault((*at, "automation"), *error.fault)
            return told.with_value(None)
        inserts = keyed(inserts, prints, dialogue)
        source: Source = Recorded(regions)
        repairs: tuple[str, ...] = ()
        if instrument is not None and played is not None:
            performed, repairs = played
            notes = Notes.of(performed, instrument, before)
            source = Live(notes, Recorded(regions)) if regions else notes
        transport = followed(self.timeline.transport, (*source.devices, *inserts))
        rate = self.timeline.sample_rate
        plan = PrintPlan(source, inserts, rate, self.frames, self.tail, transport)
        shown = f"{name} of {self.form}" if self.form else name
        planned = Node(shown, plan, fingerprint("print", plan), keys_of(inserts), (name,))
        return told.with_value(PlannedTrack(planned, _channel(planned, track, lanes), repairs))

    def part(self, name: str, track: Track) -> Sounding | None:
        """Where the track sounds, as arranging takes it; None when it has nothing to take."""
        # What is wrong with either was told of the whole form.
        if track.instrument is None:
            regions = self._regions(name, track).value
            tempo_map, rate = self.timeline.tempo_map, self.timeline.sample_rate
            return None if regions is None else RecordedPart.of(regions, tempo_map, rate)
        found = self.midi.chosen(name, track).value
        if found is None:
            return None
        chosen = with_drums_as_banks(found.track)
        return part_of(chosen, found.file.division, self.timeline.tempo_map)

    def _regions(self, name: str, track: Track) -> Found[tuple[Region, ...] | None]:
        """Its recorded regions where the form plays them; none where it has none."""
        told = Gathering(self.loaded)
        key = "live" if track.audio is None else "audio"
        written = track.live if track.audio is None else track.audio
        if not written or (key == "live" and not self.live):
            return told.with_value(())
        reader = RegionReader(self.loaded, self.resolver.environment, self.timeline.as_written)
        path: KeyPath = ("tracks", name, key)
        found = told.take(reader.regions(written, path, over_mockup=key == "live"))
        if found is None:
            return told.with_value(None)
        regions, drift_seconds = self.timeline.place(found)
        if drift_seconds >= HEARD_DRIFT_SECONDS:
            drift_ms = float(drift_seconds) * 1000
            told.warn(
                f"{name} is recorded, and {self.form} changes its tempo: it drifts from the beat "
                f"by up to {drift_ms:.0f} ms; allow less with tempo_limit_percent, or mute it"
            )
        return told.with_value(regions)

    def _played(
        self, name: str, track: Track, instrument: InstrumentSpec | None
    ) -> Found[tuple[PreRolled, tuple[str, ...]] | None]:
        """The notes, and what was repaired of them; None after a problem."""
        told = Gathering(self.loaded)
        found = told.take(self.midi.chosen(name, track))
        if found is None:
            return told.with_value(None)
        as_played = with_drums_as_banks if isinstance(instrument, SoundFontSpec) else on_one_port
        performances = []
        for chosen in map(as_played, found.tracks):
            try:
                played = self.timeline.perform(chosen, found.file.division)
            except RequestError as error:
                told.fault(midi_path(name, track), *error.fault)
                return told.with_value(None)
            performance = with_pedals_lifted(played, chosen.label, _dies_away(instrument))
            performances.append(performance)
        settled = (repair for performance in performances for repair in performance.repairs)
        repairs = repairs_in_words(found.name, (*found.file.repairs, *settled))
        phrasing = Phrasing(self.loaded, self.resolver.environment, self.timeline, self.loop_frames)
        said = Said(found.file, as_played(found.track), found.parts)
        phrased = told.take(phrasing.play(name, track, instrument, performances, said))
        return told.with_value((phrased, repairs) if phrased is not None else None)

    def _lanes(
        self,
        track: Track,
        devices: tuple[InstrumentSpec | EffectSpec | None, ...],
        at: KeyPath,
    ) -> Found[Lanes]:
        told = Gathering(self.loaded)
        faders: dict[str, Lane] = {}
        on_devices: list[tuple[int, Lane]] = []
        names = tuple(device.name if device else "" for device in devices)
        for target, written in track.automation.items():
            path = (*at, "automation", target)
            with told.placing(path):
                points = self.timeline.points(written)
                number = place_lane(target, track.sends, names)
                device = None if number is None else devices[number]
                if number is None or device is None:
                    check_range(target, points)
                    faders[target] = Lane(target, points)
                    continue
                lane = Lane(target.rpartition(".")[2], points)
                told.take(self.resolver.lane_problems(device, lane, path))
                on_devices.append((number, lane))
        return told.with_value(Lanes(faders, tuple(on_devices)))


def _dies_away(instrument: InstrumentSpec | None) -> bool | None:
    """Whether the instrument dies away under the pedal; None where the MIDI's programs tell."""
    if not isinstance(instrument, SoundFontSpec):
        return False
    if instrument.program is None:
        return None
    return instrument.bank == DRUM_KITS_BANK or dies_away(instrument.program)


def _channel(planned: TrackNode, track: Track, lanes: Lanes) -> ChannelPlan:
    sends = tuple(
        Send(bus, lanes.level(f"sends.{bus}", gain_db))
        for bus, gain_db in sorted(track.sends.items())
    )
    gain_db = lanes.level("gain_db", track.gain_db)
    pan = lanes.level("pan", track.pan)
    (name,) = planned.tracks
    return ChannelPlan(name, planned.fingerprint, gain_db, pan, sends)
