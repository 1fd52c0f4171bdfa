"""Articulations of a session, as an SFZ with keyswitches plays them."""

from __future__ import annotations

import mido
import numpy as np
import pytest
from commands import hostkit
from scores import QUARTER_FRAMES, TICKS, write_session
from sfzs import sfz

from hostkit.errors import InvalidInput
from hostkit.pipeline import plan_session
from hostkit.plan.environment import Environment
from hostkit.plan.mixes.wanted import ALL_MIXES

SFZ = """\
<control> note_offset=12
<global> sw_lokey=12 sw_hikey=13 sw_default=12 loop_mode=loop_continuous ampeg_release=0.001
<group> sw_last=12 sw_label=soft pieces <region> sample=soft.wav lokey=36 hikey=96 pitch_keytrack=0
<group> sw_last=C#0 sw_label=loud <region> sample=loud.wav lokey=36 hikey=96 pitch_keytrack=0
"""
SESSION = """\
sections: [{name: a, at: 1|1}, {name: b, at: 2|1}, {name: c, at: 3|1}]
mixes: {full: {}, turned: {sections: [c, b]}}
tracks:
  a:
    midi: {track: a}
    instrument: {sfz: made.sfz}
    articulation: [[1|1, loud], [2|1, soft pieces], [3|1, loud]]
"""
BARS = [(4 * bar + 0.5, 2, 60) for bar in range(3)]


@pytest.fixture
def folder(tmp_path):
    sfz(tmp_path, SFZ, {"soft": 0.125, "loud": 0.5})
    return tmp_path


def levels(made, form: str) -> list[float]:
    """The level in the middle of each bar's note, against that of the loud sample."""
    (track,) = made.form(form).tracks
    found = made.production.print_of(track.fingerprint)
    assert found is not None, made.production.outcomes[track.fingerprint].reason
    out = np.concatenate(list(found.audio()), axis=1)[0]
    bars = out.shape[0] // (4 * QUARTER_FRAMES)
    return [float(out[(4 * bar + 1) * QUARTER_FRAMES]) for bar in range(bars + 1)]


def test_labels_of_an_sfz_are_articulations_in_every_form(make, folder) -> None:
    made = make(SESSION, a=BARS)
    whole = levels(made, "whole")[:3]
    assert whole[0] > 0
    np.testing.assert_allclose(np.array(whole) / whole[0], [1, 0.25, 1], atol=1e-3)
    # the cut begins with what its first note needs, and goes on in the order of the form
    np.testing.assert_allclose(
        np.array(levels(made, "turned")[:2]) / whole[0], [1, 0.25], atol=1e-3
    )


def test_a_switch_before_the_first_note_takes_a_pre_roll(make, folder) -> None:
    """So the instrument has time to switch; nothing of the music is lost or moved."""
    made = make(SESSION.replace("0.5", "0"), a=[(0, 2, 60), (4, 2, 60)])
    (track,) = made.plan.whole.tracks
    assert track.plan.source.pre_roll_frames == 480
    events = track.plan.source.score.events()
    assert (int(events.samples[0]), events.messages[0][:2]) == (0, b"\x90\x19")
    whole = levels(made, "whole")
    assert whole[1] / whole[0] == pytest.approx(0.25, abs=1e-3)
    assert not any("1|1" in warning for warning in made.plan.warnings)


def test_midi_tracks_that_differ_in_a_suffix_are_one_instrument(make, folder) -> None:
    """Both at once, then either; the empty third is no matter. Its channel is another."""
    text = """\
tracks:
  a:
    midi: {tracks: {Vln Soft: soft pieces, 2: loud, Vln Trem: loud}}
    instrument: {sfz: made.sfz}
"""
    notes = {"Vln Soft": [(0.5, 2, 60), (4.5, 2, 60)], "Vln Loud": [(0.5, 2, 67), (8.5, 2, 67)]}
    made = make(text, **notes, **{"Vln Trem": []})
    both, soft, loud = levels(made, "whole")[:3]
    assert loud > 0
    np.testing.assert_allclose([both / loud, soft / loud], [1.25, 0.25], atol=1e-3)


@pytest.mark.parametrize(
    ("midi", "message"),
    [
        ("{tracks: {a: loud, b: loud}}", r"yaml:5:33: .*there is no track 'b'; .*are 1 a"),
        ("{tracks: {a: lout}}", r"yaml:5:24: there is no articulation 'lout'; did .* 'loud'\?"),
        ("{tracks: [a]}", r"yaml:5:20: tracks: are MIDI tracks, each with .*; write tracks: {"),
        ("{tracks: {}}", r"yaml:5:20: tracks: are MIDI tracks"),
        ("{track: [a, b]}", r"yaml:5:19: a MIDI track is a name or a number; for several"),
        ("{track: a, tracks: {a: loud}}", r"yaml:5:11: track: and tracks: are both here"),
        ("{tracks: {a: loud}}\n    articulation: loud", r"in which articulation each note"),
    ],
)
def test_what_is_wrong_with_several_midi_tracks(folder, midi: str, message: str) -> None:
    text = f"tracks:\n  a:\n    midi: {midi}\n    instrument: {{sfz: made.sfz}}\n"
    with pytest.raises(InvalidInput, match=message):
        plan_session(write_session(folder / "cue.yaml", text, a=BARS), Environment(()))


def planned(folder, lines: str, notes=BARS):
    text = f"tracks:\n  a:\n    midi: {{track: a}}\n    instrument: {{sfz: made.sfz}}\n{lines}"
    return plan_session(write_session(folder / "cue.yaml", text, a=notes), Environment(()))


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (
            "    articulation: [[1|1, loud], [2|1, soft piece]]\n",
            r"yaml:7:\d+: there is no articul.*'soft pieces'\?",
        ),
        (
            "    articulation: quiet\n",
            r"yaml:7:\d+: there is no articulation 'quiet'; there are: sof",
        ),
        ("    articulation: [[2|1, loud], [1|1, loud]]\n", r"yaml:7:\d+: .*in order of time"),
        (
            "    articulations: {x: {keyswitch: H1}}\n",
            r"yaml:7:\d+: .*'H1' is not a note; write C4",
        ),
        ("    articulations: {x: {velocity: [90, 3]}}\n", r"yaml:7:\d+: .*lower first"),
        ("    articulations: {x: {cc: 5}}\n", r"yaml:7:\d+: cc is \[controller, value\]"),
        ("    articulations: {x: {keyswitch: [[1]]}}\n", r"yaml:7:\d+: a keyswitch is a note"),
        ("    articulation: [[1|1, loud], [2, []]]\n", r"yaml:7:\d+: .*should be text"),
        ("    articulation: {from: texts}\n", r"yaml:7:\d+: .*'text', 'markers' or 'keyswitches'"),
        ("    articulation: 5\n", r"yaml:7:\d+: an articulation is a name, a list of"),
        ("    articulation: [[1|1]]\n", r"yaml:7:\d+: articulations are a list of \["),
        ("    articulations: {x: {keyswich: C1}}\n", r"yaml:7:\d+: .*keyswitch"),
    ],
)
def test_what_is_wrong_is_told_at_its_place(folder, lines: str, message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        planned(folder, lines)


def test_stray_keyswitches_are_told(folder) -> None:
    """Not where the MIDI itself switches."""
    notes = [*BARS, (7, 0.5, 25)]
    said = planned(folder, "    articulation: loud\n", notes).warnings
    assert any("a: 1 note of its MIDI on keyswitches (C#1)" in text for text in said)
    assert not any("keyswitches" in text for text in planned(folder, "", notes).warnings)


def test_a_preset_s_articulations_and_range(folder) -> None:
    presets = folder / "presets" / "solo"
    presets.mkdir(parents=True)
    sfz(presets, SFZ, {"soft": 0.125, "loud": 0.5})
    (presets / "violin.yaml").write_text(
        "preset: 1\nrange: G3-E7\ninstrument: {sfz: made.sfz}\n"
        "articulations: {pizz: {keyswitch: [C1, 25], cc: [32, 5], delay_ms: -20}}\n"
    )
    text = (
        "tracks:\n  a:\n    midi: {track: a}\n    instrument: solo/violin\n"
        "    articulations:\n"
        "      mine: {cc: [[1, 2], [3, 4]], program: 45, channel: 3, velocity: [1, 9]}\n"
        "    articulation: [[1|1, pizz], [2|1, mine], [3|1, loud]]\n"
    )
    session = write_session(folder / "cue.yaml", text, a=[*BARS[1:], (0.5, 1, 40)])
    plan = plan_session(session, Environment(()))
    (track,) = plan.whole.tracks
    events = track.plan.source.score.events()
    at = 12_000 - 960 - 480
    assert [(int(s), m) for s, m in zip(events.samples, events.messages, strict=True)][:4] == [
        (at, b"\xb0\x20\x05"),
        (at, b"\x90\x18\x64"),
        (at, b"\x90\x19\x64"),
        (at + 480, b"\x80\x18\x00"),
    ]
    assert any("1 note outside the range of its instrument, G3-E7 (E2)" in w for w in plan.warnings)


def test_articulations_are_read_from_texts_and_markers(make, folder) -> None:
    """Whatever their case, in every form; other texts are left, and told."""
    said = [(0, "LOUD"), (4 * TICKS, "Soft Pieces"), (4 * TICKS, "con brio"), (8 * TICKS, "loud")]

    def say(path, kind: str) -> None:
        file = mido.MidiFile(path)
        if kind == "marker":
            file.tracks.insert(0, mido.MidiTrack())
        track = file.tracks[-1 if kind == "text" else 0]
        times = np.cumsum([message.time for message in track]).tolist()
        events = list(zip(times, track, strict=True))
        events += [(at, mido.MetaMessage(kind, text=text)) for at, text in said]
        events.sort(key=lambda event: event[0])
        before = 0
        track.clear()
        for at, message in events:
            track.append(message.copy(time=at - before))
            before = at
        file.save(path)

    for kind, source in (("text", "text"), ("marker", "markers")):
        lines = f"{SESSION.rpartition('articulation:')[0]}articulation: {{from: {source}}}\n"
        session = write_session(folder / "cue.yaml", lines, a=BARS)
        say(folder / "cue.mid", kind)
        plan = plan_session(session, Environment(()), ALL_MIXES)
        written = write_session(folder / "written.yaml", SESSION, a=BARS)
        for form, expected in zip(
            plan.plans, plan_session(written, Environment(()), ALL_MIXES).plans, strict=True
        ):
            (track,), (same,) = form.tracks, expected.tracks
            assert track.plan.source.score.sha256 == same.plan.source.score.sha256
        left = "a: what its MIDI says that is no articulation is left: con brio"
        assert left in " ".join(plan.warnings)


def test_midi_that_names_no_articulation(folder) -> None:
    with pytest.raises(InvalidInput, match=r"yaml:7:\d+: the MIDI names no articulation: it says"):
        planned(folder, "    articulation: {from: text}\n")


def test_keyswitches_of_the_midi_are_heard_in_cut_downs_too(make, folder) -> None:
    """The switch of the piece's first note lies outside the piece, where nobody plays it."""
    switches = [(0.25, 0.1, 25), (4.25, 0.1, 24), (8.25, 0.1, 25)]
    text = SESSION.rpartition("    articulation:")[0]
    made = make(text + "    articulation: {from: keyswitches}\n", a=[*BARS, *switches])
    written = make(SESSION, store="other", a=BARS)
    for form in ("whole", "turned"):
        (track,), (same,) = made.form(form).tracks, written.form(form).tracks
        assert track.plan.source.score.sha256 == same.plan.source.score.sha256


@pytest.mark.parametrize(
    ("default", "lines", "expected"),
    [
        ("sw_default=12", "[[2|1, loud]]", [0.25, 1, 1]),
        ("sw_default=12", "{from: keyswitches}", [0.25, 1, 1]),
        ("", "[[2|1, loud]]", [1, 1, 1]),
    ],
)
def test_before_its_first_articulation_an_sfz_is_in_its_default(
    make, folder, default: str, lines: str, expected: list[float]
) -> None:
    """soft (0.125) to loud (0.5) is a quarter; without a default the first that is named holds.

    A form that turns bars around plays bar 1 so as well.
    """
    (folder / "made.sfz").write_text(SFZ.replace("sw_default=12", default))
    switch = [(3.75, 0.1, 25)] if "from" in lines else []
    text = SESSION.rpartition("articulation:")[0].replace("[c, b]", "[c, a]")
    made = make(f"{text}articulation: {lines}\n", a=[*BARS, *switch])
    whole = levels(made, "whole")[:3]
    np.testing.assert_allclose(np.array(whole) / max(whole), expected, atol=1e-3)
    turned = levels(made, "turned")[:2]
    np.testing.assert_allclose(np.array(turned) / max(whole), [1, expected[0]], atol=1e-3)


def test_an_expression_map_s_articulations(folder) -> None:
    (folder / "a.expressionmap").write_text(
        '<InstrumentMap><obj class="PSoundSlot"><obj name="action"><obj class="POutputEvent">'
        '<int name="status" value="144"/><int name="data1" value="30"/></obj></obj>'
        '<member name="name"><string name="s" value="Trem"/></member></obj></InstrumentMap>'
    )
    lines = "    expression_map: a.expressionmap\n    articulation: Trem\n"
    (track,) = planned(folder, lines).whole.tracks
    events = track.plan.source.score.events()
    assert (int(events.samples[0]), events.messages[0][:2]) == (12_000 - 480, b"\x90\x1e")
    with pytest.raises(InvalidInput, match=r"yaml:7:\d+: .*b.expressionmap.*no such file"):
        planned(folder, "    expression_map: b.expressionmap\n")


def test_a_loop_s_switches_are_for_its_early_notes_too(make, folder) -> None:
    """What only switches before the loop is not at its end, where no note would follow."""
    text = SESSION.replace("turned: {sections: [c, b]}", "round: {loop: {section: b}}")
    for delay_ms, ends in ((0, []), (-60, [4 * QUARTER_FRAMES - 2880 - 480])):
        made = make(f"{text}    delay_ms: {delay_ms}\n", a=[(0, 1, 60), (4, 1, 60), (8, 1, 60)])
        (track,) = made.form("round").tracks
        source = track.plan.source
        events = source.score.events()
        switched = [
            int(at) - source.pre_roll_frames
            for at, message in zip(events.samples, events.messages, strict=True)
            if message[:2] == b"\x90\x18"
        ]
        assert switched == [-480 + (delay_ms * 48), *ends]


UNSWITCHED = SFZ.replace("sw_default=12 ", "")
SOUNDS_AFTER = "made.sfz sounds there only after a keyswitch, and none is pressed before; "


def test_notes_that_no_keyswitch_lets_sound_are_told(make, folder) -> None:
    """They are silent; told before, at the track's line, and not again when they were heard."""
    sfz(folder, UNSWITCHED, {})
    text = SESSION.rpartition("    articulation:")[0]
    made = make(text, a=BARS)
    for form in ("whole", "turned"):
        assert not any(levels(made, form))
    (said,) = made.plan.warnings
    assert said.endswith(
        f"cue.yaml:6:3: a: 3 notes are silent (C4): {SOUNDS_AFTER}"
        "choose one of soft pieces, loud: articulation: soft pieces"
    )
    assert not any("silent" in text for text in warnings_of_prints(made))
    session = write_session(folder / "cue.yaml", text, a=BARS)
    for command in ("check", "plan"):
        told = hostkit(command, session, cache=folder / "cache").out
        assert f"warning: {session}:6:3: a: 3 notes are silent (C4): " in told
        assert said in hostkit(command, session, "--json", cache=folder / "cache").out
    cured = make(text + "    articulation: soft pieces\n", store="cured", a=BARS)
    assert not cured.plan.warnings
    assert all(levels(cured, "whole")[:3])


def warnings_of_prints(made) -> list[str]:
    prints = (outcome.print for outcome in made.production.outcomes.values())
    return [text for one in prints if one is not None for text in one.warnings]


def test_a_form_that_leaves_out_the_midi_s_keyswitch_is_told(make, folder) -> None:
    """Bar 2 switches: in the whole bar 1 is silent, and bar 3 where it begins the cut."""
    sfz(folder, UNSWITCHED, {})
    text = SESSION.rpartition("    articulation:")[0]
    notes = [*BARS, (4.25, 0.1, 25)]
    made = make(text, a=notes)
    cure = f"{SOUNDS_AFTER}take those of its MIDI wherever they hold: articulation: {{from: key"
    whole, turned = made.plan.warnings
    assert f"cue.yaml:6:3: a: 1 note is silent (C4): {cure}" in whole
    assert f"cue.yaml:6:3: a of turned: 1 note is silent (C4): {cure}" in turned
    assert [level > 0 for level in levels(made, "whole")[:3]] == [False, True, True]
    assert [level > 0 for level in levels(made, "turned")[:2]] == [False, True]
    cured = make(text + "    articulation: {from: keyswitches}\n", store="cured", a=notes)
    assert not cured.plan.warnings
    assert all((*levels(cured, "whole")[:3], *levels(cured, "turned")[:2]))


def test_keyswitches_without_a_name_are_told_with_their_keys(folder) -> None:
    sfz(folder, UNSWITCHED.replace("sw_label=loud", "").replace("sw_label=soft pieces", ""), {})
    (said,) = planned(folder, "").warnings
    assert said.endswith(
        f"{SOUNDS_AFTER}name one (C1, C#1): articulations: {{plain: {{keyswitch: C1}}}}, "
        "articulation: plain"
    )
    mine = "    articulations: {plain: {keyswitch: C1}}\n    articulation: plain\n"
    assert not planned(folder, mine).warnings
    (said,) = planned(folder, mine.partition("\n")[0] + "\n").warnings
    assert said.endswith("choose one of plain: articulation: plain")


@pytest.mark.parametrize(
    "text",
    [
        SFZ,  # has a default
        UNSWITCHED + "<group> <region> sample=soft.wav",  # sounds at any key
        UNSWITCHED + "<group> <region> sample=soft.wav lokey=48 hikey=50",  # and at 60
        UNSWITCHED.replace("sw_last=12", ""),
    ],
)
def test_notes_that_sound_without_a_keyswitch_are_not_spoken_of(make, folder, text: str) -> None:
    sfz(folder, text, {})
    made = make(SESSION.rpartition("    articulation:")[0], a=BARS)
    assert not made.plan.warnings
    assert all(levels(made, "whole")[:3])
