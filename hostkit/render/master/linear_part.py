"""The linear part of the master: gain, polarity, delay and tone, so that stems can have it.

What a master device does is estimated as a filter, by channel, from the mix before and after
it: the cross-spectrum divided by the spectrum of what went in (Welch's method; Bendat and
Piersol, "Random Data", §6.1, the H1 estimate), which is the filter with the least left over.
Stems go through it, and only the rest is the residual stem's.
"""

from __future__ import annotations

import time

import numpy as np
from numpy.typing import NDArray

from hostkit.audio.block import BLOCK_FRAMES, Audio, silence
from hostkit.jobs.isolate import Report
from hostkit.jobs.job import Job
from hostkit.jobs.prints import AUDIO, Print
from hostkit.plan.nodes.stems import ResponsePlan
from hostkit.render.stem.stored import from_store, straight

WINDOW_FRAMES = 4096
CENTRE = WINDOW_FRAMES // 2
"""The tap of a response that stands for no delay: devices may be early or late by less."""
REACH_FRAMES = 768
"""How far a response goes on either side of its delay: 20 Hz of it is 1 dB off at most."""
WORTH_DB = 1.0
"""A filter that leaves no less over than doing nothing, by as much, is left out."""
_QUIETEST = 1e-8  # bins 80 dB under the loudest tell nothing; they get the gain of the rest

Spectrum = NDArray[np.complex128]
Power = NDArray[np.float64]


def estimate_response(job: Job[ResponsePlan], report: Report) -> Print:
    """The response of each channel, WINDOW_FRAMES taps around CENTRE."""
    store, began = job.store, time.perf_counter()
    channels = job.plan.layout.channels
    mastered, dry = from_store(store, (job.plan.mastered, job.plan.reference))
    before, after = straight(dry), straight(mastered)
    spectra = Spectra(channels)
    for start in range(0, min(mastered.frames, dry.frames), BLOCK_FRAMES):
        spectra.push(before()[-channels:], after()[-channels:])
        report(start)
    with store.writer(job.fingerprint, AUDIO, channels, job.token) as writer:
        writer.write(spectra.responses())
        writer.finish(time.perf_counter() - began, ())
    return store.take(job.fingerprint)


class Filter:
    """A response applied to a stream; what it gives is `CENTRE` frames late at first."""

    def __init__(self, response: Print) -> None:
        taps = next(response.audio(WINDOW_FRAMES)).astype(np.float64)
        self._frames = BLOCK_FRAMES + WINDOW_FRAMES
        self._spectrum = np.fft.rfft(taps, self._frames)
        self._before = silence(response.channels, WINDOW_FRAMES)
        self._late = CENTRE
        unit = np.zeros(WINDOW_FRAMES)
        unit[CENTRE] = 1.0
        self._does_nothing = all(np.array_equal(channel, unit) for channel in taps)

    def through(self, block: Audio, _start: int) -> Audio:
        """The next frames, fewer while the response's delay is made up for."""
        if self._does_nothing:
            return block
        pieces = [
            self._piece(block[:, start : start + BLOCK_FRAMES])
            for start in range(0, block.shape[1], BLOCK_FRAMES)
        ]
        return np.concatenate(pieces, axis=1) if pieces else block

    def _piece(self, block: Audio) -> Audio:
        together = np.concatenate((self._before, block), axis=1)
        self._before = together[:, -WINDOW_FRAMES:]
        spectrum = np.fft.rfft(together.astype(np.float64), self._frames) * self._spectrum
        made = np.fft.irfft(spectrum, self._frames)[:, WINDOW_FRAMES : together.shape[1]]
        dropped = min(self._late, made.shape[1])
        self._late -= dropped
        return made[:, dropped:].astype(np.float32)


class Spectra:
    """Gathers what goes in and what comes out, in half-overlapping windows."""

    def __init__(self, channels: int) -> None:
        bins = WINDOW_FRAMES // 2 + 1
        self._window = _window()
        self._held = [silence(channels, 0), silence(channels, 0)]
        self._dry = np.zeros((channels, bins))
        self._wet = np.zeros((channels, bins))
        self._cross: Spectrum = np.zeros((channels, bins), dtype=np.complex128)

    def push(self, dry: Audio, wet: Audio) -> None:
        held = [np.concatenate(pair, axis=1) for pair in zip(self._held, (dry, wet), strict=True)]
        starts = range(0, held[0].shape[1] - WINDOW_FRAMES + 1, CENTRE)
        for start in starts:
            part = slice(start, start + WINDOW_FRAMES)
            x, y = (np.fft.rfft(audio[:, part] * self._window) for audio in held)
            self._dry += np.abs(x) ** 2
            self._wet += np.abs(y) ** 2
            self._cross += y * np.conj(x)
        self._held = [audio[:, len(starts) * CENTRE :] for audio in held]

    def responses(self) -> Audio:
        made = [
            _response(*channel) for channel in zip(self._dry, self._wet, self._cross, strict=True)
        ]
        return np.stack(made).astype(np.float32)


def _response(dry: Power, wet: Power, cross: Spectrum) -> NDArray[np.float64]:
    """Taps around CENTRE; the one at CENTRE alone where a filter is not worth it."""
    unit = np.zeros(WINDOW_FRAMES)
    unit[CENTRE] = 1.0
    if not dry.any() or not wet.any():
        return unit
    correlation = np.fft.irfft(cross)
    near = np.r_[0 : CENTRE - REACH_FRAMES, -(CENTRE - REACH_FRAMES) : 0]
    delay = int(near[np.argmax(np.abs(correlation[near]))])
    turned = cross * np.exp(2j * np.pi * np.arange(len(dry)) * delay / WINDOW_FRAMES)
    turned /= _overlap(delay)
    gain = float(turned.real.sum() / dry.sum())
    heard = dry > _QUIETEST * dry.max()
    gains = np.where(heard, turned / np.maximum(dry, np.finfo(float).tiny), gain)
    taps = np.fft.fftshift(np.fft.irfft(gains)) * _around_centre()
    found = np.fft.rfft(np.fft.ifftshift(taps))
    found *= np.exp(-2j * np.pi * np.arange(len(dry)) * delay / WINDOW_FRAMES)
    if _left_over(found, dry, wet, cross) > _left_over(1.0, dry, wet, cross) * 10 ** (
        -WORTH_DB / 10
    ):
        return unit
    return np.roll(taps, delay)


def _left_over(response: Spectrum | float, dry: Power, wet: Power, cross: Spectrum) -> float:
    """The power of what came out that the response does not explain."""
    explained = 2 * np.real(np.conj(response) * cross) - np.abs(response) ** 2 * dry
    return float((wet - explained).sum())


def _window() -> NDArray[np.float64]:
    return np.hanning(WINDOW_FRAMES + 1)[:-1]


def _overlap(delay: int) -> float:
    """How much of one sound two windows have in common, of which one hears it later."""
    window = _window()
    shared = window[abs(delay) :] @ window[: WINDOW_FRAMES - abs(delay)]
    return float(shared / (window @ window))


def _around_centre() -> NDArray[np.float64]:
    """A window of REACH_FRAMES on either side of CENTRE."""
    window = np.zeros(WINDOW_FRAMES)
    window[CENTRE - REACH_FRAMES : CENTRE + REACH_FRAMES + 1] = np.hanning(2 * REACH_FRAMES + 1)
    return window
