"""What ends at an exact length is not chopped, and what is cut does not click at its seams."""

from __future__ import annotations

import numpy as np
import pytest
from scores import RATE, tone

FULL_SCALE = 2**23
FADE = RATE // 4
TONE = "tracks: {t: {instrument: {tone: {}}, midi: {track: t}%s}}"
TWO = """
tracks:
  t: {instrument: {tone: {}}, midi: {track: t}}
  u: {instrument: {tone: {}}, midi: {track: u}}
"""
HELD = [(0, 16, 69)]
COMPRESSED = "master: [{bus_compressor: {threshold_db: -20}}]\n"
DRIVEN = "master: [{distortion: {drive_db: 6}}]\n"


def faded(audio: np.ndarray) -> np.ndarray:
    """The audio with the closing fade of 250 ms: sin⁴."""
    gains = np.ones(audio.shape[-1])
    gains[-FADE:] = np.sin(np.arange(FADE, 0, -1) / FADE * np.pi / 2) ** 4
    return audio * gains


def test_a_fixed_length_ends_in_a_short_fade(make):
    made = make(f"length: 2s\n{TONE % ''}", t=HELD)
    expected = faded(tone(2 * RATE)) * FULL_SCALE
    assert np.abs(made.mix("full")[0] - expected).max() <= 1
    assert np.abs(made.mix("full")[:, -RATE // 100 :]).max() < 10 ** (-72 / 20) * FULL_SCALE
    (stem,) = made.plan.whole.stems
    warnings = made.production.print_of(stem.fingerprint).warnings
    assert warnings == ("it still sounds at -6 dBFS where its length ends; a short fade ends it",)


def test_what_has_rung_out_before_its_length_is_as_it_was(make):
    made = make(f"length: 2s\n{TONE % ''}", t=[(0, 2, 69)])
    expected = np.concatenate((tone(RATE), np.zeros(RATE, np.float32)))
    assert np.abs(made.mix("full")[0] - expected * FULL_SCALE).max() <= 0.5


@pytest.mark.parametrize("master", ["", COMPRESSED, DRIVEN])
def test_every_master_is_faded_and_still_the_sum(make, master: str):
    made = make(f"length: 2s\n{master}{TWO}", t=HELD, u=[(0, 16, 57)])
    full = made.mix("full")
    assert np.abs(full[:, -RATE // 100 :]).max() < 10 ** (-72 / 20) * FULL_SCALE
    plain = make(f"length: 4s\n{master}{TWO}", t=HELD, u=[(0, 16, 57)]).mix("full")
    expected = faded(plain[:, : 2 * RATE].astype(np.float64))
    # Each of up to three stems is rounded to a code, here and there.
    assert np.abs(full - expected).max() <= 4


def test_a_sting_that_reaches_its_limit_is_faded(make):
    hall = "buses: {hall: {effects: [{reverb: {room_size: 0.95, wet_level: 0.6, dry_level: 0}}]}}"
    mixes = "sections: [{name: a, at: 1|1}]\nmixes: {hit: {sting: {section: a, max: 2.3s}}}"
    made = make(f"{hall}\n{mixes}\n{TONE % ', sends: {hall: 0}'}", t=[(0, 4, 57)])
    hit = made.mix("hit", "hit")
    assert hit.shape[1] == round(2.3 * RATE)
    assert np.abs(hit[:, -FADE - RATE // 10 : -FADE]).max() > 10 ** (-50 / 20) * FULL_SCALE
    assert np.abs(hit[:, -RATE // 100 :]).max() < 10 ** (-72 / 20) * FULL_SCALE


def test_automation_ramps_before_a_seam(make):
    """Over 20 ms, and is there when the next piece begins: in dB, so that nothing steps."""
    head = "sections: [{name: a, at: 1|1}, {name: b, at: 2|1}, {name: c, at: 3|1}]"
    lane = ", automation: {gain_db: [[2|1, 0], [3|1, -24], [4|1, -24]]}"
    made = make(f"{head}\nmixes: {{ac: {{sections: [a, c]}}}}\n{TONE % lane}", t=[(0, 12, 69)])
    seam, ramp = 2 * RATE, RATE // 50
    (channel,) = made.form("ac").stems[0].plan.channels
    assert channel.gain_db.points == (
        (0, 0.0),
        (seam - ramp, 0.0),
        (seam, -24.0),
        (2 * seam, -24.0),
    )
    played = made.mix("ac", "ac")[0] / FULL_SCALE
    gains = np.interp(np.arange(2 * seam), [seam - ramp, seam], [0, -24])
    expected = np.concatenate((tone(seam), tone(seam))) * 10 ** (gains / 20)
    assert np.abs(played[: 2 * seam] - expected).max() < 1e-5


def test_a_cut_has_rung_out_before_its_fade(make):
    """The hall rings for seconds: the cut ends on an earlier bar, as was heard beforehand."""
    hall = "buses: {hall: {effects: [{reverb: {room_size: 0.9, wet_level: 0.3, dry_level: 0}}]}}"
    mixes = "mixes: {cut: {length: 20s}}"
    made = make(
        f"{hall}\n{mixes}\n{TONE % ', sends: {hall: 0}'}", t=[(b, 1, 57) for b in range(64)]
    )
    cut = made.mix("cut", "cut")
    assert cut.shape[1] == 20 * RATE
    ending = made.form("cut").form.ending
    assert ending is not None
    assert ending < 18 * RATE
    assert np.abs(cut[:, ending : ending + RATE // 10]).max() > 10 ** (-40 / 20) * FULL_SCALE
    assert np.abs(cut[:, -FADE - RATE // 10 : -FADE]).max() < 10 ** (-72 / 20) * FULL_SCALE


DELAY = "{delay: {delay_seconds: 3, feedback: 0, mix: 0.5}}"
SHORT = [(0, 0.25, 69)]


@pytest.mark.parametrize(
    ("where", "frames"),
    [
        (f"effects: [{DELAY}]", 3 * RATE),
        ("sends: {far: 0}", 3 * RATE),
        ("gain_db: -3", 0),
    ],
)
def test_an_echo_after_silence_is_heard(make, where: str, frames: int):
    """Half a second after the echo of 3 s it is over; without one, half a second after the note."""
    text = f"tail: {{for_ms: 500}}\nbuses: {{far: {{effects: [{DELAY}]}}}}\n"
    made = make(f"{text}tracks: {{t: {{instrument: {{tone: {{}}}}, {where}}}}}", t=SHORT)
    stem = made.stem("t")
    last = np.flatnonzero(np.abs(stem).max(axis=0))[-1]
    dry = int(np.flatnonzero(np.abs(stem[:, : 2 * RATE]).max(axis=0))[-1])
    assert last == dry + frames
    assert stem.shape[1] - last == pytest.approx(RATE // 2, abs=5)
