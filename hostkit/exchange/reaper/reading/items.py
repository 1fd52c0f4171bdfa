"""Items of a track: what is inside as notes, what is recorded as clips."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path

from hostkit.exchange.media import beside
from hostkit.exchange.project import AudioClip, FileLoop, Media
from hostkit.exchange.reaper.reading.clock import MOST_SECONDS, ReaperClock
from hostkit.exchange.reaper.reading.events import MidiEvents
from hostkit.exchange.reaper.reading.midi import ItemSpan, PlayedItems
from hostkit.exchange.reaper.reading.values import colour_of, exact, file_name, number, plain, whole
from hostkit.exchange.reaper.tree import Block, ProjectLine
from hostkit.ground.levels import gain_to_db
from hostkit.plan.nodes.recorded import FadeShape

MOST_ITEMS = 100_000
_MONO_FROM, _PAIRS_FROM = 3, 67
"""Channel modes: one channel alone, and two next to each other, counted from the first."""
_MIDI = ("MIDI", "MIDIPOOL")
_AS_WRITTEN = 1e-6
_MOST_SECTIONS = 8
_BACKWARDS, _ALL_BACKWARDS = 2, 3
"""Modes of a section: the bit that reverses it, and that without a section."""
_ROUNDED_FADES = (1, 3)
"""Shapes of fades that go fast where it is soft, as those of equal power do; others are nearer to
a straight line."""
_SAID_FADES = (0, 1)
"""Straight ones, and those that REAPER makes by itself."""
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
        rate, pitch, _ = _playrate(take)
        if pitch:
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
        rate, pitch, _ = _playrate(take)
        if pitch:
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


def _takes(item: Block) -> Iterator[tuple[bool, ItemTake]]:
    """The takes of an item, and whether each is the chosen one."""
    lines, chosen = Block(item.head), False
    for one in item.content:
        if isinstance(one, str) and (row := ProjectLine(one)).name == "TAKE":
            yield chosen, ItemTake(lines)
            lines, chosen = Block(row), "SEL" in row.words
            continue
        lines.content.append(one)
    yield chosen, ItemTake(lines)


@dataclass(frozen=True)
class SourceSection:
    """A source, and what of it there is for an item, in seconds; `length` None for all of it."""

    source: Block | None
    start: Fraction = Fraction(0)
    length: Fraction | None = None
    backwards: bool = False

    @classmethod
    def of(cls, source: Block | None) -> SourceSection:
        """The source inside of sections of one."""
        found = cls(source)
        for _ in range(_MOST_SECTIONS):
            source = found.source
            if source is None or source.head.words[1:2] != ["SECTION"]:
                break
            mode, length = whole(source.words("MODE"), 0), exact(source.words("LENGTH"), 0)
            is_part = mode != _ALL_BACKWARDS and length > 0
            found = cls(
                source.block("SOURCE"),
                found.start + (exact(source.words("STARTPOS"), 0) if is_part else 0),
                length if is_part else found.length,
                found.backwards or bool(mode & _BACKWARDS),
            )
        return found

    @property
    def loop(self) -> FileLoop:
        """What comes again where an item is longer."""
        return FileLoop(self.start, None if self.length is None else self.start + self.length)


@dataclass(frozen=True)
class ItemFades:
    """How an item fades in and out, and the numbers of the shapes that it does so in."""

    rise_seconds: float
    fall_seconds: float
    shapes: frozenset[int]

    @classmethod
    def of(cls, item: Block, length: Fraction) -> ItemFades:
        """The fades that are heard: those that REAPER made where items overlap, else one's own."""
        heard = {}
        for name in ("FADEIN", "FADEOUT"):
            words = item.words(name)
            automatic, own = number(words, 2), number(words, 1)
            seconds = min(max(automatic if automatic > 0 else own, 0.0), float(length))
            heard[name] = seconds, whole(words, 0, _SAID_FADES[-1])
        shapes = frozenset(shape for seconds, shape in heard.values() if seconds)
        return cls(heard["FADEIN"][0], heard["FADEOUT"][0], shapes)

    def later(self, seconds: Fraction) -> ItemFades:
        """With silence at the start, into which so much of the fade in falls."""
        return replace(self, rise_seconds=max(0.0, self.rise_seconds - float(seconds)))

    def shorter(self, seconds: Fraction) -> ItemFades:
        """With silence at the end, into which so much of the fade out falls."""
        left = self.fall_seconds - max(0.0, float(seconds))
        return replace(self, fall_seconds=max(0.0, left))

    @property
    def shape(self) -> FadeShape:
        """The one of a session that is nearest."""
        straight = self.shapes and not self.shapes.intersection(_ROUNDED_FADES)
        return "linear" if straight else "equal_power"

    @property
    def are_bent(self) -> bool:
        """Whether a session cannot have them as they are."""
        return len(self.shapes) > 1 or not self.shapes.issubset(_SAID_FADES)


def _playrate(take: ItemTake) -> tuple[Fraction, float, bool]:
    """Speed, change of pitch in semitones, and whether speed leaves the pitch alone."""
    words = take.lines.words("PLAYRATE")
    rate = exact(words, 0, Fraction(1))
    inside = Fraction(1, 100) <= rate <= 100
    return rate if inside else Fraction(1), number(words, 2), bool(whole(words, 1))


def _notes(item: Block) -> str:
    notes = item.block("NOTES")
    if notes is None:
        return ""
    return plain(" ".join(row.text.removeprefix("|") for row in notes.rows), 1000)
