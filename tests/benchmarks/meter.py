"""How quick the loudness meter is, next to ffmpeg's, on the same file in one run."""

from __future__ import annotations

import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from hostkit.audio.files.wav import WavWriter
from hostkit.audio.formats import PCM24
from hostkit.audio.layout import STEREO
from hostkit.audio.loudness.report import measure_file

SECONDS = 300
RATE = 48_000
TURNS = 5


def measure() -> dict[str, float]:
    """Best of five turns each, alternating: ×realtime of both, and ours over theirs.

    The file is five minutes of 24-bit stereo: notes over noise, swelling and fading.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "music.wav"
        _write_music(path)
        ours, theirs = [], []
        for _ in range(TURNS):
            ours.append(_seconds(lambda: measure_file(path)))
            theirs.append(_seconds(lambda: _ffmpeg(path)))
    return {
        "meter_x_realtime": SECONDS / min(ours),
        "ffmpeg_ebur128_x_realtime": SECONDS / min(theirs),
        "meter_over_ffmpeg": min(theirs) / min(ours),
    }


def _write_music(path: Path) -> None:
    random = np.random.default_rng(1)
    with WavWriter(path, RATE, STEREO, PCM24) as writer:
        for second in range(SECONDS):
            now = second + np.arange(RATE) / RATE
            swell = 0.5 + 0.4 * np.sin(2 * np.pi * now / 7)
            notes = [0.3 * np.sin(2 * np.pi * pitch * now) for pitch in (220, 330)]
            audio = swell * (notes + 0.05 * random.standard_normal((2, RATE)))
            writer.write(audio.astype(np.float32))


def _ffmpeg(path: Path) -> None:
    command = ["ffmpeg", "-nostdin", "-hide_banner", "-nostats", "-loglevel", "error"]
    command += ["-i", str(path), "-af", "ebur128=peak=true", "-f", "null", "-"]
    subprocess.run(command, check=True, capture_output=True)


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


if __name__ == "__main__":
    for name, value in measure().items():
        print(f"{name}: {value:.2f}")
