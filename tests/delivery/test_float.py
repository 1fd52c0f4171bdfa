"""Float deliveries have no ceiling: loud mixes are whole, and the sum of their stems to the bit."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st
from scores import tone, write_session

from hostkit.audio.formats import FLOAT32
from hostkit.audio.quantise import dequantise, quantise, saturate, to_step
from hostkit.delivery.verifying.verify import verify
from hostkit.delivery.writing.steps import LARGEST_STEP, step_for
from hostkit.jobs.executors import LocalExecutor
from hostkit.pipeline import Rendered

Deliver = Callable[..., Rendered]
UNIT = 2.0**-23

LOUD = """\
tail: {{for_ms: 100}}
deliver: {{format: {format}}}
tracks:
  low: {{instrument: {{tone: {{gain: 0.5}}}}, midi: {{track: a}}, gain_db: {peak}, tags: [bass]}}
  high: {{instrument: {{tone: {{gain: 0.5}}}}, midi: {{track: b}}, gain_db: {peak}}}
mixes: {{full: {{}}, no_bass: {{}}}}
"""
NOTES = {"a": [(0, 2, 57)], "b": [(0, 2, 57)]}
FRAMES = 48_000


def loud(folder: Path, peak_db: float, sample_format: str) -> Path:
    """Two equal tones whose sum has that peak."""
    text = LOUD.format(peak=peak_db, format=sample_format)
    return write_session(folder / "loud.yaml", text, **NOTES)


@pytest.mark.parametrize(("peak_db", "step"), [(3.0, 1), (6.5, 2), (20.0, 8)])
def test_a_loud_float_mix_is_whole_and_the_sum_of_its_stems(
    peak_db: float, step: int, tmp_path: Path, delivered: Deliver, executor: LocalExecutor
):
    session = loud(tmp_path, peak_db, "float32")
    made = delivered(session)
    manifest = json.loads((made.folder / "manifest.json").read_text())
    entries = [*manifest["mixes"].values(), *manifest["stems"].values()]
    files = {entry["path"]: soundfile.read(made.folder / entry["path"])[0] for entry in entries}
    mix = files["mixes/full.wav"]
    assert [entry["clipped_samples"] for entry in entries] == [0] * 4
    expected = 2 * tone(FRAMES, 57).astype(np.float64) * 10 ** (peak_db / 20)
    # of each stem half a 24-bit step and half a common one; gains are in single precision
    tolerance = (1 + step) * UNIT + np.abs(expected) * 2.0**-22
    assert (np.abs(mix[:FRAMES, 0] - expected) <= tolerance).all()
    assert 20 * math.log10(np.abs(mix).max()) == pytest.approx(peak_db, abs=1e-3)
    assert not (mix - files["stems/low.wav"] - files["stems/high.wav"]).any()
    assert all((audio / (step * UNIT) % 1 == 0).all() for audio in files.values())
    assert manifest["forms"]["whole"]["step"] == step
    certificate = verify(made.folder, executor)
    assert {proof.test.residual_dbfs for proof in certificate.sums} == {-math.inf}
    assert not [f for f in certificate.findings if f.check in ("clipped", "sum of stems")]
    assert delivered(session).written == ()


def test_a_24_bit_mix_that_loud_is_clipped_and_says_so(tmp_path: Path, delivered: Deliver):
    made = delivered(loud(tmp_path, 6.5, "pcm24"))
    found = {f.path for f in made.certificate.findings if f.check == "clipped"}
    assert "mixes/full.wav" in found
    assert np.abs(soundfile.read(made.folder / "mixes/full.wav")[0]).max() <= 1.0


@given(
    peaks=st.lists(st.floats(1.0, 100.0), min_size=1, max_size=12),
    seed=st.integers(0, 2**32 - 1),
)
def test_sums_of_loud_stems_are_floats_exactly(peaks: list[float], seed: int):
    random = np.random.default_rng(seed)
    audio = [random.uniform(-peak, peak, (2, 50)).astype(np.float32) for peak in peaks]
    samples = [quantise(stem, FLOAT32).samples.astype(np.int64) for stem in audio]
    peak = max(int(np.abs(total).max()) for total in (*samples, sum(samples)))
    step = step_for(peak, len(samples))
    stems = [to_step(stem, step) for stem in samples]
    mix = saturate(sum(stems), FLOAT32)
    if step < LARGEST_STEP:
        assert mix.clipped_samples == 0
    held = [dequantise(saturate(stem, FLOAT32).samples, FLOAT32) for stem in stems]
    assert all((h.astype(np.float64) / UNIT == s).all() for h, s in zip(held, stems, strict=True))
    assert (dequantise(mix.samples, FLOAT32).astype(np.float64) / UNIT == mix.samples).all()
    assert all(abs(s - c).max() <= step // 2 for s, c in zip(stems, samples, strict=True))
