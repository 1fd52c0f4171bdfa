"""A client's quality control on sessions made to fail it: ends, seams, residuals, recipes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from outside import Delivery, highest_step, peak_db
from scores import write_session

pytestmark = pytest.mark.timeout(600)
RATE = 48_000
END_DBFS = -72
SECTIONS = "sections: [{name: A, at: 1|1}, {name: B, at: 3|1}, {name: C, at: 5|1}]\n"
CHORDS = [(4 * bar, 4, pitch) for bar in range(6) for pitch in (48, 55, 60, 64)]

Deliver = Callable[..., Delivery]


def ends(delivery: Delivery) -> dict[str, float]:
    return {
        file.name: peak_db(file.audio(-RATE // 100))
        for file in delivery.files
        if not delivery.loops(file)
    }


def certificate(delivery: Delivery) -> dict:
    return json.loads((delivery.folder / "certificate.json").read_text())


def test_a_pad_in_a_long_hall_is_never_chopped(tmp_path: Path, deliver: Deliver):
    """A cut gains the room it lacks from its last notes; a sting that cannot fails by name.

    The sting does not gain enough; the form of fixed length stays as it is written. A click
    ends by itself within its fade. A print that reaches its tail's limit in the file is told.
    """
    hall = "{reverb: {room_size: 0.95, damping: 0.2, wet_level: 0.33, dry_level: 0}}"
    text = (
        f"{SECTIONS}length: 12s\ntail: {{max_s: 1}}\n"
        "tracks:\n"
        "  pad: {midi: {track: pad}, instrument: {soundfont: gm, program: 89}, "
        "gain_db: 6, sends: {hall: 0}}\n"
        "  clicks: {midi: {track: clicks}, instrument: {soundfont: gm, bank: 128, program: 0}}\n"
        f"buses: {{hall: {{effects: [{hall}]}}}}\n"
        "mixes: {full: {}, cut: {sections: [A, B, C], length: 14.5s}, "
        "hit: {sting: {section: C, max: 2.5s}}, dry: {only: [clicks], stems: true}}\n"
    )
    score = {"pad": CHORDS, "clicks": [(23.5, 0.25, 76)]}
    delivery = deliver(write_session(tmp_path / "pad.yaml", text, **score))
    assert max(ends(delivery).values()) <= END_DBFS
    assert delivery.mixes["cut"].info.frames == 14.5 * RATE
    fades = {
        mix.name: peak_db(mix.audio(-RATE // 4)[: RATE // 100]) for mix in delivery.mixes.values()
    }
    assert fades["cut"] < -50 < min(fades["hit"], fades["full"], fades["dry"])
    failed = {
        Path(found["path"]).stem
        for found in certificate(delivery)["findings"]
        if found["check"] == "ending" and found["verdict"] == "fail"
    }
    assert failed == {"hit"}  # that the form of fixed length sounds on is a note
    early = {name: form["early_seconds"] for name, form in delivery.manifest["forms"].items()}
    # Both chords last 2 s; the cut is played 2 % faster.
    assert early == pytest.approx({"whole": 0, "cut": 1 / 1.02, "hit": 1}, abs=0.002)
    told = "\n".join(delivery.manifest["warnings"])
    assert (
        "mix 'cut': no ending rings out in time, so its last notes end up to 0.98 s early" in told
    )
    assert "mix 'hit': no ending rings out" in told
    assert "at the limit of its tail, and is faded out before it" in told


def test_automation_does_not_click_at_the_seam_of_a_cut(tmp_path: Path, deliver: Deliver):
    """Fader and pan move over B, which is left out: between A and C they do not jump."""
    moves = "automation: {gain_db: [[3|1, 0], [5|1, -24]], pan: [[3|1, -0.9], [5|1, 0.9]]}"
    instrument = "instrument: {soundfont: gm, program: 62}, midi: {track: t}, stem:"
    text = (
        f"{SECTIONS}tracks:\n  moved: {{{instrument} moved, {moves}}}\n"
        f"  still: {{{instrument} still}}\n"
        "mixes: {ac: {sections: [A, C], stems: true}}\n"
    )
    delivery = deliver(write_session(tmp_path / "seam.yaml", text, t=CHORDS))
    seam = 2 * 2 * RATE  # two bars of 2 s
    moved, still = (delivery.stems[f"{name}@ac"].audio() for name in ("moved", "still"))
    # The fader is what one is by the other; it takes 20 ms, at most 0.3 dB a frame with the pan.
    near = slice(seam - RATE // 20, seam + RATE // 20)
    heard = np.abs(still[near, 0]) > 10 ** (-40 / 20)
    gains_db = 20 * np.log10(np.abs(moved[near, 0][heard] / still[near, 0][heard]))
    assert heard.sum() > RATE // 25
    assert gains_db.max() - gains_db.min() > 40  # it does move
    together = np.diff(np.flatnonzero(heard)) == 1
    assert np.abs(np.diff(gains_db))[together].max() < 0.3
    assert peak_db(moved[seam + RATE :]) < peak_db(still[seam + RATE :]) - 20


def test_a_master_that_saturates_leaves_the_stems_their_level(tmp_path: Path, deliver: Deliver):
    """12 dB of drive: the stems have the gain, the residual stem stays under the mix."""
    organ = "instrument: {soundfont: gm, program: 16}, gain_db: -12"
    text = (
        f"tracks:\n  low: {{{organ}, midi: {{track: low}}}}\n"
        f"  high: {{{organ}, midi: {{track: high}}}}\n"
        "master: [{distortion: {drive_db: 12}}]\n"
    )
    score = {"low": CHORDS, "high": [(0, 24, 76)]}
    delivery = deliver(write_session(tmp_path / "driven.yaml", text, **score))
    mix, residual = delivery.mixes["full"], delivery.stems["glue"]
    sums = sum(file.samples().astype(np.int64) for file in delivery.stems.values())
    assert np.array_equal(sums, mix.samples())
    level = {f.name: 10 * np.log10(np.mean(f.audio() ** 2)) for f in delivery.files}
    assert level["glue"] < level["full"] - 20, level
    without = sums - residual.samples()
    correlation = np.corrcoef(without[:, 0].astype(float), mix.samples()[:, 0].astype(float))
    assert correlation[0, 1] > 0.99
    (told,) = certificate(delivery)["mixes"]
    assert told["residual_stem_db"] == pytest.approx(level["glue"] - level["full"], abs=2)


def test_a_loop_of_a_pad_goes_round(tmp_path: Path, deliver: Deliver):
    text = (
        f"title: Round\n{SECTIONS}"
        "tracks: {pad: {midi: {track: pad}, instrument: {soundfont: gm, program: 89}, "
        "sends: {hall: -3}}}\n"
        "buses: {hall: {effects: [{reverb: {room_size: 0.8, wet_level: 0.3, dry_level: 0}}]}}\n"
    )
    delivery = deliver(write_session(tmp_path / "round.yaml", text, pad=CHORDS), "game-audio")
    for name in ("loop_A", "loop_B", "loop_C"):
        once = delivery.mixes[name].audio()
        assert len(once) == 2 * 2 * RATE
        assert np.abs(once[0] - once[-1]).max() <= np.abs(np.diff(once, axis=0)).max()
        thrice = np.concatenate((once, once, once))
        assert highest_step(thrice, RATE, len(once)) <= 0.1
