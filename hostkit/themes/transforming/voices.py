"""One phrase for several instruments: its notes by register, from the highest down."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from hostkit.midi.pitch import NoteRange
from hostkit.themes.phrase import MusicPhrase, WrittenNote


def divided(phrase: MusicPhrase, ranges: Sequence[NoteRange | None]) -> list[MusicPhrase]:
    """A phrase for each voice, the highest first; `ranges` are what their instruments play.

    Of notes that begin together the highest go to the first voices; where there are more notes
    than voices they are shared evenly, the lower voices having those too many. A note out of its
    voice's range goes to the nearest voice that has it.
    """
    count = len(ranges)
    shares: list[list[WrittenNote]] = [[] for _ in range(count)]
    for _, group in groupby(phrase.notes, key=lambda note: note.start):
        chord = sorted(group, key=lambda note: -note.pitch.key)
        for number, note in enumerate(chord):
            from_below = (len(chord) - 1 - number) * count // len(chord)
            voice = number if len(chord) <= count else count - 1 - from_below
            shares[_playing(note, voice, ranges)].append(note)
    return [phrase.with_notes(share) for share in shares]


def _playing(note: WrittenNote, voice: int, ranges: Sequence[NoteRange | None]) -> int:
    """The voice that plays a note: its own, else the nearest that can, else its own."""

    def has(number: int) -> bool:
        room = ranges[number]
        return room is None or room.low <= note.pitch.key <= room.high

    able = [number for number in range(len(ranges)) if has(number)]
    return min(able, key=lambda number: (abs(number - voice), number), default=voice)
