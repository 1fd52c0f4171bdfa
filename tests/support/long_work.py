"""A folder with something for every long command to do, a little and a lot of it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import numpy as np
import soundfile
from commands import ready
from long_commands import MANY, LongCommand
from scores import RATE, write_session
from terminal import Seen, Terminal, on_terminal

SHORT = """\
tracks:
  low: {instrument: {tone: {gain: 0.1}}, midi: {track: low}}
  high: {instrument: {tone: {gain: 0.1}}, midi: {track: high}}
"""
LONG = """\
tracks:
  flute: {instrument: {soundfont: gm, program: 73}}
  bass: {instrument: {soundfont: gm, program: 32}}
"""


@dataclass
class World:
    """The folder, and what was seen on each first run."""

    folder: Path
    first: dict[str, Seen] = field(default_factory=dict)
    _colds: Iterator[int] = field(default_factory=count)

    def cold(self) -> Path:
        """A cache that nothing is in."""
        return self.folder / f"cache-{next(self._colds)}"

    def run(self, command: LongCommand, cache: Path, columns: int, **env: str) -> Seen:
        env = {**command.env, **env}
        return on_terminal(*command.words, cache=cache, columns=columns, ready=ready(), **env)

    def first_run(self, command: LongCommand) -> Seen:
        """On 40 columns, with the cache that later runs find warm."""
        if command.name not in self.first:
            cache = self.folder / f"warm-{len(self.first)}"
            self.first[command.name] = self.run(command, cache, columns=40)
        return self.first[command.name]

    def again(self, command: LongCommand, columns: int, **env: str) -> Seen:
        self.first_run(command)
        cache = self.folder / f"warm-{list(self.first).index(command.name)}"
        return self.run(command, cache, columns, **env)

    def at_work(self, command: LongCommand, columns: int) -> Terminal:
        """A lot of it, with a cold cache."""
        return Terminal(command.lot, self.cold(), columns, ready(), **command.env)


def world_in(folder: Path) -> World:
    """Fills a folder."""
    write_session(folder / "cue.yaml", SHORT, low=[(0, 4, 60)], high=[(0, 4, 67)])
    write_session(folder / "long.yaml", LONG, flute=[(0, 2000, 72)], bass=[(0, 2000, 40)])
    for speech, music, seconds in (("dx", "music", 6), ("long", "long-music", 400)):
        _write_speech(folder / f"{speech}.wav", seconds)
        os.link(folder / f"{speech}.wav", folder / f"{music}.wav")
    for name in ("sessions", "deliveries", "files", "presets/my", "plugins"):
        (folder / name).mkdir(parents=True)
    for number in range(MANY):
        (folder / "plugins" / f"none-{number}.vst3").write_bytes(b"no plug-in")
        (folder / "presets" / "my" / f"{number}.yaml").write_text(
            f"preset: 1\ninstrument: {{soundfont: gm, program: {number}}}\n"
        )
        (folder / "sessions" / f"{number}.yaml").write_text(
            (folder / "cue.yaml").read_text().replace("cue.mid", "../cue.mid")
        )
    made = on_terminal("render", "cue.yaml", cache=folder / "cache", ready=ready())
    assert made.code == 0, made.sent
    delivered = folder / "renders" / "cue"
    for number in range(MANY):
        os.link(delivered / "mixes" / "full.wav", folder / "files" / f"{number}.wav")
        _link_all(delivered, folder / "deliveries" / str(number))
    return World(folder)


def _write_speech(path: Path, seconds: int) -> None:
    """Noise for a second in every three."""
    samples = np.zeros(seconds * RATE, np.float32)
    noise = np.random.default_rng(7).normal(0, 0.1, RATE).astype(np.float32)
    for second in range(1, seconds, 3):
        samples[second * RATE : (second + 1) * RATE] = noise
    soundfile.write(path, samples, RATE)


def _link_all(folder: Path, copy: Path) -> None:
    for file in folder.rglob("*"):
        if file.is_file():
            linked = copy / file.relative_to(folder)
            linked.parent.mkdir(parents=True, exist_ok=True)
            os.link(file, linked)
