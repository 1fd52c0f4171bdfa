"""Items of a track: what is inside as notes, what is recorded as clips."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

from hostkit.exchange.media import beside
from hostkit.exchange.project import AudioClip, Media
from hostkit.exchange.reaper.reading.clock import MOST_SECONDS, ReaperClock
from hostkit.exchange.reaper.reading.items.events import MidiEvents
from hostkit.exchange.reaper.reading.items.midi import ItemSpan, PlayedItems
from hostkit.exchange.reaper.reading.items.parts import ItemFades, ItemTake, SourceSection, takes_of
from hostkit.exchange.reaper.reading.values import colour_of, exact, file_name, number, plain, whole
from hostkit.exchange.reaper.tree import Block
from hostkit.ground.levels import gain_to_db

MOST_ITEMS = 100_000
_MONO_FROM, _PAIRS_FROM = 3, 67
"""Channel modes: one channel alone, and two next to each other, counted from the first."""
_MIDI = ("MIDI", "MIDIPOOL")
_AS_WRITTEN = 1e-6
_NO_AUDIO = ("CLICK", "LTC", "VIDEO", "EMPTY", "RPP_PROJECT")


@dataclass
class ItemReader:
    """Goes through the items of a track. `pools` are events that several items share."""

    clock: ReaperClock
    folder: Path
    pools: dict[str, Block] = field(default_factory=dict)
    playing: PlayedItems = field(default_factory=PlayedItems)
    clips: list[AudioClip] = field(default_factory=list)
    losses: list[str] = field(default_factory=list)

    def read(self, item: Block) -> None:
        """Adds what an item holds."""
        takes = list(takes_of(item))
        take = next((one for chosen, one in takes if chosen), takes[0][1])
        if len(takes) > 1:
            several = whole(item.words("ALLTAKES"), 0)
            which = "the chosen one" if several else "the one that sounds"
            together = ", which sound together there," if several else ""
            self.losses.append(f"of {len(takes)} takes{together} {which} is brought over")
        section = SourceSection.of(take.source)
        source = section.source
        start = exact(item.words("POSITION"), 0)
        length = min(exact(item.words("LENGTH"), 0), Fraction(MOST_SECONDS))
        if source is None or length <= 0:
            return
        if not 0 <= start <= MOST_SECONDS:
            self.losses.append("an item before the start, or after a day, is left out")
            return
        kind = plain(source.head.words[1]) if len(source.head.words) > 1 else ""
        self._tell(item, take)
        if kind in _MIDI:
            self._midi(item, take, source, start, length)
        elif kind in _NO_AUDIO:
            self.losses.append(f"an item of the kind {kind} is left out")
        else:
            self._audio(item, take, section, start, length)

    def _midi(
        self, item: Block, take: ItemTake, source: Block, start: Fraction, length: Fraction
    ) -> None:
        pool = " ".join(source.words("POOLEDEVTS"))
        if source.row("E") is None and source.row("e") is None and pool in self.pools:
            source = self.pools[pool]
        elif pool:
            self.pools[pool] = source
        if source.row("FILE") is not None:
            self.losses.append("an item that names a MIDI file is left out; import that file")
            return
        if whole(item.words("MUTE"), 0):
            self.losses.append("a muted item is left out")
            return
        if whole(source.words("IGNTEMPO"), 0):
            self.losses.append("an item with a tempo of its own follows the project's")
        events = MidiEvents.of(source)
        if events.unread:
            self.losses.append("an event that is no message of a channel is left out")
        rate = take.speed
        if take.transposition_semitones:
            self.losses.append("an item's transposition is left out")
        if abs(number(item.words("VOLPAN"), 0, 1.0) * take.pan_and_gain[1] - 1) > _AS_WRITTEN:
            self.losses.append("the volume of an item of notes is left out")
        soffs = take.lines.words("SOFFS")
        first = self.clock.quarters(start)
        offset = exact(soffs, 1) if len(soffs) > 1 else self._quarters_before(start, soffs) * rate
        span = ItemSpan(
            first,
            self.clock.quarters(start + length),
            max(offset, Fraction(0)),
            bool(whole(item.words("LOOP"), 0)),
            rate,
        )
        if events.curved:
            self.losses.append("curved controllers go straight from point to point")
        self.playing.play(events, span)
        if self.playing.is_full:
            self.losses.append("an item repeats without end, and is cut short")
            self.playing.is_full = False

    def _quarters_before(self, start: Fraction, words: Sequence[str]) -> Fraction:
        """How much of an item was cut off before a time, where that is told in seconds alone."""
        cut = exact(words, 0)
        if cut <= start:
            return self.clock.quarters(start) - self.clock.quarters(start - cut)
        return self.clock.quarters(cut)

    def _audio(
        self,
        item: Block,
        take: ItemTake,
        section: SourceSection,
        start: Fraction,
        length: Fraction,
    ) -> None:
        source = section.source
        if source is None:
            return
        said = file_name("".join(source.words("FILE")[:1]))  # flags may follow, as of an MP3
        if not said:
            self.losses.append("an item without a file is left out")
            return
        rate = take.speed
        if take.transposition_semitones:
            self.losses.append("a clip's change of pitch is left out")
        if section.backwards:
            self.losses.append("an item that plays backwards plays forwards here")
        gain = number(item.words("VOLPAN"), 0, 1.0) * take.pan_and_gain[1]
        cut = exact(take.lines.words("SOFFS"), 0)
        loops = bool(whole(item.words("LOOP"), 0))
        fades = ItemFades.of(item, length)
        if cut < 0 and not loops:
            fades, start, length = fades.later(-cut / rate), start - cut / rate, length + cut / rate
            cut = Fraction(0)
        if section.length is not None and not loops:
            there = max(section.length - cut, Fraction(0)) / rate
            fades, length = fades.shorter(length - there), min(length, there)
        if length <= 0:
            return
        if fades.are_bent:
            self.losses.append("bent fades of clips are straight, or of equal power")
        at = self.clock.on_sample(start)
        self.clips.append(
            AudioClip(
                media=Media(said, beside(self.folder, said)),
                at=at,
                length_seconds=start + length - self.clock.seconds(at),
                start_seconds=section.start + cut,
                gain_db=gain_to_db(abs(gain)),
                fade_in_seconds=fades.rise_seconds,
                fade_out_seconds=fades.fall_seconds,
                fade=fades.shape,
                rate=float(rate),
                channels=self._channels(whole(take.lines.words("CHANMODE"), 0)),
                muted=bool(whole(item.words("MUTE"), 0)),
                name=plain(" ".join(take.lines.words("NAME"))),
                colour=colour_of(item.words("COLOR"), 0),
                comment=_notes(item),
                loop=section.loop if loops else None,
            )
        )
        if gain < 0:
            self.losses.append("a clip's inverted polarity is left out")

    def _channels(self, mode: int) -> tuple[int, ...]:
        if mode >= _PAIRS_FROM:
            return (mode - _PAIRS_FROM, mode - _PAIRS_FROM + 1)
        if mode >= _MONO_FROM:
            return (mode - _MONO_FROM,)
        if mode:
            self.losses.append("a clip's channels are left as they are in its file")
        return ()

    def _tell(self, item: Block, take: ItemTake) -> None:
        """What of an item has no place in a session."""
        if take.lines.row("SM") is not None:
            self.losses.append("stretch markers of an item are left out")
        if take.lines.block("TAKEFX") is not None:
            self.losses.append("effects of an item are left out")
        if any(one.name.endswith("ENV") for one in (*take.lines.blocks(), *item.blocks())):
            self.losses.append("envelopes of an item are left out")
        if take.pan_and_gain[0]:
            self.losses.append("an item's pan is left out")


def _notes(item: Block) -> str:
    notes = item.block("NOTES")
    if notes is None:
        return ""
    return plain(" ".join(row.text.removeprefix("|") for row in notes.rows), 1000)
