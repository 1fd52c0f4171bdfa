"""What a click sounds like: a sine that begins on its frame and dies away."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hostkit.audio.quantise import IntSamples
from hostkit.ground.levels import db_to_gain
from hostkit.picture.cueing.click import Click
from hostkit.timebase.sampling import sample_of

CLICK_SECONDS = 0.03
_DECAYS = 6.0
"""So many times a click falls by e while it lasts: 52 dB."""


@dataclass(frozen=True)
class ClickTone:
    """A kind of click: its pitch in Hz, and `level_db` against that of a downbeat."""

    hz: float
    level_db: float


TONES: dict[str, ClickTone] = {
    "downbeat": ClickTone(1760, 0),
    "beat": ClickTone(1320, -3),
    "subdivision": ClickTone(1320, -12),
    "warning": ClickTone(2640, 0),
}
"""How each kind of click sounds, the warnings an octave over the beats."""


@dataclass(frozen=True)
class ClickOnset:
    """A click on its frame, counted from 1|1."""

    frame: int
    kind: str


def onsets(clicks: Iterable[Click], sample_rate: int) -> tuple[ClickOnset, ...]:
    """Clicks on the samples nearest to their times."""
    return tuple(ClickOnset(sample_of(click.seconds, sample_rate), click.kind) for click in clicks)


def click_frames(sample_rate: int) -> int:
    """How long a click sounds."""
    return round(CLICK_SECONDS * sample_rate)


@dataclass(frozen=True)
class ClickSound:
    """Clicks as integer samples of a `full_scale`, the same in every channel."""

    level_dbfs: float
    sample_rate: int
    full_scale: int

    def block(self, clicks: Sequence[ClickOnset], start: int, count: int) -> IntSamples:
        """Frames `start` to `start + count` of ascending clicks, int32 `(count,)`.

        One that begins before another is over is added to it.
        """
        block = np.zeros(count, dtype=np.int64)
        length = click_frames(self.sample_rate)
        frames = np.asarray([click.frame for click in clicks], dtype=np.int64)
        first, last = np.searchsorted(frames, (start - length + 1, start + count))
        tones = {kind: self._tone(kind) for kind in {c.kind for c in clicks[first:last]}}
        for click in clicks[first:last]:
            begin, end = max(click.frame, start), min(click.frame + length, start + count)
            tone = tones[click.kind]
            block[begin - start : end - start] += tone[begin - click.frame : end - click.frame]
        return block.astype(np.int32)

    def _tone(self, kind: str) -> NDArray[np.int64]:
        time = np.arange(click_frames(self.sample_rate)) / self.sample_rate
        shape = np.sin(2 * np.pi * TONES[kind].hz * time) * np.exp(-_DECAYS * time / CLICK_SECONDS)
        peak = np.abs(shape).max()
        gain = db_to_gain(self.level_dbfs + TONES[kind].level_db) * self.full_scale / peak
        tone: NDArray[np.int64] = np.rint(shape * gain).astype(np.int64)
        return tone
