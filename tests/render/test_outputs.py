"""Other outputs of an instrument: it plays once, and each output is a track of its own."""

from __future__ import annotations

import numpy as np
import pytest
import soundfile
from scores import QUARTER_FRAMES, RATE, write_session

from hostkit.errors import InvalidInput
from hostkit.pipeline import plan_session
from hostkit.plan.environment import Environment
from hostkit.plan.nodes.outputs import OutputsPlan
from hostkit.plan.reasons import Reasons, parts
from hostkit.render.track.printing import PlayedTrack

pytestmark = pytest.mark.plugins

TAIL = 4800
"""Frames over which the probe's left falls after a note, in a straight line."""
NOTES = [(0, 1, 40), (1, 1, 62), (2, 1, 90), (4, 1, 41), (5, 0.5, 64)]
KIT = """\
tail: {max_s: 2}
tracks:
  kit:
    midi: {track: kit}
    instrument: {plugin: HostkitProbeDrums}
    effects: [{plugin: HostkitProbeEffect, params: {latency_frames: 500}}]
"""
SNARE = "  snare: {output: {of: kit, name: snare}, stem: other}\n"
HAT = "  hat: {output: {of: kit, name: 3}, gain_db: -6}\n"
FORMS = """\
sections: [{name: a, at: 1|1}, {name: b, at: 2|1}]
mixes:
  turned: {sections: [b, a]}
  round: {loop: {section: a}}
  no kit: {mute: kit}
"""


@pytest.fixture(scope="module")
def folders(plugin, odd_plugins):
    return (plugin("HostkitProbe").path.parent, odd_plugins)


def print_of(made, node) -> np.ndarray:
    found = made.production.print_of(node.fingerprint)
    assert found is not None, made.production.outcomes[node.fingerprint].reason
    return np.concatenate(list(found.audio()), axis=1)


def tracks(made, form: str = "whole") -> dict[str, np.ndarray]:
    """What each track of a form gave."""
    return {node.tracks[0]: print_of(made, node) for node in made.form(form).tracks}


def alone(node) -> np.ndarray:
    """What a track gives whose instrument plays for it alone."""
    return np.concatenate(list(PlayedTrack(node.plan, lambda *_, **__: None).blocks()), axis=1)


def played(keys: range, frames: int, early: int = 0) -> np.ndarray:
    """What the probe says of itself: velocity and its fall on the left, the key on the right."""
    out = np.zeros((2, frames))
    for start, length, key in NOTES:
        if key in keys:
            begin = max(round(start * QUARTER_FRAMES) - early, 0)
            end = round((start + length) * QUARTER_FRAMES) - early
            out[0, begin:end] += 127 / 128
            out[0, end : end + TAIL] += 127 / 128 * np.arange(TAIL, 0, -1) / TAIL
            out[1, begin : end + TAIL] += key / 128
    return out


def test_each_output_is_a_track_and_the_instrument_plays_once(make, folders) -> None:
    made = make(FORMS + KIT + SNARE + HAT, plugin_dirs=folders, kit=NOTES)
    whole = made.form("whole")
    assert [node.name for node in whole.nodes[:4]] == ["instrument of kit", "kit", "snare", "hat"]
    assert all(node.needs == (whole.nodes[0].fingerprint,) for node in whole.tracks)
    heard = tracks(made)
    for name, keys in {"kit": range(60), "snare": range(60, 80), "hat": range(80, 128)}.items():
        channels, frames = heard[name].shape
        np.testing.assert_allclose(heard[name], played(keys, frames)[:channels], atol=1e-6)
    assert [node.plan.signal for node in whole.tracks] == [
        ("HostkitProbeDrums", "HostkitProbeEffect"),
        ("HostkitProbeDrums: Snare",),
        ("HostkitProbeDrums: Hat",),
    ]
    for form in made.plan.plans[1:]:  # a cut-down and a loop, to their last frames
        assert sum(isinstance(node.plan, OutputsPlan) for node in form.nodes) == 1
        for node in form.tracks[:2]:
            np.testing.assert_array_equal(print_of(made, node), alone(node), err_msg=node.name)
    (without,) = [mix for mix in whole.mixes if mix.name == "no kit"]
    assert {whole.stems_by_name[stem].tracks for stem in without.stems} == {("snare",), ("hat",)}


def test_the_main_output_stays_what_it_was_and_one_more_changes_no_print(make, folders) -> None:
    by_pedalboard = KIT.replace("ProbeDrums}", "ProbeDrums, host: pedalboard}")
    before = make(by_pedalboard, plugin_dirs=folders, kit=NOTES)
    after = make(KIT + SNARE, plugin_dirs=folders, kit=NOTES)
    np.testing.assert_array_equal(tracks(before)["kit"], tracks(after)["kit"])
    said = [outcome.print.warnings for outcome in before.production.outcomes.values()]
    assert any(
        "at an output that no track takes (Snare, Hat)" in text for (text, *_) in said if text
    )
    assert "tracks take other outputs of it" in after.plan.hosted["HostkitProbeDrums"]
    more = make(KIT + HAT + SNARE, plugin_dirs=folders, kit=NOTES)
    known = {node.name: node.fingerprint for node in after.plan.tracks}
    assert {node.name: node.fingerprint for node in more.plan.tracks}.items() > known.items()
    once, again = after.plan.nodes[0], more.plan.nodes[0]
    assert once.fingerprint != again.fingerprint
    reasons = Reasons({node.name: parts(node.plan) for node in after.plan.tracks})
    assert reasons.kept(again) == "nothing it depends on changed"
    assert reasons.made(again) == "what it plays, or which outputs are taken, changed"


def test_what_is_said_of_the_instrument_holds_for_every_output(make, folders, tmp_path) -> None:
    """Its delay, with a pre-roll; players over one output; a main output that another one keys."""
    take = np.full(RATE // 4, 0.25, dtype=np.float32)
    soundfile.write(tmp_path / "take.wav", take, RATE, subtype="FLOAT")
    text = KIT.replace("    effects", "    delay_ms: -30\n    effects").replace(
        "[{plugin: HostkitProbeEffect, params: {latency_frames: 500}}]",
        "[{plugin: HostkitProbeKeyed, sidechain: snare}]",
    )
    live = "live: [{file: take.wav, at: 1|1, fade_out_ms: 0, crossfade_ms: 0}]"
    text += SNARE.replace("stem: other", live) + "  same: {output: {of: kit, name: 2}}\n"
    made = make(f"mixes: {{mockup: {{live: false}}}}\n{text}", plugin_dirs=folders, kit=NOTES)
    heard, early = tracks(made), RATE * 30 // 1000
    frames = heard["same"].shape[1]
    expected = played(range(60, 80), frames, early)
    np.testing.assert_allclose(heard["same"], expected, atol=1e-6)
    expected[:, : len(take)] = take  # nothing of the snare is there
    np.testing.assert_allclose(heard["snare"], expected, atol=1e-6)
    loud = np.zeros(heard["kit"].shape[1], dtype=bool)
    mono = np.abs(heard["snare"].mean(axis=0))[: loud.size]
    loud[: mono.size] = mono >= 0.5
    kit = played(range(60), loud.size, early) * ~loud
    np.testing.assert_allclose(heard["kit"], kit, atol=1e-6)
    instruments = [node for node in made.plan.whole.nodes if isinstance(node.plan, OutputsPlan)]
    assert len(instruments) == 1  # with the players and without


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{output: {of: kitt, name: Snare}}", r"yaml:8:\d+: .*no track 'kitt'; did you mean 'kit'"),
        ("{output: {of: it, name: Snare}}", r"a track is no output of itself; name the track"),
        ("{output: {of: snare, name: Hat}}", r"snare is an output itself; write of: kit"),
        ("{output: {of: take, name: Hat}}", r"take plays recorded audio, which has no outputs"),
        ("{output: {of: sine, name: 2}}", r"tone of sine has no output but the main one"),
        ("{output: {of: kit, name: Snar}}", r"no output 'Snar'; did you mean 'Snare'"),
        ("{output: {of: kit, name: Room}}", r"no output 'Room'; there are: Snare, Hat"),
        ("{output: {of: kit, name: 4}}", r"has no output 4; there are: Snare \(2\), Hat \(3\)"),
        ("{output: {of: kit, name: main}}", r"the main output is that of kit itself; there are"),
        ("{output: {of: kit, name: 1}}", r"output 1 is no other output; the main one is 1"),
        ("{output: kit}", r"an output is of a track, and has a name .*; write output: {of: kit, n"),
        ("{output: {of: kit, name: ''}}", r"an output is its name, or its number"),
        ("{output: {of: kit, name: [2]}}", r"an output is its name, or its number"),
        (
            "{output: {of: kit, name: 2}, instrument: {tone: {}}}",
            r"output: takes the sound of kit; here is instrument: too; take one of them out",
        ),
        (
            "{output: {of: kit, name: 2}, delay_ms: 5}",
            r"output: takes what kit plays, and delay_ms: is for its notes; write it in kit",
        ),
        (
            "{output: {of: kit, name: 2}, automation: {instrument.gain: [[1, 1]]}}",
            r"'instrument.gain' cannot be automated",
        ),
        (
            "{instrument: {plugin: HostkitProbeDrums, host: pedalboard}}\n"
            "  other: {output: {of: it, name: 2}}",
            r"yaml:8:\d+: .*pedalboard gives only its main output; take out host: pedalboard",
        ),
    ],
)
def test_what_is_no_output(folders, tmp_path, line: str, message: str) -> None:
    soundfile.write(tmp_path / "take.wav", np.zeros(4800, dtype=np.float32), RATE)
    others = "  sine: {instrument: {tone: {}}}\n  take: {audio: [{file: take.wav, at: 1|1}]}\n"
    text = KIT.replace(
        "    effects: [{plugin: HostkitProbeEffect, params: {latency_frames: 500}}]\n", ""
    )
    session = write_session(
        tmp_path / "cue.yaml", f"{text}  it: {line}\n{SNARE}{others}", kit=NOTES
    )
    with pytest.raises(InvalidInput, match=message):
        plan_session(session, Environment(folders))
