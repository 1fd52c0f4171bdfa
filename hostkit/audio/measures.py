"""What one passage through a signal tells: its loudness, and what it is checked for."""

from __future__ import annotations

from dataclasses import dataclass

from hostkit.audio.block import Audio
from hostkit.audio.checks import SignalCheck, SignalFacts
from hostkit.audio.layout import ChannelLayout
from hostkit.audio.loudness.meter import Loudness, Meter


@dataclass(frozen=True)
class Measures:
    """What a signal measures, whoever made it."""

    loudness: Loudness
    signal: SignalFacts

    @property
    def frames(self) -> int:
        return self.signal.frames

    @property
    def channels(self) -> int:
        return len(self.signal.peaks)


@dataclass(frozen=True)
class Clipping:
    """What of a signal did not fit its format, as only who writes it knows.

    `samples` of it, `peak` being their highest amplitude; by `lower_db` it has to be lower that
    nothing is clipped, in it or in a stem of it.
    """

    samples: int = 0
    peak: float = 0.0
    lower_db: float = 0.0


class Measuring:
    """Gathers `Measures` from a stream of blocks, whose music begins after `pre_roll_frames`.

    >>> from hostkit.audio.block import silence
    >>> from hostkit.audio.layout import STEREO
    >>> measuring = Measuring(48_000, STEREO)
    >>> measuring.push(silence(2, 48_000))
    >>> measuring.measures().frames, measuring.measures().channels
    (48000, 2)
    """

    def __init__(self, sample_rate: int, layout: ChannelLayout, pre_roll_frames: int = 0) -> None:
        self._meter = Meter(sample_rate, layout)
        self._check = SignalCheck(layout.channels, sample_rate, pre_roll_frames)

    @property
    def frames(self) -> int:
        """How many were pushed so far."""
        return self._meter.frames

    def push(self, block: Audio) -> None:
        """Take the next `(channels, frames)` of the signal."""
        self._meter.push(block)
        self._check.push(block)

    def measures(self) -> Measures:
        """What everything pushed so far measures."""
        return Measures(self._meter.result(), self._check.facts())
