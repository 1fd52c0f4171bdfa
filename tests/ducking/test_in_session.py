"""Ducked mixes of a session: what they are made of, what is made again, what is shown."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Callable
from fractions import Fraction
from importlib import import_module
from pathlib import Path
from typing import Any

import mido
import numpy as np
import pytest
import soundfile
from commands import Ran, hostkit
from here import Here
from scores import RATE, write_session

from hostkit.audio.files.bwf import Bwf
from hostkit.audio.files.wav import WavWriter
from hostkit.audio.formats import PCM24
from hostkit.audio.layout import MONO, layout_of
from hostkit.audio.loudness.meter import Meter
from hostkit.batch import Batch, SessionTask
from hostkit.cli.show.progress import Quiet
from hostkit.ducking.plan import DuckPlan, plan_duck
from hostkit.errors import InvalidInput
from hostkit.jobs.store import Store
from hostkit.pipeline import Rendered, RenderRequest, plan_session
from hostkit.plan.environment import Environment
from hostkit.plan.mixes.wanted import ALL_MIXES
from hostkit.plan.nodes.ducking import CurvePlan
from hostkit.render.kept_plan import read_plan
from hostkit.render.outcome import RenderFailed, Resources

SECONDS = 13
ONSETS = (1.5, 7.5)
CUE = """\
cue: 4m03
tail: {for_ms: 100}
length: 13s
tracks:
  low: {instrument: {tone: {gain: 0.02}}, midi: {track: a}, stem: bass}
  mid: {instrument: {tone: {gain: 0.04}}, midi: {track: b}, stem: strings, pan: -0.5}
  high: {instrument: {tone: {gain: 0.03}}, midi: {track: c}, stem: lead, pan: 0.5}
dialogue: {file: dx.wav}
mixes:
  tv: {duck: true, stems: true}
"""
"""One tone each, all the time: at any moment a stem's gain can be read off its samples."""
NOTES = {"a": [(0, 26, 45)], "b": [(0, 26, 57)], "c": [(0, 26, 69)]}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("store")


@pytest.fixture
def cue(studio) -> Path:
    stem, _ = studio.dialogue(ONSETS, SECONDS, (0.0, -3.0))
    studio.save("dx.wav", stem)
    return write_session(studio.folder / "cue.yaml", CUE, **NOTES)


@pytest.fixture
def deliver(studio, store: Path) -> Callable[..., Rendered]:
    """Renders a session, changed as told, into `renders` beside it."""
    resources = Resources(studio.executor(), Store(store), Quiet())

    def run(session: Path, *changes: tuple[str, str], profile: str | None = None) -> Rendered:
        change(session, *changes)
        batch = Batch(resources, Environment(), 2, RenderRequest(profile, None))
        (result,) = batch.run([SessionTask(session, session.parent / "renders")])
        if result.error is not None:
            raise result.error
        assert result.rendered is not None
        return result.rendered

    return run


def change(session: Path, *changes: tuple[str, str]) -> Path:
    text = session.read_text()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    session.write_text(text)
    return session


def int_samples(rendered: Rendered, path: str) -> np.ndarray:
    """24-bit integer samples `(frames, channels)`, read by another library."""
    data = soundfile.read(rendered.folder / path, dtype="int32", always_2d=True)[0]
    return data.astype(np.int64) >> 8


def gains_db(rendered: Rendered, mix: str = "tv") -> np.ndarray:
    """The curve at every frame of the files, from its CSV alone."""
    path = rendered.manifest.ducking[mix].documents["curve.csv"].path
    rows = list(csv.DictReader((rendered.folder / path).read_text().splitlines()))
    places = [int(row["frame"]) for row in rows]
    frames = rendered.manifest.frames
    return np.interp(np.arange(frames), places, [float(row["gain_db"]) for row in rows])


def report_of(rendered: Rendered, mix: str = "tv") -> dict:
    path = rendered.manifest.ducking[mix].documents["duck.json"].path
    return json.loads((rendered.folder / path).read_text())


def loudness(audio: np.ndarray, phrase: dict) -> float:
    first, last = (round(phrase[f"{edge}_seconds"] * RATE) for edge in ("onset", "offset"))
    part = audio[first:last].astype(np.float32)
    if part.shape[1] == 1:  # heard from both sides
        part = np.repeat(part, 2, axis=1)
    meter = Meter(RATE, layout_of(part.shape[1]))
    meter.push(np.ascontiguousarray(part.T))
    return meter.result().integrated_lufs


def test_a_ducked_mix_is_the_sum_of_its_ducked_stems(cue: Path, deliver) -> None:
    done = deliver(cue)
    names = ("bass", "strings", "lead")
    whole = {name: int_samples(done, f"stems/{name}.wav") for name in names}
    ducked = {name: int_samples(done, f"stems/tv/{name}.wav") for name in names}
    assert np.array_equal(sum(ducked.values()), int_samples(done, "mixes/tv.wav"))
    # The unducked set stays for the M&E
    assert np.array_equal(sum(whole.values()), int_samples(done, "mixes/full.wav"))
    gain = 10 ** (gains_db(done)[:, np.newaxis] / 20)
    assert 0.1 < np.mean(gain == 1.0) < 0.7
    for name in names:
        assert np.array_equal(np.rint(whole[name] * gain), ducked[name]), name
    mixes = done.manifest.mixes
    assert mixes["tv"].stems == ("bass@tv", "strings@tv", "lead@tv")
    assert (mixes["tv"].null, mixes["full"].null) == ("pass", "pass")


def test_every_phrase_meets_the_target(cue: Path, deliver) -> None:
    done = deliver(cue, ("mixes:", "duck: {target_lu: 14}\nmixes:"))
    entry = done.manifest.ducking["tv"]
    assert (entry.phrases, entry.passed, entry.failures) == (2, 2, ())
    assert entry.max_slope_db_per_s <= 30.0
    music = soundfile.read(done.folder / "mixes/tv.wav", always_2d=True)[0]
    speech = soundfile.read(cue.parent / "dx.wav", always_2d=True)[0]
    phrases = report_of(done)["phrases"]
    assert [phrase["onset_seconds"] for phrase in phrases] == pytest.approx(ONSETS, abs=0.05)
    for phrase in phrases:
        over = loudness(speech, phrase) - loudness(music, phrase)
        assert over == pytest.approx(14.0, abs=0.5)
        assert phrase["difference_after_lu"] == pytest.approx(over, abs=0.1)


def test_a_second_render_makes_nothing_and_a_new_target_only_ducks(cue: Path, deliver) -> None:
    first = deliver(cue)
    again = deliver(cue)
    assert again.written == ()
    assert again.manifest.ducking == first.manifest.ducking
    assert again.manifest.hashes == first.manifest.hashes
    lower = deliver(cue, ("mixes:", "duck: {target_lu: 15}\nmixes:"))
    assert {track.status for track in lower.manifest.tracks.values()} == {"cached"}
    assert set(lower.written) == {"mixes/tv.wav", *(f"stems/tv/{s}.wav" for s in NAMES)}
    # Another dialogue in the same file is another dialogue
    stem = soundfile.read(cue.parent / "dx.wav", dtype="float32")[0]
    soundfile.write(cue.parent / "dx.wav", np.roll(stem, RATE), RATE, "PCM_24")
    later = deliver(cue)
    assert report_of(later)["phrases"][0]["onset_seconds"] == pytest.approx(2.5, abs=0.05)


NAMES = ("bass", "strings", "lead")


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


def test_weights_go_by_stem_and_none_leaves_a_stem_as_it_is(cue: Path, deliver) -> None:
    duck = "duck: {max_depth_db: 40, target_lu: 9, weights: {strings: 0.5, bass: 0}}\nmixes:"
    done = deliver(cue, ("mixes:", duck))
    assert done.manifest.mixes["tv"].stems == ("bass", "strings@tv", "lead@tv")
    assert not (done.folder / "stems/tv/bass.wav").exists()
    for name, weight in (("strings", 0.5), ("lead", 1.0)):
        gain = 10 ** (weight * gains_db(done)[:, np.newaxis] / 20)
        before = int_samples(done, f"stems/{name}.wav")
        assert np.array_equal(np.rint(before * gain), int_samples(done, f"stems/tv/{name}.wav"))
    assert done.manifest.ducking["tv"].passed == 2
    assert report_of(done)["settings"]["weights"] == {"bass": 0.0, "strings": 0.5}


def test_hits_and_the_rises_before_them_keep_their_level(cue: Path, deliver) -> None:
    hits = "[{at: 3s, name: door}, {at: 12s, rise_from: 10.5s, name: wave}]"
    done = deliver(cue, ("mixes:", f"duck: {{protect: hits}}\nhits: {hits}\nmixes:"))
    gain, at = gains_db(done), lambda seconds: round(seconds * RATE)
    assert not gain[at(2.95) : at(3.5)].any()
    assert not gain[at(10.5) : at(12.5)].any()
    assert gain[at(8.0)] < -3
    entry = done.manifest.ducking["tv"]
    assert (entry.passed, entry.protected, entry.failures) == (0, 2, ())


def test_a_missed_target_fails_the_certificate(cue: Path, deliver) -> None:
    done = deliver(cue, ("mixes:", "duck: {max_depth_db: 3}\nmixes:"))
    (finding, *more) = [f for f in done.certificate.findings if f.check == "ducking"]
    assert (done.certificate.verdict, finding.path, len(more)) == ("fail", "mixes/tv.wav", 1)
    assert "max_depth_db is 3; allow" in finding.text


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


@pytest.mark.parametrize(
    "master", ["bus_compressor: {threshold_db: -20}", "distortion: {drive_db: 6}"]
)
@pytest.mark.parametrize("kept", ["pcm24", "pcm16", "float32"])
def test_any_master_and_any_format(cue: Path, deliver, master: str, kept: str) -> None:
    """The glue of a master that cannot be shared out is ducked like any stem."""
    text = f"master: [{{{master}}}]\ndeliver: {{format: {kept}}}\nmixes:"
    done = deliver(cue, ("mixes:", text))
    assert done.manifest.mixes["tv"].null == "pass"
    assert done.manifest.mixes["tv"].null_residual_dbfs == -np.inf
    assert done.manifest.ducking["tv"].passed == 2
    assert ("glue@tv" in done.manifest.mixes["tv"].stems) == ("distortion" in master)


def test_intelligibility_is_told_where_it_is_asked_for(cue: Path, deliver) -> None:
    done = deliver(cue, ("mixes:", "duck: {intelligibility: true}\nmixes:"))
    for phrase in report_of(done)["phrases"]:
        assert 0.3 < phrase["estoi_before"] < phrase["estoi_after"] <= 1.0


def test_speech_band_and_its_two_curves(cue: Path, deliver) -> None:
    done = deliver(cue, ("mixes:", "duck: {mode: speech_band, listener: expert}\nmixes:"))
    entry = done.manifest.ducking["tv"]
    assert (entry.passed, entry.target_lu) == (2, 10.0)
    assert {"curve_rest.csv", "curve_speech_band.csv"} < set(entry.documents)
    assert done.manifest.mixes["tv"].null == "pass"


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
        ("mixes:", "duck: {phrases: no.csv}\nmixes:", "no.csv: cannot be read"),
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


def test_from_the_command_line(cue: Path, tmp_path: Path) -> None:
    def run(*arguments: object) -> Ran:
        return hostkit(*arguments, cache=tmp_path / "cache")

    assert run("check", cue).code == 0
    done = run("render", cue, "--mix", "tv")
    assert (done.code, done.err.count("ducked: rendered")) == (0, 3), done.err
    assert "tv: 2 of 2 phrases at 12 LU or more (ducking/tv/duck.svg)" in done.out
    again = run("render", cue, "--mix", "tv")
    assert (again.code, "rendered" in again.err) == (0, False)
    change(cue, ("mixes:", "duck: {max_depth_db: 3}\nmixes:"))
    missed = run("mixes", cue)
    assert missed.code == 1
    assert "mixes/tv.wav: ducking: Phrase 1 (0:0" in missed.err
    assert "max_depth_db is 3; allow 5.5, or lower the music by" in missed.err
    assert run("verify", cue.parent / "renders" / "cue").code == 1


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
