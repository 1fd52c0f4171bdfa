"""A track as written to its print's plan and its channel in a stem."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from fractions import Fraction

from hostkit.devices.spec import (
    EffectSpec,
    InstrumentSpec,
    Lane,
    PluginSpec,
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
from hostkit.midi.reading.repair import repairs_in_words
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
from hostkit.plan.music.midi_files import MidiFiles, midi_path
from hostkit.plan.music.outputs import OutputFinder, TrackSource
from hostkit.plan.music.recordings import RegionReader
from hostkit.plan.music.strays import few, not_sent
from hostkit.plan.music.timeline import Timeline
from hostkit.plan.nodes.fingerprint import fingerprint
from hostkit.plan.nodes.node import Node, OutputsNode, TrackNode
from hostkit.plan.nodes.outputs import OutputsPlan, TakenOutput
from hostkit.plan.nodes.prints import PrintPlan, TailPlan
from hostkit.plan.nodes.recorded import Recorded, Region
from hostkit.plan.nodes.sources import Live, Notes, Output, Source
from hostkit.plan.nodes.stems import ChannelPlan, Send
from hostkit.plan.scoring.textures import TEXTURE_KEYS
from hostkit.session.load import LoadedSession
from hostkit.session.model.audio import AudioRegion
from hostkit.session.model.session import Track
from hostkit.session.yaml_tree import Path as KeyPath
from hostkit.timebase.position import Position

HEARD_DRIFT_SECONDS = Fraction(1, 1000)
"""Recorded audio that is off its beat by less is as good as on it."""


@dataclass(frozen=True)
class PlannedTrack:
    """A track's print, its channel in a stem, and what was repaired of its MIDI.

    `played` is the instrument that it takes an output of, where others take some, too.
    """

    node: TrackNode
    channel: ChannelPlan
    repairs: tuple[str, ...]
    played: OutputsNode | None = None


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

    def sources(self) -> Found[Mapping[str, TrackSource]]:
        """Of every track that can be planned, what it is made of; the others are problems."""
        told, tracks = Gathering(self.loaded), self.loaded.session.tracks
        finder = OutputFinder(self.loaded, self.resolver.environment)
        parents = told.take(finder.parents())
        self._reader.read_ahead(one for track in tracks.values() for one in self._recorded(track))
        made: dict[str, TrackSource] = {}
        for name, track in sorted(tracks.items(), key=lambda item: item[1].output is not None):
            several = replace(self.resolver, other_outputs=name in parents.values())
            builder = replace(self, resolver=several)
            source = told.take(builder._source(name, track, made.get(parents.get(name, ""))))
            if source is not None:
                made[name] = source
        ready = finder.played_once(made, parents, self._outputs)
        return told.with_value({name: ready[name] for name in tracks if name in ready})

    def print_of(
        self, made: TrackSource, prints: Mapping[str, str], dialogue: Sidechain | None
    ) -> PlannedTrack:
        """A track's print. `prints` are those of tracks that may key it; `dialogue` may, too."""
        inserts = keyed(made.inserts, prints, dialogue)
        transport = followed(self.timeline.transport, (*made.source.devices, *inserts))
        rate = self.timeline.sample_rate
        plan = PrintPlan(made.source, inserts, rate, self.frames, self.tail, transport)
        needs = keys_of(inserts)
        if made.played is not None:
            needs = (made.played.fingerprint, *needs)
        key = fingerprint("print", plan)
        node = Node(self._shown(made.name), plan, key, needs, (made.name,))
        return PlannedTrack(node, _channel(node, made), made.repairs, made.played)

    def _source(
        self, name: str, track: Track, parent: TrackSource | None
    ) -> Found[TrackSource | None]:
        """What a track is made of; None after a problem that leaves nothing to plan.

        `parent` is the track whose instrument it takes an output of.
        """
        at: KeyPath = ("tracks", name)
        told = Gathering(self.loaded)
        buses = self.loaded.session.buses
        for bus in track.sends:
            if bus not in buses:
                cure = f"write buses: {{{bus}: {{effects: [{{reverb: {{dry_level: 0}}}}]}}}}"
                told.unknown((*at, "sends", bus), "bus", bus, buses, cure)
        opened, played, output = None, None, None
        if track.instrument is not None:
            opened = told.take(self.resolver.instrument(track.instrument, (*at, "instrument")))
            played = told.take(self._played(name, track, opened[0] if opened else None))
        elif track.output is not None and parent is not None:
            finder = OutputFinder(self.loaded, self.resolver.environment)
            output = told.take(finder.output(name, track.output.name, parent))
        effects = told.take(self.resolver.effects(track.effects, (*at, "effects")))
        before = told.take(self.resolver.midi_effects(track.midi_effects, (*at, "midi_effects")))
        if before and track.instrument is None:
            told.fault(
                (*at, "midi_effects"), "there are no notes to change", cure="give it an instrument"
            )
        regions = told.take(self._regions(name, track))
        instrument, preset_effects = opened or (None, ())
        has_all = track.audio is not None or output is not None or None not in (instrument, played)
        if not has_all or regions is None:
            return told.with_value(None)
        lanes = told.take(self._lanes(track, (instrument, *preset_effects, *effects), at))
        try:
            instrument, inserts = with_lanes(instrument, (*preset_effects, *effects), lanes.devices)
        except AutomationError as error:
            told.fault((*at, "automation"), *error.fault)
            return told.with_value(None)
        sounding: Notes | Output | None = output
        repairs: tuple[str, ...] = ()
        if instrument is not None and played is not None:
            performed, repairs = played
            quoted = self.midi.scores.quoted(name)
            sounding = replace(Notes.of(performed, instrument, before), themes=quoted)
        source: Source = Recorded(regions)
        if sounding is not None:
            source = Live(sounding, Recorded(regions)) if regions else sounding
        return told.with_value(TrackSource(name, track, source, inserts, lanes, repairs))

    def _outputs(self, name: str, source: Notes, outputs: tuple[TakenOutput, ...]) -> OutputsNode:
        """The instrument of a track, played for all that take an output of it."""
        transport = followed(self.timeline.transport, source.devices)
        rate = self.timeline.sample_rate
        plan = OutputsPlan.of(source, outputs, rate, self.frames, self.tail, transport)
        key = fingerprint("outputs", plan)
        return Node(self._shown(f"instrument of {name}"), plan, key, (), (name,))

    def _shown(self, name: str) -> str:
        return f"{name} of {self.form}" if self.form else name

    def part(self, name: str, track: Track) -> Sounding | None:
        """Where the track sounds, as arranging takes it; None when it has nothing to take."""
        # What is wrong with either was told of the whole form.
        if track.output is not None:
            return self.part(track.output.of, self.loaded.session.tracks[track.output.of])
        if track.instrument is None:
            regions = self._regions(name, track).value
            tempo_map, rate = self.timeline.tempo_map, self.timeline.sample_rate
            return None if regions is None else RecordedPart.of(regions, tempo_map, rate)
        found = self.midi.chosen(name, track).value
        if found is None:
            return None
        chosen = with_drums_as_banks(found.track)
        return part_of(chosen, found.file.division, self.timeline.tempo_map)

    @property
    def _reader(self) -> RegionReader:
        return RegionReader(self.loaded, self.resolver.environment, self.timeline.as_written)

    def _recorded(self, track: Track) -> Sequence[AudioRegion]:
        """Its recorded regions, as written, where the form plays them."""
        return track.audio or (track.live if self.live else None) or ()

    def _regions(self, name: str, track: Track) -> Found[tuple[Region, ...] | None]:
        """Its recorded regions where the form plays them; none where it has none."""
        told, written = Gathering(self.loaded), self._recorded(track)
        if not written:
            return told.with_value(())
        key = "live" if track.audio is None else "audio"
        path: KeyPath = ("tracks", name, key)
        found = told.take(self._reader.regions(written, path, over_mockup=key == "live"))
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
        phrasing = Phrasing(self.loaded, self.resolver.environment, self.timeline, self.loop_frames)
        ways = told.take(phrasing.ways(name, track, instrument))
        named = frozenset(ways.articulations) if ways else frozenset()
        found = told.take(self.midi.chosen(name, track, named))
        if found is None or ways is None:
            return told.with_value(None)
        if not found.name:
            ways = replace(ways, range=None)  # what goes beyond it was told of the score
        told.warn(*self._not_had(name, named))
        if isinstance(instrument, PluginSpec) and not self.form:
            told.warn(*not_sent(name, found.file, found.tracks))
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
        said = Said(found.file, as_played(found.track), found.parts)
        phrased = told.take(phrasing.play(name, track, performances, said, ways))
        return told.with_value((phrased, repairs) if phrased is not None else None)

    def _not_had(self, name: str, articulations: Set[str]) -> Iterator[str]:
        """Articulations that the score asks for and the instrument has not."""
        placed = self.midi.scores.placed.get(name, ())
        asked = {note.articulation for one in placed for note in one.phrase.notes}
        if missing := sorted(asked - articulations - {""}):
            yield (
                f"{name}: its score asks for {few(missing)}, which its instrument does not have: "
                "played plainly; say what chooses it in articulations:"
            )

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
        for target, written, path in self._written_lanes(track, at):
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

    def _written_lanes(
        self, track: Track, at: KeyPath
    ) -> Iterator[tuple[str, Sequence[tuple[Position, float]], KeyPath]]:
        """The automation of a track, then what drones of its score move: target, points, place."""
        for target, written in track.automation.items():
            yield target, written, (*at, "automation", target)
        for target, lane in self.midi.scores.lanes.get(str(at[1]), {}).items():
            place: KeyPath = (*at, "score", lane.entry, *TEXTURE_KEYS, "parameter")
            yield target, lane.points, place


def _dies_away(instrument: InstrumentSpec | None) -> bool | None:
    """Whether the instrument dies away under the pedal; None where the MIDI's programs tell."""
    if not isinstance(instrument, SoundFontSpec):
        return False
    if instrument.program is None:
        return None
    return instrument.bank == DRUM_KITS_BANK or dies_away(instrument.program)


def _channel(planned: TrackNode, made: TrackSource) -> ChannelPlan:
    track, lanes = made.track, made.lanes
    sends = tuple(
        Send(bus, lanes.level(f"sends.{bus}", gain_db))
        for bus, gain_db in sorted(track.sends.items())
    )
    gain_db = lanes.level("gain_db", track.gain_db)
    pan = lanes.level("pan", track.pan)
    return ChannelPlan(made.name, planned.fingerprint, gain_db, pan, sends)
