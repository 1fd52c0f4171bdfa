"""The meter's reading of a file."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from pathlib import Path

from hostkit.audio.files.reader import open_audio
from hostkit.audio.layout import layout_of
from hostkit.audio.loudness.meter import Loudness, measure


@dataclass(frozen=True)
class FileLoudness:
    """A file, its length and its loudness."""

    path: Path
    sample_rate: int
    channels: int
    duration_s: float
    loudness: Loudness

    def as_json(self) -> dict[str, str | int | float | None]:
        """One entry of `hostkit loudness --json`; −inf is None."""
        measures = {
            name: value if math.isfinite(value) else None
            for name, value in asdict(self.loudness).items()
        }
        return {
            "path": str(self.path),
            **measures,
            "duration_s": self.duration_s,
            "sample_rate": self.sample_rate,
            "channels": self.channels,
        }


def measure_file(path: Path) -> FileLoudness:
    """Measure any audio file; RequestError for one that cannot be read."""
    file = open_audio(path)
    loudness = measure(file.blocks(), file.sample_rate, layout_of(file.channels))
    seconds = file.frames / file.sample_rate
    return FileLoudness(path, file.sample_rate, file.channels, seconds, loudness)
