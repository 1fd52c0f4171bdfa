"""`output:` of a track: which output of another track's instrument it takes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

from hostkit.devices.description import MAIN
from hostkit.devices.spec import EffectSpec, InstrumentSpec, PluginSpec
from hostkit.plan.environment import Environment
from hostkit.plan.found import Found, Gathering
from hostkit.plan.nodes.node import OutputsNode
from hostkit.plan.nodes.outputs import TakenOutput
from hostkit.plan.nodes.sources import Live, Notes, Output, Source
from hostkit.plan.tracks.automation import Lanes
from hostkit.session.load import LoadedSession
from hostkit.session.model.session import Track

Play: TypeAlias = Callable[[str, Notes, tuple[TakenOutput, ...]], OutputsNode]
"""Plans the instrument of a track, played once for those outputs of it."""


@dataclass(frozen=True)
class TrackSource:
    """A track as far as it depends on no other track's print: all but what keys its inserts.

    `played` is the instrument that it takes an output of, where others take some, too.
    """

    name: str
    track: Track
    source: Source
    inserts: tuple[EffectSpec, ...]
    lanes: Lanes
    repairs: tuple[str, ...]
    played: OutputsNode | None = None

    @property
    def sounding(self) -> Source:
        """What sounds where no recorded players do."""
        return self.source.mockup if isinstance(self.source, Live) else self.source

    @property
    def notes(self) -> Notes:
        """What it plays, of a track that has an instrument."""
        assert isinstance(self.sounding, Notes)
        return self.sounding

    @property
    def output(self) -> str:
        """Which output it takes, of its own instrument or another track's."""
        return self.sounding.name if isinstance(self.sounding, Output) else MAIN

    def of(self, played: OutputsNode) -> TrackSource:
        """The same with its output of what was played for several."""
        output = played.plan.source_of(self.output, played.fingerprint)
        source: Source = output
        if isinstance(self.source, Live):
            source = replace(self.source, mockup=output)
        return replace(self, source=source, played=played)


@dataclass(frozen=True)
class OutputFinder:
    """Finds the outputs that tracks name."""

    loaded: LoadedSession
    environment: Environment

    def parents(self) -> Found[Mapping[str, str]]:
        """The tracks that take an output, each with the one whose instrument it is of."""
        told, tracks = Gathering(self.loaded), self.loaded.session.tracks
        instruments = [name for name, track in tracks.items() if track.instrument is not None]
        found: dict[str, str] = {}
        for name, track in tracks.items():
            if track.output is None:
                continue
            parent, path = track.output.of, ("tracks", name, "output", "of")
            if parent not in tracks:
                told.unknown(path, "track", parent, instruments, "add it, with its instrument")
            elif parent == name:
                cure = "name the track that has the instrument"
                told.fault(path, "a track is no output of itself", cure)
            elif (whose := tracks[parent].output) is not None:
                told.fault(path, f"{parent} is an output itself", cure=f"write of: {whose.of}")
            elif tracks[parent].instrument is None:
                message = f"{parent} plays recorded audio, which has no outputs"
                told.fault(path, message, cure="name a track that has an instrument")
            else:
                found[name] = parent
        return told.with_value(found)

    def output(self, name: str, written: str | int, parent: TrackSource) -> Found[Output | None]:
        """What the track `name` takes of a track's instrument; None where it has none such.

        Where it is found once it was played is still open: see `TrackSource.of`.
        """
        told, path = Gathering(self.loaded), ("tracks", name, "output", "name")
        notes = parent.notes
        outputs = self.outputs_of(notes.instrument)
        others = [output.name for output in outputs[1:]]
        if not others:
            message = f"{notes.instrument.name} of {parent.name} has no output but the main one"
            told.fault(path, message, cure="give this track an instrument of its own")
            return told.with_value(None)
        there_are = ", ".join(f"{other} ({n})" for n, other in enumerate(others, 2))
        number = _number(written, others)
        if number is None:
            told.unknown(path, "output", str(written), others)
        elif number == 1:
            message = f"the main output is that of {parent.name} itself"
            told.fault(path, message, cure=f"there are: {there_are}")
        elif number > len(outputs):
            message = f"{notes.instrument.name} has no output {number}"
            told.fault(path, message, cure=f"there are: {there_are}")
        else:
            taken = outputs[number - 1]
            return told.with_value(Output(notes, taken.name, taken.channels, 0, ""))
        return told.with_value(None)

    def outputs_of(self, instrument: InstrumentSpec) -> tuple[TakenOutput, ...]:
        """All that the scan found of a plug-in, the main one first."""
        if not isinstance(instrument, PluginSpec):
            return ()
        found = self.environment.plugin_of(instrument)
        both = zip(found.output_names, found.outputs, strict=True)
        return tuple(TakenOutput(name, bus.channels) for name, bus in both)

    def played_once(
        self, made: Mapping[str, TrackSource], parents: Mapping[str, str], play: Play
    ) -> Mapping[str, TrackSource]:
        """All the tracks; those that share an instrument have outputs of what is played once."""
        ready = dict(made)
        sharing: dict[str, list[str]] = {}
        for name, parent in parents.items():
            if name in made:
                sharing.setdefault(parent, [parent]).append(name)
        for parent, names in sharing.items():
            notes, taken = made[parent].notes, {made[name].output for name in names}
            outputs = self.outputs_of(notes.instrument)
            node = play(parent, notes, tuple(one for one in outputs if one.name in taken))
            ready |= {name: made[name].of(node) for name in names}
        return ready


def _number(written: str | int, others: list[str]) -> int | None:
    """The number of an output that is told by it, or by its name in whatever case."""
    if isinstance(written, int):
        return written
    called = [name.casefold() for name in (MAIN, *others)]
    wanted = " ".join(written.split()).casefold()
    return called.index(wanted) + 1 if wanted in called else None
