"""What a ducked mix comes with: the curve, reports and image, kept and judged by what was heard."""

from __future__ import annotations

import hashlib
import io
import json
from importlib import import_module
from pathlib import Path
from typing import Any

import mido
import numpy as np
import pytest
from ducked import gains_db, int_samples, report_of
from here import Here
from scores import RATE

from hostkit.batch import Batch, SessionTask
from hostkit.cli.show.progress import Quiet
from hostkit.ducking.plan import DuckPlan, plan_duck
from hostkit.jobs.store import Store
from hostkit.pipeline import RenderRequest, plan_session
from hostkit.plan.environment import Environment
from hostkit.plan.mixes.wanted import ALL_MIXES
from hostkit.plan.nodes.ducking import CurvePlan
from hostkit.render.kept_plan import read_plan
from hostkit.render.outcome import Resources


def test_a_damaged_document_is_made_again(cue: Path, deliver) -> None:
    first = deliver(cue)
    image = first.folder / "ducking/tv/duck.svg"
    drawn = image.read_bytes()
    image.write_text("coffee")
    again = deliver(cue)
    assert image.read_bytes() == drawn
    assert again.written == ()


def test_a_forged_outcome_is_not_believed(cue: Path, deliver) -> None:
    """Nor a document that agrees with a manifest which somebody else wrote."""
    first = deliver(cue)
    path, report = first.folder / "manifest.json", first.folder / "ducking/tv/duck.json"
    right = report.read_bytes()
    report.write_bytes(right.replace(b"pass", b"fail"))
    document = json.loads(path.read_text())
    told = document["ducking"]["tv"]
    told |= {"in_words": "every phrase fails", "passed": 0, "failures": ["all of it"]}
    told["documents"]["duck.json"]["sha256"] = hashlib.sha256(report.read_bytes()).hexdigest()
    path.write_text(json.dumps(document))
    again = deliver(cue)
    assert again.manifest.ducking == first.manifest.ducking
    assert again.certificate.verdict == first.certificate.verdict
    assert report.read_bytes() == right
    assert again.written == ()


def test_a_mix_that_is_gone_takes_its_documents_along(cue: Path, deliver) -> None:
    first = deliver(cue)
    assert (first.folder / "ducking/tv/phrases.csv").exists()
    deliver(cue, ("tv: {duck: true, stems: true}", "full: {}"))
    assert not (first.folder / "ducking").exists()


@pytest.mark.parametrize("controller", [11, 7])
def test_the_curve_is_midi_on_the_sessions_tempo_map(cue: Path, deliver, controller: int) -> None:
    tempo = "tempo: [{at: 1|1, bpm: 90}, {at: 4|1, bpm: 90, ramp_to: 140, until: 8|1}]\nmixes:"
    done = deliver(cue, ("mixes:", f"duck: {{cc: {controller}}}\n{tempo}"))
    path = done.manifest.ducking["tv"].documents[f"curve_cc{controller}.mid"].path
    curve, now = gains_db(done), 0.0
    for message in mido.MidiFile(file=io.BytesIO((done.folder / path).read_bytes())):
        now += message.time
        if message.type == "control_change":
            assert message.control == controller
            near = curve[max(0, round((now - 0.002) * RATE)) : round((now + 0.002) * RATE) + 1]
            told_db = 40 * np.log10(message.value / 127)
            assert near.min() - 0.4 <= told_db <= near.max() + 0.4


def test_intelligibility_is_told_where_it_is_asked_for(cue: Path, deliver) -> None:
    done = deliver(cue, ("mixes:", "duck: {intelligibility: true}\nmixes:"))
    for phrase in report_of(done)["phrases"]:
        assert 0.3 < phrase["estoi_before"] < phrase["estoi_after"] <= 1.0


def test_before_the_music_there_is_pre_roll(cue: Path, deliver) -> None:
    """By a profile documents have its names, and the curve counts from the files' start."""
    picture = "title: Kitchen\npicture: {frame_rate: 25, start: 01:00:42:10}\ntail:"
    done = deliver(cue, ("tail:", picture), profile="film-score")
    documents = done.manifest.ducking["tv"].documents
    assert documents["duck.svg"].path == "documents/4m03_Kitchen_v01_tv_duck.svg"
    assert documents["curve.reaper.txt"].path == "documents/4m03_Kitchen_v01_tv_curve.reaper.txt"
    lead = 8 * RATE
    curve, mixes = gains_db(done), done.manifest.mixes
    assert not curve[:lead].any()
    before, after = (int_samples(done, mixes[name].file.path)[lead:] for name in ("full", "tv"))
    gain = 10 ** (curve[lead:, np.newaxis] / 20)
    assert np.abs(after - before * gain).max() <= 1.5  # three stems, rounded each
    assert report_of(done)["phrases"][0]["onset_seconds"] == pytest.approx(1.5, abs=0.05)


def test_a_mix_is_listened_to_once_and_all_of_that_is_kept(
    cue: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    heard = []

    def counted(*args: Any) -> DuckPlan:
        heard.append(plan_duck(*args))
        return heard[-1]

    for module in ("hostkit.render.ducked", "hostkit.ducking.intelligibility"):
        monkeypatch.setattr(import_module(module), "plan_duck", counted)
    resources = Resources(Here(), Store(tmp_path / "store"), Quiet())
    batch = Batch(resources, Environment(), 1, RenderRequest(names=None))
    (result,) = batch.run([SessionTask(cue, tmp_path / "renders")])
    assert result.error is None
    (made,) = heard
    nodes = plan_session(cue, Environment(), ALL_MIXES).whole.nodes
    (node,) = [node for node in nodes if isinstance(node.plan, CurvePlan)]
    read = read_plan(resources.store.take(node.fingerprint), made.settings, made.clock)
    assert (read.phrases, read.warnings) == (made.phrases, made.warnings)
    assert read.dialogue_start_seconds == made.dialogue_start_seconds
    for one, other in ((read.dialogue, made.dialogue), (read.music, made.music)):
        np.testing.assert_array_equal(one.outline, other.outline)
        assert (one.spoken, one.elsewhere) == (other.spoken, other.elsewhere)
    for name, curve in made.curves.named().items():
        np.testing.assert_array_equal(read.curves.named()[name].frames, curve.frames)
        np.testing.assert_array_equal(read.curves.named()[name].gain_db, curve.gain_db)
