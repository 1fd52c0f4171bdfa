"""A mix without something holds none of it: measured on the files, by name and by recipe."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile
from scores import write_session

from hostkit.audio.files.wav import WavWriter
from hostkit.audio.formats import PCM24
from hostkit.audio.layout import STEREO
from hostkit.delivery.certificate.certificate import Certificate
from hostkit.delivery.verifying.verify import verify
from hostkit.jobs.executors import LocalExecutor
from hostkit.pipeline import Rendered
from hostkit.plan.mixes.kinds import left_out_by_name

Deliver = Callable[..., Rendered]

BAND = """\
tail: {{for_ms: 100}}
tracks:
  kick: {{instrument: {{tone: {{gain: 0.1}}}}, midi: {{track: a}}, stem: rhythm, tags: [drums]}}
  low: {{instrument: {{tone: {{gain: 0.1}}}}, midi: {{track: b}}, stem: rhythm, tags: [bass]}}
  snare: {{instrument: {{tone: {{gain: 0.1}}}}, midi: {{track: c}}, tags: [drums]}}
  organ: {{instrument: {{tone: {{gain: 0.1}}}}, midi: {{track: d}}}}
mixes: {{full: {{}}, no_drums: {recipe}, no_organ: {{mute: organ}}}}
"""
NOTES = {"a": [(0, 2, 40)], "b": [(0, 2, 45)], "c": [(0.5, 1, 69)], "d": [(0, 2, 72)]}


def band(folder: Path, recipe: str) -> Path:
    return write_session(folder / "band.yaml", BAND.format(recipe=recipe), **NOTES)


def exclusions(certificate: Certificate) -> dict[str, str]:
    return {f.path: f.text for f in certificate.findings if f.check == "exclusion"}


def mix_in(folder: Path, mix: str, audio: np.ndarray) -> None:
    """Adds audio to a mix's file by hand."""
    path = folder / mix
    there, rate = soundfile.read(path)
    with WavWriter(path, rate, STEREO, PCM24) as writer:
        writer.write(np.ascontiguousarray((there + audio).T, dtype=np.float32))


def stem(folder: Path, name: str) -> np.ndarray:
    return soundfile.read(folder / f"stems/{name}.wav")[0]


def test_what_a_mix_is_without_is_in_the_certificate(tmp_path: Path, delivered: Deliver):
    made = delivered(band(tmp_path, "{gain_db: {organ: -3}, stems: true}"))
    assert exclusions(made.certificate) == {}
    written = json.loads((made.folder / "certificate.json").read_text())
    without = {mix["name"]: mix["without"] for mix in written["mixes"]}
    assert without == {"full": [], "no_drums": ["kick", "snare"], "no_organ": ["organ"]}
    assert "| no_drums | kick, snare | pass |" in (made.folder / "certificate.md").read_text()


@pytest.mark.parametrize(
    ("mix", "gain", "said"),
    [
        ("no_drums", 0.5, "the stem snare at -6.0 dB"),
        ("no_drums", -0.01, "the stem snare at -40.0 dB"),
        ("no_organ", 1.0, "the stem organ at +0.0 dB"),
    ],
)
def test_a_stem_mixed_in_by_hand_is_found_with_its_gain(
    mix: str, gain: float, said: str, tmp_path: Path, delivered: Deliver, executor: LocalExecutor
):
    folder = delivered(band(tmp_path, "{stems: true}")).folder
    name = "organ" if mix == "no_organ" else "snare"
    mix_in(folder, f"mixes/{mix}.wav", gain * stem(folder, name))
    found = exclusions(verify(folder, executor))
    assert list(found) == [f"mixes/{mix}.wav"]
    assert said in found[f"mixes/{mix}.wav"]


def test_drums_of_a_stem_that_holds_more_are_found(
    tmp_path: Path, delivered: Deliver, executor: LocalExecutor
):
    """The kick shares its stem with the bass, which is in both mixes."""
    folder = delivered(band(tmp_path, "{stems: true}")).folder
    kick = stem(folder, "rhythm") - stem(folder, "no_drums/rhythm")
    mix_in(folder, "mixes/no_drums.wav", 2 * kick)
    found = exclusions(verify(folder, executor))
    assert "the stem rhythm at +6.0 dB" in found["mixes/no_drums.wav"]


def test_something_else_mixed_in_is_not_taken_for_drums(
    tmp_path: Path, delivered: Deliver, executor: LocalExecutor
):
    folder = delivered(band(tmp_path, "{stems: true}")).folder
    noise = np.random.default_rng(3).uniform(-0.1, 0.1, stem(folder, "snare").shape)
    mix_in(folder, "mixes/no_drums.wav", noise)
    certificate = verify(folder, executor)
    assert exclusions(certificate) == {}
    failed = {f.path for f in certificate.findings if f.check == "sum of stems"}
    assert failed == {"mixes/no_drums.wav"}


def test_a_recipe_that_contradicts_its_name_is_told(tmp_path: Path, delivered: Deliver):
    made = delivered(band(tmp_path, "{mute: snare}"))
    found = exclusions(made.certificate)
    assert list(found) == ["mixes/no_drums.wav"]
    assert "holds kick, which a mix named no_drums is without" in found["mixes/no_drums.wav"]


@pytest.mark.parametrize(
    ("name", "left_out"),
    [
        ("full", set()),
        ("instrumental", {"altos"}),
        ("drums_only", {"altos", "low"}),
        ("bed", set()),  # is what its recipe says
        ("no_choir", {"altos"}),
        ("no_low", {"low"}),
        ("no_wonder", set()),
        ("choir", set()),
    ],
)
def test_what_a_name_says_is_left_out(name: str, left_out: set[str]):
    tags = {"altos": ["vocals"], "kick": ["drums"], "low": ["bass"]}
    assert left_out_by_name(name, tags, {"altos": "choir"}) == left_out
