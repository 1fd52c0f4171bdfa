"""Ducked mixes of a session: what they are the sum of, what they meet, what is made again."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile
from commands import Ran, hostkit
from ducked import NAMES, ONSETS, change, gains_db, int_samples, report_of
from scores import RATE

from hostkit.audio.layout import layout_of
from hostkit.audio.loudness.meter import Meter


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


def test_speech_band_and_its_two_curves(cue: Path, deliver) -> None:
    done = deliver(cue, ("mixes:", "duck: {mode: speech_band, listener: expert}\nmixes:"))
    entry = done.manifest.ducking["tv"]
    assert (entry.passed, entry.target_lu) == (2, 10.0)
    assert {"curve_rest.csv", "curve_speech_band.csv"} < set(entry.documents)
    assert done.manifest.mixes["tv"].null == "pass"


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
