"""Matching presets in loudness, by the `gain_db` of their files."""

from __future__ import annotations

import math
from dataclasses import dataclass

from hostkit.audio.loudness.meter import Loudness
from hostkit.library.load import LoadedPreset

TARGET_LUFS = -23.0
"""EBU R 128's level for a programme: a section alone leaves room for the others."""
CEILING_DBTP = -3.0
STEP_DB = 0.5
LOWEST_DB, HIGHEST_DB = -60.0, 24.0
BUS_TAG = "bus"


@dataclass(frozen=True)
class Levelled:
    """A preset's level as it was, and as it is to be.

    `held_back` tells that its peaks kept it from the target.
    """

    loaded: LoadedPreset
    measured_lufs: float
    before_db: float
    after_db: float
    held_back: bool


def levelled(loaded: LoadedPreset, measured: Loudness, target_lufs: float) -> Levelled:
    """The `gain_db`, in steps of half a dB, that brings a preset to the target.

    `measured` is with the level it has now. True peaks stay under CEILING_DBTP.
    """
    before = loaded.preset.gain_db
    if not math.isfinite(measured.integrated_lufs):
        return Levelled(loaded, measured.integrated_lufs, before, before, False)
    wanted = before + target_lufs - measured.integrated_lufs
    most = before + CEILING_DBTP - measured.true_peak_dbtp
    after = math.floor(min(wanted + STEP_DB / 2, most) / STEP_DB) * STEP_DB
    after = min(max(after, LOWEST_DB), HIGHEST_DB)
    return Levelled(loaded, measured.integrated_lufs, before, after, after < wanted - STEP_DB)


def is_bus(loaded: LoadedPreset) -> bool:
    """Whether a chain belongs on a bus, where its level is the sends' business."""
    return loaded.preset.instrument is None and BUS_TAG in loaded.preset.tags
