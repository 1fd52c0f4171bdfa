"""What instruments of General MIDI play in an orchestra, from the lowest note to the highest.

As they sound, for good players, after S. Adler, The Study of Orchestration. A sound that a player
has no limits with, such as a synthesiser, has none here.
"""

from __future__ import annotations

from hostkit.midi.pitch import NoteRange

_RANGES = {
    "A0-C8": (0, 1, 2, 3),
    "F1-F6": (6,),
    "C4-C8": (8,),
    "G5-C8": (9,),
    "F3-F6": (11,),
    "C2-C7": (12,),
    "F4-C8": (13,),
    "C4-F5": (14,),
    "E2-B5": (24,),
    "E2-E6": (25, 26, 27, 28),
    "C1-D4": (43,),
    "E1-G4": (32, 33, 34, 35),
    "G3-A7": (40,),
    "C3-E6": (41,),
    "C2-C6": (42,),
    "C1-A7": (44, 45, 48, 49),
    "B0-G#7": (46,),
    "D2-C4": (47,),
    "E2-C6": (52, 53),
    "E3-D6": (56, 59),
    "E2-F5": (57,),
    "D1-F4": (58,),
    "B1-F5": (60,),
    "D1-D6": (61,),
    "G#3-E6": (64,),
    "C#3-A5": (65,),
    "G#2-E5": (66,),
    "C2-A4": (67,),
    "A#3-A6": (68,),
    "E3-C6": (69,),
    "A#1-E5": (70,),
    "D3-A#6": (71,),
    "D5-C8": (72,),
    "C4-D7": (73,),
}
_BY_PROGRAM = {
    program: NoteRange.parse(text) for text, programs in _RANGES.items() for program in programs
}


def playing_range(program: int) -> NoteRange | None:
    """The range of a sound, 0…127; None where nothing limits it.

    >>> str(playing_range(60)), playing_range(88)
    ('B1-F5', None)
    """
    return _BY_PROGRAM.get(program)
