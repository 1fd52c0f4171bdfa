"""What it costs to be told the time: one tempo-synced delay on every track.

The VST3 part of the render benchmark's session, with a tempo that ramps over four bars; with
ZamDelay before each track's other effects, hosted by minihost, and without it.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from pathlib import Path

import workload
from processes import run
from render import HOSTKIT, environment

SECONDS = 180
TURNS = 3
TEMPO = "tempo: [{at: 1|1, bpm: 97}, {at: 9|1, bpm: 97, ramp_to: 120, until: 13|1}]\n"
DELAY = "      - {plugin: ZamDelay, params: {sync_bpm: true, divisor: 4}}\n"
_FIRST_INSERT = "      - highpass_filter"


def measure(seconds: int = SECONDS) -> dict[str, float]:
    """Wall time of cold renders with the delays over that without them."""
    with tempfile.TemporaryDirectory(prefix="hostkit-bench-") as folder:
        place = Path(folder)
        sessions = {name: _session(place / name, seconds) for name in ("with", "without")}
        text = sessions["with"].read_text(encoding="utf-8")
        sessions["with"].write_text(
            text.replace(_FIRST_INSERT, DELAY + _FIRST_INSERT), encoding="utf-8"
        )
        walls: dict[str, list[float]] = {name: [] for name in sessions}
        for turn in range(TURNS):
            for name, session in sessions.items():
                env = environment(place / f"cache-{name}-{turn}")
                run([*HOSTKIT, "plugins", "scan"], env)
                render = [*HOSTKIT, "render", str(session), "-o", str(place / f"out-{name}")]
                walls[name].append(run(render, env).wall_seconds)
    ratio = statistics.median(walls["with"]) / statistics.median(walls["without"])
    return {"synced_delays_over_none": ratio}


def _session(folder: Path, seconds: int) -> Path:
    path = workload.write_session(folder, seconds, soundfonts=False)
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("tracks:\n", f"{TEMPO}tracks:\n", 1), encoding="utf-8")
    return path


if __name__ == "__main__":
    print(measure(int(sys.argv[1]) if len(sys.argv) > 1 else SECONDS))
