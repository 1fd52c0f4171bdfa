"""What an SFZ costs to play: eight voices at once of mono samples, all transposed and looped.

A minute of chords of four notes with two layers each, a chord every half second, as a
job plays them: events in, blocks out, against the time of one processor. With stereo samples and
a filter in every other voice it is about a third slower.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path

import numpy as np
import soundfile

from hostkit.audio.block import BLOCK_FRAMES
from hostkit.devices.device import Feed, Setup
from hostkit.devices.sfz.player import SfzInstrument
from hostkit.devices.spec import ContentFile, SfzSpec
from hostkit.midi.events import SampleEvents

RATE = 48_000
SECONDS = 60
TURNS = 3
CHORD_FRAMES = RATE // 2
CHORD = (48, 55, 60, 64)
LAYERS = """\
<global> pitch_keycenter=57 loop_mode=loop_continuous loop_start=1000 loop_end=90000
ampeg_attack=0.01 ampeg_release=0.001
<region> sample=soft.wav
<region> sample=loud.wav
"""


def measure() -> dict[str, float]:
    """Times realtime on one core."""
    with tempfile.TemporaryDirectory(prefix="hostkit-bench-") as folder:
        path = _instrument(Path(folder))
        spec = SfzSpec(ContentFile(path, ""), path.parent)
        speeds = [SECONDS / _cpu_seconds(spec) for _ in range(TURNS)]
    return {"sfz_x_realtime_at_8_voices": statistics.median(speeds)}


def _instrument(folder: Path) -> Path:
    seconds = np.arange(2 * RATE) / RATE
    for name, hz in (("soft", 220.0), ("loud", 221.0)):
        tone = 0.1 * np.sin(2 * np.pi * hz * seconds)
        soundfile.write(folder / f"{name}.wav", tone, RATE, subtype="PCM_24")
    path = folder / "bench.sfz"
    path.write_text(LAYERS, encoding="utf-8")
    return path


def _cpu_seconds(spec: SfzSpec) -> float:
    instrument, events, frames = SfzInstrument(spec, Setup(RATE)), _chords(), SECONDS * RATE
    began = time.process_time()
    for start in range(0, frames, BLOCK_FRAMES):
        stop = min(start + BLOCK_FRAMES, frames)
        instrument.play(Feed(stop - start, events.between(start, stop)))
    return time.process_time() - began


def _chords() -> SampleEvents:
    """Each chord ends where the next, some semitones away, begins."""
    timed: list[tuple[int, bytes]] = []
    for index, start in enumerate(range(0, SECONDS * RATE, CHORD_FRAMES)):
        keys = [key + index % 5 for key in CHORD]
        timed += ((start, bytes((0x90, key, 100))) for key in keys)
        timed += ((start + CHORD_FRAMES - 1, bytes((0x80, key, 0))) for key in keys)
    samples = np.array([sample for sample, _ in timed], dtype=np.int64)
    return SampleEvents(samples, tuple(message for _, message in timed))


if __name__ == "__main__":
    print(measure())
