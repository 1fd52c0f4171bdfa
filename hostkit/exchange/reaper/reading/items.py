"""Items of a track: what is inside as notes, what is recorded as clips."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

from hostkit.exchange.media import beside
from hostkit.exchange.project import AudioClip, Media
from hostkit.exchange.reaper.reading.clock import MOST_SECONDS, ReaperClock
from hostkit.exchange.reaper.reading.midi import ItemSpan, MidiEvents, PlayedItems
from hostkit.exchange.reaper.reading.values import colour_of, exact, number, plain, whole
from hostkit.exchange.reaper.tree import Block, ProjectLine
from hostkit.ground.levels import gain_to_db

MOST_ITEMS = 100_000
_MONO_FROM, _PAIRS_FROM = 3, 67
"""Channel modes: one channel alone, and two next to each other, counted from the first."""
_MIDI = ("MIDI", "MIDIPOOL")
_NO_AUDIO = ("CLICK", "LTC", "VIDEO", "EMPTY", "RPP_PROJECT")


@dataclass(frozen=True)
class ItemTake:
    """What an item plays: the lines and blocks of one of its takes."""

    lines: Block

    @property
    def source(self) -> Block | None:
        return self.lines.block("SOURCE")

    @property
    def pan_and_gain(self) -> tuple[float, float]:
        """Of the take alone: the first one's stand in the item's line, the others' in their own."""
        own = self.lines.words("TAKEVOLPAN")
        words = own or self.lines.words("VOLPAN")[1:]
        return number(words, 0), number(words, 1, 1.0)


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
        takes = list(_takes(item))
        take = next((one for chosen, one in takes if chosen), takes[0][1])
        if len(takes) > 1:
            self.losses.append(f"of {len(takes)} takes the one that sounds is brought over")
        source, offset = _section(take.source)
        start = exact(item.words("POSITION"), 0)
        length = min(exact(item.words("LENGTH"), 0), Fraction(MOST_SECONDS))
        if source is None or length <= 0 or not 0 <= start <= MOST_SECONDS:
            return
        kind = plain(source.head.words[1]) if len(source.head.words) > 1 else ""
        self._tell(item, take)
        if kind in _MIDI:
            self._midi(item, take, source, start, length)
        elif kind in _NO_AUDIO:
            self.losses.append(f"an item of the kind {kind} is left out")
        else:
            self._audio(item, take, source, start, length, offset)

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
        rate, _, _ = _playrate(take)
        soffs = take.lines.words("SOFFS")
        offset = exact(soffs, 1) if len(soffs) > 1 else self.clock.quarters(exact(soffs, 0))
        first = self.clock.quarters(start)
        span = ItemSpan(
            first,
            self.clock.quarters(start + length),
            max(offset, Fraction(0)),
            bool(whole(item.words("LOOP"), 0)),
            rate,
        )
        self.playing.play(events, span)
        if self.playing.is_full:
            self.losses.append("an item repeats without end, and is cut short")
            self.playing.is_full = False

    def _audio(
        self,
        item: Block,
        take: ItemTake,
        source: Block,
        start: Fraction,
        length: Fraction,
        offset: Fraction,
    ) -> None:
        said = plain(" ".join(source.words("FILE")), 1000)
        if not said:
            self.losses.append("an item without a file is left out")
            return
        file = beside(self.folder, said)
        if file is None:
            self.losses.append(f"{Path(said.replace(chr(92), '/')).name} is not beside the project")
        rate, pitch, _ = _playrate(take)
        if pitch:
            self.losses.append(f"a clip's change of pitch by {pitch:g} semitones is left out")
        gain = number(item.words("VOLPAN"), 0, 1.0) * take.pan_and_gain[1]
        self.clips.append(
            AudioClip(
                media=Media(said, file),
                at=self.clock.quarters(start),
                length_seconds=length,
                start_seconds=max(exact(take.lines.words("SOFFS"), 0) + offset, Fraction(0)),
                gain_db=gain_to_db(abs(gain)),
                fade_in_seconds=_fade(item.words("FADEIN"), length),
                fade_out_seconds=_fade(item.words("FADEOUT"), length),
                rate=float(rate),
                channels=self._channels(whole(take.lines.words("CHANMODE"), 0)),
                muted=bool(whole(item.words("MUTE"), 0)),
                name=plain(" ".join(take.lines.words("NAME"))),
                colour=colour_of(item.words("COLOR"), 0),
                comment=_notes(item),
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


def _takes(item: Block) -> Iterator[tuple[bool, ItemTake]]:
    """The takes of an item, and whether each is the chosen one."""
    lines, chosen = Block(item.head), False
    for one in item.inside:
        if isinstance(one, ProjectLine) and one.name == "TAKE":
            yield chosen, ItemTake(lines)
            lines, chosen = Block(one), "SEL" in one.words
            continue
        lines.inside.append(one)
    yield chosen, ItemTake(lines)


def _section(source: Block | None) -> tuple[Block | None, Fraction]:
    """The source inside of a section of one, and where in it that begins, in seconds."""
    offset = Fraction(0)
    for _ in range(8):
        if source is None or source.head.words[1:2] != ["SECTION"]:
            break
        offset += exact(source.words("STARTPOS"), 0)
        source = source.block("SOURCE")
    return source, offset


def _playrate(take: ItemTake) -> tuple[Fraction, float, bool]:
    """Speed, change of pitch in semitones, and whether speed leaves the pitch alone."""
    words = take.lines.words("PLAYRATE")
    rate = exact(words, 0, Fraction(1))
    inside = Fraction(1, 100) <= rate <= 100
    return rate if inside else Fraction(1), number(words, 2), bool(whole(words, 1))


def _fade(words: list[str], length: Fraction) -> float:
    """The fade that is heard: the one that REAPER made where items overlap, else one's own."""
    automatic, own = number(words, 2), number(words, 1)
    return min(max(automatic if automatic > 0 else own, 0.0), float(length))


def _notes(item: Block) -> str:
    notes = item.block("NOTES")
    if notes is None:
        return ""
    return plain(" ".join(row.text.removeprefix("|") for row in notes.rows), 1000)
