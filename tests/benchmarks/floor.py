"""The floor: the benchmark's session in the shortest pedalboard and FluidSynth script.

One process, one thread, whole arrays, nothing checked, nothing kept, no tails, no proof.
Usage: floor.py SECONDS FOLDER [vst]
"""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pedalboard
import workload
from pedalboard._pedalboard import PARAMETER_NAME_REGEXES_TO_IGNORE, load_plugin
from pedalboard.io import AudioFile

from hostkit.audio.block import Audio
from hostkit.devices.device import MAIN, Feed, Setup
from hostkit.devices.soundfont.embedded import embedded_soundfont
from hostkit.devices.soundfont.player import SoundFontInstrument
from hostkit.devices.spec import ContentFile, SoundFontSpec
from hostkit.ground.levels import db_to_gain, pan_gains

PARAMETER_NAME_REGEXES_TO_IGNORE.add(re.compile("^MIDI Ch"))  # else each Kars takes 14 s
VST3 = [*os.environ.get("HOSTKIT_PLUGIN_PATH", "").split(os.pathsep), "/usr/lib/vst3"]


def plugin(name: str) -> Any:
    found = (Path(folder) / f"{name}.vst3" for folder in VST3 if folder)
    return load_plugin(str(next(path for path in found if path.exists())))


def play(voice: workload.Voice, frames: int) -> Audio:
    events = workload.samples_of(voice)
    if voice.kind == "SoundFont":
        spec = SoundFontSpec(ContentFile(embedded_soundfont(), ""), voice.program)
        return SoundFontInstrument(spec, Setup(workload.RATE)).play(Feed(frames, events))[MAIN]
    times = (events.samples + 0.5) / workload.RATE
    messages = list(zip(events.messages, times.tolist(), strict=True))
    seconds = frames / workload.RATE
    made: Audio = plugin(voice.kind)(
        messages, seconds, workload.RATE, num_channels=1, buffer_size=512
    )
    return made


def process(voice: workload.Voice, frames: int) -> Audio:
    compressor = plugin("ZamCompX2")
    compressor.threshold_db = workload.THRESHOLD_DB
    audio = pedalboard.HighpassFilter(workload.CUTOFF_HZ)(
        play(voice, frames), workload.RATE, buffer_size=512
    )
    stereo = np.ascontiguousarray(np.broadcast_to(audio, (2, frames)))
    made: Audio = compressor(stereo, workload.RATE, buffer_size=512)
    return made


def main(seconds: int, folder: Path, *, soundfonts: bool) -> None:
    frames = seconds * workload.RATE
    folder.mkdir(parents=True, exist_ok=True)
    stems: dict[str, list[workload.Voice]] = {}
    for voice in workload.voices(seconds, soundfonts=soundfonts):
        stems.setdefault(voice.stem, []).append(voice)
    mix = np.zeros((2, frames), dtype=np.float32)
    for name, members in stems.items():
        stem = np.zeros((2, frames), dtype=np.float32)
        for voice in members:
            gains = np.array([pan_gains(voice.pan)], dtype=np.float32).T
            stem += process(voice, frames) * (gains * np.float32(db_to_gain(workload.GAIN_DB)))
        hall = pedalboard.Reverb(**workload.REVERB)
        sent = stem * np.float32(db_to_gain(workload.SEND_DB))
        stem += hall(sent, workload.RATE, buffer_size=512)
        write(folder / f"{name}.wav", stem)
        mix += stem
    write(folder / "full.wav", mix)


def write(path: Path, audio: np.ndarray) -> None:
    with AudioFile(str(path), "w", workload.RATE, 2, bit_depth=24) as file:
        file.write(audio)


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]), soundfonts="vst" not in sys.argv)
