"""System exclusives of a track that a plug-in plays, which is sent none."""

from __future__ import annotations

import mido
import pytest
from scores import write_session

from hostkit.pipeline import plan_session
from hostkit.plan.environment import Environment

pytestmark = pytest.mark.plugins

GM_ON = (0x7E, 0x7F, 0x09, 0x01)
TRACKS = """\
tracks:
  a: {midi: {track: a}, instrument: {plugin: Kars}}
  b: {midi: {track: b}, instrument: {plugin: Kars}}
  c: {midi: {track: a}, instrument: {soundfont: gm}}
"""


def test_sysex_is_told_where_it_is_left_out_but_for_resets(plugin, tmp_path) -> None:
    session = write_session(tmp_path / "cue.yaml", TRACKS, a=[(0, 1, 60)], b=[(0, 1, 60)])
    score = mido.MidiFile(tmp_path / "cue.mid")
    for data in (GM_ON, (1, 2, 3)):
        score.tracks[0].insert(1, mido.Message("sysex", data=data))
    score.tracks[1].insert(1, mido.Message("sysex", data=GM_ON))
    score.save(tmp_path / "cue.mid")
    folder = plugin("Kars").path.parent
    assert plan_session(session, Environment((folder,))).warnings == (
        "a: 1 SysEx message of its MIDI is left out, as plug-ins are sent none; set what it does "
        "with params: or state:",
    )
