"""`articulations:` and `articulation:` of a track: in which one each note is played."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TypeAlias

import numpy as np

from hostkit.devices.spec import InstrumentSpec, SfzSpec
from hostkit.midi.events import SampleEvents
from hostkit.midi.messages import Messages
from hostkit.midi.midi_file import MidiFile, MidiTrack, is_note_on
from hostkit.midi.performing.articulations import ArticulatedPart, Switch, SwitchTimes, articulated
from hostkit.midi.performing.notes import ZERO_LENGTH_MS, Performance
from hostkit.midi.performing.performance import seconds_at
from hostkit.midi.performing.pre_roll import PreRolled, pre_rolled
from hostkit.midi.performing.rounds import round_a_loop
from hostkit.midi.pitch import NoteRange
from hostkit.plan.environment import Environment
from hostkit.plan.found import Found, Gathering
from hostkit.plan.music.strays import early, few, strays
from hostkit.plan.music.timeline import Timeline
from hostkit.session.load import LoadedSession
from hostkit.session.model.articulations import Articulation, ArticulationSource
from hostkit.session.model.devices import PresetUse
from hostkit.session.model.session import Track
from hostkit.session.yaml_tree import Path as KeyPath
from hostkit.timebase.position import Position, Seconds
from hostkit.timebase.sampling import sample_of

EARLY_MS = 50
"""A note that anticipates the place where its articulation is written by no more has it."""

Points: TypeAlias = Sequence[tuple[Position, str]]
SwitchPoints: TypeAlias = tuple[tuple[int, Switch], ...]


@dataclass(frozen=True)
class Ways:
    """The articulations that a track can be played in, and the range of its instrument.

    `before` is the one that it is in before any is chosen, where the instrument says so.
    """

    articulations: Mapping[str, Articulation]
    range: NoteRange | None = None
    before: str | None = None

    @property
    def keyswitches(self) -> frozenset[int]:
        return frozenset(key for one in self.articulations.values() for key in one.keyswitch)


@dataclass(frozen=True)
class Said:
    """What a MIDI file says of articulations, and what a track plays of the file.

    Where it plays several tracks of the file, each has the articulation of `parts`, `""` being
    the one that holds there.
    """

    file: MidiFile
    track: MidiTrack
    parts: Sequence[tuple[str, str]] = ()

    def by(self, source: ArticulationSource, ways: Ways) -> Sequence[tuple[int, str]]:
        """Texts with their ticks; keyswitches say the names of their articulations."""
        if source.from_ == "markers":
            return self.file.markers
        if source.from_ == "text":
            return self.track.texts
        names = {key: name for name, one in ways.articulations.items() for key in one.keyswitch}
        messages, ticks = self.track.messages, self.track.ticks
        pressed = messages.are(lambda message: is_note_on(message) and message[1] in names)
        return [
            (int(ticks[index]), names[messages[index][1]])
            for index in np.flatnonzero(pressed).tolist()
        ]


@dataclass(frozen=True)
class Phrasing:
    """Gives a track's notes their articulations and delays, on the timeline of the form named.

    `form` is "" for the whole; `loop_frames` is the length of a loop.
    """

    loaded: LoadedSession
    environment: Environment
    timeline: Timeline
    form: str = ""
    loop_frames: int | None = None

    def play(
        self,
        name: str,
        track: Track,
        performances: Sequence[Performance],
        said: Said,
        ways: Ways,
    ) -> Found[PreRolled | None]:
        """Its events as they will be played; None after a problem.

        `performances` are one, or those of the parts.
        """
        told, early_ms = Gathering(self.loaded), EARLY_MS
        points = told.take(self._points_of(name, track, said, ways))
        if points is None:
            return told.with_value(None)
        source = track.articulation
        if isinstance(source, ArticulationSource) and source.from_ == "keyswitches":
            performances = [_without(one, ways.keyswitches) for one in performances]
            early_ms = 0
        switched = any(points)
        told.warn(*strays(name, performances, ways.keyswitches, ways.range, switched=switched))
        if switched:
            times = SwitchTimes(
                self._frames(track.lead_ms),
                self._frames(ZERO_LENGTH_MS),
                self._frames(early_ms),
            )
            parts = [ArticulatedPart(*each) for each in zip(performances, points, strict=True)]
            samples, messages = articulated(parts, times, name)
        else:
            (performed,) = performances
            samples, messages = performed.events.samples, Messages.of(performed.events.messages)
        samples = samples + self._frames(track.delay_ms)
        if self.loop_frames is not None:
            samples, messages = round_a_loop(
                samples, messages, self.loop_frames, ways.keyswitches, self._frames(ZERO_LENGTH_MS)
            )
        played = pre_rolled(samples, messages)
        whose = f"{name} of {self.form}" if self.form else name
        told.warn(*early(whose, samples, messages, ways.keyswitches, self.timeline.sample_rate))
        return told.with_value(played)

    def ways(self, name: str, track: Track, spec: InstrumentSpec | None) -> Found[Ways | None]:
        """Those that the track, its map, its preset and its SFZ name, the track's first.

        None where its map cannot be read.
        """
        told = Gathering(self.loaded)
        named: dict[str, Articulation] = {}
        if isinstance(spec, SfzSpec):
            named |= {label: Articulation(keyswitch=[key]) for label, key in spec.keyswitches.named}
        played_range = None
        if isinstance(track.instrument, str | PresetUse) and spec is not None:
            use = track.instrument
            preset_name = use if isinstance(use, str) else use.preset
            preset = self.environment.preset(preset_name, self.loaded.path.parent).preset
            named |= preset.articulations
            played_range = preset.range
        if track.expression_map is not None:
            from hostkit.session.expression_map import read_expression_map  # few tracks name one

            with told.placing(("tracks", name, "expression_map")):
                path = self.loaded.resolve(track.expression_map)
                self.environment.seen.add(path)
                read = read_expression_map(path)
                named |= read.articulations
                if read.unread:
                    told.warn(
                        f"{name}: {path.name} also changes velocity, length or pitch of "
                        f"{few(read.unread)}; that is left out"
                    )
                if read.namesakes:
                    told.warn(
                        f"{name}: {path.name} has several sound slots that are called "
                        f"{few(read.namesakes)}; the first of them counts"
                    )
        if told.problems:
            return told.with_value(None)
        all_named = named | track.articulations
        key = spec.keyswitches.default if isinstance(spec, SfzSpec) else None
        before = (one for one, chosen in all_named.items() if chosen.keyswitch == [key])
        return told.with_value(Ways(all_named, played_range, next(before, None)))

    def _points_of(
        self, name: str, track: Track, said: Said, ways: Ways
    ) -> Found[Sequence[SwitchPoints] | None]:
        """The articulations of a track, or of each of its parts; None after a problem."""
        told = Gathering(self.loaded)
        written: Points | None = ()
        if isinstance(track.articulation, ArticulationSource):
            written = told.take(self._read(name, said, track.articulation, ways))
        elif track.articulation:
            written = track.articulation
        if said.parts:
            return told.with_value(told.take(self._of_parts(name, said.parts, ways, written or ())))
        points = None if written is None else told.take(self._points(name, written, ways))
        return told.with_value(None if points is None else [points])

    def _read(
        self, name: str, said: Said, source: ArticulationSource, ways: Ways
    ) -> Found[Points | None]:
        """What the MIDI names of them, whatever the case; None where it names none."""
        told = Gathering(self.loaded)
        names = {one.casefold(): one for one in ways.articulations}
        texts, tempo_map = said.by(source, ways), self.timeline.as_written.tempo_map
        points = [
            (Seconds(seconds_at(tick, said.file.division, tempo_map)), names[text.casefold()])
            for tick, text in texts
            if text.casefold() in names
        ]
        others = dict.fromkeys(text for _, text in texts if text.casefold() not in names)
        if not points:
            found = f"it says {few(others)}" if others else "it says nothing"
            known = f"there are: {few(ways.articulations)}" if names else "there are none"
            message = f"the MIDI names no articulation: {found}"
            told.fault(("tracks", name, "articulation"), message, cure=known)
            return told.with_value(None)
        if others:
            told.warn(f"{name}: what its MIDI says that is no articulation is left: {few(others)}")
        return told.with_value(points)

    def _of_parts(
        self, name: str, parts: Sequence[tuple[str, str]], ways: Ways, written: Points
    ) -> Found[Sequence[SwitchPoints] | None]:
        """For each part the articulations of its notes; None after a problem.

        A part that says none has what is written for the track, else what the instrument begins
        in, else the first that there is.
        """
        told = Gathering(self.loaded)
        for midi_track, wanted in parts:
            if wanted:
                path = ("tracks", name, "midi", "tracks", midi_track)
                told.take(self._known(path, wanted, ways))
        holds = told.take(self._points(name, written, ways))
        if told.problems or holds is None:
            return told.with_value(None)
        if not holds:
            first = ways.before or next(iter(ways.articulations))
            holds = ((0, self._switch(ways.articulations[first])),)
        return told.with_value(
            [
                ((0, self._switch(ways.articulations[wanted])),) if wanted else holds
                for _, wanted in parts
            ]
        )

    def _points(self, name: str, written: Points, ways: Ways) -> Found[SwitchPoints | None]:
        told = Gathering(self.loaded)
        path: KeyPath = ("tracks", name, "articulation")
        for index, (_, wanted) in enumerate(written):
            told.take(self._known((*path, index), wanted, ways))
        if told.problems:
            return told.with_value(None)
        points = None
        with told.placing(path):
            if written and ways.before and self._seconds_of(written[0][0]) > 0:
                written = [(Seconds(Fraction(0)), ways.before), *written]
            points = tuple(
                (sample, self._switch(ways.articulations[wanted]))
                for sample, wanted in self.timeline.steps(written)
            )
        return told.with_value(points)

    def _seconds_of(self, position: Position) -> Fraction:
        """When the music as written is there. Raises BadValue."""
        return self.timeline.as_written.tempo_map.seconds_of(position)

    def _known(self, path: KeyPath, wanted: str, ways: Ways) -> Found[None]:
        """That there is an articulation of that name."""
        told = Gathering(self.loaded)
        if wanted not in ways.articulations:
            cure = f"say what chooses it: articulations: {{{wanted}: {{keyswitch: C1}}}}"
            told.unknown(path, "articulation", wanted, ways.articulations, cure)
        return told.with_value(None)

    def _switch(self, written: Articulation) -> Switch:
        return Switch(
            tuple(written.keyswitch),
            tuple(written.cc),
            written.program,
            None if written.channel is None else written.channel - 1,
            written.velocity,
            self._frames(written.delay_ms),
        )

    def _frames(self, milliseconds: float) -> int:
        return sample_of(Fraction(milliseconds) / 1000, self.timeline.sample_rate)


def _without(performed: Performance, keys: frozenset[int]) -> Performance:
    """The performance without the notes on some keys."""
    messages = Messages.of(performed.events.messages)
    kept = np.flatnonzero(
        ~messages.are(lambda message: message[0] & 0xE0 == 0x80 and message[1] in keys)
    )
    events = SampleEvents(performed.events.samples[kept], messages.take(kept))
    return replace(performed, events=events)
