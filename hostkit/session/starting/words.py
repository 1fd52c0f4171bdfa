"""What a name tells about a part: its sound, and whether it leads."""

from __future__ import annotations

import re
from dataclasses import dataclass

from hostkit.midi.general import PROGRAMS


@dataclass(frozen=True)
class Sound:
    """A program (0…127) of a SoundFont's bank; bank 128 has the drum kits."""

    program: int
    bank: int = 0

    @property
    def name(self) -> str:
        return "drums" if self.bank else PROGRAMS[self.program].name


# The first that is found in a name decides, so what contains another stands before it.
_SOUNDS: tuple[tuple[str, Sound], ...] = tuple(
    (word, Sound(program, bank))
    for words, program, bank in (
        ("bass drum|drum|percussion|perc|kit|snare|cymbal|hihat|hi-hat", 0, 128),
        ("taiko", 116, 0),
        ("timpani|timp|pauken", 47, 0),
        ("pizz", 45, 0),
        ("trem", 44, 0),
        ("piccolo", 72, 0),
        ("flute|flöte", 73, 0),
        ("english horn|cor anglais", 69, 0),
        ("oboe", 68, 0),
        ("bassoon|fagott", 70, 0),
        ("clarinet|klarinette", 71, 0),
        ("sax", 65, 0),
        ("horn", 60, 0),
        ("trumpet|trompete", 56, 0),
        ("trombone|posaune", 57, 0),
        ("tuba", 58, 0),
        ("brass", 61, 0),
        ("harpsichord|cembalo", 6, 0),
        ("harp|harfe", 46, 0),
        ("celest", 8, 0),
        ("glock", 9, 0),
        ("vibra|vibes", 11, 0),
        ("marimba", 12, 0),
        ("xylo", 13, 0),
        ("bells", 14, 0),
        ("choir|vocal|voice|soprano|alto|tenor|chor", 52, 0),
        ("contrabass|double bass|basses|kontrab", 43, 0),
        ("synth bass|sub", 38, 0),
        ("bass", 33, 0),
        ("violin|viola|cello|string|strings|streicher|geige", 48, 0),
        ("organ|orgel", 19, 0),
        ("e-piano|rhodes|electric piano", 4, 0),
        ("guitar|gitarre", 24, 0),
        ("pad", 89, 0),
        ("lead", 81, 0),
        ("pulse|arp", 38, 0),
    )
    for word in words.split("|")
)
_LEADS = re.compile(r"\b(melody|lead|solo|theme|tune|vocals?|top line)\b", re.IGNORECASE)


def sound_in(name: str) -> Sound | None:
    """The General MIDI sound that a track's name suggests.

    >>> sound_in("Bassoon 2"), sound_in("Vln. 1")
    (Sound(program=70, bank=0), None)
    """
    folded = name.casefold()
    return next((sound for word, sound in _SOUNDS if word in folded), None)


def leads(name: str) -> bool:
    """Whether a name says that its part carries the melody.

    >>> leads("Solo Violin"), leads("Misleading")
    (True, False)
    """
    return _LEADS.search(name) is not None
