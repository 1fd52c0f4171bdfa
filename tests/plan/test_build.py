"""Sessions to plans: samples, lanes, routing, fingerprints, and all problems at once."""

from __future__ import annotations

from pathlib import Path

import pytest
from scores import QUARTER_FRAMES, RATE, write_session

from hostkit.devices.plugins.scanning import folders
from hostkit.devices.spec import BuiltinSpec, Lane
from hostkit.devices.tone import ToneSpec
from hostkit.errors import InvalidInput
from hostkit.pipeline import plan_session
from hostkit.plan.environment import Environment
from hostkit.plan.nodes.node import AnyNode, TrackNode
from hostkit.plan.plan import Plan
from hostkit.plan.reasons import Reasons, parts

TONE = "instrument: {tone: {}}"


def planned(tmp_path: Path, text: str, **notes) -> Plan:
    made = plan_session(write_session(tmp_path / "cue.yaml", text, **notes), Environment())
    return made if isinstance(made, Plan) else made.plans[0]


def refused(tmp_path: Path, text: str, **notes) -> list[str]:
    with pytest.raises(InvalidInput) as caught:
        planned(tmp_path, text, **notes)
    return [str(problem).split("cue.yaml:")[1] for problem in caught.value.problems]


def one_track(tmp_path: Path, extra: str = "", head: str = "", **notes) -> TrackNode:
    text = f"{head}\ntracks: {{v: {{{TONE}{extra}}}}}"
    return planned(tmp_path, text, **notes).tracks[0]


def test_events_fall_on_their_samples(tmp_path: Path):
    track = one_track(tmp_path, a=[(0, 1, 60), (1, 0.5, 62)])
    assert track.plan.source.score.events().samples.tolist() == [
        0,
        QUARTER_FRAMES,
        QUARTER_FRAMES,
        QUARTER_FRAMES * 3 // 2,
    ]


def test_the_sessions_tempo_replaces_the_files(tmp_path: Path):
    track = one_track(tmp_path, head="tempo: [{at: 1|1, bpm: 60}]", a=[(0, 1, 60)])
    assert track.plan.source.score.events().samples.tolist() == [0, RATE]


def test_a_meter_alone_keeps_the_tempo(tmp_path: Path):
    head = "tempo: [{at: 1|1, bpm: 60, meter: 3/4}, {at: 2|1, meter: 2/4}]\nlength: 3|1"
    plan = planned(tmp_path, f"{head}\ntracks: {{v: {{{TONE}}}}}")
    assert plan.frames == 5 * RATE


@pytest.mark.parametrize(
    ("curve", "end_seconds"), [("beats", 8.954), ("time", 8.727), ("geometric", 9.190)]
)
def test_ramps_land_where_their_curve_says(tmp_path: Path, curve: str, end_seconds: float):
    """80 → 140 bpm over 16 beats; the figures are those of the closed formulas."""
    head = f"tempo: [{{at: 1|1, bpm: 80, ramp_to: 140, until: 5|1, curve: {curve}}}]"
    track = one_track(tmp_path, head=head, a=[(0, 16, 60)])
    assert track.plan.source.score.events().samples[-1] / RATE == pytest.approx(
        end_seconds, abs=0.0005
    )


def test_automation_lands_on_samples_and_devices(tmp_path: Path):
    extra = """,
      effects: [{highpass_filter: {}}, {gain: {gain_db: 0}}], sends: {hall: -6},
      automation: {gain_db: [[1|1, -6], [2|1, 0]], sends.hall: [[1|3, -3]],
                   effects.1.cutoff_frequency_hz: [[0.5s, 100], [1s, 500]],
                   gain.gain_db: [[1|1, 3]]}"""
    text = f"buses: {{hall: {{}}}}\ntracks: {{v: {{{TONE}{extra}}}}}"
    plan = planned(tmp_path, text)
    highpass, gain = plan.tracks[0].plan.effects
    assert isinstance(highpass, BuiltinSpec)
    assert isinstance(gain, BuiltinSpec)
    assert highpass.lanes == (Lane("cutoff_frequency_hz", ((24_000, 100.0), (48_000, 500.0))),)
    assert gain.lanes == (Lane("gain_db", ((0, 3.0),)),)
    (channel,) = plan.stems[0].plan.channels
    assert channel.gain_db == Lane("gain_db", ((0, -6.0), (96_000, 0.0)))
    assert channel.sends[0].gain_db == Lane("sends.hall", ((48_000, -3.0),))


def test_buses_stand_before_those_they_feed(tmp_path: Path):
    text = f"""\
tracks: {{v: {{{TONE}, sends: {{echo: -6}}}}, w: {{{TONE}}}}}
buses: {{hall: {{}}, unused: {{}}, echo: {{sends: {{hall: -3}}}}}}"""
    stems = {stem.name: stem.plan for stem in planned(tmp_path, text).stems}
    assert [bus.name for bus in stems["v"].buses] == ["echo", "hall"]
    assert stems["w"].buses == ()


def test_buses_that_feed_each_other_are_named(tmp_path: Path):
    text = f"""\
tracks: {{v: {{{TONE}}}}}
buses:
  a: {{sends: {{b: -3}}}}
  b: {{sends: {{c: -3}}}}
  c: {{sends: {{a: -3}}}}"""
    (problem,) = refused(tmp_path, text)
    assert "these buses feed each other: " in problem
    assert sorted(problem.split("other: ")[1].split(";")[0].split(" → ")[:3]) == ["a", "b", "c"]


def test_every_problem_of_a_session_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    # A name that no plug-in has makes it scan all there are.
    monkeypatch.setenv("HOSTKIT_PLUGIN_PATH", "")
    monkeypatch.setattr(folders, "standard_folders", lambda environ: ())
    text = f"""\
length: 01:00:00:00
sections: [{{name: a, at: 1|1}}, {{name: a, at: 2|9}}]
tracks:
  v:
    {{stem: strings, {TONE}, sends: {{hal: -6}},
     automation: {{gian_db: [[1|1, 0]], pan: [[1|1, 4]]}}}}
  w: {{instrument: no/such, midi: {{track: Violas}}}}
  x: {{instrument: {{plugin: NoSuchPlugin}}, midi: none.mid}}
  y: {{instrument: {{soundfont: none.sf2}}, effects: [{{revreb: {{}}}}]}}
  z: {{{TONE}, effects: [{{reverb: {{room: 1}}}}, {{reverb: {{room_size: 3}}}}], stem: Y}}
buses: {{hall: {{}}}}
stems: {{strigns: {{}}}}"""
    found = refused(tmp_path, text)
    wanted = [
        ("3:9", "is timecode, and there is no picture"),
        ("4:39", "two sections 'a'"),
        ("4:46", "2|9 does not exist"),
        ("7:58", "no bus 'hal'; did you mean 'hall'?"),
        ("8:28", "did you mean 'gain_db'?"),
        ("8:45", "-1 to 1; 4 is outside"),
        ("9:19", "there is no preset 'no/such'"),
        ("9:34", "there is no track 'Violas'"),
        ("10:19", "NoSuchPlugin"),
        ("10:49", "none.mid"),
        ("11:19", "none.sf2"),
        ("11:52", "did you mean 'reverb'?"),
        ("12:41", "'room'"),
        ("12:62", "0 to 1"),
        ("12:95", "one file on some disks"),
        ("14:18", "no track goes to the stem 'strigns'; did you mean 'strings'?"),
    ]
    for place, message in wanted:
        assert any(p.startswith(f"{place}: ") and message in p for p in found), (
            place,
            "\n".join(found),
        )
    assert len(found) == len(wanted)


def test_a_track_that_ends_hours_after_all_others_is_told(tmp_path: Path):
    """A stray event makes a render of hours; two tracks of much the same length do not."""
    tracks = "tracks: {a: {INSTRUMENT, midi: {track: a}}, b: {INSTRUMENT, midi: {track: b}}}"
    text = tracks.replace("INSTRUMENT", TONE)
    stray = [(0, 4, 60), (9000, 1, 60)]  # at 120 bpm: 1:15:00
    plan = planned(tmp_path, text, a=[(0, 4, 69)], b=stray)
    said = "b ends at 1:15:00, all other tracks by 0:02; if that is a stray event, delete it"
    assert [note.startswith(said) for note in plan.warnings] == [True]
    assert planned(tmp_path, text, a=[(0, 4, 69)], b=[(0, 40, 60)]).warnings == ()
    assert planned(tmp_path, f"length: 5s\n{text}", a=[(0, 4, 69)], b=stray).warnings == ()


def test_no_tracks_no_midi(tmp_path: Path):
    (tmp_path / "cue.yaml").write_text(f"hostkit: 1\ntracks: {{v: {{{TONE}}}}}")
    with pytest.raises(InvalidInput, match="it has no MIDI; add midi: FILE"):
        plan_session(tmp_path / "cue.yaml", Environment())


def test_an_empty_track_says_what_there_is(tmp_path: Path):
    (problem,) = refused(
        tmp_path, f"tracks: {{v: {{{TONE}, midi: {{track: b}}}}}}", a=[(0, 1, 60)], b=[]
    )
    assert "track 2 (b) has no notes; those with notes are 1 a" in problem


def test_a_truncated_file_is_repaired_and_told(tmp_path: Path):
    session = write_session(tmp_path / "cue.yaml", f"tracks: {{v: {{{TONE}}}}}", a=[(0, 1, 60)] * 9)
    score = tmp_path / "cue.mid"
    score.write_bytes(score.read_bytes()[:-7])
    made = plan_session(session, Environment())
    plan = made if isinstance(made, Plan) else made.plans[0]
    assert any("cue.mid" in warning for warning in plan.warnings)


FINGERPRINT_CHANGES = {
    "a note": {"a": [(0, 1, 61)]},
    "a tail": {"head": "tail: {for_ms: 400}"},
    "the rate": {"head": "sample_rate: 44100"},
    "the length": {"head": "length: 9|1"},
    "an effect": {"extra": ", effects: [{gain: {gain_db: -1}}]"},
}


@pytest.mark.parametrize("change", FINGERPRINT_CHANGES)
def test_what_changes_the_sound_changes_the_fingerprint(tmp_path: Path, change: str):
    before = one_track(tmp_path, a=[(0, 1, 60)])
    after = one_track(tmp_path, **{"a": [(0, 1, 60)], **FINGERPRINT_CHANGES[change]})
    assert after.fingerprint != before.fingerprint


@pytest.mark.parametrize(
    "change", [{"extra": ", gain_db: -3"}, {"extra": ", pan: 1"}, {"head": "title: Other"}]
)
def test_what_is_after_the_print_does_not(tmp_path: Path, change: dict):
    before = one_track(tmp_path, a=[(0, 1, 60)])
    assert one_track(tmp_path, a=[(0, 1, 60)], **change).fingerprint == before.fingerprint


def test_a_tempo_is_part_of_what_follows_it_and_of_nothing_else(tmp_path: Path, monkeypatch):
    """It changes after the last note, so that the notes themselves stay where they are."""
    later = {"head": "tempo: [{at: 1|1, bpm: 120}, {at: 9|1, bpm: 60}]", "a": [(0, 1, 60)]}
    before = one_track(tmp_path, a=[(0, 1, 60)])
    assert one_track(tmp_path, **later).fingerprint == before.fingerprint
    monkeypatch.setattr(ToneSpec, "follows_transport", True)
    followed = one_track(tmp_path, a=[(0, 1, 60)])
    assert one_track(tmp_path, **later).fingerprint != followed.fingerprint != before.fingerprint


def test_where_files_lie_does_not_matter(tmp_path: Path):
    for folder in ("here", "there"):
        (tmp_path / folder).mkdir()
    here = one_track(tmp_path / "here", a=[(0, 1, 60)])
    assert one_track(tmp_path / "there", a=[(0, 1, 60)]).fingerprint == here.fingerprint


def test_another_pedalboard_changes_only_what_it_plays(tmp_path: Path, monkeypatch):
    """Its version is that of a device it hosts: SoundFonts and our own effects have another."""

    def nodes(version: str) -> dict[str, AnyNode]:
        monkeypatch.setattr(Environment, "plugin_host", lambda _: f"pedalboard {version}")
        made = planned(tmp_path, text, **notes).nodes
        return {f"{node.kind} {node.name}": node for node in made}

    text = """\
master: [{bus_compressor: {}}]
tracks:
  a: {midi: {track: a}, instrument: {soundfont: gm, program: 0}}
  b: {midi: {track: b}, instrument: {soundfont: gm, program: 0}, effects: [{gain: {gain_db: 1}}]}
"""
    notes = {"a": [(0, 1, 60)], "b": [(0, 1, 62)]}
    before, after = nodes("1"), nodes("2")
    changed = {name for name in before if before[name].fingerprint != after[name].fingerprint}
    assert changed >= {"track b", "stem unmastered b"}
    assert not changed & {"track a", "stem unmastered a"}
    reasons = Reasons({"b": parts(before["track b"].plan)})
    assert reasons.differs(after["track b"]) == "pedalboard changed"


def test_problems_of_shape_and_of_names_are_told_together(tmp_path: Path):
    text = f"""\
gian: 1
tracks:
  v: {{stme: strings, {TONE}, sends: {{hal: -6}}, gain_db: loud}}
  w: {{instrument: no/such}}
  x: {{midi: none.mid}}
buses: {{hall: {{}}}}
stems: {{strings: {{}}}}"""
    found = refused(tmp_path, text)
    wanted = [
        ("3:1", "unknown key 'gian'"),
        ("5:7", "unknown key 'stme'"),
        ("5:59", "no bus 'hal'; did you mean 'hall'?"),
        ("5:73", "should be a number"),
        ("6:19", "there is no preset 'no/such'"),
        ("7:6", "the key 'instrument' is missing; add it, or audio:"),
    ]
    for (place, message), problem in zip(wanted, found, strict=True):
        assert problem.startswith(f"{place}: "), (place, problem)
        assert message in problem


def test_a_track_lost_with_the_end_of_the_file_says_that_it_is_damaged(tmp_path: Path):
    session = write_session(
        tmp_path / "cue.yaml",
        f"tracks: {{v: {{{TONE}, midi: {{track: b}}}}}}",
        a=[(0, 1, 60)] * 9,
        b=[(0, 1, 62)],
    )
    score = tmp_path / "cue.mid"
    score.write_bytes(score.read_bytes()[:60])
    with pytest.raises(InvalidInput, match=r"no track 'b'.*the file is damaged: .*export it again"):
        plan_session(session, Environment())


def test_a_rise_starts_before_its_hit(tmp_path: Path):
    hits = "hits: [{at: 2|1, name: y, rise_from: 3|1}, {at: 3|1, name: z, rise_from: 2|4}]"
    said = "1:38: the rise starts at 3|1, not before its hit at 2|1; let it start earlier"
    (problem,) = refused(tmp_path, f"{hits}\ntracks: {{v: {{{TONE}}}}}", a=[(0, 8, 60)])
    assert problem.partition(":")[2] == said.partition(":")[2]


def test_a_hit_long_after_the_music_is_told(tmp_path: Path):
    """Eight quarters at 120 bpm are four seconds; a hit where it rings on is meant."""
    hits = "hits: [{at: 500|1, name: y}, {at: 3|1, name: end}]"
    plan = planned(tmp_path, f"{hits}\ntracks: {{v: {{{TONE}}}}}", a=[(0, 8, 60)])
    assert plan.warnings == (
        "'y' lies after the end: the last note ends at 0:04; if that is not meant, "
        "correct the position",
    )
