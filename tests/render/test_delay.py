"""`delay_ms`: a track's notes earlier or later than they are written."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scores import QUARTER_FRAMES, tone, write_session

from hostkit.devices import hosts
from hostkit.devices.spec import BuiltinSpec, Lane, PluginSpec
from hostkit.devices.tone import ToneSpec
from hostkit.errors import InvalidInput
from hostkit.midi.messages import Messages
from hostkit.midi.performing.pre_roll import pre_rolled
from hostkit.pipeline import plan_session
from hostkit.plan.environment import Environment
from hostkit.plan.nodes.sources import Notes

SESSION = """\
tracks:
  a:
    midi: {track: a}
    delay_ms: DELAY
    instrument: {tone: {}}
"""
NOTES = [(0, 1, 57), (2, 1, 60)]


@pytest.mark.parametrize("delay_ms", [-60, -500, 12.5])
def test_notes_sound_so_much_earlier_or_later(make, delay_ms: float) -> None:
    """What begins before 1|1 is heard from there on, as far as it had come; -500 ms is more
    than a block."""
    made = make(SESSION.replace("DELAY", str(delay_ms)), a=[(0, 1.5, 57), (2, 1, 60)])
    (track,) = made.plan.whole.tracks
    found = made.production.print_of(track.fingerprint)
    out = np.concatenate(list(found.audio()), axis=1)[0].astype(np.float64)
    moved = round(delay_ms * 48)
    expected = np.zeros(2 * QUARTER_FRAMES * 2 + abs(moved))
    for start, frames, pitch in ((0, 36_000, 57), (48_000, 24_000, 60)):
        at = start + moved + max(0, -moved)
        expected[at : at + frames] += tone(frames, pitch)
    expected = expected[max(0, -moved) :]
    end = 48_000 + 24_000 + moved
    np.testing.assert_allclose(out[:end], expected[:end], atol=1e-6)
    assert not np.any(out[end:])
    assert track.plan.source.end == end + 1
    (said,) = [w for w in made.plan.warnings if "1|1" in w] or [""]
    assert ("1 note would begin before 1|1, by up to" in said) == (delay_ms < 0)


def test_another_delay_is_another_print(tmp_path) -> None:
    """Although the events, counted from the first, are the same."""
    prints = set()
    for delay_ms in (-60, -120, 0):
        text = SESSION.replace("DELAY", str(delay_ms))
        session = write_session(tmp_path / "cue.yaml", text, a=NOTES)
        (track,) = plan_session(session, Environment(())).whole.tracks
        prints.add(track.fingerprint)
    assert len(prints) == 3


def test_recorded_audio_has_no_delay(tmp_path) -> None:
    text = "tracks:\n  a:\n    delay_ms: 5\n    audio: [{file: a.wav, at: 1|1}]\n"
    session = write_session(tmp_path / "cue.yaml", text)
    with pytest.raises(
        InvalidInput, match=r"yaml:5:\d+: delay_ms: is for the notes .*where their at: says"
    ):
        plan_session(session, Environment(()))


def test_a_loop_s_early_note_sounds_at_the_end_of_each_round(make) -> None:
    """Nothing of it is lost: what it has left after the border lies over the loop's start."""
    text = (
        "sections: [{name: a, at: 1|1}, {name: b, at: 3|1}]\nmixes: {round: {loop: {section: a}}}\n"
        + SESSION.replace("DELAY", "-60")
    )
    made = make(text, a=[(0, 1, 57), (3, 1, 60), (8, 1, 62)])
    form = made.form("round")
    (track,) = form.tracks
    events = track.plan.source.score.events()
    loop, moved = form.frames, 2880
    assert loop == 8 * QUARTER_FRAMES
    assert [(int(at), m[:2]) for at, m in zip(events.samples, events.messages, strict=True)] == [
        (3 * QUARTER_FRAMES - moved, b"\x90\x3c"),
        (4 * QUARTER_FRAMES - moved, b"\x80\x3c"),
        (loop - moved, b"\x90\x39"),
        (loop - moved + QUARTER_FRAMES, b"\x80\x39"),
    ]
    assert track.plan.source.pre_roll_frames == 0
    heard = made.mix("round", "round")[0] / 2**23
    whole = tone(QUARTER_FRAMES, 57)
    scale = float(np.abs(heard).max() / np.abs(whole).max())
    both = np.concatenate([heard[loop - moved : loop], heard[: QUARTER_FRAMES - moved]])
    np.testing.assert_allclose(both, scale * whole, atol=2e-3)
    assert not any("1|1" in warning for warning in form.warnings)


def test_the_instrument_s_time_and_lanes_begin_with_the_pre_roll(make, monkeypatch) -> None:
    """What it follows is where the music is; effects after it have no pre-roll."""
    opened = {}
    for kind in (ToneSpec, BuiltinSpec):
        monkeypatch.setattr(kind, "follows_transport", True)

        def noted(spec, setup, host=hosts.HOSTS[kind]):
            opened[spec.name] = setup.transport
            return host(spec, setup)

        monkeypatch.setitem(hosts.HOSTS, kind, noted)
    make(SESSION.replace("DELAY", "-60") + "    effects: [{gain: {gain_db: -3}}]\n", a=NOTES)
    assert opened["tone"].frame_of_music(0) == -2880
    assert opened["gain"].frame_of_music(0) == 0

    lane = Lane("cutoff", ((0, 1.0), (480, 2.0)))
    plugin = PluginSpec("synth", Path("synth.vst3"), "", lanes=(lane,))
    events = pre_rolled(np.array([-48, 0]), Messages.of([b"\x90<@", b"\x80<@"]))
    instrument = Notes.of(events, plugin, ()).instrument
    assert isinstance(instrument, PluginSpec)
    assert instrument.lanes == (Lane("cutoff", ((48, 1.0), (528, 2.0))),)
