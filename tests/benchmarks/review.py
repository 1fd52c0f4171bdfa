"""A review page of eight stems of three minutes: how large it is, and what it takes to make.

The stems are noise that swells, which no encoder makes small. The floor reads the same files with
soundfile and encodes each whole at the page's bitrate, one after the other in one process; nothing
is compared, measured or drawn there.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

import numpy as np
import soundfile
from processes import largest_process_mb, run
from render import HOSTKIT, environment

STEMS, SECONDS, RATE = 8, 180, 48_000


def measure(seconds: int = SECONDS) -> dict[str, float]:
    """Size in MB, wall time over the floor's, and the largest process in MB."""
    with tempfile.TemporaryDirectory(prefix="hostkit-bench-") as folder:
        place = Path(folder)
        env = environment(place / "cache")
        session, out = write_session(place, seconds), place / "out"
        run([*HOSTKIT, "render", str(session), "-o", str(out)], env)
        page = place / "page.html"
        review = [*HOSTKIT, "review", str(out), "-o", str(page)]
        floor_seconds = run([sys.executable, __file__, str(out)], env).wall_seconds
        page_seconds = run(review, env).wall_seconds
        size = page.stat().st_size / 1e6
        largest = largest_process_mb(review, env)
    return {
        "page_mb": size,
        "page_over_floor": page_seconds / floor_seconds,
        "page_largest_mb": largest,
        "page_seconds": page_seconds,
    }


def write_session(place: Path, seconds: int) -> Path:
    """A session of recorded tracks, each a stem."""
    noise = np.random.default_rng(1)
    lines = ["hostkit: 1", f"length: {seconds}s", "tracks:"]
    for number in range(STEMS):
        with soundfile.SoundFile(place / f"{number}.wav", "w", RATE, 2, "PCM_24") as file:
            for second in range(seconds):
                swell = 0.05 * (1.1 + np.sin(second / 5 + number))
                file.write(swell * noise.uniform(-1, 1, (RATE, 2)))
        lines.append(f"  t{number}: {{audio: [{{file: {number}.wav, at: 1|1}}], stem: s{number}}}")
    path = place / "review.yaml"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def floor(out: Path, bitrate_kbps: int = 96) -> None:
    """Reading and encoding, at the bitrate that the page of eight stems has."""
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    for stem in manifest["stems"].values():
        audio, rate = soundfile.read(out / stem["path"], dtype="float32")
        level = (320 - bitrate_kbps) / 288
        how = {"format": "MP3", "bitrate_mode": "CONSTANT", "compression_level": level}
        soundfile.write(out.parent / "floor.mp3", audio, rate, **how)


if __name__ == "__main__":
    floor(Path(sys.argv[1]))
