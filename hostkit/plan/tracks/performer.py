"""What a track's MIDI and score say, as its instrument is to play it."""

from __future__ import annotations

from collections.abc import Iterator, Set
from dataclasses import dataclass, replace

from hostkit.devices.spec import InstrumentSpec, PluginSpec, SfzSpec, SoundFontSpec
from hostkit.errors import RequestError
from hostkit.midi.drums import with_drums_as_banks
from hostkit.midi.general import DRUM_KITS_BANK, dies_away
from hostkit.midi.midi_file import MidiTrack
from hostkit.midi.performing.pedals import with_pedals_lifted
from hostkit.midi.performing.pre_roll import PreRolled
from hostkit.midi.reading.repair import repairs_in_words
from hostkit.midi.reading.shared import on_one_port
from hostkit.plan.environment import Environment
from hostkit.plan.found import Found, Gathering
from hostkit.plan.music.articulations import Phrasing, Said, Ways
from hostkit.plan.music.midi_files import MidiFiles, midi_path
from hostkit.plan.music.strays import few, not_sent, unswitched
from hostkit.plan.music.timeline import Timeline
from hostkit.session.load import LoadedSession
from hostkit.session.model.session import Track


@dataclass(frozen=True)
class PlayedNotes:
    """A track's notes in samples, and what was repaired of its MIDI, in words."""

    performed: PreRolled
    repairs: tuple[str, ...]


@dataclass(frozen=True)
class Performer:
    """Plays tracks on the timeline of the form named; `loop_frames` is the length of a loop."""

    loaded: LoadedSession
    environment: Environment
    midi: MidiFiles
    timeline: Timeline
    form: str
    loop_frames: int | None

    def play(
        self, name: str, track: Track, instrument: InstrumentSpec | None
    ) -> Found[PlayedNotes | None]:
        """What an instrument plays of a track; None after a problem."""
        told = Gathering(self.loaded)
        phrasing = Phrasing(
            self.loaded, self.environment, self.timeline, self.form, self.loop_frames
        )
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
        told_of = (*found.file.repairs, *found.file.not_followed, *settled)
        repairs = repairs_in_words(found.name, told_of)
        said = Said(found.file, as_played(found.track), found.parts)
        phrased = told.take(phrasing.play(name, track, performances, said, ways))
        if phrased is not None and isinstance(instrument, SfzSpec) and not track.midi_effects:
            told.warn(*self._unswitched(name, instrument, phrased, said.track, ways))
        return told.with_value(None if phrased is None else PlayedNotes(phrased, repairs))

    def _unswitched(
        self, name: str, spec: SfzSpec, played: PreRolled, written: MidiTrack, ways: Ways
    ) -> Iterator[str]:
        """Notes that an SFZ leaves silent, at the line of their track."""
        keys, named = spec.keyswitches.keys, ways.articulations
        switching = [one for one, way in named.items() if keys.intersection(way.keyswitch)]
        place, messages = self.loaded.tree.key_place(("tracks", name)), played.events.messages
        for text in unswitched(name, self.form, spec, messages, written, switching):
            yield f"{place}: {text}"

    def _not_had(self, name: str, articulations: Set[str]) -> Iterator[str]:
        """Articulations that the score asks for and the instrument has not."""
        placed = self.midi.scores.placed.get(name, ())
        asked = {note.articulation for one in placed for note in one.phrase.notes}
        if missing := sorted(asked - articulations - {""}):
            yield (
                f"{name}: its score asks for {few(missing)}, which its instrument does not have: "
                "played plainly; say what chooses it in articulations:"
            )


def _dies_away(instrument: InstrumentSpec | None) -> bool | None:
    """Whether the instrument dies away under the pedal; None where the MIDI's programs tell."""
    if not isinstance(instrument, SoundFontSpec):
        return False
    if instrument.program is None:
        return None
    return instrument.bank == DRUM_KITS_BANK or dies_away(instrument.program)
