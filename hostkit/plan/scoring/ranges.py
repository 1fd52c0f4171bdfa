"""What the instruments of tracks can play, for scores that are written for them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from hostkit.errors import RequestError
from hostkit.midi.performing.ranges import playing_range
from hostkit.midi.pitch import NoteRange, note_name
from hostkit.plan.environment import Environment
from hostkit.session.load import LoadedSession
from hostkit.session.model.devices import PresetUse, SoundFont
from hostkit.session.model.session import Track
from hostkit.themes.phrase import MusicPhrase


@dataclass(frozen=True)
class InstrumentRanges:
    """By track: that of a preset, or of an instrument of General MIDI. Nothing is known without
    an environment.
    """

    loaded: LoadedSession
    environment: Environment | None = None
    _known: dict[str, NoteRange | None] = field(default_factory=dict)

    def of(self, name: str) -> NoteRange | None:
        """What a track's instrument plays; None where nothing limits it, or it is not known."""
        if name not in self._known:
            self._known[name] = self._find(self.loaded.session.tracks[name])
        return self._known[name]

    def _find(self, track: Track) -> NoteRange | None:
        instrument = track.instrument
        if isinstance(instrument, SoundFont):
            melodic = instrument.program is not None and not instrument.bank
            return playing_range(instrument.program or 0) if melodic else None
        if self.environment is None or not isinstance(instrument, str | PresetUse):
            return None
        name = instrument if isinstance(instrument, str) else instrument.preset
        try:
            return self.environment.preset(name, self.loaded.path.parent).preset.range
        except RequestError:
            return None  # told of the instrument

    def remarks(self, track: str, what: str, phrase: MusicPhrase) -> Iterable[str]:
        """That a phrase goes where its instrument does not."""
        room = self.of(track)
        if room is None or phrase.keys is None:
            return
        low, high = phrase.keys
        ways = [f"down to {note_name(low)}"] * (low < room.low)
        ways += [f"up to {note_name(high)}"] * (high > room.high)
        if not ways:
            return
        yield (
            f"{track}: {what} goes {' and '.join(ways)}, and its instrument plays {room}; "
            "transpose it, or give it to another track"
        )
