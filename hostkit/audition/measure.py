"""What is measured of a preset's sound: loudness, peak, and spectrum in third octaves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hostkit.audio.block import Audio
from hostkit.audio.layout import layout_of
from hostkit.audio.loudness.meter import Loudness, Meter
from hostkit.jobs.prints import Print

Levels = NDArray[np.float64]

WINDOW_FRAMES = 8192
COLUMNS = 480
CENTRES_HZ: tuple[float, ...] = tuple(1000.0 * 2 ** (n / 3) for n in range(-16, 14))
"""Third-octave bands, base 2 (IEC 61260-1), 25 Hz to 20 kHz."""


@dataclass(frozen=True, eq=False)
class SoundMeasures:
    """The measures of one sound. `bands_db` has a level for each of CENTRES_HZ, in dBFS.

    `columns` are the largest absolute values in equal stretches of time, for an image.
    """

    loudness: Loudness
    bands_db: Levels
    columns: Levels
    seconds: float


def measure_print(print_: Print, sample_rate: int) -> SoundMeasures:
    """The measures of a print."""
    return measure_audio(
        (np.ascontiguousarray(block) for block in print_.audio()),
        sample_rate,
        print_.channels,
        print_.frames,
    )


def measure_audio(
    blocks: Iterable[Audio], sample_rate: int, channels: int, frames: int, columns: int = COLUMNS
) -> SoundMeasures:
    """The measures of `frames` frames that come in blocks."""
    meter = Meter(sample_rate, layout_of(channels))
    spectrum = _Spectrum(sample_rate)
    peaks = np.zeros(columns)
    done = 0
    for block in blocks:
        meter.push(block)
        spectrum.push(block)
        places = (np.arange(done, done + block.shape[1]) * columns) // max(frames, 1)
        np.maximum.at(peaks, np.minimum(places, columns - 1), np.abs(block).max(axis=0))
        done += block.shape[1]
    return SoundMeasures(meter.result(), spectrum.bands_db(), peaks, frames / sample_rate)


class _Spectrum:
    """Mean power in third-octave bands, Hann windows that overlap by half (Welch)."""

    def __init__(self, sample_rate: int) -> None:
        self._window = np.hanning(WINDOW_FRAMES)
        self._rest = np.zeros((1, 0), dtype=np.float32)
        self._power = np.zeros(WINDOW_FRAMES // 2 + 1)
        self._count = 0
        self._bands = _band_edges(sample_rate)

    def push(self, block: Audio) -> None:
        if self._rest.shape[0] != block.shape[0]:
            self._rest = np.zeros((block.shape[0], 0), dtype=np.float32)
        held = np.concatenate((self._rest, block), axis=1)
        step, start = WINDOW_FRAMES // 2, 0
        while start + WINDOW_FRAMES <= held.shape[1]:
            self._add(held[:, start : start + WINDOW_FRAMES])
            start += step
        self._rest = held[:, start:]

    def _add(self, piece: Audio) -> None:
        spectrum = np.fft.rfft(piece * self._window, axis=1)
        self._power += (np.abs(spectrum) ** 2).mean(axis=0)
        self._count += 1

    def bands_db(self) -> Levels:
        """Of what was pushed, the last piece filled up with silence; never below −200."""
        power = self._power.copy()
        count = self._count
        if self._rest.shape[1]:
            last = np.zeros((self._rest.shape[0], WINDOW_FRAMES))
            last[:, : self._rest.shape[1]] = self._rest
            power += (np.abs(np.fft.rfft(last * self._window, axis=1)) ** 2).mean(axis=0)
            count += 1
        scale = 2.0 / (WINDOW_FRAMES * (self._window**2).sum() * max(count, 1))
        sums = np.array([power[low:high].sum() for low, high in self._bands]) * scale
        levels: Levels = 10 * np.log10(np.maximum(sums, 1e-20))
        return levels


def _band_edges(sample_rate: int) -> list[tuple[int, int]]:
    """First and last bin of each band; a band has one bin at least."""
    per_bin = sample_rate / WINDOW_FRAMES
    edges = []
    for centre in CENTRES_HZ:
        low = round(centre * 2 ** (-1 / 6) / per_bin)
        high = round(centre * 2 ** (1 / 6) / per_bin)
        edges.append((low, max(high, low + 1)))
    return edges


def centroid_hz(bands_db: Levels) -> float:
    """The middle of a spectrum by power on a scale of octaves: how bright it is."""
    power = 10 ** (bands_db / 10)
    middle = float((np.log2(np.array(CENTRES_HZ)) * power).sum() / power.sum())
    return float(2**middle)
