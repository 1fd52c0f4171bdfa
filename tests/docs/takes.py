"""Writes what the documents' recorded players and SFZs need into the folder one is in.

`takes/`: two stereo takes at 16 kHz that know when they began. `library/`: an SFZ of two
articulations. `strings.mid`: their parts, a MIDI track for each.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import mido
import numpy as np
import soundfile

from hostkit.audio.files.bwf import Bwf
from hostkit.audio.files.wav import WavWriter
from hostkit.audio.formats import PCM24
from hostkit.audio.layout import STEREO

RATE = 16_000
HOUR = 3600
SFZ = """\
<global> pitch_keycenter=69 ampeg_release=0.2 sw_lokey=24 sw_hikey=25 sw_default=24
<group> sw_last=24 sw_label=legato loop_mode=loop_continuous
<region> sample=legato.wav lokey=36 hikey=96
<group> sw_last=25 sw_label=pizz
<region> sample=pizz.wav lokey=36 hikey=96
"""
PARTS = {"Violins Legato": [(0, 3, 72), (8, 4, 74)], "Violins Pizz": [(4, 1, 67), (5, 1, 69)]}


def tone(frequency_hz: float, seconds: float) -> np.ndarray:
    """Mono, RATE."""
    return 0.2 * np.sin(2 * np.pi * frequency_hz * np.arange(round(seconds * RATE)) / RATE)


def take(path: Path, frequency_hz: float, seconds: float, begins_at: float) -> None:
    stamp = Bwf(time_reference=round(begins_at * RATE), frame_rate=Fraction(25))
    with WavWriter(path, RATE, STEREO, PCM24, stamp) as file:
        file.write(np.stack([tone(frequency_hz, seconds)] * 2).astype(np.float32))


def score(path: Path) -> None:
    file = mido.MidiFile(ticks_per_beat=480)
    for name, notes in PARTS.items():
        track = mido.MidiTrack([mido.MetaMessage("track_name", name=name)])
        now = 0
        for start, length, pitch in notes:
            for kind, beat in (("note_on", start), ("note_off", start + length)):
                tick = 480 * beat
                track.append(mido.Message(kind, note=pitch, velocity=90, time=tick - now))
                now = tick
        file.tracks.append(track)
    file.save(path)


if __name__ == "__main__":
    for folder in ("takes", "library"):
        Path(folder).mkdir()
    take(Path("takes/Clarinet_t3.wav"), 440, 4, HOUR + 2)
    take(Path("takes/Strings_t1.wav"), 220, 6, HOUR)
    Path("library/violins.sfz").write_text(SFZ)
    soundfile.write("library/legato.wav", tone(440, 1), RATE, subtype="FLOAT")
    fading = np.exp(-6 * np.arange(RATE) / RATE)
    soundfile.write("library/pizz.wav", tone(440, 1) * fading, RATE, subtype="FLOAT")
    score(Path("strings.mid"))
