"""What plays in a MIDI file: its tracks, or its channels where a track holds several."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hostkit.errors import Fault, RequestError
from hostkit.midi.channels import CHANNELS, channel_of
from hostkit.midi.controllers import BANK_MSB, PAN
from hostkit.midi.drums import DRUM_BANK, MELODIC_BANK, is_drum_channel, with_drums_as_banks
from hostkit.midi.general import DRUM_KITS_BANK, PROGRAMS
from hostkit.midi.midi_file import MidiFile, MidiTrack, TicksPerQuarter, is_note_on
from hostkit.midi.reading.repair import with_damage
from hostkit.midi.reading.shared import with_shared
from hostkit.midi.soundfont_presets import SoundFontPreset
from hostkit.session.model.session import MAX_TRACKS
from hostkit.session.starting.names import MUTED_TRUMPET, PIZZICATO, TREMOLO, Sound
from hostkit.session.starting.words import sound_in

_KITS = (0, 8, 16, 24, 25, 32, 40, 48)
"""The drum kits of the GS standard, for a font that does not say what it has."""
_PIANO = Sound(0)
_MANNERS = {PIZZICATO: "pizzicato", TREMOLO: "tremolo", MUTED_TRUMPET: "muted"}

MAX_NAME = 64


@dataclass(frozen=True)
class NewTrack:
    """One future track of the session.

    `sounds` are the programs its notes are played with, in order of appearance; `guessed`
    says that they come from its name and not from the file, `recognised` that either told.
    `port` is given where the source plays on several. `low`, `median` and `high` are MIDI
    notes. `lines` is the share of notes that begin alone, 1 for a single line. `members` are what
    it is made of, each with its articulation, where it is more than one part of the file.
    """

    name: str
    track: str | int | None
    channel: int | None
    port: int | None
    sounds: tuple[Sound, ...]
    guessed: bool
    recognised: bool
    panned: bool
    notes: int
    low: int
    median: int
    high: int
    lines: float
    members: tuple[tuple[str, NewTrack], ...] = ()

    @property
    def is_drums(self) -> bool:
        return self.sounds[0].is_drums


def parts_of(file: MidiFile, presets: tuple[SoundFontPreset, ...] = ()) -> tuple[NewTrack, ...]:
    """The parts in the file's order, for a font with those presets.

    Raises RequestError when there is nothing to play.
    """
    playing = [track for track in file.tracks if track.played]
    if not playing:
        none = Fault(f"{file.path}: no track of it plays a note", "export it again with notes")
        raise RequestError(*with_damage(file.repairs, none))
    count = sum(len(track.played) for track in playing)
    if count > MAX_TRACKS:
        raise RequestError(
            f"it has {count} parts and a session at most {MAX_TRACKS} tracks",
            cure="split it into several files",
            file=file.path,
        )
    heard = [with_drums_as_banks(with_shared(file, track)) for track in playing]
    stated = {
        (track.index, channel): _stated(track, channel)
        for track in heard
        for channel in track.played
    }
    namer = _Namer(file, stated)
    choose = _Chooser(tuple(track.name for track in playing), stated, namer, presets)
    return tuple(
        _part(file, track, channel, namer, choose) for track in heard for channel in track.played
    )


def _part(
    file: MidiFile, track: MidiTrack, channel: int, namer: _Namer, choose: _Chooser
) -> NewTrack:
    alone = file.format == 0 or len(file.tracks) == 1
    played = list(track.messages)
    starts = [i for i, m in enumerate(played) if is_note_on(m) and channel_of(m) == channel]
    ticks = track.ticks[starts]
    pitches = np.array([played[i][1] for i in starts])
    sounds, guessed, recognised = choose.sounds(track, channel)
    ports = {each // CHANNELS for each in track.played}
    return NewTrack(
        name=namer.name(track, channel),
        track=None if alone else _chosen(file, track),
        channel=channel % CHANNELS + 1 if alone or len(track.played) > 1 else None,
        port=channel // CHANNELS if len(ports) > 1 else None,
        sounds=sounds,
        guessed=guessed,
        recognised=recognised,
        panned=_is_panned(track, channel),
        notes=len(starts),
        low=int(pitches.min()),
        median=int(np.median(pitches)),
        high=int(pitches.max()),
        lines=_lines(ticks, file),
    )


_Stated = dict[tuple[int, int], tuple[Sound, ...]]
"""The sounds that programs choose, by track and channel; none where there is no program."""


@dataclass(frozen=True)
class _Namer:
    """Names parts: by their track, where that is theirs alone or names an instrument."""

    file: MidiFile
    stated: _Stated

    def name(self, track: MidiTrack, channel: int) -> str:
        """Arco and pizzicato channels of one part stay under its name; "" for no name."""
        if len(track.played) == 1:
            alone = self.file.format == 0 or len(self.file.tracks) == 1
            return "" if alone and self.file.format == 0 else track.name
        called = sound_in(track.name)
        sounds = self.stated[track.index, channel]
        if called is None or called.is_drums or self.file.format == 0 or not sounds:
            return ""
        if sounds[0].is_drums or _family(sounds[0]) != _family(called):
            return ""
        manner = _MANNERS.get(sounds[0])
        return f"{track.name} ({manner})" if manner and sounds[0] != called else track.name


def _family(sound: Sound) -> str:
    family = PROGRAMS[sound.program].family
    return "Strings" if sound.program in range(48, 52) else family


@dataclass(frozen=True)
class _Chooser:
    """Chooses what a part is played with: by its programs, else by its name.

    A program 0 everywhere is what sequencers write that know of no programs; where a name
    says otherwise it is no choice of the piano. Nor is channel 10 one of drums where a name
    says a horn.
    """

    names: tuple[str, ...]
    stated: _Stated
    namer: _Namer
    presets: tuple[SoundFontPreset, ...]

    def sounds(self, track: MidiTrack, channel: int) -> tuple[tuple[Sound, ...], bool, bool]:
        """The sounds, whether the name told them, and whether anything did."""
        stated = self.stated[track.index, channel]
        guess = sound_in(self.namer.name(track, channel), self.names)
        drums = stated[0].is_drums if stated else is_drum_channel(channel)
        if drums and is_drum_channel(channel) and guess is not None and not guess.is_drums:
            program = stated[0].program if stated else 0
            return ((Sound(program) if program else guess),), True, True
        if drums:
            kits = stated or (Sound(0, DRUM_KITS_BANK),)
            return tuple(dict.fromkeys(map(self._kit, kits))), False, True
        if stated and not (set(stated) == {_PIANO} and self._zero_is_no_choice):
            return tuple(dict.fromkeys(map(self._there, stated))), False, True
        return (guess or _PIANO,), guess is not None, guess is not None

    @cached_property
    def _zero_is_no_choice(self) -> bool:
        melodic = {s for sounds in self.stated.values() for s in sounds if not s.is_drums}
        guesses = (sound_in(name, self.names) for name in self.names)
        return melodic == {_PIANO} and any(guess not in (None, _PIANO) for guess in guesses)

    def _kit(self, kit: Sound) -> Sound:
        there = {p.program for p in self.presets if p.bank == DRUM_KITS_BANK} or _KITS
        return kit if kit.program in there else Sound(0, DRUM_KITS_BANK)

    def _there(self, sound: Sound) -> Sound:
        """A variation that the font has, else what it varies."""
        has = any((p.bank, p.program) == (sound.bank, sound.program) for p in self.presets)
        return sound if has else Sound(sound.program)


def _stated(track: MidiTrack, channel: int) -> tuple[Sound, ...]:
    """The sounds of a channel's notes that programs chose, each once, in order.

    Notes before the first program have that one: it is set late, not changed.
    """
    bank, drums, sound = 0, is_drum_channel(channel), None
    found: dict[Sound, None] = {}
    for message in track.messages:
        if channel_of(message) != channel:
            continue
        kind = message[0] & 0xF0
        if kind == 0xB0 and message[1] == BANK_MSB:
            drums = message[2] == DRUM_BANK or (drums and message[2] != MELODIC_BANK)
            bank = message[2] % DRUM_BANK if message[2] != MELODIC_BANK else 0
        elif kind == 0xC0:
            sound = Sound(message[1], DRUM_KITS_BANK if drums else bank)
            if found.pop(_UNSET, 0) is None:
                found[sound] = None
        elif is_note_on(message):
            found[sound or _UNSET] = None
    found.pop(_UNSET, None)
    return tuple(found)


_UNSET = Sound(-1)


def _chosen(file: MidiFile, track: MidiTrack) -> str | int:
    """A track's name where it names only this one and is no essay, else its number."""
    same = [t for t in file.tracks if t.name.casefold() == track.name.casefold()]
    good = 0 < len(track.name) <= MAX_NAME and len(same) == 1
    return track.name if good else track.index


def _is_panned(track: MidiTrack, channel: int) -> bool:
    """Whether the MIDI itself pans the part."""
    return any(
        m[0] & 0xF0 == 0xB0 and m[1] == PAN and m[2] != 64 and channel_of(m) == channel
        for m in track.messages
    )


def _lines(ticks: NDArray[Any], file: MidiFile) -> float:
    """Share of notes that begin alone, 1/16 of a quarter note being together."""
    together = file.division.count // 16 if isinstance(file.division, TicksPerQuarter) else 1
    return (1 + int((np.diff(ticks) > together).sum())) / len(ticks)
