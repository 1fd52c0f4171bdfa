"""Profiles: the shipped ones, the user's own, what they refuse and what sessions lack."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from commands import hostkit
from scores import write_session

from hostkit.audio.files.bwf import LoopPoints
from hostkit.audio.files.wav_reader import read_header
from hostkit.delivery.names.naming import NamingError
from hostkit.delivery.profiles.load import SHIPPED, load_profile, profile_files
from hostkit.delivery.verifying.verify import verify
from hostkit.errors import InvalidInput, RequestError
from hostkit.jobs.executors import LocalExecutor
from hostkit.pipeline import order_session, plan_order
from hostkit.plan.environment import Environment


@pytest.mark.parametrize("name", sorted(path.stem for path in SHIPPED.glob("*.yaml")))
def test_shipped_profiles_are_valid_and_say_what_they_are(name: str):
    assert load_profile(name).about


def test_the_promised_profiles_are_there():
    promised = {"film-score", "production-library", "trailer", "game-audio", "broadcast-r128"}
    assert promised <= set(profile_files())


def test_an_unknown_name_suggests_the_nearest():
    with pytest.raises(RequestError, match="did you mean 'film-score'"):
        load_profile("film-scroe")


def test_a_users_own_profile_on_top_of_a_shipped_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("HOSTKIT_PROFILES", str(tmp_path))
    (tmp_path / "film-score.yaml").write_text(
        "hostkit_profile: 1\nextends: film-score\npre_roll_s: 10\n"
    )
    own = load_profile("film-score")
    assert own.pre_roll_s == 10
    assert own.pop == load_profile(str(SHIPPED / "film-score.yaml")).pop


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("names: {stem: '../{part}'}", "leaves the folder"),
        ("names: {mix: '{nonsense}'}", "is no field"),
        ("pop: {before_s: 2}", "needs as much pre_roll_s"),
        ("container: flac\nformat: float32", "FLAC holds"),
        ("stmes: {count: 6}", "did you mean 'stems'"),
        ("true_peak_dbtp: loud", "number"),
        ("extends: nothing-such", r"own\.yaml:2:10: there is no profile"),
    ],
)
def test_what_is_wrong_with_a_profile_is_told_at_its_place(tmp_path: Path, text: str, said: str):
    path = tmp_path / "own.yaml"
    path.write_text(f"hostkit_profile: 1\n{text}\n")
    with pytest.raises(RequestError, match=said):
        load_profile(str(path))


@pytest.mark.parametrize("base", ["hello", "[a]"])
def test_a_profile_builds_on_a_map(tmp_path: Path, base: str):
    (tmp_path / "base.yaml").write_text(f"{base}\n")
    (tmp_path / "own.yaml").write_text(f"hostkit_profile: 1\nextends: {tmp_path / 'base.yaml'}\n")
    with pytest.raises(InvalidInput, match=r"base\.yaml:1:1: a profile is a map of keys"):
        load_profile(str(tmp_path / "own.yaml"))


def test_a_broken_profile_hides_no_other_in_the_list(tmp_path: Path):
    (tmp_path / "own.yaml").write_text("hostkit_profile: 1\nextends: nothing-such\n")
    ran = hostkit("profile", "list", cache=tmp_path / "cache", HOSTKIT_PROFILES=str(tmp_path))
    assert (ran.code, "film-score" in ran.out) == (0, True)
    assert f"{tmp_path / 'own.yaml'}:2:10: there is no profile 'nothing-such'" in ran.err


def test_everything_a_profile_needs_is_asked_for_at_once(tmp_path: Path):
    session = write_session(
        tmp_path / "cue.yaml", "sample_rate: 44100\ntracks: {a: {instrument: {tone: {}}}}\n"
    )
    with pytest.raises(InvalidInput) as caught:
        order_session(session, Environment(), "film-score")
    told = str(caught.value)
    for need in ("picture: {frame_rate", "cue: 1m01", "title:", "sample_rate: 48000"):
        assert need in told


def test_what_is_left_out_is_said_and_the_rest_is_planned(cue: Path):
    order = order_session(cue, Environment(), "production-library")
    plan = plan_order(order, Environment(), None)
    lacking = dict(plan.lacking)
    assert "tagged 'drums'" in lacking["no_drums"]
    assert "cut_60" in lacking
    made = {mix.name for form in plan.plans for mix in form.mixes}
    assert {"full", "underscore", "loop_intro"} <= made
    assert not made & set(lacking)


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ("count: 6", "has 6 stems; the session makes 2 (bass, lead); name more stems"),
        ("count: 1", "has 1 stem; the session makes 2 (bass, lead); put tracks"),
        ("at_least: 3", "has at least 3 stems"),
        ("at_most: 1", "has at most 1 stem;"),
        ("at_least: 4, at_most: 8", "has 4 to 8 stems"),
        ("count: 2", ""),
        ("at_least: 2, at_most: 2", ""),
    ],
)
def test_another_number_of_stems_fails(
    wanted: str, said: str, cue: Path, delivered, executor: LocalExecutor
):
    own = cue.parent / "own.yaml"
    own.write_text(f"hostkit_profile: 1\nstems: {{{wanted}}}\n")
    made = delivered(cue, str(own), ())
    for certificate in (made.certificate, verify(made.folder, executor)):
        found = [f for f in certificate.findings if f.check == "number of stems"]
        assert certificate.verdict == ("fail" if said else "pass")
        assert [f.verdict for f in found] == ["fail"] * bool(said)
        assert all(said in f.text for f in found)
    assert (made.order.stem_count_fault is None) == (not said)


def test_no_number_of_stems_is_between(tmp_path: Path):
    own = tmp_path / "own.yaml"
    own.write_text("hostkit_profile: 1\nstems: {at_least: 9, at_most: 4}\n")
    with pytest.raises(InvalidInput, match="at most 4 stems and at least 9 cannot both be"):
        load_profile(str(own))


def test_names_that_meet_are_refused(cue: Path, tmp_path: Path):
    own = tmp_path / "own.yaml"
    own.write_text('hostkit_profile: 1\nnames: {stem: "x", mix: "y_{part}"}\n')
    order = order_session(cue, Environment(), str(own))
    from hostkit.delivery.names.layout import wanted_files

    plan = plan_order(order, Environment(), ())
    with pytest.raises(NamingError, match=r"the stem bass and the stem lead would both be x\.wav"):
        wanted_files(plan, order, {"whole": 1})


def test_loops_for_an_engine_have_layers_loop_points_and_no_twins(cue: Path, delivered):
    """The session's own loop of a section is that section's loop: it is delivered once."""
    theme = "theme: {loop: {section: intro}}, loud_bass: {"
    cue.write_text(cue.read_text().replace("loud_bass: {", theme))
    done = delivered(cue, "game-audio")
    manifest = done.manifest
    assert {"theme", "loop_end"} <= set(manifest.mixes)
    assert "loop_intro" not in manifest.mixes
    assert {"bass@theme", "lead@theme", "bass@loop_end"} <= set(manifest.stems)
    order = order_session(cue, Environment(), "game-audio")
    asked = plan_order(order, Environment(), ("loop_intro",))  # by name it is made
    assert [form.form.name for form in asked.plans] == ["whole", "loop_intro"]
    for entry in manifest.files:
        metadata = read_header(done.folder / entry.path).metadata
        loops = manifest.forms[entry.form].kind == "loop"
        assert metadata is not None
        assert metadata.loop == (LoopPoints(0, entry.measures.frames) if loops else None)
    assert len({entry.sha256 for entry in manifest.files}) == len(manifest.files)


def test_what_is_no_profile_is_called_by_its_kind(tmp_path: Path):
    os.mkfifo(tmp_path / "ff")
    for path, kind in ((tmp_path / "ff", "a pipe"), (tmp_path, "a folder"), ("/dev/zero", "a dev")):
        with pytest.raises(RequestError, match=f"called so here is {kind}") as refused:
            load_profile(str(path))
        assert refused.value.problems[0].cure.endswith("a file ending in .yaml")
