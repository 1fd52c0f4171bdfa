"""What a scan learns of an instrument by listening to it: when it sounds, lost notes, tuning.

Some instruments take only part of the events inside a block: at some places in it a note is
lost. Shorter blocks cure it. Some load in the background, and are silent until then: they get
time. Others are out of tune at every rate; that is only said.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from hostkit.audio.block import Audio
from hostkit.devices.clocked import RealTime
from hostkit.devices.description import BUFFER_FRAMES
from hostkit.devices.plugins.chance import seed_c_random

BUFFERS = (BUFFER_FRAMES, 256, 128, 64, 32)
PLACES = (0, 65, 128, 193, 256, 321, 384, 449)
"""Where in a block notes are begun: on the grid of music at most tempos, and beside it."""

WARM_UPS_S = (0.0, 0.5, 2.0)
"""For how long an instrument is waited for until it sounds."""

_KEY, _VELOCITY = 69, 100
_NOTE_SECONDS = 0.25
_TUNING_SECONDS = 1.0
_WAIT_SECONDS = 0.05
_MOST_RINGING_SECONDS = 4.0
_FAINT = 1e-4
_LOST = 0.01
"""A note is lost where its peak is under 1/100 of the loudest (-40 dB)."""
_OUT_OF_TUNE_CENTS = 10

Note = tuple[int, tuple[int, int, int]]
"""The frame at which it comes, and the message's three bytes."""


class Playable(Protocol):
    """An instance of an instrument, in whatever host."""

    def play(self, notes: Sequence[Note], frames: int, buffer_frames: int) -> Audio:
        """The main output for the next frames, in blocks of `buffer_frames`."""


Load = Callable[[], Playable]


@dataclass(frozen=True)
class HeardPlaying:
    """How to play an instrument, and remarks for the user.

    `buffer_frames` is the block size at which most notes sound, `warm_up_s` how long after
    loading the first one does.
    """

    buffer_frames: int = BUFFER_FRAMES
    warm_up_s: float = 0.0
    remarks: tuple[str, ...] = ()


def listen(load: Load, sample_rate: int, alive: Callable[[], None]) -> HeardPlaying:
    """Plays an instrument's A4 at several places in blocks of several sizes.

    `load` makes a fresh instance; `alive` is called from time to time. An instrument that is
    silent as it starts (a sampler without samples) says nothing.
    """
    player = _Player(load, sample_rate, alive)
    warm_up_s = next((wait for wait in WARM_UPS_S if player.sounds_after(wait)), 0.0)
    player.warm_up_s = warm_up_s
    best = (0, BUFFER_FRAMES)
    for buffer in BUFFERS:
        sounding = player.sounding(buffer)
        if sounding is None:
            return HeardPlaying()
        if sounding > best[0]:
            best = (sounding, buffer)
        if sounding == len(PLACES):
            break
    sounding, buffer = best
    remarks = []
    if warm_up_s:
        remarks.append(f"is silent right after loading; it is given {warm_up_s:g} s")
    if buffer != BUFFER_FRAMES:
        remarks.append(f"loses notes in blocks of {BUFFER_FRAMES}; played in blocks of {buffer}")
    if sounding < len(PLACES):
        remarks.append(f"plays {sounding} of {len(PLACES)} notes even so; listen for gaps")
    cents = player.cents_off(buffer)
    if cents is not None and abs(cents) > _OUT_OF_TUNE_CENTS:
        way = "flat" if cents < 0 else "sharp"
        remarks.append(f"its A4 is {abs(cents):.0f} cents {way} at {sample_rate} Hz")
    return HeardPlaying(buffer, warm_up_s, tuple(remarks))


@dataclass
class _Player:
    load: Load
    sample_rate: int
    alive: Callable[[], None]
    warm_up_s: float = 0.0
    """For how long a fresh instance plays silence, by the clock."""
    _kept: list[Playable] = field(default_factory=list)

    def sounds_after(self, warm_up_s: float) -> bool:
        """Whether a note is heard so long after loading."""
        self.warm_up_s = warm_up_s
        plugin = self._fresh()
        self._kept.append(plugin)  # while it loads in the background, taking it away may crash
        return self._peak(plugin, 0, BUFFER_FRAMES) >= _FAINT

    def sounding(self, buffer: int) -> int | None:
        """How many of the notes at PLACES sound; None where none does."""
        peaks = []
        plugin: Playable | None = None
        for place in PLACES:
            plugin = plugin or self._fresh()
            peaks.append(self._peak(plugin, place, buffer))
            if not self._quiet(plugin, buffer):
                plugin = None
            self.alive()
        loudest = max(peaks)
        if loudest < _FAINT:
            return None
        return sum(peak > loudest * _LOST for peak in peaks)

    def cents_off(self, buffer: int) -> float | None:
        """How far A4 is from 440 Hz; None where it has no clear pitch near that."""
        sound = self._play(self._fresh(), [(0, (0x90, _KEY, _VELOCITY))], _TUNING_SECONDS, buffer)
        self.alive()
        heard = sound[0, self.sample_rate // 10 :]
        size = 1 << 20
        levels = np.abs(np.fft.rfft(heard * np.hanning(heard.size), size))
        hz = np.fft.rfftfreq(size, 1 / self.sample_rate)
        near = (hz > 400) & (hz < 484)
        audible = (hz > 50) & (hz < 4000)
        if not levels[audible].max() or levels[near].max() < 0.5 * levels[audible].max():
            return None
        return float(1200 * np.log2(hz[near][levels[near].argmax()] / 440))

    def _fresh(self) -> Playable:
        plugin = self.load()
        clock = RealTime(self.sample_rate)
        for _ in range(round(self.warm_up_s / _WAIT_SECONDS)):
            clock.wait(self._play(plugin, [], _WAIT_SECONDS, BUFFER_FRAMES).shape[1])
            self.alive()
        seed_c_random()
        return plugin

    def _peak(self, plugin: Playable, place: int, buffer: int) -> float:
        """Of a note that begins `place` frames after the start of a block of 512."""
        at = BUFFER_FRAMES + place
        sound = self._play(plugin, [(at, (0x90, _KEY, _VELOCITY))], _NOTE_SECONDS, buffer)
        return float(np.abs(sound).max(initial=0.0))

    def _quiet(self, plugin: Playable, buffer: int) -> bool:
        """Ends the note and waits for silence; False where it does not come."""
        off = [(0, (0x80, _KEY, 64))]
        for _ in range(int(_MOST_RINGING_SECONDS / _NOTE_SECONDS)):
            sound = self._play(plugin, off, _NOTE_SECONDS, buffer)
            if np.abs(sound[:, -sound.shape[1] // 4 :]).max(initial=0.0) < _FAINT / 10:
                return True
            off = []
        return False

    def _play(self, plugin: Playable, notes: Sequence[Note], seconds: float, buffer: int) -> Audio:
        # Whole blocks of the longest size, so that places in a block stay what they are.
        frames = int(seconds * self.sample_rate) // BUFFER_FRAMES * BUFFER_FRAMES
        return plugin.play(notes, frames, buffer)
