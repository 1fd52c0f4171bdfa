"""The VST3 part of the benchmark's session in DawDreamer, one graph, one call to render.

Usage: dawdreamer_floor.py SECONDS FOLDER
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import dawdreamer
import numpy as np
import soundfile
import workload

from hostkit.ground.levels import db_to_gain, pan_gains

VST3 = [*os.environ.get("HOSTKIT_PLUGIN_PATH", "").split(os.pathsep), "/usr/lib/vst3"]


SPLIT = "process = _ <: _,_;"
"""In Faust: the mono instrument on both sides, which DawDreamer does not do by itself."""


def bundle(name: str) -> str:
    found = (Path(folder) / f"{name}.vst3" for folder in VST3 if folder)
    return str(next(path for path in found if path.exists()))


def main(seconds: int, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    engine = dawdreamer.RenderEngine(workload.RATE, 512)
    graph = []
    stems: dict[str, list[str]] = {}
    for voice in workload.voices(seconds, soundfonts=False):
        name = voice.name
        synth = engine.make_plugin_processor(name, bundle(voice.kind))
        for start, end, pitch, velocity in voice.notes:
            to_seconds = 1 / (2 * workload.TICKS)
            synth.add_midi_note(
                pitch, velocity, start * to_seconds, (end - start) * to_seconds, beats=False
            )
        highpass = engine.make_filter_processor(
            f"{name}-hp", "high", workload.CUTOFF_HZ, 0.7071, 1.0
        )
        split = engine.make_faust_processor(f"{name}-split")
        split.set_dsp_string(SPLIT)
        compressor = engine.make_plugin_processor(f"{name}-comp", bundle("ZamCompX2"))
        threshold = next(
            p["index"]
            for p in compressor.get_parameters_description()
            if p["name"].startswith("Threshold")
        )
        compressor.set_parameter(threshold, (workload.THRESHOLD_DB + 80) / 80)
        left, right = pan_gains(voice.pan)
        gain = db_to_gain(workload.GAIN_DB)
        graph += [(synth, []), (highpass, [name]), (split, [f"{name}-hp"])]
        graph += [(compressor, [f"{name}-split"])]
        compressor.record = True
        stems.setdefault(voice.stem, []).append(f"{name}-comp")
        PANS[f"{name}-comp"] = np.array([[left * gain], [right * gain]], dtype=np.float32)
    engine.load_graph(graph)
    engine.render(seconds)
    mix = np.zeros((2, seconds * workload.RATE), dtype=np.float32)
    hall = workload.REVERB
    for name, members in stems.items():
        stem = np.zeros_like(mix)
        for member in members:
            audio = engine.get_audio(member)[:, : stem.shape[1]]
            stem += np.broadcast_to(audio, stem.shape) * PANS[member]
        second = dawdreamer.RenderEngine(workload.RATE, 512)
        to_hall = stem * np.float32(db_to_gain(workload.SEND_DB))
        sent = second.make_playback_processor("sent", to_hall)
        reverb = second.make_reverb_processor(
            "hall", hall["room_size"], 0.5, hall["wet_level"], hall["dry_level"], 1.0
        )
        second.load_graph([(sent, []), (reverb, ["sent"])])
        second.render(seconds)
        stem += second.get_audio()[:, : stem.shape[1]]
        soundfile.write(folder / f"{name}.wav", stem.T, workload.RATE, subtype="PCM_24")
        mix += stem
    soundfile.write(folder / "full.wav", mix.T, workload.RATE, subtype="PCM_24")


PANS: dict[str, np.ndarray] = {}

if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
