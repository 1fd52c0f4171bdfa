"""`delay_ms`: a track's notes earlier or later than they are written."""

from __future__ import annotations

import numpy as np
import pytest
from scores import QUARTER_FRAMES, tone, write_session

from hostkit.errors import InvalidInput
from hostkit.pipeline import plan_session
from hostkit.plan.environment import Environment

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
