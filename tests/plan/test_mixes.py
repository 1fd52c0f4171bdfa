"""Mix recipes: what sounds in each mix, which stems it is a sum of, and what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scores import write_session

from hostkit.devices.spec import Lane
from hostkit.errors import InvalidInput, RequestError
from hostkit.pipeline import plan_session
from hostkit.plan.environment import Environment
from hostkit.plan.mixes.kinds import KINDS, TAGS
from hostkit.plan.mixes.recipes import Recipes
from hostkit.plan.mixes.wanted import ALL_MIXES, FULL_ONLY, MixRequest
from hostkit.plan.nodes.stems import StemPlan
from hostkit.plan.plan import SessionPlan
from hostkit.session.model.mixes import MixRecipe
from hostkit.session.model.session import Session

TRACKS = """\
tracks:
  violins: {instrument: {tone: {}}, stem: strings, tags: [melody]}
  celli: {instrument: {tone: {}}, stem: strings}
  choir: {instrument: {tone: {}}, tags: [vocals]}
  sub: {instrument: {tone: {}}, tags: [bass]}
  taikos: {instrument: {tone: {}}, stem: perc, tags: [drums]}
  riser: {instrument: {tone: {}}, stem: perc, tags: [fx]}
"""


def planned(tmp_path: Path, mixes: str = "", request: MixRequest = ALL_MIXES) -> SessionPlan:
    text = f"{TRACKS}mixes: {mixes or '{}'}"
    return plan_session(write_session(tmp_path / "cue.yaml", text), Environment(), request)


def refused(tmp_path: Path, mixes: str, request: MixRequest = ALL_MIXES) -> list[str]:
    with pytest.raises(InvalidInput) as caught:
        planned(tmp_path, mixes, request)
    return [str(problem).split("cue.yaml:")[1] for problem in caught.value.problems]


def sounding(plan: SessionPlan, mix: str) -> dict[str, list[str]]:
    """The tracks of each stem of a mix."""
    (found,) = [m for m in plan.whole.mixes if m.name == mix]
    stems = plan.whole.stems_by_name
    return {name: list(stems[name].tracks) for name in found.stems}


WHOLE = {
    "strings": ["violins", "celli"],
    "choir": ["choir"],
    "sub": ["sub"],
    "perc": ["taikos", "riser"],
}
STANDARD = {
    "full": WHOLE,
    "instrumental": {k: v for k, v in WHOLE.items() if k != "choir"},
    "underscore": {"strings@underscore": ["celli"], "sub": ["sub"], "perc": WHOLE["perc"]},
    "no_drums": {**WHOLE, "perc": None, "perc@no_drums": ["riser"]},
    "drums_only": {"perc@drums_only": ["taikos"]},
    "drums_and_bass": {"sub": ["sub"], "perc@drums_only": ["taikos"]},
    "no_bass": {k: v for k, v in WHOLE.items() if k != "sub"},
    "no_vocals": {k: v for k, v in WHOLE.items() if k != "choir"},
    "bed": {"strings@underscore": ["celli"], "sub": ["sub"], "perc@drums_only": ["taikos"]},
    "melody_only": {"strings@melody_only": ["violins"]},
    "click": {"click@click": []},
}


def test_levels_under_a_standard_name_keep_its_meaning(tmp_path: Path):
    """Only what says which tracks sound takes its place, and that is noted."""
    plan = planned(tmp_path, "{no_drums: {gain_db: {sub: -3}}, no_bass: {mute: [choir]}}")
    assert [track for names in sounding(plan, "no_drums").values() for track in names] == [
        "violins",
        "celli",
        "choir",
        "sub",
        "riser",
    ]
    assert "choir" not in sounding(plan, "no_bass")
    assert "sub" in sounding(plan, "no_bass")
    (note,) = [text for text in plan.warnings if "in place of what" in text]
    assert note.startswith("mix 'no_bass': its mute in place of")


def test_every_standard_kind_by_its_tags(tmp_path: Path):
    plan = planned(tmp_path, f"[{', '.join(KINDS)}]")
    assert [mix.name for mix in plan.whole.mixes] == list(KINDS)
    assert set(STANDARD) == set(KINDS)
    for name, stems in STANDARD.items():
        wanted = {stem: tracks for stem, tracks in stems.items() if tracks is not None}
        assert sounding(plan, name) == wanted, name


def test_an_empty_recipe_under_a_standard_name_is_that_kind(tmp_path: Path):
    plan = planned(tmp_path, "{drums_only: {}, no_bass: {stems: true}, bed: {mute: [strings]}}")
    assert sounding(plan, "drums_only") == {"perc@drums_only": ["taikos"]}
    assert sounding(plan, "no_bass") == STANDARD["no_bass"]
    assert "choir" in sounding(plan, "bed")  # a recipe of its own
    written = {mix.name: mix.write_stems for mix in plan.whole.mixes}
    assert written == {"full": True, "drums_only": False, "no_bass": True, "bed": False}


def test_a_stem_of_the_same_tracks_is_one_stem(tmp_path: Path):
    """Twelve mixes of these tracks need nine stems, each made once."""
    plan = planned(tmp_path, f"[{', '.join(KINDS)}]").whole
    assert len(plan.stems) == len({stem.fingerprint for stem in plan.stems}) == 9
    assert sum(node.kind == "stem" for node in plan.nodes) == 9


def test_names_of_tracks_stems_and_tags(tmp_path: Path):
    plan = planned(
        tmp_path,
        "{a: {mute: [celli, perc]}, b: {only: [strings, bass]}, c: {like: b, mute: [bass]}}",
    )
    assert sounding(plan, "a") == {"strings@a": ["violins"], "choir": ["choir"], "sub": ["sub"]}
    assert sounding(plan, "b") == {"strings": WHOLE["strings"], "sub": ["sub"]}
    assert sounding(plan, "c") == {"strings": WHOLE["strings"]}


def test_gain_on_a_whole_stem_is_a_stem_gain_and_on_a_track_the_tracks(tmp_path: Path):
    mixes = "{a: {gain_db: {strings: -3}}, b: {gain_db: {strings: -3, melody: -2}}}"
    plan = planned(tmp_path, mixes).whole
    a, b = plan.stems_by_name["strings@a"].plan, plan.stems_by_name["strings@b"].plan
    assert isinstance(a, StemPlan)
    assert isinstance(b, StemPlan)
    assert (a.gain_db, [channel.gain_db for channel in a.channels]) == (-3, [0, 0])
    assert (b.gain_db, [channel.gain_db for channel in b.channels]) == (0, [-5, -3])


def test_gain_moves_a_lane(tmp_path: Path):
    automated = (
        "{instrument: {tone: {}}, stem: strings, automation: {gain_db: [[1|1, -6], [2|1, 0]]}}"
    )
    text = f"tracks: {{a: {automated}, b: {{instrument: {{tone: {{}}}}, stem: strings}}}}"
    text += "\nmixes: {x: {gain_db: {a: -3}}}"
    session = write_session(tmp_path / "cue.yaml", text)
    plan = plan_session(session, Environment(), ALL_MIXES).whole.stems_by_name["strings@x"].plan
    assert isinstance(plan, StemPlan)
    assert plan.channels[0].gain_db == Lane("gain_db", ((0, -9.0), (96_000, -3.0)))


def test_everything_wrong_with_recipes_at_its_place(tmp_path: Path):
    mixes = """
  typo: {mute: [strigns]}
  silent: {only: [sub], mute: [bass]}
  one: {like: two}
  two: {like: one}
  lone: {like: lone}
  lost: {like: instrumentl}
  twin_a: {mute: [drums]}
  twin_b: {only: [strings, choir, sub, riser]}
  louder: {gain_db: {violinz: 3}}
  full: {mute: [drums]}
  both: {loop: {section: a}, sting: {section: a}}"""
    found = refused(tmp_path, mixes)
    wanted = [
        ("11:17", "there is no track, stem or tag 'strigns'; did you mean 'strings'?"),
        ("12:11", "nothing is left to sound"),
        ("14:15", "like each other: one → two → one"),
        ("15:16", "like each other: lone → lone"),
        ("16:16", "there is no mix 'instrumentl'; did you mean 'instrumental'?"),
        ("18:11", "it is the same as 'twin_a'; take one of them out"),
        ("19:31", "did you mean 'violins'?"),
        ("20:9", "full is everything"),
    ]
    for place, message in wanted:
        assert any(p.startswith(f"{place}: ") and message in p for p in found), "\n".join(found)


def test_a_missing_tag_is_named_with_the_cure(tmp_path: Path):
    text = "tracks: {v: {instrument: {tone: {}}}}\nmixes: [full, no_drums, drums_and_bass]"
    session = write_session(tmp_path / "cue.yaml", text)
    with pytest.raises(InvalidInput) as caught:
        plan_session(session, Environment(), ALL_MIXES)
    places = [(p.line, p.column) for p in caught.value.problems]
    assert places == [(4, 15), (4, 25), (4, 25)]
    assert "no track is tagged 'drums'; add tags: [drums]" in str(caught.value)


def test_only_what_was_asked_for_is_planned(tmp_path: Path):
    mixes = "{a: {mute: [perc]}, b: {mute: [sub]}}"
    names = [mix.name for mix in planned(tmp_path, mixes, FULL_ONLY).whole.mixes]
    assert names == ["full"]
    plan = planned(tmp_path, mixes, MixRequest(("b", "no_drums")))
    assert [mix.name for mix in plan.whole.mixes] == ["full", "b", "no_drums"]
    with pytest.raises(RequestError, match="no mix 'no_drms'; did you mean 'no_drums'"):
        planned(tmp_path, mixes, MixRequest(("no_drms",)))


def test_a_profiles_mixes_that_do_not_fit_are_told_not_refused(tmp_path: Path):
    recipes = {"dry": MixRecipe(mute=["hall"]), "bed": MixRecipe(), "a": MixRecipe()}
    plan = planned(tmp_path, "{a: {mute: [perc]}}", MixRequest(None, recipes))
    assert [mix.name for mix in plan.whole.mixes] == ["full", "bed", "a"]
    assert sounding(plan, "a") == {k: v for k, v in WHOLE.items() if k != "perc"}
    assert [name for name, _ in plan.lacking] == ["dry"]
    assert "there is no track, stem or tag 'hall'" in plan.lacking[0][1]


def test_standard_kinds_that_come_out_the_same_are_told(tmp_path: Path):
    plan = planned(tmp_path, "[instrumental, no_vocals]")
    assert plan.warnings == ("mix 'no_vocals': it is the same as 'instrumental'",)


# Property: whatever a recipe says, a mix is what set arithmetic on its tracks gives.

NAMES = st.sampled_from(["t0", "t1", "t2", "t3", "t4", "s0", "s1", *TAGS])


@st.composite
def sessions(draw: st.DrawFn) -> Session:
    tracks = {}
    for index in range(5):
        tags = draw(st.lists(st.sampled_from(sorted(TAGS)), unique=True, max_size=2))
        stem = draw(st.sampled_from(["s0", "s1"]))
        tracks[f"t{index}"] = {"instrument": {"tone": {}}, "tags": tags, "stem": stem}
    return Session.model_validate({"hostkit": 1, "tracks": tracks})


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(sessions(), st.lists(NAMES, max_size=3), st.lists(NAMES, max_size=3), st.data())
def test_recipes_are_set_arithmetic(session: Session, only, mute, data):
    gains = data.draw(st.dictionaries(NAMES, st.integers(-12, 6).map(float), max_size=3))
    recipe = MixRecipe(only=only, mute=mute, gain_db=gains)

    def tracks(name: str) -> set[str]:
        return {
            track
            for track, plan in session.tracks.items()
            if name in (track, plan.stem) or name in plan.tags
        }

    recipes = Recipes(session, {"x": recipe, "y": MixRecipe(like="x")})
    x, y = recipes.get("x"), recipes.get("y")
    if any(not tracks(name) for name in (*only, *mute, *gains)):
        assert x is None
        assert y is None
        return
    left = set().union(*map(tracks, only)) if only else set(session.tracks)
    left -= set().union(*map(tracks, mute))
    if not left:
        assert x is None
        return
    assert x is not None
    assert y is not None
    assert set(x.gains) == left
    assert x.gains == y.gains
    for track, gain_db in x.gains.items():
        assert gain_db == sum(g for name, g in gains.items() if track in tracks(name))


@pytest.mark.parametrize("mixes", ["[full, undrscore]", "{undrscore: {}}"])
def test_a_misspelt_standard_mix_is_not_delivered_as_the_full_one(tmp_path: Path, mixes: str):
    with pytest.raises(
        InvalidInput, match="no standard mix is called so; did you mean 'underscore'"
    ):
        planned(tmp_path, mixes)


def test_a_mix_without_a_recipe_is_told_once_and_how_to_give_it_one(tmp_path: Path):
    with pytest.raises(InvalidInput) as caught:
        planned(tmp_path, "[full, cut_30]")
    (problem,) = caught.value.problems
    assert problem.message.endswith("it has no recipe, and no standard mix is called so")
    assert problem.cure == "write mixes: {full: {}, cut_30: {length: 30s}} to give it one"
