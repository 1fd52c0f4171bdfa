"""Cut-downs, stings and loops: form, length and ending as asked, with everything in step."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from scores import RATE, write_session

from hostkit.errors import InvalidInput
from hostkit.pipeline import plan_session
from hostkit.plan.environment import Environment
from hostkit.plan.mixes.wanted import ALL_MIXES
from hostkit.plan.plan import Plan, SessionPlan
from hostkit.plan.reasons import Reasons, parts

BAR = 2 * RATE  # 4/4 at 120 bpm
TICKS = 480


def planned(tmp_path: Path, head: str, mixes: str, extra: str = "", **tracks) -> SessionPlan:
    names = tracks or {"a": None}
    lines = [f"  {n}: {{instrument: {{tone: {{}}}}, midi: {{track: {n}}}{extra}}}" for n in names]
    text = "\n".join([head, "tracks:", *lines, f"mixes: {{{mixes}}}"])
    session = write_session(tmp_path / "cue.yaml", text, **tracks)
    return plan_session(session, Environment(), ALL_MIXES)


def form(plan: SessionPlan, name: str) -> Plan:
    return next(p for p in plan.plans if p.form.name == name)


def notes(plan: Plan, track: int = 0) -> list[tuple[int, int, int]]:
    """Start and stop in frames, pitch."""
    events, open_notes, found = plan.tracks[track].plan.source.score.events(), {}, []
    for at, message in zip(events.samples.tolist(), events.messages, strict=True):
        if message[0] & 0xF0 == 0x90:
            open_notes[message[1]] = at
        elif message[0] & 0xF0 == 0x80:
            found.append((open_notes.pop(message[1]), at, message[1]))
    assert not open_notes
    return sorted(found)


SECTIONS = "sections: [{name: a, at: 1|1}, {name: b, at: 3|1}, {name: c, at: 5|1}]"
QUARTERS = [(beat, 1, 60 + beat) for beat in range(24)]  # six bars, a pitch each quarter


def test_the_form_is_the_one_asked_for(tmp_path: Path):
    plan = planned(tmp_path, SECTIONS, "x: {sections: [c, a]}", a=QUARTERS)
    cut = form(plan, "x")
    pitches = [pitch for _, _, pitch in notes(cut)]
    assert pitches == [*range(76, 84), *range(60, 68)]
    assert [start for start, _, _ in notes(cut)] == [beat * RATE // 2 for beat in range(16)]
    assert cut.form.sections == ("c", "a")
    assert [(m.name, m.frame) for m in cut.form.marks] == [("c", 0), ("a", 2 * BAR)]
    assert cut.frames is None


def test_thirty_seconds_are_1_440_000_frames(tmp_path: Path):
    """16 + 16 s of music at 120 bpm: 30 s take a shorter last section and a faster tempo."""
    head = "sections: [{name: intro, at: 1|1}, {name: mid, at: 9|1}, {name: end, at: 17|1}]"
    score = [(beat, 1, 48 + beat % 32) for beat in range(96)]
    plan = planned(tmp_path, head, "tv_30: {sections: [intro, end], length: 30s}", a=score)
    cut = form(plan, "tv_30")
    assert cut.frames == 1_440_000
    assert cut.form.sections == ("intro", "end")
    played = notes(cut)
    last = max(stop for _, stop, _ in played)
    assert cut.form.ending == last
    assert 0.2 <= (cut.frames - last) / RATE <= 1.5
    assert abs(cut.form.tempo_change_percent) <= 2
    # The last note ends on a bar line of the section it is in.
    beats = cut.tempo_map.beats_at_seconds(Fraction(last, RATE))
    assert cut.tempo_map.bar_beat_at(Fraction(round(float(beats) * 1000), 1000)).beat == 1
    # Intro whole, then the end from its start.
    assert [p for _, _, p in played[:33]] == [48 + b % 32 for b in (*range(32), 64)]


def test_a_complete_ending_is_kept_when_the_tempo_can_give_it(tmp_path: Path):
    """8 bars are 16 s; 17.4 s leave 1.4 s: nothing needs to change."""
    plan = planned(tmp_path, "", "x: {length: 17.4s}", a=[(b, 1, 60) for b in range(32)])
    cut = form(plan, "x")
    assert (cut.form.tempo_change_percent, cut.form.ending) == (0, 16 * RATE)
    plan = planned(tmp_path, "", "x: {length: 17.1s}", a=[(b, 1, 60) for b in range(32)])
    assert form(plan, "x").form.tempo_change_percent == pytest.approx(1.27, abs=0.01)


def test_without_sections_named_the_middle_is_left_out(tmp_path: Path):
    """Beginning and end stay: 96 s of four-bar phrases to 20 s."""
    score = [(beat, 1, 30 + beat // 16) for beat in range(192)]
    plan = planned(tmp_path, "", "x: {length: 20s}", a=score)
    pitches = [pitch for _, _, pitch in notes(form(plan, "x"))]
    assert pitches[0] == 30
    assert pitches[-1] == 41
    assert form(plan, "x").frames == 20 * RATE


def test_what_cannot_be_done_says_how_near_it_came(tmp_path: Path):
    """At 30 bpm a bar takes 8 s: endings lie at 8, 16, 24 s, and 21 s is near none."""
    head = "tempo: [{at: 1|1, bpm: 30}]\nsections: [{name: a, at: 1|1}]"
    mixes = "x: {sections: [a], length: 21s}, y: {sections: [a]}"
    short = planned(tmp_path, head, mixes, a=QUARTERS[:12])
    assert [plan.form.name for plan in short.plans] == ["whole", "y"]
    ((name, message),) = short.lacking
    assert name == "x"
    assert "21s cannot be had with the tempo changed by at most 2 %" in message
    assert "on the bar line of bar 4, the end of 'a', needs +15.4 %" in message
    assert "tempo_limit_percent: 15.4, ask for length: 25.3s" in message
    allowed = "x: {sections: [a], length: 21s, tempo_limit_percent: 15.4}"
    plan = planned(tmp_path, head, allowed, a=QUARTERS[:12])
    assert form(plan, "x").frames == 21 * RATE


def test_a_tempo_that_no_recipe_may_ask_for_is_no_cure(tmp_path: Path):
    """3 bars at 30 bpm are 24 s: for 60 s they would have to take twice as long."""
    head = "tempo: [{at: 1|1, bpm: 30}]\nsections: [{name: a, at: 1|1}]"
    short = planned(tmp_path, head, "x: {sections: [a], length: 60s}", a=QUARTERS[:12])
    ((_, message),) = short.lacking
    assert message.endswith("%; ask for length: 25.3s, or choose other sections")


@pytest.mark.parametrize(
    ("recipe", "message"),
    [
        ("sections: [a, d]", "there is no section 'd'; there are: a, b, c, late"),
        ("sections: []", "name at least one section"),
        ("sections: [a], length: 3|1", "3|1 is no length here; write seconds: 30s"),
        ("loop: {section: b}, sting: {section: b}", "loop and sting are forms of their own"),
        ("tempo_limit_percent: 1", "goes with length"),
    ],
)
def test_recipes_that_are_wrong(tmp_path: Path, recipe: str, message: str):
    late = ", {name: late, at: 6|3}, {name: silent, at: 7|1}]\nlength: 8|1"
    with pytest.raises(InvalidInput) as caught:
        planned(tmp_path, SECTIONS.replace("]", late), f"x: {{{recipe}}}", a=QUARTERS)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("recipe", "message"),
    [
        ("sections: [a, gone]", "ends at 8|1, and 'gone' begins at 9|1; give the session more"),
        ("sections: [late]", "begins at 6|3; to be cut out it has to begin on a bar line"),
        ("sections: [a], length: 1s", "a cut-down is longer than 1.5s"),
        ("loop: {section: silent}", "plays no note; choose another"),
        ("sting: {section: b, max: 1s}", "write max: 3s, or choose another section"),
    ],
)
def test_what_this_music_does_not_give_is_left_out(tmp_path: Path, recipe: str, message: str):
    late = ", {name: late, at: 6|3}, {name: silent, at: 7|1}, {name: gone, at: 9|1}]"
    late += "\nlength: 8|1"
    mixes = f"x: {{{recipe}}}, y: {{sections: [a]}}"
    plan = planned(tmp_path, SECTIONS.replace("]", late), mixes, a=QUARTERS)
    ((name, why),) = plan.lacking
    assert (name, message in why) == ("x", True), why
    assert [p.form.name for p in plan.plans] == ["whole", "y"]
    (note,) = plan.whole.warnings
    assert note.startswith("length: 8|1 ends the music before 'gone'; ")


def test_lengths_are_seconds_and_one_name_is_a_list(tmp_path: Path):
    """20 s written in four ways; a mute and sections by one name."""
    score = [(beat, 1, 30 + beat // 16) for beat in range(192)]
    mixes = "p: {length: 20}, q: {length: '0:20', mute: b}, "
    mixes += "r: {length: 20.0s, only: a, gain_db: {a: -1}}"
    plan = planned(tmp_path, "", mixes, a=score, b=score)
    assert form(plan, "p").frames == 20 * RATE
    assert [mix.name for mix in form(plan, "p").mixes] == ["p", "q", "r"]
    assert [len(mix.stems) for mix in form(plan, "p").mixes] == [2, 1, 1]


def test_a_track_of_a_form_says_which(tmp_path: Path):
    plan = planned(tmp_path, SECTIONS, "x: {sections: [a, c]}", a=QUARTERS)
    assert [track.name for track in plan.whole.tracks] == ["a"]
    (arranged_track,) = form(plan, "x").tracks
    assert (arranged_track.name, arranged_track.tracks) == ("a of x", ("a",))
    reasons = Reasons({"a": parts(plan.whole.tracks[0].plan)})
    assert reasons.made(arranged_track) == "notes changed"  # against the whole's
    (stem,) = form(plan, "x").stems
    assert reasons.made(stem.node) == "its mix changed"
    assert Reasons().made(stem.node) == "not rendered before"


def test_mixes_of_one_form_share_its_prints(tmp_path: Path):
    mixes = "x: {sections: [a]}, y: {like: x, mute: [b]}, z: {like: y, gain_db: {a: -3}}"
    plan = planned(tmp_path, SECTIONS, mixes, a=QUARTERS, b=QUARTERS)
    assert [p.form.name for p in plan.plans] == ["whole", "x"]
    assert [mix.name for mix in form(plan, "x").mixes] == ["x", "y", "z"]


def test_like_keeps_the_form_and_may_change_its_length(tmp_path: Path):
    mixes = "x: {sections: [a, c], length: 9s}, y: {like: x, length: 7.3s}"
    plan = planned(tmp_path, SECTIONS, mixes, a=QUARTERS)
    assert form(plan, "y").form.sections == ("a", "c")
    assert form(plan, "y").frames == round(7.3 * RATE)


@pytest.mark.parametrize("rings", [0, 3, 5])
def test_a_cut_ends_where_it_rings_out(tmp_path: Path, rings: int):
    """What rings for 3 or 5 s ends so much before the end, and at most a second earlier."""

    def hear(probe: Plan) -> dict[str, int]:
        assert probe.frames is None
        (track,) = probe.tracks
        for_frames = probe.stems[0].plan.tail.for_frames  # how long it listens to silence
        return {"a": track.plan.source.end + rings * RATE + for_frames}

    text = "tracks: {a: {instrument: {tone: {}}, midi: {track: a}}}\nmixes: {x: {length: 21s}}"
    session = write_session(tmp_path / "cue.yaml", text, a=[(b, 1, 60) for b in range(64)])
    cut = form(plan_session(session, Environment(), ALL_MIXES, hear), "x")
    assert cut.form.ending is not None
    rest = 21 - cut.form.ending / RATE
    assert max(rings, 0.2) - 0.001 <= rest <= max(rings + 1, 1.5) + 0.001


def test_what_rings_longest_decides_not_what_ends_last(tmp_path: Path):
    """The pad ends a bar before the clicks and rings 6 s: they ring out 4 s after their last."""

    def hear(probe: Plan) -> dict[str, int]:
        for_frames = probe.stems[0].plan.tail.for_frames
        ends = {track.tracks[0]: track.plan.source.end for track in probe.tracks}
        rings = {"pad": 6 * RATE, "clicks": 0}
        return {name: end + rings[name] + for_frames for name, end in ends.items()}

    tracks = "\n".join(
        f"  {name}: {{instrument: {{tone: {{}}}}, midi: {{track: {name}}}}}"
        for name in ("pad", "clicks")
    )
    head = "sections: [{name: a, at: 1|1}, {name: b, at: 5|1}]\n"
    text = f"{head}tracks:\n{tracks}\nmixes: {{x: {{sections: [a, b], length: 20s}}}}"
    score = {"pad": [(0, 28, 48)], "clicks": [(b, 1, 60) for b in range(32)]}
    session = write_session(tmp_path / "cue.yaml", text, **score)
    cut = form(plan_session(session, Environment(), ALL_MIXES, hear), "x")
    assert cut.form.ending is not None
    speed = 1 + cut.form.tempo_change_percent / 100
    assert cut.form.ending / RATE == pytest.approx(16 / speed, abs=0.001)  # complete, 14 s + 6 s
    assert 20 - 14 / speed >= 6 - 0.25


def test_where_nothing_rings_out_the_last_notes_end_early(tmp_path: Path):
    """The last chord of 2 s rings 4 s: it ends as early as it takes, at half at most.

    A sting has its last bar alone, though two would fit. The clicks stay.
    """

    def hear(probe: Plan) -> dict[str, int]:
        for_frames = probe.stems[0].plan.tail.for_frames
        ends = {track.tracks[0]: track.plan.source.end for track in probe.tracks}
        rings = {"pad": 4 * RATE, "clicks": 0}
        return {name: end + rings[name] + for_frames for name, end in ends.items()}

    tracks = "\n".join(
        f"  {name}: {{instrument: {{tone: {{}}}}, midi: {{track: {name}}}}}"
        for name in ("pad", "clicks")
    )
    lengths = {"enough": 8, "half_a_second": 7.5, "two_seconds": 6}
    cuts = "\n".join(
        f"  {name}: {{sections: [a], length: {seconds}s, tempo_limit_percent: 0}}"
        for name, seconds in lengths.items()
    )
    text = (
        f"sections: [{{name: a, at: 1|1}}]\ntracks:\n{tracks}\nmixes:\n{cuts}\n"
        "  sting: {sting: {section: a, max: 5s}}\n"
    )
    score = {"pad": [(0, 4, 48), (4, 4, 52)], "clicks": [(b, 1, 60) for b in range(6)]}
    session = write_session(tmp_path / "cue.yaml", text, **score)
    plan = plan_session(session, Environment(), ALL_MIXES, hear)
    forms = {p.form.name: p for p in plan.plans}
    ends = {name: notes(forms[name])[-1][1] / RATE for name in (*lengths, "sting")}
    # They fall on ticks, of a millisecond.
    assert ends == pytest.approx(
        {"enough": 4, "half_a_second": 3.5, "two_seconds": 3, "sting": 1}, abs=2e-3
    )
    early = {name: forms[name].form.early_seconds for name in ends}
    assert early == pytest.approx(
        {"enough": 0, "half_a_second": 0.5, "two_seconds": 1, "sting": 1}, abs=2e-3
    )
    assert [stop for _, stop, _ in notes(forms["two_seconds"], 1)][-1] == 3 * RATE
    told = [w.partition(":")[0] for w in plan.warnings if "its last notes end" in w]
    assert told == ["mix 'half_a_second'", "mix 'two_seconds'", "mix 'sting'"]


def test_a_loop_is_whole_bars_and_says_so(tmp_path: Path):
    head = "tempo: [{at: 1|1, bpm: 90, meter: 3/4}]\n" + SECTIONS
    loop = form(planned(tmp_path, head, "x: {loop: {section: b}}", a=QUARTERS), "x")
    facts = loop.form.loop
    assert facts is not None
    assert (facts.section, facts.bars, facts.bpm, facts.meter) == ("b", 2, 90, "3/4")
    assert loop.frames == 4 * RATE
    assert loop.tracks[0].plan.frames is None  # it rings out, and is folded


@pytest.mark.parametrize("bars", [2, 3])
def test_a_loop_over_a_ramp_says_that_its_tempo_jumps(tmp_path: Path, bars: int):
    """From 100 to 140 bpm evenly in beats; its name has the mean: beats by time."""
    head = (
        "tempo: [{at: 1|1, bpm: 100, meter: 4/4, ramp_to: 140, until: 3|1, curve: beats}]\n"
        f"sections: [{{name: a, at: 1|1}}, {{name: b, at: {bars}|1}}]"
    )
    plan = planned(tmp_path, head, "x: {loop: {section: a}}, y: {loop: {section: b}}", a=QUARTERS)
    loop = form(plan, "x")
    assert loop.form.loop is not None
    last = 100 + 40 * min(1, (bars - 1) / 2)
    mean = (last - 100) / np.log(last / 100)
    assert loop.form.loop.bpm == pytest.approx(mean, abs=0.01)
    assert loop.frames == pytest.approx((bars - 1) * 4 * 60 / mean * RATE, abs=1)
    warned = [text for text in plan.warnings if "the tempo jumps" in text]
    assert f"mix 'x': it begins at 100 bpm and ends at {last:g}" in warned[0]
    assert len(warned) == (2 if bars == 2 else 1)  # where b begins in the ramp it jumps too


def test_a_sting_is_the_end_of_its_section(tmp_path: Path):
    """Two bars of 4 s would fit into 5.5 s with a second to ring, but not into 4.5 s."""
    plan = planned(
        tmp_path,
        SECTIONS,
        "x: {sting: {section: c, max: 5s}}, y: {sting: {section: c, max: 4.1s}}",
        a=QUARTERS,
    )
    assert [p for _, _, p in notes(form(plan, "x"))] == list(range(76, 84))
    assert [p for _, _, p in notes(form(plan, "y"))] == list(range(80, 84))
    assert form(plan, "y").form.ending == BAR
