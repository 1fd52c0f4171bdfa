"""Where a part sits: pan, gain and room, as an orchestra does on stage, seen from the hall."""

from __future__ import annotations

from dataclasses import dataclass, replace

from hostkit.midi.general import PROGRAMS
from hostkit.session.starting.words import desks_in


@dataclass(frozen=True)
class Seat:
    """Pan −1…1, fader and send to the hall in dB.

    Gains make up for how unevenly loud the programs of a General MIDI SoundFont are.
    """

    pan: float = 0.0
    gain_db: float = 0.0
    send_db: float = -12.0


_FAMILIES = {
    "Piano": Seat(-0.15, 2, -14),
    "Chromatic Percussion": Seat(-0.3, 3, -9),
    "Organ": Seat(0, 0, -12),
    "Guitar": Seat(0.25, 0, -14),
    "Bass": Seat(0, 0, -24),
    "Strings": Seat(0, 0, -9),
    "Ensemble": Seat(0, 1, -8),
    "Brass": Seat(0.2, 0, -8),
    "Reed": Seat(0.1, -1, -9),
    "Pipe": Seat(-0.1, 0, -8),
    "Synth Lead": Seat(0, -4, -14),
    "Synth Pad": Seat(0, 0, -12),
    "Synth Effects": Seat(0, 0, -10),
    "Ethnic": Seat(-0.2, 2, -12),
    "Percussive": Seat(0.1, 2, -10),
    "Sound Effects": Seat(0, 0, -10),
}
_PROGRAMS = {
    "Glockenspiel": Seat(-0.35, 5, -7),
    "Celesta": Seat(-0.35, 4, -7),
    "Tubular Bells": Seat(0.3, 0, -7),
    "Violin": Seat(-0.4, -3, -8),
    "Viola": Seat(0.2, -2, -8),
    "Cello": Seat(0.4, -3, -9),
    "Contrabass": Seat(0.5, -1, -14),
    "Pizzicato Strings": Seat(0, 4, -8),
    "Orchestral Harp": Seat(-0.5, 1, -9),
    "Timpani": Seat(0.15, 4, -8),
    "Choir Aahs": Seat(0, 0, -5),
    "Voice Oohs": Seat(0, 1, -5),
    "French Horn": Seat(-0.35, -4, -6),
    "Trombone": Seat(0.35, 0, -8),
    "Tuba": Seat(0.45, 1, -10),
    "Clarinet": Seat(-0.15, 0, -9),
    "Bassoon": Seat(0.2, 0, -9),
}
DRUM_SEAT = Seat(0, 2, -14)

DESKS = {"violins": -0.5, "second violins": -0.2, "violas": 0.2, "cellos": 0.4, "basses": 0.5}
"""The pan of string sections and their soloists, whatever their manner of playing."""

# Strings of no such name sit from high on the left to low on the right.
_SECTIONS = ("String Ensemble 1", "String Ensemble 2", "Tremolo Strings", "Pizzicato Strings")
_SOLOISTS = ("Violin", "Viola", "Cello", "Contrabass")
_LOW, _HIGH, _WIDTH = 43, 74, 0.5


def seat_of(program: int, median_pitch: int, name: str = "") -> Seat:
    """The seat of a program (0…127) whose part is called `name`, lying around `median_pitch`.

    Strings sit where their name says; the pitch decides where it says nothing.

    >>> seat_of(60, 60).pan, seat_of(48, 80).pan, seat_of(48, 40, "Vln 1").pan
    (-0.35, -0.5, -0.5)
    """
    sound = PROGRAMS[program]
    seat = _PROGRAMS.get(sound.name, _FAMILIES[sound.family])
    if sound.name in (*_SECTIONS, *_SOLOISTS) and (desks := desks_in(name)):
        return replace(seat, pan=DESKS[desks])
    if sound.name not in _SECTIONS:
        return seat
    height = (median_pitch - _LOW) / (_HIGH - _LOW)
    pan = round(_WIDTH * (1 - 2 * min(1.0, max(0.0, height))), 1)
    return replace(seat, pan=pan)
