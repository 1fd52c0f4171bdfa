"""A small language for writing down music, and a player that performs it from the page.

Notes are written as text: `D5:1.5 A5:.5 | Bb5:1 A5 _`. A pitch and its length in quarter
notes (the last length holds on), `_` for a rest, `D4+F4+A4` for a chord, `~` to tie, `'` for
short, `>` for accented. Bar lines are checked against the meter, so that a slip of the pen
is an error and not a shifted part. Dynamics are marks at places, in between they move:
`1|1 pp, 5|1 mf`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from random import Random

from hostkit.midi.write import TrackEvents, midi_bytes
from hostkit.timebase.position import BarBeat, parse_position
from hostkit.timebase.tempo_map import TempoMap, TempoMark

LOUDNESS = {
    "ppp": 0.08,
    "pp": 0.2,
    "p": 0.35,
    "mp": 0.5,
    "mf": 0.63,
    "f": 0.78,
    "ff": 0.9,
    "fff": 1,
}
STEPS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_TOKEN = re.compile(
    r"(?P<pitch>[A-G_][#b]?-?\d?(?:\+[A-G][#b]?-?\d)*)(?::(?P<length>[\d./]+))?(?P<marks>[~'>]*)"
)


@dataclass(frozen=True)
class Note:
    """A note on the page: start and length in quarter notes from 1|1."""

    at: Fraction
    length: Fraction
    pitch: int
    short: bool = False
    accent: bool = False


@dataclass(frozen=True)
class Player:
    """How a part is played: what General MIDI sound, how tight, how sustained."""

    program: int
    channel: int
    sustains: bool = True  # shaped by controllers while a note sounds
    spread_ms: float = 14  # how far from the beat a player may be
    legato: float = 1.0  # of the written length
    vibrato: int = 0  # CC1 when loud
    lag_ms: float = 0  # ahead of the beat, for sounds that speak late
    volume: int = 100  # CC7


def number(pitch: str) -> int:
    """The MIDI note of a name: C4 is 60."""
    step = STEPS[pitch[0]] + pitch.count("#") - pitch.count("b")
    return step + 12 * (int(pitch.lstrip("ABCDEFGb#")) + 1)


@dataclass
class Score:
    """Parts that share a tempo map."""

    name: str
    tempo: list[TempoMark]
    markers: list[tuple[str, str]] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.map = TempoMap.build(self.tempo)

    def part(self, name: str, player: Player, dynamics: str) -> Part:
        made = Part(name, player, self.map, marks(dynamics, self.map))
        self.parts.append(made)
        return made

    def midi(self) -> bytes:
        """The performance, as a MIDI file: the same at every run."""
        tracks = [TrackEvents(p.name, list(p.events(self.name))) for p in self.parts]
        markers = [(beat(place, self.map), text) for place, text in self.markers]
        return midi_bytes(self.map, tracks, markers, name=self.name)


def beat(place: str, tempo_map: TempoMap) -> Fraction:
    position = parse_position(place)
    if not isinstance(position, BarBeat):
        raise ValueError(f"{place!r} is not a bar and beat")
    return tempo_map.beats_at(position)


def marks(text: str, tempo_map: TempoMap) -> list[tuple[Fraction, float]]:
    """`1|1 pp, 5|1 mf` as (quarter notes, loudness 0…1)."""
    pairs = (mark.split() for mark in text.split(","))
    return [(beat(place, tempo_map), LOUDNESS[level]) for place, level in pairs]


@dataclass
class Part:
    name: str
    player: Player
    map: TempoMap
    dynamics: list[tuple[Fraction, float]]
    notes: list[Note] = field(default_factory=list)
    pedals: list[tuple[Fraction, int]] = field(default_factory=list)

    def play(self, place: str, text: str) -> Part:
        """Writes `text` from `place` on."""
        self.notes += read(text, beat(place, self.map), self.map)
        return self

    def pedal(self, *places: str) -> Part:
        """A sustain pedal that is changed at each place and lifted at the last."""
        self.pedals += [(beat(place, self.map), 127) for place in places[:-1]]
        self.pedals.append((beat(places[-1], self.map), 0))
        return self

    def loudness(self, at: Fraction) -> float:
        i = bisect_right(self.dynamics, at, key=lambda mark: mark[0])
        if i in (0, len(self.dynamics)):
            return self.dynamics[min(i, len(self.dynamics) - 1)][1]
        (start, before), (end, after) = self.dynamics[i - 1], self.dynamics[i]
        return before + (after - before) * float((at - start) / (end - start))

    def events(self, seed: str) -> Iterator[tuple[Fraction, bytes]]:
        """The performance in MIDI: set-up, controllers, pedals, notes."""
        channel = self.player.channel - 1
        yield Fraction(0), bytes([0xC0 | channel, self.player.program])
        yield Fraction(0), bytes([0xB0 | channel, 7, self.player.volume])
        for at, value in (*self._swells(), *self._pedalling()):
            yield at, bytes([0xB0 | channel, *value])
        for on, off, pitch, velocity in self._performed(Random(f"{seed}/{self.name}")):
            yield on, bytes([0x90 | channel, pitch, velocity])
            yield off, bytes([0x80 | channel, pitch, 64])

    def _swells(self) -> Iterator[tuple[Fraction, tuple[int, int]]]:
        """Expression (CC11) and vibrato (CC1) every eighth of a beat, where they change."""
        if not self.player.sustains or not self.notes:
            yield Fraction(0), (11, 110)
            return
        last: dict[int, int] = {}
        end = max(note.at + note.length for note in self.notes)
        for step in range(int(end * 8) + 1):
            at = Fraction(step, 8)
            level = self.loudness(at)
            vibrato = round(self.player.vibrato * level)
            for controller, value in ((11, round(56 + 68 * level)), (1, vibrato)):
                if last.get(controller, 0 if controller == 1 else None) != value:
                    last[controller] = value
                    yield at, (controller, value)

    def _pedalling(self) -> Iterator[tuple[Fraction, tuple[int, int]]]:
        for at, value in sorted(self.pedals):
            if value:
                yield at, (64, 0)
            yield at + (Fraction(1, 16) if value else 0), (64, value)

    def _performed(self, random: Random) -> Iterator[tuple[Fraction, Fraction, int, int]]:
        """Notes as they are played: (on, off, pitch, velocity), none over its own repeat."""
        drift = 0.0
        following = _next_of_pitch(self.notes)
        for note in sorted(self.notes, key=lambda note: (note.at, note.pitch)):
            drift = 0.6 * drift + 0.4 * _around(random)  # people lean, they do not jitter
            late_ms = self.player.spread_ms * (drift + 0.35 * _around(random))
            on = max(Fraction(0), note.at + self._beats(note.at, late_ms - self.player.lag_ms))
            sounding = note.length * Fraction("0.45" if note.short else str(self.player.legato))
            off = on + sounding
            repeat = following.get((note.pitch, note.at))
            if repeat is not None:
                off = min(off, repeat - self._beats(repeat, 40 + self.player.lag_ms))
            velocity = self._velocity(note, random)
            yield on, max(off, on + Fraction(1, 32)), note.pitch, velocity

    def _velocity(self, note: Note, random: Random) -> int:
        level = self.loudness(note.at)
        soft, range_ = (50, 66) if self.player.sustains else (30, 88)
        position = self.map.bar_beat_at(note.at)
        weight = 4 if position.beat == 1 else 0 if position.beat.denominator == 1 else -4
        value = soft + range_ * level + weight + 5 * _around(random) + (14 if note.accent else 0)
        return max(1, min(127, round(value)))

    def _beats(self, at: Fraction, ms: float) -> Fraction:
        return Fraction(round(ms * 1000), 60_000_000) * Fraction(round(self.map.tempo_at(at)))


def _around(random: Random) -> float:
    """A number around 0, between −1 and 1, near 0 most often; the same on every system."""
    return random.random() + random.random() - 1


def _next_of_pitch(notes: Iterable[Note]) -> dict[tuple[int, Fraction], Fraction]:
    """For each note, by pitch and place, where its pitch is struck next."""
    seen: dict[int, Fraction] = {}
    following = {}
    for note in sorted(notes, key=lambda note: note.at, reverse=True):
        if note.pitch in seen:
            following[note.pitch, note.at] = seen[note.pitch]
        seen[note.pitch] = note.at
    return following


def read(text: str, start: Fraction, tempo_map: TempoMap) -> list[Note]:
    """The notes of a line. Raises ValueError where a bar does not add up."""
    notes: list[Note] = []
    tied: dict[int, Note] = {}
    at, length = start, Fraction(1)
    for word in text.split():
        if word == "|":
            place = tempo_map.bar_beat_at(at)
            if place.beat != 1:
                raise ValueError(f"the bar line is at {place}: … {word} in {text!r}")
            continue
        found = _TOKEN.fullmatch(word)
        if found is None:
            raise ValueError(f"{word!r} is no note")
        if found["length"]:
            length = Fraction(found["length"])
        signs = found["marks"]
        if found["pitch"] != "_":
            for name in found["pitch"].split("+"):
                pitch = number(name)
                before = tied.pop(pitch, None)
                note = Note(
                    before.at if before else at,
                    length + (before.length if before else 0),
                    pitch,
                    "'" in signs,
                    ">" in signs,
                )
                if "~" in signs:
                    tied[pitch] = note
                else:
                    notes.append(note)
        at += length
    return notes + list(tied.values())
