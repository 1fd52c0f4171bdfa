"""What re-arranged forms sound like: loops that join, tails that ring, lengths that hold."""

from __future__ import annotations

import numpy as np
import pytest
from scores import RATE, tone

from hostkit.jobs.prints import AUDIO
from hostkit.jobs.store import Store
from hostkit.render.stem.stored import looped, rounds_before

FULL_SCALE = 2**23
HALL = "buses: {hall: {effects: [{reverb: {room_size: 0.9, wet_level: 0.6, dry_level: 0}}]}}"
SECTIONS = "sections: [{name: a, at: 1|1}, {name: b, at: 2|1}, {name: c, at: 3|1}]"
BAR = 2 * RATE
TRACK = "tracks: {t: {instrument: {tone: {}}, midi: {track: t}%s}}"
RINGING_LOOP = (
    f"{SECTIONS}\n{HALL}\n{TRACK % ', gain_db: -12, sends: {hall: 0}'}\n"
    "mixes: {l: {loop: {section: b}}}"
)
SCORE = [(4, 1, 69), (5, 3, 57), (8, 4, 60)]  # bar 2 is full to its last frame


def rung(made, form: str) -> np.ndarray:
    """The dry stem of a loop before it is folded, as float64."""
    (step,) = [s for s in made.form(form).nodes if s.plan.__class__.__name__ == "StemPlan"]
    found = made.production.print_of(step.fingerprint)
    return np.fromfile(found.samples_path, "<f4").reshape(-1, 2).T.astype(np.float64)


def folded(audio: np.ndarray, frames: int) -> np.ndarray:
    total = np.zeros((2, frames))
    for start in range(0, audio.shape[1], frames):
        part = audio[:, start : start + frames]
        total[:, : part.shape[1]] += part
    return total


def test_a_loop_is_its_bars_with_the_tail_over_the_start(make):
    made = make(RINGING_LOOP, t=SCORE)
    loop, audio = made.mix("l", "l"), rung(made, "l")
    assert loop.shape[1] == BAR
    assert audio.shape[1] > BAR + RATE  # the hall rings on
    assert np.abs(loop - folded(audio, BAR) * FULL_SCALE).max() <= 2  # float32


def test_the_join_of_a_loop_is_as_smooth_as_the_music(make):
    """The step from the last frame to the first is one the unfolded audio takes there."""
    made = make(RINGING_LOOP, t=SCORE)
    loop, audio = made.mix("l", "l") / FULL_SCALE, rung(made, "l")
    join = loop[:, 0] - loop[:, -1]
    # First frame: that of the start, which comes out of silence, and where the tail goes on.
    expected = (audio[:, 0] - 0) + (audio[:, BAR] - audio[:, BAR - 1])
    layers = audio[:, 2 * BAR :: BAR].sum(axis=1) - audio[:, 2 * BAR - 1 :: BAR].sum(axis=1)
    assert np.abs(join - expected - layers).max() < 1e-6
    usual = np.abs(np.diff(loop, axis=1)).max()
    assert np.abs(join).max() <= usual


@pytest.mark.parametrize(
    "master",
    [
        "[{bus_compressor: {threshold_db: -20, ratio: 4, attack_ms: 20, release_ms: 300}}]",
        "[{highpass_filter: {cutoff_frequency_hz: 100}}, {reverb: {room_size: 0.8}}]",
        "[{distortion: {drive_db: 9}}, {brickwall_limiter: {ceiling_db: -6}}]",
    ],
)
def test_a_master_goes_round_the_loop_before_it_is_heard(make, master):
    """Its join is no worse than without: the devices are where the end left them."""
    text = f"{SECTIONS}\n{TRACK % ', gain_db: -6'}\nmixes: {{l: {{loop: {{section: b}}}}}}"
    dry = make(text, t=SCORE).mix("l", "l") / FULL_SCALE
    mastered = make(f"master: {master}\n{text}", t=SCORE).mix("l", "l") / FULL_SCALE
    assert mastered.shape == dry.shape
    around = np.concatenate((mastered[:, -400:], mastered[:, :400]), axis=1)
    steps = np.abs(np.diff(mastered, n=2, axis=1)).max()
    assert np.abs(np.diff(around, n=2, axis=1)).max() <= steps * 1.01


def test_a_loop_shorter_than_its_tail_is_laid_over_itself_often_enough(make, tmp_path):
    store = Store(tmp_path / "s")
    audio = np.vstack((np.arange(10), -np.arange(10))).astype(np.float32)
    with store.writer("ab" * 32, AUDIO, 2, "t") as writer:
        writer.write(audio)
        writer.finish(0, ())
    found = store.get("ab" * 32)
    block = looped(found, 4)()
    expected = [0 + 4 + 8, 1 + 5 + 9, 2 + 6, 3 + 7]
    assert block[0, :8].tolist() == expected * 2
    assert block.shape[1] % 4 == 0
    assert rounds_before(4, 48_000) * 4 >= 480_000


def test_a_cut_rings_over_its_border(make):
    """Bar 2 is left out; the hall of bar 1 goes on under bar 3, at its own level."""
    text = (
        f"{SECTIONS}\n{HALL}\n{TRACK % ', sends: {hall: -6}'}\nmixes: {{x: {{sections: [a, c]}}}}"
    )
    score = [(0, 4, 69), (8, 4, 57)]
    cut = make(text, t=score).mix("x", "x")
    alone = make(f"{HALL}\n{TRACK % ', sends: {hall: -6}'}", t=[(0, 4, 69), (4, 4, 57)]).mix("full")
    assert np.array_equal(cut, alone)


def test_what_plays_in_a_form_is_what_its_notes_say(make):
    text = f"{SECTIONS}\n{TRACK % ''}\nmixes: {{x: {{sections: [c, b]}}}}"
    cut = make(text, t=SCORE).mix("x", "x") / FULL_SCALE
    expected = np.concatenate((tone(BAR, 60), tone(RATE // 2, 69), tone(3 * RATE // 2, 57)))
    assert np.abs(cut[0, : 2 * BAR] - expected).max() < 1e-6


def test_a_sting_is_never_longer_than_its_most(make):
    ring = TRACK % ", sends: {hall: 0}"
    text = f"{SECTIONS}\n{HALL}\n{ring}\nmixes: {{x: {{sting: {{section: c, max: 3s}}}}}}"
    made = make(text, t=SCORE)
    assert made.mix("x", "x").shape[1] == 3 * RATE
    step = made.form("x").nodes[-1]
    (warning,) = made.production.print_of(step.fingerprint).warnings
    assert "still sounds at -" in warning


def test_thirty_seconds_to_the_frame_and_exact_with_a_master(make):
    head = "sections: [{name: intro, at: 1|1}, {name: mid, at: 9|1}, {name: end, at: 17|1}]"
    master = "master: [{bus_compressor: {threshold_db: -20}}]"
    tone_track = "{instrument: {tone: {}}, midi: {track: %s}}"
    tracks = f"tracks: {{t: {tone_track % 't'}, u: {tone_track % 'u'}}}"
    text = f"{head}\n{master}\n{tracks}\nmixes: {{tv: {{sections: [intro, end], length: 30s}}}}"
    score = [(beat, 1, 48 + beat % 12) for beat in range(96)]
    made = make(text, t=score, u=score[::2])
    plan = made.form("tv")
    assert {made.stem(name, "tv").shape[1] for name in ("t", "u")} == {1_440_000}
    mix = made.mix("tv", "tv")
    ending = plan.form.ending
    assert not mix[:, ending + 1000 :].any()  # the tone stops with its notes
    assert mix[:, ending - 1000 : ending].any()
