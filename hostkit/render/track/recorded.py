"""Playing recorded audio: regions of files, faded and added up; players over a mock-up."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from hostkit.audio.block import BLOCK_FRAMES, Audio, silence
from hostkit.audio.files.reader import open_audio
from hostkit.audio.layout import layout_of
from hostkit.ground.levels import db_to_gain
from hostkit.plan.nodes.recorded import Fade, Recorded, Region
from hostkit.render.track.stage import Stage

Gains: TypeAlias = NDArray[np.float32]
"""A factor for each frame of a stretch."""
MOST_SAMPLES = 2 * BLOCK_FRAMES
"""Read at a time: a file of 64 channels takes no more memory than a stereo one."""


class PlayingRegions:
    """Regions at their places; silence where there is none."""

    warnings: tuple[str, ...] = ()

    def __init__(self, source: Recorded, stage: Stage) -> None:
        self._report = stage.report
        self._rate = stage.setup.sample_rate
        self._waiting = list(reversed(source.regions))
        self._sounding: list[tuple[Region, _Reading]] = []
        self.layout = layout_of(source.channels)

    def next_block(self, start: int, frames: int) -> Audio:
        """The stretch from frame `start` on: any at first, then in order."""
        self._report(start)
        stop = start + frames
        while self._waiting and self._waiting[-1].start < stop:
            region = self._waiting.pop()
            if region.stop > start:
                region = region.later(max(0, start - region.start))
                self._sounding.append((region, _Reading(region, self._rate)))
        block = silence(self.layout.channels, frames)
        for region, reading in self._sounding:
            first, last = max(region.start, start), min(region.stop, stop)
            audio = reading.next(last - first)
            gain = gain_of(region, first - region.start, last - first)
            block[:, first - start : last - start] += audio if gain is None else audio * gain
        self._sounding = [(r, reading) for r, reading in self._sounding if r.stop > stop]
        return block


class _Reading:
    """A region's samples in order, in the channels that are heard."""

    def __init__(self, region: Region, sample_rate: int) -> None:
        self._content = region.recording.content
        self._content.check_unchanged()
        file = open_audio(self._content.path, sample_rate=sample_rate)
        heard = region.channels if region.channels != tuple(range(file.channels)) else None
        block_frames = min(BLOCK_FRAMES, MOST_SAMPLES // file.channels)
        self._blocks = file.blocks(block_frames, region.offset, heard)
        self._held = silence(len(region.channels), 0)

    def next(self, frames: int) -> Audio:
        """So many more. Raises StorageError where the file is no longer what was planned with."""
        parts, there = [self._held], self._held.shape[1]
        while there < frames:
            part = next(self._blocks, None)
            if part is None:
                raise self._content.changed
            parts.append(part)
            there += part.shape[1]
        whole = parts[-1] if not parts[0].shape[1] and len(parts) == 2 else np.hstack(parts)
        self._held = whole[:, frames:]
        self._content.check_unchanged()
        return whole[:, :frames]


def gain_of(region: Region, first: int, frames: int) -> Gains | None:
    """The region's gain on `frames` from its frame `first` on; None where that is 1 throughout."""
    level = db_to_gain(region.gain_db)
    faded = envelope(region, first, frames)
    if faded is None:
        return None if region.gain_db == 0.0 else np.full(frames, level, dtype=np.float32)
    return (faded * level).astype(np.float32)


def envelope(region: Region, first: int, frames: int) -> NDArray[np.float64] | None:
    """What its fades make of `frames` from its frame `first` on; None where they are over.

    A fade that rises and one that falls over the same frames add up to 1: in power, or linearly.
    """
    made: NDArray[np.float64] | None = None
    for fade in region.fades:
        if fade.start + fade.frames <= first if fade.rises else fade.start >= first + frames:
            continue
        factor = _fade_gain(fade, first, frames)
        made = factor if made is None else made * factor
    return made


def _fade_gain(fade: Fade, first: int, frames: int) -> NDArray[np.float64]:
    into = (np.arange(first - fade.start, first - fade.start + frames) + 0.5) / fade.frames
    share = np.clip(into if fade.rises else 1.0 - into, 0.0, 1.0)
    return np.sin(share * (np.pi / 2)) if fade.shape == "equal_power" else share


def left_of_mockup(regions: tuple[Region, ...], start: int, frames: int) -> Gains | None:
    """How much of a mock-up recorded players leave, frame by frame; None where all of it.

    Where a player's fade is of equal power, so is that of the mock-up; where it is linear, too.
    """
    taken: NDArray[np.float64] | None = None
    for region in regions:
        first, last = max(region.start, start), min(region.stop, start + frames)
        if first >= last:
            continue
        taken = np.zeros(frames) if taken is None else taken
        faded = envelope(region, first - region.start, last - first)
        share = np.ones(last - first) if faded is None else faded
        linear = any(fade.shape == "linear" for fade in region.fades)
        taken[first - start : last - start] += 1 - (1 - share) ** 2 if linear else share**2
    if taken is None:
        return None
    return np.sqrt(np.clip(1.0 - taken, 0.0, 1.0)).astype(np.float32)


def over(mockup: Audio, players: Audio, left: Gains | None) -> Audio:
    """Players over a mock-up of which so much is `left`, in the channels of the wider of both."""
    heard = mockup if left is None else mockup * left
    channels = max(len(heard), len(players))
    wide: list[Audio] = [
        audio if len(audio) == channels else np.repeat(audio, channels, axis=0)
        for audio in (heard, players)
    ]
    total: Audio = wide[0] + wide[1]
    return total
