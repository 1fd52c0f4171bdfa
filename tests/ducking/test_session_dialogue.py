"""The dialogue of a session: where it lies, which phrases it has, and what is wrong with it."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import soundfile
from ducked import NAMES, ONSETS, change, report_of
from scores import RATE

from hostkit.audio.files.bwf import Bwf
from hostkit.audio.files.wav import WavWriter
from hostkit.audio.formats import PCM24
from hostkit.audio.layout import MONO
from hostkit.errors import InvalidInput
from hostkit.pipeline import plan_session
from hostkit.plan.environment import Environment
from hostkit.plan.mixes.wanted import ALL_MIXES
from hostkit.plan.nodes.ducking import CurvePlan
from hostkit.render.outcome import RenderFailed


@pytest.mark.parametrize(
    ("dialogue", "start"),
    [
        ("{file: dx.wav, at: 2s}", 2.0),
        ("{file: dx.wav, at: 3|1}", 4.0),  # bars of two seconds
        ("{file: dx.wav, at: 01:00:43:12}", 1.0 + 2 / 25),
        ("{file: dx.wav, at: 01:00:40:10}", -2.0),  # before the music
    ],
)
def test_dialogue_lies_where_it_is_said(cue: Path, deliver, dialogue: str, start: float) -> None:
    picture = "picture: {frame_rate: 25, start: 01:00:42:10}"
    done = deliver(cue, ("dialogue: {file: dx.wav}", f"{picture}\ndialogue: {dialogue}"))
    report = report_of(done)
    assert report["dialogue"] == {"path": "dx.wav", "start_seconds": pytest.approx(start, abs=1e-5)}
    assert report["aligned_by"].startswith("dialogue at ")
    onsets = [phrase["onset_seconds"] for phrase in report["phrases"]]
    assert onsets == pytest.approx([max(0.0, onset + start) for onset in ONSETS], abs=0.05)


def test_a_time_stamp_lays_the_dialogue_to_the_picture(cue: Path, deliver) -> None:
    """A reel from 01:00:40:00 on, and music that begins 2 s and 10 frames later."""
    stem = soundfile.read(cue.parent / "dx.wav", dtype="float32")[0]
    metadata = Bwf(time_reference=3640 * RATE)
    with WavWriter(cue.parent / "dx.wav", RATE, MONO, PCM24, metadata) as writer:
        writer.write(stem[np.newaxis])
    picture = "picture: {frame_rate: 25, start: 01:00:42:10}\ntail:"
    done = deliver(cue, ("tail:", picture))
    report = report_of(done)
    assert report["aligned_by"] == "time stamp (bext) and picture"
    assert report["dialogue"]["start_seconds"] == pytest.approx(-2.4, abs=1e-5)
    without = deliver(cue, ("picture: {frame_rate: 25, start: 01:00:42:10}\n", ""))
    assert report_of(without)["dialogue"]["start_seconds"] == 0.0
    warnings = " ".join(without.manifest.warnings)
    assert "dx.wav carries a time stamp, but there is no picture" in warnings


def test_listed_phrases_replace_the_search(cue: Path, deliver) -> None:
    first = deliver(cue)
    listed = (first.folder / "ducking/tv/phrases.csv").read_text().splitlines()
    (cue.parent / "mine.csv").write_text("\n".join(listed[:2]) + "\n")
    done = deliver(cue, ("mixes:", "duck: {phrases: mine.csv}\nmixes:"))
    assert done.manifest.ducking["tv"].phrases == 1


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("dialogue: {file: dx.wav}\n", "", "11:14: mix 'tv': there is nothing to duck it under"),
        ("dx.wav", "nowhere.wav", "nowhere.wav: there is no such file"),
        ("dx.wav", "cue.mid", "cue.mid: is not readable audio"),
        ("dx.wav}", "dx.wav, at: 01:00:00:00}", "there is no picture to count from"),
        (
            "mixes:",
            "duck: {weights: {sting: 0}}\nmixes:",
            "no stem 'sting'; did you mean 'strings'",
        ),
        ("mixes:", f"duck: {{weights: {dict.fromkeys(NAMES, 0)}}}\nmixes:", "every stem"),
        ("mixes:", "duck: {target_lu: 9, listener: expert}\nmixes:", "say the same thing"),
        ("mixes:", "duck: {attack_ms: 1}\nmixes:", "attack_ms is 1; it goes from 10"),
        ("mixes:", "duck: {phrases: no.csv}\nmixes:", "no.csv: there is no such file"),
        ("mixes:", "duck: {phrases: bad.csv}\nmixes:", "bad.csv:2:1: the phrase runs backwards"),
        ("stems: true}", "length: 20s}", "the dialogue lies against the cue as written"),
        ("  tv: {", "  full: {", "full is everything as it is"),
        (
            "mixes:",
            "duck: {protect: hits}\nhits: [{at: 3s, rise_from: 4s, name: x}]\nmixes:",
            "the rise starts at 4s, not before its hit",
        ),
    ],
)
def test_what_is_wrong_is_known_before_rendering(
    cue: Path, old: str, new: str, message: str
) -> None:
    (cue.parent / "bad.csv").write_text("onset_seconds,offset_seconds\n4,2\n")
    change(cue, (old, new.replace("'", "") if "weights" in new else new))
    with pytest.raises(InvalidInput) as caught:
        plan_session(cue, Environment(), ALL_MIXES)
    assert message in str(caught.value)
    assert "cue.yaml:" in str(caught.value) or "bad.csv" in message


@pytest.mark.parametrize(
    ("audio", "message"),
    [(np.zeros(RATE), "no speech was found"), (np.full(RATE, np.nan), "is nan, not a level")],
)
def test_dialogue_without_speech_fails_at_work_and_writes_nothing(
    cue: Path, deliver, audio: np.ndarray, message: str
) -> None:
    soundfile.write(cue.parent / "dx.wav", audio, RATE, "FLOAT")
    with pytest.raises(RenderFailed, match=message) as caught:
        deliver(cue)
    assert caught.value.exit_code == 1
    assert not (cue.parent / "renders" / "manifest.json").exists()


def test_the_dialogue_is_only_hashed_for_ducked_mixes(cue: Path) -> None:
    """Its content is in the curve's fingerprint, and the file among those that were seen."""
    seen = Environment()
    plan = plan_session(cue, seen, ALL_MIXES)
    (curve,) = [step for step in plan.whole.nodes if isinstance(step.plan, CurvePlan)]
    assert len(curve.plan.dialogue.file.sha256) == 64
    assert cue.parent / "dx.wav" in seen.seen
    assert Fraction(curve.plan.dialogue.start, RATE) == 0
    full_only = plan_session(cue, Environment())
    assert all(not isinstance(step.plan, CurvePlan) for step in full_only.whole.nodes)
