"""The gain on everything comes after the master: it changes the level, and nothing else."""

from __future__ import annotations

import numpy as np
import pytest

from hostkit.plan.mixes.wanted import MixRequest
from hostkit.plan.plan import RESIDUAL

FULL_SCALE = 2**23
TRACKS = """
tracks:
  low: {instrument: {tone: {gain: 0.2}}, midi: {track: a}}
  high: {instrument: {tone: {gain: 0.3}}, midi: {track: b}, pan: 0.5, sends: {hall: -6}}
buses: {hall: {effects: [{delay: {delay_seconds: 0.1, feedback: 0.2, mix: 1.0}}]}}
mixes: {full: {}, soft: {gain_db: {low: -3}}}
tail: {for_ms: 50}
"""
NOTES = {"a": [(0, 1, 45)], "b": [(0.5, 0.5, 69)]}
MASTERS = {
    "none": "[]",
    "linear": "[{gain: {gain_db: -2}}]",
    "side-chained": "[{bus_compressor: {threshold_db: -30, ratio: 4}}]",
    "residual": "[{distortion: {drive_db: 6}}]",
}


@pytest.mark.parametrize("master", MASTERS)
def test_six_db_less_is_every_stem_times_its_factor(master: str, make):
    plain = make(f"master: {MASTERS[master]}\n{TRACKS}", **NOTES)
    lower = make(f"gain_db: -6\nmaster: {MASTERS[master]}\n{TRACKS}", **NOTES)
    factor = 10 ** (-6 / 20)
    names = [stem.name for stem in plain.plan.whole.stems]
    assert names == [stem.name for stem in lower.plan.whole.stems]
    for name in names:
        before, after = plain.stem(name), lower.stem(name)
        assert after.shape == before.shape, name
        if name.startswith(RESIDUAL):
            continue  # the rest of rounded stems: told by the mixes
        # half a step here, half of the other's one, and a float's 24 bits
        assert np.abs(after - before * factor).max() <= 0.5 + 0.5 * factor + 0.5, name
    for mix in ("full", "soft"):
        off = np.abs(lower.mix(mix) - plain.mix(mix) * factor).max()
        assert off <= 1.5 * len(names), mix
        assert np.abs(plain.mix(mix)).max() > FULL_SCALE / 10
    if master == "residual":
        (audio, _) = (s for s in lower.plan.whole.nodes if s.name.startswith("mastered mix"))
        mastered = lower.node(audio.name) * np.float32(factor)
        exact = np.rint(mastered.astype(np.float64) * FULL_SCALE)
        assert np.array_equal(lower.mix("full")[:, : exact.shape[1]], exact)


def test_it_changes_stems_but_no_print_and_no_step_of_the_master(make):
    text = f"master: {MASTERS['residual']}\n{TRACKS}"
    plain, lower = make(text, **NOTES), make(f"gain_db: -6\n{text}", **NOTES)
    for before, after in zip(plain.plan.whole.tracks, lower.plan.whole.tracks, strict=True):
        assert before.fingerprint == after.fingerprint
        assert lower.production.outcomes[after.fingerprint].status == "cached"
    steps = {step.name: step.fingerprint for step in plain.plan.whole.nodes}
    changed = {s.name for s in lower.plan.whole.nodes if s.fingerprint != steps[s.name]}
    assert changed == {"low", "high", "low@soft", RESIDUAL, f"{RESIDUAL}@soft"}


def test_gains_of_session_and_request_add_up(make):
    said = make(f"gain_db: 0.3\n{TRACKS}", **NOTES)
    added = make(f"gain_db: 0.1\n{TRACKS}", MixRequest(None, gain_db=0.2), **NOTES)
    assert [s.fingerprint for s in said.plan.whole.nodes] == [
        s.fingerprint for s in added.plan.whole.nodes
    ]
