"""Writes a file that is paced like speech, for the documents' ducking: `dialogue.py FILE`.

Four phrases of noise in the band of a voice, in syllables of a quarter of a second.
"""

from __future__ import annotations

import sys

import numpy as np
import soundfile
from scipy import signal

RATE = 16_000
PHRASES = ((4.0, 8.0), (14.0, 17.0), (22.0, 26.5), (33.0, 36.5))
SECONDS = 40.0


def dialogue() -> np.ndarray:
    """Mono, RATE."""
    time = np.arange(round(SECONDS * RATE)) / RATE
    noise = np.random.default_rng(1).standard_normal(len(time))
    band = signal.butter(2, (150, 3500), "bandpass", fs=RATE, output="sos")
    spoken = sum(((start <= time) & (time < end)) for start, end in PHRASES)
    syllables = 0.15 + np.sin(np.pi * 4 * time) ** 2
    return 0.2 * signal.sosfilt(band, noise) * spoken * syllables


if __name__ == "__main__":
    soundfile.write(sys.argv[1], dialogue(), RATE, subtype="PCM_24")
