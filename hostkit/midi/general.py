"""General MIDI level 1: program names, families, and the stem each would go to."""

from __future__ import annotations

from dataclasses import dataclass

DRUM_CHANNEL = 10
"""Of 1…16: on it notes are drums, and the program is a kit."""


@dataclass(frozen=True)
class Program:
    """A sound of the General MIDI list; `number` is what a program change carries, 0…127."""

    number: int
    name: str
    family: str
    stem: str


# Eight programs a family, in the standard's order (GM 1 sound set, RP-003); a program goes to
# the family's stem unless it stands in _OTHER_STEMS.
_FAMILIES: tuple[tuple[str, str, str], ...] = (
    (
        "Piano",
        "keys",
        "Acoustic Grand Piano; Bright Acoustic Piano; Electric Grand Piano; Honky-tonk Piano; "
        "Electric Piano 1; Electric Piano 2; Harpsichord; Clavi",
    ),
    (
        "Chromatic Percussion",
        "mallets",
        "Celesta; Glockenspiel; Music Box; Vibraphone; Marimba; Xylophone; Tubular Bells; Dulcimer",
    ),
    (
        "Organ",
        "keys",
        "Drawbar Organ; Percussive Organ; Rock Organ; Church Organ; "
        "Reed Organ; Accordion; Harmonica; Tango Accordion",
    ),
    (
        "Guitar",
        "guitars",
        "Acoustic Guitar (nylon); Acoustic Guitar (steel); Electric Guitar (jazz); "
        "Electric Guitar (clean); Electric Guitar (muted); "
        "Overdriven Guitar; Distortion Guitar; Guitar Harmonics",
    ),
    (
        "Bass",
        "bass",
        "Acoustic Bass; Electric Bass (finger); Electric Bass (pick); Fretless Bass; "
        "Slap Bass 1; Slap Bass 2; Synth Bass 1; Synth Bass 2",
    ),
    (
        "Strings",
        "strings",
        "Violin; Viola; Cello; Contrabass; "
        "Tremolo Strings; Pizzicato Strings; Orchestral Harp; Timpani",
    ),
    (
        "Ensemble",
        "strings",
        "String Ensemble 1; String Ensemble 2; Synth Strings 1; Synth Strings 2; "
        "Choir Aahs; Voice Oohs; Synth Voice; Orchestra Hit",
    ),
    (
        "Brass",
        "brass",
        "Trumpet; Trombone; Tuba; Muted Trumpet; "
        "French Horn; Brass Section; Synth Brass 1; Synth Brass 2",
    ),
    (
        "Reed",
        "woodwinds",
        "Soprano Sax; Alto Sax; Tenor Sax; Baritone Sax; Oboe; English Horn; Bassoon; Clarinet",
    ),
    (
        "Pipe",
        "woodwinds",
        "Piccolo; Flute; Recorder; Pan Flute; Blown Bottle; Shakuhachi; Whistle; Ocarina",
    ),
    (
        "Synth Lead",
        "synths",
        "Lead 1 (square); Lead 2 (sawtooth); Lead 3 (calliope); Lead 4 (chiff); "
        "Lead 5 (charang); Lead 6 (voice); Lead 7 (fifths); Lead 8 (bass + lead)",
    ),
    (
        "Synth Pad",
        "synths",
        "Pad 1 (new age); Pad 2 (warm); Pad 3 (polysynth); Pad 4 (choir); "
        "Pad 5 (bowed); Pad 6 (metallic); Pad 7 (halo); Pad 8 (sweep)",
    ),
    (
        "Synth Effects",
        "synths",
        "FX 1 (rain); FX 2 (soundtrack); FX 3 (crystal); FX 4 (atmosphere); "
        "FX 5 (brightness); FX 6 (goblins); FX 7 (echoes); FX 8 (sci-fi)",
    ),
    (
        "Ethnic",
        "plucks",
        "Sitar; Banjo; Shamisen; Koto; Kalimba; Bagpipe; Fiddle; Shanai",
    ),
    (
        "Percussive",
        "percussion",
        "Tinkle Bell; Agogo; Steel Drums; Woodblock; "
        "Taiko Drum; Melodic Tom; Synth Drum; Reverse Cymbal",
    ),
    (
        "Sound Effects",
        "sfx",
        "Guitar Fret Noise; Breath Noise; Seashore; Bird Tweet; "
        "Telephone Ring; Helicopter; Applause; Gunshot",
    ),
)
_OTHER_STEMS = {
    "Orchestral Harp": "plucks",
    "Timpani": "percussion",
    "Choir Aahs": "choir",
    "Voice Oohs": "choir",
    "Synth Voice": "choir",
    "Synth Strings 1": "synths",
    "Synth Strings 2": "synths",
    "Orchestra Hit": "percussion",
    "Synth Brass 1": "synths",
    "Synth Brass 2": "synths",
    "Bagpipe": "woodwinds",
    "Shanai": "woodwinds",
    "Fiddle": "strings",
    "Dulcimer": "plucks",
}

PROGRAMS: tuple[Program, ...] = tuple(
    Program(8 * i + j, name, family, _OTHER_STEMS.get(name, stem))
    for i, (family, stem, names) in enumerate(_FAMILIES)
    for j, name in enumerate(names.split("; "))
)

DRUM_STEM = "percussion"
DRUM_KITS_BANK = 128
"""Where a SoundFont has its drum kits."""

_DYING = ("Piano", "Chromatic Percussion", "Guitar", "Bass", "Ethnic", "Percussive")
_DYING_TOO = ("Pizzicato Strings", "Orchestral Harp", "Timpani")
_HELD = ("Bagpipe", "Fiddle", "Shanai")


def dies_away(program: int) -> bool:
    """Whether a sound (0…127) dies away however long it is held: struck or plucked.

    >>> dies_away(0), dies_away(19)
    (True, False)
    """
    sound = PROGRAMS[program]
    return sound.name in _DYING_TOO or (sound.family in _DYING and sound.name not in _HELD)


def suggested_stem(program: int, channel: int) -> str:
    """The stem for a program (0…127) on a channel (1…16).

    >>> suggested_stem(48, 1), suggested_stem(0, 10)
    ('strings', 'percussion')
    """
    return DRUM_STEM if channel == DRUM_CHANNEL else PROGRAMS[program].stem
