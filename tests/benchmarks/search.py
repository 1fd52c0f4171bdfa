"""How long a search over 10,000 presets takes, looking at every file included."""

from __future__ import annotations

import os
import random
import tempfile
import time
from pathlib import Path
from statistics import median

from hostkit.library.finding.search import Query, search
from hostkit.library.folders import Libraries, Library

COUNT = 10_000
VOCABULARY = 4_000
TURNS = 15
QUERIES = (
    Query(("warm", "strings")),
    Query(("stirngs", "wram")),
    Query(("ensmeble",)),
    Query(("heroic", "brass"), family="brass"),
    Query(("pad",), default_only=True),
    Query(("xqzzy",)),
)
SYLLABLES = [c + v for c in "bcdfglmnprstvz" for v in "aeiou"]


def measure() -> dict[str, float]:
    """Milliseconds of one search, the slowest query's median; and of the first, which indexes."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["HOSTKIT_CACHE"] = str(Path(folder) / "cache")
        library = Library(Path(folder) / "presets", "benchmark")
        _write_presets(library.folder)
        libraries = Libraries((library,))
        began = time.perf_counter()
        search(libraries, QUERIES[0], limit=30)
        index_seconds = time.perf_counter() - began
        medians = [_milliseconds(libraries, wanted) for wanted in QUERIES]
    return {"search_ms": max(medians), "index_10000_presets_s": index_seconds}


def _milliseconds(libraries: Libraries, wanted: Query) -> float:
    times = []
    for _ in range(TURNS):
        began = time.perf_counter()
        search(libraries, wanted, limit=30)
        times.append((time.perf_counter() - began) * 1000)
    return median(times)


def _write_presets(folder: Path) -> None:
    """Presets as people write them, of words from a vocabulary as large as theirs."""
    chance = random.Random(1)
    words = [
        "".join(chance.choice(SYLLABLES) for _ in range(chance.randint(2, 4)))
        for _ in range(VOCABULARY)
    ]
    families = ("strings", "brass", "pads", "bass", "keys", "percussion")
    characters = ("warm", "dark", "bright", "heroic", "ensemble", "soft", "icy")
    for number in range(COUNT):
        family = chance.choice(families)
        some = " ".join(chance.choice(words) for _ in range(12))
        text = (
            f"preset: 1\ndescription: {some}.\ncategory: {family}/{chance.choice(words)}\n"
            f"tags: [{chance.choice(words)}, {chance.choice(words)}]\n"
            f"character: [{chance.choice(characters)}, {chance.choice(words)}]\n"
            "range: C2-C6\nauthor: benchmark\ninstrument: {soundfont: gm, program: "
            f"{chance.randint(0, 127)}}}\neffects:\n"
            "  - highpass_filter: {cutoff_frequency_hz: 90}\n"
            "  - reverb: {room_size: 0.4, wet_level: 0.1}\n"
        )
        path = folder / family / f"{chance.choice(characters)}-{chance.choice(words)}-{number}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    for name, value in measure().items():
        print(f"{name}: {value:.1f}")
