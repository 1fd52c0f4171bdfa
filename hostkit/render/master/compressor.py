"""The bus compressor: one gain for all channels, computed from the signal that keys it.

Feed-forward, in decibels (Giannoulis, Massberg and Reiss, "Digital Dynamic Range Compressor
Design", JAES 60(6), 2012): the peak of the linked channels, the static curve with its soft
knee (eq. 4), then a decoupled peak detector (eq. 16):

    y[n] = max(c[n], r·y[n−1])            release, r = e^(−1/(release·rate))
    g[n] = a·g[n−1] + (1−a)·y[n]          attack, a = e^(−1/(attack·rate))

where c is the reduction that the curve asks for, in dB ≥ 0, and g the one that is done.
The first line is a running maximum of c[n]·r^(−n), which is why it is quick.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hostkit.audio.block import Audio, silence
from hostkit.devices.description import ParamValue
from hostkit.devices.own import BUS_COMPRESSOR, OWN
from hostkit.ground.levels import db_to_gain

GRID_FRAMES = 4096
"""Gains are worked out in stretches of this length, counted from the start, so that the
same stretches are computed whatever blocks come in: same bits."""
_NOTHING_DB = 1e-12  # so small a state is none: numbers that fade out for ever are slow
Reduction = NDArray[np.float64]


@dataclass(frozen=True)
class Settings:
    """What the compressor is set to; see `hostkit.devices.own` for ranges."""

    threshold_db: float
    ratio: float
    knee_db: float
    attack_ms: float
    release_ms: float
    makeup_db: float
    lookahead_ms: float
    highpass_hz: float

    @classmethod
    def of(cls, params: Iterable[tuple[str, ParamValue]]) -> Settings:
        """From a device's parameters; those not given have their defaults.

        >>> Settings.of([("ratio", 4)]).attack_ms
        30.0
        """
        values = {param.key: param.default for param in OWN[BUS_COMPRESSOR].params}
        values |= dict(params)
        return cls(**{key: float(value) for key, value in values.items()})


def reduction_db(level_db: Reduction, settings: Settings) -> Reduction:
    """The static curve: how many dB a level is to be reduced by, ≥ 0.

    >>> settings = Settings.of([("threshold_db", -20), ("ratio", 4), ("knee_db", 0)])
    >>> reduction_db(np.array([-30.0, -20.0, -8.0]), settings).tolist()
    [0.0, 0.0, 9.0]
    """
    over = level_db - settings.threshold_db
    half = settings.knee_db / 2
    slope = 1.0 - 1.0 / settings.ratio
    hard = np.maximum(over, 0.0)
    if half == 0.0:
        return slope * hard
    inside = np.clip(over + half, 0.0, settings.knee_db)
    return slope * np.where(over > half, hard, inside**2 / (2 * settings.knee_db))


class BusCompressor:
    """Takes the key in order, in any blocks; gives the gain for each of its frames."""

    def __init__(self, settings: Settings, sample_rate: int, channels: int) -> None:
        from scipy import signal  # half a second of imports, in the jobs that need them only

        self._lfilter, self._sosfilt = signal.lfilter, signal.sosfilt
        self._settings = settings
        self._held = silence(channels, 0)
        self._ahead = round(settings.lookahead_ms * sample_rate / 1000)
        self._skip = self._ahead
        self._release = np.exp(-1000.0 / (settings.release_ms * sample_rate))
        self._attack = np.exp(-1000.0 / (settings.attack_ms * sample_rate))
        self._fading = self._release ** np.arange(1, GRID_FRAMES + 1)
        self._floor_gain = db_to_gain(settings.threshold_db - settings.knee_db / 2)
        self._reduction = 0.0  # y[n−1]
        self._smooth = np.zeros(1)  # the state of the attack: a·g[n−1]
        self._filter: NDArray[np.float64] | None = None
        if settings.highpass_hz:
            self._filter = signal.butter(
                2, settings.highpass_hz, "highpass", fs=sample_rate, output="sos"
            )
            self._filter_state = np.zeros((len(self._filter), channels, 2))

    def gains(self, key: Audio) -> NDArray[np.float32]:
        """Linear gains; fewer than frames at first, for the look-ahead and whole stretches."""
        held = np.concatenate((self._held, key), axis=1) if self._held.shape[1] else key
        whole = held.shape[1] - held.shape[1] % GRID_FRAMES
        self._held = held[:, whole:].copy()
        made = [
            self._stretch(held[:, start : start + GRID_FRAMES])
            for start in range(0, whole, GRID_FRAMES)
        ]
        gains = np.concatenate(made) if made else np.zeros(0, dtype=np.float32)
        dropped = min(self._skip, len(gains))
        self._skip -= dropped
        return gains[dropped:]

    def _stretch(self, key: Audio) -> NDArray[np.float32]:
        if self._filter is not None:
            key, self._filter_state = self._sosfilt(
                self._filter, key, axis=1, zi=self._filter_state
            )
        wanted = self._wanted(key)
        held = self._hold(wanted)
        if not held.any() and not self._smooth.any():
            return np.full(GRID_FRAMES, db_to_gain(self._settings.makeup_db), dtype=np.float32)
        rise = 1.0 - self._attack
        smooth, self._smooth = self._lfilter([rise], [1.0, -self._attack], held, zi=self._smooth)
        if abs(self._smooth[0]) < _NOTHING_DB:
            self._smooth = np.zeros(1)
        decibels = self._settings.makeup_db - smooth
        gains: NDArray[np.float32] = np.power(10.0, decibels / 20.0).astype(np.float32)
        return gains

    def _wanted(self, key: NDArray[np.floating]) -> Reduction:
        """The reduction that the curve asks for, by the louder channel of each frame."""
        peaks = np.abs(key).max(axis=0).astype(np.float64)
        if peaks.max() <= self._floor_gain:
            return np.zeros(GRID_FRAMES)
        level_db = 20.0 * np.log10(np.maximum(peaks, self._floor_gain))
        return reduction_db(level_db, self._settings)

    def _hold(self, wanted: Reduction) -> Reduction:
        """The release: y[n] = max(c[n], r·y[n−1]) over one stretch.

        r to the power of a stretch is at least e^−512 (1 ms at 8 kHz): float64 has room.
        """
        held: Reduction = self._reduction * self._fading
        if wanted.any():
            running = np.maximum.accumulate(wanted / self._fading) * self._fading
            held = np.maximum(held, running)
        self._reduction = float(held[-1]) if held[-1] > _NOTHING_DB else 0.0
        return held
