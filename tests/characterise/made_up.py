"""Sessions made up by chance, seeded: all kinds of devices, buses, masters, forms and ducks."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
from scores import RATE, write_score

BARS = 6
SECTIONS = [{"name": "A", "at": "1|1"}, {"name": "B", "at": "3|1"}, {"name": "C", "at": "5|1"}]

INSTRUMENTS: list[Any] = [
    {"tone": {}},
    {"tone": {"channels": 1, "gain": 0.3}},
    {"soundfont": "gm", "program": 48},
    {"soundfont": "gm", "program": 0},
    {"soundfont": "gm", "bank": 128, "program": 0},
    {"plugin": "Kars"},
    {"plugin": "Nekobi", "params": {"cutoff": 40}},
    "keys/felt-piano",
    "bass/sub",
]
EFFECTS: list[Any] = [
    {"highpass_filter": {"cutoff_frequency_hz": 120}},
    {"compressor": {"threshold_db": -24, "ratio": 3}},
    {"delay": {"delay_seconds": 0.25, "mix": 0.3}},
    {"plugin": "ZamCompX2", "params": {"threshold": -30}},
    "effects/air",
]
HALLS: list[Any] = [
    {"reverb": {"room_size": 0.6, "wet_level": 0.3, "dry_level": 0}},
    "effects/large-hall",
]
MASTERS: list[list[Any]] = [
    [],
    [{"gain": {"gain_db": -3}}],
    [{"bus_compressor": {"threshold_db": -20, "ratio": 2}}],
    [{"distortion": {"drive_db": 6}}],
    [{"limiter": {"threshold_db": -6}}],
]
MIXES: dict[str, Any] = {
    "no_drums": {},
    "no_low": {"mute": ["low"]},
    "only_top": {"only": ["top"], "stems": True},
    "softer": {"gain_db": {"low": -6}},
    "short": {"sections": ["A", "C"], "length": "8s"},
    "round": {"loop": {"section": "B"}},
    "stab": {"sting": {"section": "C", "max": "3s"}},
    "ducked": {"duck": True},
}
WRONG: list[tuple[str, Any]] = [
    ("tracks", {"t1": {"instrument": {"plugin": "Karz"}, "midi": {"track": "t1"}}}),
    ("mixes", {"lost": {"only": ["nobody"]}}),
    ("master", [{"bus_compresor": {}}]),
    ("sections", [{"name": "A", "at": "1|9"}]),
    ("length", "0s"),
    ("hostkit", 2),
]
"""What is wrong in some of them: their messages are looked at too."""


def sessions(folder: Path, count: int, seed: int = 1) -> Iterator[Path]:
    """Writes `count` sessions with their scores and dialogue; gives their files."""
    _write_dialogue(folder)
    for number in range(count):
        chance = random.Random(f"{seed}/{number}")
        name = f"made{number:02}"
        tracks = [f"t{one}" for one in range(1, chance.randint(2, 4) + 1)]
        write_score(folder / f"{name}.mid", {track: _notes(chance) for track in tracks})
        document = _session(chance, name, tracks)
        if number % 5 == 4:
            key, wrong = WRONG[number // 5 % len(WRONG)]
            document[key] = wrong
        path = folder / f"{name}.yaml"
        path.write_text(json.dumps(document, indent=1))  # YAML holds all JSON
        yield path


def _notes(chance: random.Random) -> list[tuple[float, float, int]]:
    starts = sorted(chance.sample(range(BARS * 8), chance.randint(4, 16)))
    return [
        (start / 2, chance.choice((0.5, 1, 2)), 36 + 2 * chance.randrange(20)) for start in starts
    ]


def _session(chance: random.Random, name: str, tracks: list[str]) -> dict[str, Any]:
    document: dict[str, Any] = {
        "hostkit": 1,
        "title": name,
        "midi": f"{name}.mid",
        "sample_rate": chance.choice((44_100, 48_000, 48_000, 96_000)),
        "sections": SECTIONS,
        "tracks": {track: _track(chance, track) for track in tracks},
        "buses": {"hall": {"effects": [chance.choice(HALLS)]}},
        "master": chance.choice(MASTERS),
        "mixes": {"full": {}} | {k: MIXES[k] for k in chance.sample(sorted(MIXES), 4)},
        "deliver": {"format": chance.choice(("pcm16", "pcm24", "float32"))},
    }
    if chance.random() < 0.3:
        document["length"] = "14s"
    if chance.random() < 0.4:
        document["tempo"] = [{"at": "1|1", "bpm": 96, "ramp_to": 132, "until": "5|1"}]
    _take_out_what_is_refused(document["mixes"], list(document["tracks"].values()))
    if "ducked" in document["mixes"]:
        document["dialogue"] = {"file": "dialogue.wav"}
        document["duck"] = {"phrases": "phrases.csv"}
    return document


def _take_out_what_is_refused(mixes: dict[str, Any], tracks: list[dict[str, Any]]) -> None:
    """A mix without drums where there are none or nothing else, and the same mix twice."""
    drums = sum("tags" in track for track in tracks)
    if drums in (0, len(tracks)):
        mixes.pop("no_drums", None)
    if "no_low" in mixes:
        mixes.pop("only_top", None)


def _track(chance: random.Random, name: str) -> dict[str, Any]:
    track: dict[str, Any] = {
        "midi": {"track": name},
        "instrument": chance.choice(INSTRUMENTS),
        "gain_db": round(chance.uniform(-24, -9), 1),
        "pan": round(chance.uniform(-1, 1), 2),
        "stem": "low" if name == "t1" else chance.choice(("low", "top")) if name > "t2" else "top",
    }
    if chance.random() < 0.5:
        track["effects"] = [chance.choice(EFFECTS)]
    if chance.random() < 0.5:
        track["sends"] = {"hall": -9}
    if chance.random() < 0.3:
        track["automation"] = {"gain_db": [["1|1", -20], ["4|1", -8]]}
    if chance.random() < 0.3:
        track["tags"] = ["drums"]
    return track


def _write_dialogue(folder: Path) -> None:
    """Noise that swells as syllables do, in two phrases."""
    noise = np.random.default_rng(1).standard_normal(12 * RATE)
    at = np.arange(12 * RATE) / RATE
    spoken = ((at > 2) & (at < 5)) | ((at > 7) & (at < 10))
    voice = 0.1 * noise * spoken * np.sin(2 * np.pi * 4 * at) ** 2
    soundfile.write(folder / "dialogue.wav", voice.astype(np.float32), RATE, subtype="PCM_24")
    (folder / "phrases.csv").write_text("onset_seconds,offset_seconds\n2,5\n7,10\n")
