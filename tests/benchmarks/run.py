"""`make bench`: every benchmark in turn, its figures against what is wanted, to BENCHMARKS.md.

A figure is a ratio of two things measured in one run, or a size. Give names to run only
some: python tests/benchmarks/run.py render meter
"""

from __future__ import annotations

import importlib
import os
import platform
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

# Modules are compiled once, as those of an installed hostkit are.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
RECORD = Path(__file__).parents[2] / "BENCHMARKS.md"


@dataclass(frozen=True)
class Wanted:
    """A figure of a benchmark, and what it should be: at most or at least."""

    benchmark: str
    figure: str
    what: str
    at_most: float | None = None
    at_least: float | None = None

    def verdict(self, value: float) -> str:
        over = self.at_most is not None and value > self.at_most
        under = self.at_least is not None and value < self.at_least
        return "missed" if over or under else "met"

    @property
    def target(self) -> str:
        return f"≤ {self.at_most:g}" if self.at_most is not None else f"≥ {self.at_least:g}"


TABLE = """
render  | render_over_floor                | ≤ 1.25 | 24 tracks, 180 s: wall time over the CPU ÷ cores of the shortest script
render  | vst_over_plain_pedalboard        | ≤ 0.6  | its VST3 part: wall time over a plain pedalboard script
render  | vst_over_dawdreamer              | ≤ 0.6  | its VST3 part: wall time over DawDreamer
render  | nothing_changed_percent          | ≤ 1.2  | nothing changed: % of the cold render
render  | one_track_changed_percent        | ≤ 9    | one of 24 tracks changed: % of the cold render
render  | memory_60_over_5_minutes         | ≤ 1.08 | largest process: 60 minutes over 5 minutes
render  | memory_60_minutes_mb             | ≤ 350  | largest process at 60 minutes, MB
render  | help_over_import_typer           | ≤ 1.8  | hostkit --help over python -c 'import typer'
transport | synced_delays_over_none        | ≤ 1.35 | one tempo-synced delay on each VST3 track: wall time over that without
recorded | recorded_over_floor             | ≤ 1.15 | 24 recorded tracks, 180 s: wall time over soundfile and numpy, which keep and measure nothing
recorded | recorded_largest_mb_5_minutes   | ≤ 120  | largest process for 5 minutes of 24 recorded tracks, MB
recorded | recorded_largest_mb_60_minutes  | ≤ 120  | the same for 60 minutes
sfz_voices | sfz_x_realtime_at_8_voices | ≥ 50   | an SFZ at 8 voices on one core: × realtime
mixes   | mixes_over_amix                  | ≤ 0.5  | 12 alt mixes × 6 stems, warm prints: wall time over ffmpeg's amix
mixes   | mixes_memory_15_over_1_minutes   | ≤ 1.1  | memory of that: 15 minutes over 1 minute
meter   | meter_over_ffmpeg                | ≥ 1.0  | loudness meter: speed over ffmpeg's ebur128=peak=true
batch   | batch_two_workers_over_one       | ≥ 1.8  | 20 sessions: speed of two workers over one
ducking | x_realtime_on_one_core           | ≥ 100  | ducking pass on one core: × realtime
ducking | wall_time_over_sidechaincompress | ≤ 1.5  | ducking pass: wall time over ffmpeg's sidechaincompress
ducking | memory_60_over_5_minutes         | ≤ 1.1  | ducking pass: memory of 60 minutes over 5
hits    | 8_on_beats_caught_percent        | ≥ 100  | 200 cues, 8 hits on any beat: % caught
hits    | 15_on_beats_caught_percent       | ≥ 100  | 200 cues, 15 hits on any beat: % caught
hits    | 8_on_downbeats_caught_percent    | ≥ 100  | 200 cues, 8 hits on downbeats, with odd bars: % caught
hits    | slow_8_on_beats_caught_percent   | ≥ 99.8 | 200 cues, 8 hits on any beat, 70 to 90 bpm: % caught
hits    | 8_on_beats_worst_miss_frames     | ≤ 0.5  | their worst miss in frames, on average: 8 on any beat
hits    | 8_on_downbeats_worst_miss_frames | ≤ 0.5  | the same: 8 on downbeats
hits    | 15_on_beats_worst_miss_frames    | ≤ 0.75 | the same: 15 on any beat
hits    | most_change_percent              | ≤ 2    | the largest change per beat of all cues, %
hits    | most_odd_bars                    | ≤ 1.5  | odd bars a cue, on average
hits    | most_ms                          | ≤ 60   | a cue on one core at the median, ms
review  | page_mb                          | ≤ 25   | a review page of 8 stems × 3 minutes, MB
review  | page_over_floor                  | ≤ 0.8  | its wall time over soundfile's encoding alone, in one process
review  | page_largest_mb                  | ≤ 150  | its largest process, MB
themes  | quotes_s                         | ≤ 0.3  | 1,000 quotes of ten themes, four changes each: read and expanded, s
listen  | fader_heard_seconds              | ≤ 0.7  | a fader saved in the session of 24 tracks, 180 s: until it is heard, s
listen  | note_heard_seconds               | ≤ 2    | a note changed on one of its tracks: until it is heard, s
listen  | first_sound_seconds              | ≤ 1    | the page opened, prints there: until it sounds, s
listen  | drift_samples                    | ≤ 0    | two stems of the same notes, after half a minute: samples apart
listen  | browser_mb                       | ≤ 250  | the page with 24 stems of 3 minutes, playing: MB in the browser
listen  | frames_a_second                  | ≥ 50   | the same page scrolling: frames a second
exchange | exchange_in_dawproject_s        | ≤ 1.5  | a DAWproject of 100 tracks and 50,000 notes into a session, seconds of the processor
exchange | exchange_in_rpp_s               | ≤ 1.5  | the same of a REAPER project
exchange | exchange_out_dawproject_s       | ≤ 1    | such a session out as a DAWproject, seconds of the processor
exchange | exchange_out_rpp_s              | ≤ 1    | the same as a REAPER project
exchange | exchange_memory_mb              | ≤ 200  | the largest process of these, MB
search  | search_ms                        | ≤ 100  | search over 10,000 presets, ms
"""
"""Benchmark, figure, what it should be, what it is."""


def _wanted(row: str) -> Wanted:
    benchmark, figure, target, what = (cell.strip() for cell in row.split("|"))
    sign, value = target.split()
    limits = {"≤": "at_most", "≥": "at_least"}
    return Wanted(benchmark, figure, what, **{limits[sign]: float(value)})


FIGURES = tuple(_wanted(row) for row in TABLE.strip().splitlines())


def main(names: Sequence[str]) -> int:
    """Runs the benchmarks named, or all; 1 when a figure is missed."""
    chosen = list(names) or list(dict.fromkeys(wanted.benchmark for wanted in FIGURES))
    missed = 0
    sections = _recorded()
    for name in chosen:
        print(f"{name} …", flush=True)
        benchmark = importlib.import_module(name)
        measured: Mapping[str, float] = benchmark.measure()
        rows = [wanted for wanted in FIGURES if wanted.benchmark == name]
        for wanted in rows:
            value = measured[wanted.figure]
            missed += wanted.verdict(value) == "missed"
            print(f"  {wanted.verdict(value):6} {value:8.2f} {wanted.target:8} {wanted.what}")
        sections[name] = _section(name, measured, rows, getattr(benchmark, "__doc__", "") or "")
        RECORD.write_text("\n".join([_head(), *filter(None, sections.values())]), encoding="utf-8")
    print(f"written to {RECORD}")
    return 1 if missed else 0


def _recorded() -> dict[str, str]:
    """The sections of the record by benchmark, in the table's order."""
    text = RECORD.read_text(encoding="utf-8") if RECORD.exists() else ""
    parts = (part.strip() for part in text.split("\n## ")[1:])
    known = {part.splitlines()[0].strip(): f"## {part}\n" for part in parts}
    order = dict.fromkeys(wanted.benchmark for wanted in FIGURES)
    return {name: known.get(name, "") for name in order}


def _head() -> str:
    cores = len(os.sched_getaffinity(0))
    system = f"{platform.system()} {platform.machine()}"
    machine = f"{system}, {cores} cores, Python {platform.python_version()}"
    return f"""# Benchmarks

What `make bench` measured last, on {machine}.
Ratios are of things measured in one run, in turn; absolute figures are there to give an idea.
"""


def _section(name: str, measured: Mapping[str, float], rows: Sequence[Wanted], said: str) -> str:
    lines = [
        f"## {name}",
        "",
        said.strip(),
        "",
        "| what | measured | wanted | |",
        "|---|---|---|---|",
    ]
    for wanted in rows:
        value = measured[wanted.figure]
        lines.append(f"| {wanted.what} | {value:.2f} | {wanted.target} | {wanted.verdict(value)} |")
    others = [key for key in measured if key not in {wanted.figure for wanted in rows}]
    if others:
        lines += ["", "Besides: " + ", ".join(f"{key} {measured[key]:.2f}" for key in others) + "."]
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
