"""A track as written to its print's plan and its channel in a stem."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from hostkit.devices.spec import Sidechain, followed, keys_of
from hostkit.midi.drums import with_drums_as_banks
from hostkit.plan.arranging.events import part_of
from hostkit.plan.arranging.music import Sounding
from hostkit.plan.arranging.recorded import RecordedPart
from hostkit.plan.devices.resolve import Resolver
from hostkit.plan.form.keys import keyed
from hostkit.plan.found import Found, Gathering
from hostkit.plan.music.midi_files import MidiFiles
from hostkit.plan.music.timeline import Timeline
from hostkit.plan.nodes.fingerprint import fingerprint
from hostkit.plan.nodes.node import Node, OutputsNode, TrackNode
from hostkit.plan.nodes.outputs import OutputsPlan, TakenOutput
from hostkit.plan.nodes.prints import PrintPlan, TailPlan
from hostkit.plan.nodes.recorded import Recorded
from hostkit.plan.nodes.sources import Live, Notes, Output, Source
from hostkit.plan.nodes.stems import ChannelPlan, Send
from hostkit.plan.tracks.automation import AutomationError, LaneReader, with_lanes
from hostkit.plan.tracks.outputs import OutputFinder, TrackSource
from hostkit.plan.tracks.performer import Performer
from hostkit.plan.tracks.recordings import TrackRecordings
from hostkit.session.load import LoadedSession
from hostkit.session.model.session import Track
from hostkit.session.yaml_tree import Path as KeyPath


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
        self._recordings.read_ahead(tracks)
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
        self,
        made: TrackSource,
        prints: Mapping[str, str],
        dialogue: Sidechain | None,
        *,
        is_key: bool,
    ) -> PlannedTrack:
        """A track's print. `prints` are those of tracks that may key it; `dialogue` may, too.

        `is_key` is one that others are side-chained by: they read it from the store.
        """
        inserts = keyed(made.inserts, prints, dialogue)
        transport = followed(self.timeline.transport, (*made.source.devices, *inserts))
        rate = self.timeline.sample_rate
        tail = self.tail.through((*made.source.devices, *inserts), rate)
        plan = PrintPlan(made.source, inserts, rate, self.frames, tail, transport)
        plan = replace(plan, kept=is_key or not plan.could_be_straight)
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
        told.take(self._buses_there(track, at))
        opened, played, output = None, None, None
        if track.instrument is not None:
            opened = told.take(self.resolver.instrument(track.instrument, (*at, "instrument")))
            played = told.take(self._performer.play(name, track, opened[0] if opened else None))
        elif track.output is not None and parent is not None:
            finder = OutputFinder(self.loaded, self.resolver.environment)
            output = told.take(finder.output(name, track.output.name, parent))
        effects = told.take(self.resolver.effects(track.effects, (*at, "effects")))
        before = told.take(self.resolver.midi_effects(track.midi_effects, (*at, "midi_effects")))
        if before and track.instrument is None:
            cure = "give it an instrument"
            told.fault((*at, "midi_effects"), "there are no notes to change", cure)
        regions = told.take(self._recordings.regions(name, track))
        instrument, preset_effects = opened or (None, ())
        has_all = track.audio is not None or output is not None or None not in (instrument, played)
        if not has_all or regions is None:
            return told.with_value(None)
        reader = LaneReader(self.loaded, self.resolver, self.timeline, self.midi.scores)
        lanes = told.take(reader.lanes(name, track, (instrument, *preset_effects, *effects)))
        try:
            instrument, inserts = with_lanes(instrument, (*preset_effects, *effects), lanes.devices)
        except AutomationError as error:
            told.fault((*at, "automation"), *error.fault)
            return told.with_value(None)
        sounding: Notes | Output | None = output
        if instrument is not None and played is not None:
            quoted = self.midi.scores.quoted(name)
            notes = Notes.of(played.performed, instrument, before)
            sounding = replace(notes, themes=quoted)
        repairs = () if played is None else played.repairs
        source = _with_players(sounding, Recorded(regions))
        return told.with_value(TrackSource(name, track, source, inserts, lanes, repairs))

    def _buses_there(self, track: Track, at: KeyPath) -> Found[None]:
        """Whether the session has every bus that a track sends to."""
        told, buses = Gathering(self.loaded), self.loaded.session.buses
        for bus in track.sends:
            if bus not in buses:
                cure = f"write buses: {{{bus}: {{effects: [{{reverb: {{dry_level: 0}}}}]}}}}"
                told.unknown((*at, "sends", bus), "bus", bus, buses, cure)
        return told.with_value(None)

    @property
    def _performer(self) -> Performer:
        environment = self.resolver.environment
        return Performer(
            self.loaded, environment, self.midi, self.timeline, self.form, self.loop_frames
        )

    @property
    def _recordings(self) -> TrackRecordings:
        environment = self.resolver.environment
        return TrackRecordings(self.loaded, environment, self.timeline, self.form, self.live)

    def _outputs(self, name: str, source: Notes, outputs: tuple[TakenOutput, ...]) -> OutputsNode:
        """The instrument of a track, played for all that take an output of it."""
        transport = followed(self.timeline.transport, source.devices)
        rate = self.timeline.sample_rate
        tail = self.tail.through(source.devices, rate)
        plan = OutputsPlan.of(source, outputs, rate, self.frames, tail, transport)
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
            regions = self._recordings.regions(name, track).value
            tempo_map, rate = self.timeline.tempo_map, self.timeline.sample_rate
            return None if regions is None else RecordedPart.of(regions, tempo_map, rate)
        found = self.midi.chosen(name, track).value
        if found is None:
            return None
        chosen = with_drums_as_banks(found.track)
        return part_of(chosen, found.file.division, self.timeline.tempo_map)


def _with_players(sounding: Notes | Output | None, recorded: Recorded) -> Source:
    """What a track sounds by: its notes or output, recorded audio, or that over those."""
    if sounding is None:
        return recorded
    return Live(sounding, recorded) if recorded.regions else sounding


def _channel(planned: TrackNode, made: TrackSource) -> ChannelPlan:
    track, lanes = made.track, made.lanes
    sends = tuple(
        Send(bus, lanes.level(f"sends.{bus}", gain_db))
        for bus, gain_db in sorted(track.sends.items())
    )
    gain_db = lanes.level("gain_db", track.gain_db)
    pan = lanes.level("pan", track.pan)
    straight = None if planned.plan.kept else planned.plan
    return ChannelPlan(made.name, planned.fingerprint, gain_db, pan, sends, straight)
