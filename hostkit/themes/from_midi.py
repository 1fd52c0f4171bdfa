"""A theme out of MIDI: the notes of some bars as somebody would write them down."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from statistics import median

from hostkit.midi.channels import channel_of
from hostkit.midi.midi_file import MidiTrack
from hostkit.midi.performing.notes import settle_notes
from hostkit.themes.dynamics import DYNAMICS, dynamic_of
from hostkit.themes.keys import MusicKey
from hostkit.themes.phrase import MEZZO_FORTE, MusicPhrase, WrittenNote
from hostkit.themes.pitch import Pitch

_NEAR = (
    (1, Fraction(1, 11)),
    (2, Fraction(1, 14)),
    (4, Fraction(1, 20)),
    (3, Fraction(1, 20)),
    (6, Fraction(1, 32)),
)
"""Parts of a quarter note, the plainer the better, and how far off one is still meant."""
_FINEST = 8
_SHORTEST = Fraction(1, 8)
_SIXTEENTH = Fraction(1, 4)
_ACCENT = 16
"""So much louder than the others is an accent."""
_OCTAVE = 12


def phrase_from(
    track: MidiTrack,
    ticks_per_quarter: int,
    begin: Fraction,
    end: Fraction,
    key: MusicKey | None = None,
) -> MusicPhrase:
    """The notes that begin from quarter note `begin` to before `end`, from 0 on, and as long.

    Times are as they would be written, pitches as `key` spells them, else with sharps. All are as
    loud as most of them; those that are much louder have an accent.
    """
    length = end - begin
    notes = [
        (at, stop - begin, number, velocity)
        for start, stop, number, velocity in _notes(track, ticks_per_quarter)
        if 0 <= (at := _written(start - begin)) < length
    ]
    starts = sorted({note[0] for note in notes})
    level = DYNAMICS[dynamic_of(int(median(note[3] for note in notes)))] if notes else MEZZO_FORTE
    written = (
        WrittenNote(
            at,
            max(_end(stop, [*starts, length]) - at, _SHORTEST),
            _spelled(number, key),
            level,
            marks=frozenset({"accent"} if velocity >= level + _ACCENT else ()),
        )
        for at, stop, number, velocity in notes
    )
    return MusicPhrase.of(written, length, key=key)


def _notes(
    track: MidiTrack, ticks_per_quarter: int
) -> Iterator[tuple[Fraction, Fraction, int, int]]:
    """Start, stop, key and velocity of each note."""
    settled = settle_notes(track.ticks.tolist(), track.messages, track.end_tick, 1, track.label)
    begun: dict[tuple[int, int], tuple[int, int]] = {}
    events = settled.events
    for tick, message in zip(events.samples.tolist(), events.messages, strict=True):
        key = channel_of(message), message[1]
        if message[0] & 0xF0 == 0x90:
            begun[key] = tick, message[2]
        elif message[0] & 0xF0 == 0x80 and key in begun:
            start, velocity = begun.pop(key)
            yield (
                Fraction(start, ticks_per_quarter),
                Fraction(tick, ticks_per_quarter),
                message[1],
                velocity,
            )


def _end(stop: Fraction, starts: Sequence[Fraction]) -> Fraction:
    """Where a note ends as it is written: where another begins that is near, else on a sixteenth.

    None sounds on over the last of `starts`, the end of all.
    """
    near = min(starts, key=lambda start: abs(start - stop))
    if abs(near - stop) <= _SIXTEENTH or stop > starts[-1]:
        return near
    return round(stop / _SIXTEENTH) * _SIXTEENTH


def _written(quarters: Fraction) -> Fraction:
    for parts, off in _NEAR:
        near = Fraction(round(quarters * parts), parts)
        if abs(near - quarters) <= off:
            return near
    return Fraction(round(quarters * _FINEST), _FINEST)


def _spelled(number: int, key: MusicKey | None) -> Pitch:
    """A note of the key by its own name; others as its neighbours below, raised."""
    if key is None:
        return Pitch.of_key(number)
    octaves = (number - key.tonic.key) // _OCTAVE
    size = len(key.intervals)
    degrees = range(octaves * size, (octaves + 1) * size)
    degree = max(one for one in degrees if key.pitch(one).key <= number)
    return key.pitch(degree, number - key.pitch(degree).key)
