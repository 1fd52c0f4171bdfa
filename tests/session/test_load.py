"""Loading sessions: every problem at its place, and nothing lost on the way to text and back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import session_strategies as strategies
from hypothesis import HealthCheck, example, given, settings
from written import session_text

from hostkit.errors import InvalidInput
from hostkit.session.load import SessionText, load_session, validate
from hostkit.session.model.mixes import MixRecipe
from hostkit.session.reading.valid_rest import what_is_valid
from hostkit.session.suggest import MOST_SUGGESTED
from hostkit.session.yaml_tree import Tree, parse_yaml

TRACK = "tracks: {v: {instrument: {soundfont: gm}}}\n"


def problems(text: str) -> list[str]:
    with pytest.raises(InvalidInput) as caught:
        validate(parse_yaml(text, "b.yaml"))
    return [str(problem) for problem in caught.value.problems]


def session(text: str):
    return validate(parse_yaml(text, "cue.yaml"))


def test_only_the_first_of_many_problems_get_a_suggestion():
    """Each is compared with all known names: a file of nothing else took minutes."""
    keys = "".join(f"temp{number}: 1\n" for number in range(MOST_SUGGESTED + 9))
    told = problems("hostkit: 1\n" + TRACK + keys)
    assert all("did you mean 'tempo'" in text for text in told[:MOST_SUGGESTED])
    assert len(told) > MOST_SUGGESTED + 8
    assert not any("did you mean" in text for text in told[MOST_SUGGESTED:])


@example({"hostkit": 1, "tracks": {"a": {"instrument": {"plugin": "?Õ"}}}})
@given(strategies.sessions)
@settings(max_examples=75, suppress_health_check=[HealthCheck.too_slow])
def test_a_session_survives_writing_and_loading(data: dict[str, Any]):
    tree = Tree(data, values={(): None})  # type: ignore[dict-item]  # no places are asked for
    written = validate(tree)
    assert session(session_text(written)) == written


def test_all_errors_at_once_each_at_its_place():
    text = """\
hostkit: 1
gian: 3
picture: {frame_rate: 23.9, start: 1}
tempo: [{at: 1|1, bpm: 9200}, {at: foo}]
tracks:
  a b/: {instrument: {soundfont: gm, program: 200}}
  v:
    instrument: {plugn: Nekobi}
    efects: []
    effects:
      - highpass_filter: {cutoff: [1]}
      - {plugin: X, params: 3}
      - {a: 1, b: 2}
    gain_db: loud
    midi: {chanel: 3}
    automation: {gain_db: [[9|1, -3, 4], [x|y, 2]]}
  w: {}
mixes: 3
"""
    found = problems(text)
    expected = [
        ("2:1", "unknown key 'gian'"),
        ("3:23", "'23.9' is not a frame rate"),
        ("4:24", "less than or equal to 999; it is 9200"),
        ("4:36", "'foo' is not a position"),
        ("6:3", "characters that cannot be part of a file name"),
        ("6:47", "'program' should be less than or equal to 127; it is 200"),
        ("8:17", "an instrument is {soundfont: gm, program: 48}"),
        ("9:5", "unknown key 'efects'; did you mean 'effects'?"),
        ("11:35", "a parameter's value is a number, true, false or text"),
        ("12:29", "'params' should be a map; it is 3"),
        ("13:9", "an effect is one of {plugin: NAME}"),
        ("14:14", "'gain_db' should be a number; it is 'loud'"),
        ("15:12", "unknown key 'chanel'; did you mean 'channel'?"),
        ("16:28", "at most 2 items"),
        ("16:43", "'x|y' is not a position"),
        ("17:6", "the key 'instrument' is missing; add it, or audio:"),
        ("18:8", "mixes are a list of standard names or a map"),
    ]
    assert len(found) == len(expected), found
    for (place, message), text in zip(expected, found, strict=True):
        assert text.startswith(f"b.yaml:{place}: "), (place, text)
        assert message in text


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("hostkit: 2\n" + TRACK, "should be 1"),
        ("hostkit: 1\n", "'tracks' is missing"),
        ("hostkit: 1\ntracks: {}\n", "at least 1 item"),
        ("hostkit: 1\ntempo: []\n" + TRACK, "at least 1 item"),
        ("hostkit: 1\ntempo: [{at: 1|1}]\n" + TRACK, "needs bpm, meter or both"),
        ("hostkit: 1\ntempo: [{at: 1|1, bpm: 90, ramp_to: 99}]\n" + TRACK, "belong together"),
        ("hostkit: 1\ntempo: [{at: 1|1, bpm: 90, curve: time}]\n" + TRACK, "curve is how a ramp"),
        ("hostkit: 1\nsample_rate: 48\n" + TRACK, "greater than or equal to 8000"),
        ("hostkit: 1\ntail: {below_db: .nan}\n" + TRACK, "finite"),
        ("- a\n- b\n", "a session is a map of keys"),
        ("hostkit: 1\nmixes: {x: 3}\n" + TRACK, "'x' should be a map; it is 3"),
        ("hostkit: 1\nmixes: {x: true}\n" + TRACK, "'x' should be a map; it is true"),
        ("hostkit: 1\ntail: {below_db: -.inf}\n" + TRACK, "; it is -.inf"),
        (
            "hostkit: 1\nmixes: {x: {loop: b}}\n" + TRACK,
            "'loop' is a map; write loop: {section: b}",
        ),
        (
            "hostkit: 1\nmixes: [full, {cut_30: {length: 30s}}]\n" + TRACK,
            "2:15: mixes are a list of standard names or a map of name: recipe; write mixes: [",
        ),
        ("hostkit: 1\nmixes: [full]\n  cut_30: {}\n", "3:3: is not YAML here: mixes are a list"),
        ("hostkit: 1\nmixes:\n  - full\n  cut_30: {}\n", "4:3: is not YAML here: mixes are a"),
        (
            "hostkit: 1\ntracks: {v: {instrument: {tone: {}}, stem: a/b}}",
            "'stem' has characters that are not allowed here; it is 'a/b'; write letters from",
        ),
        ("hostkit: 1\ntracks: {v: {instrument: 3}}", "an instrument is"),
        ("hostkit: 1\ntracks: {v: {instrument: {plugin: ../evil}}}", "the plug-in's name, no path"),
        ("hostkit: 1\ntracks: {v: {instrument: ../evil}}", "write a preset's name, as strings/"),
    ],
)
def test_refusals(text: str, message: str):
    assert any(message in problem for problem in problems(text)), problems(text)


def test_a_recipe_may_be_left_empty():
    read = session("hostkit: 1\nmixes:\n  full:\n  underscore:\n" + TRACK).mixes
    assert read == {"full": MixRecipe(), "underscore": MixRecipe()}


def test_a_number_can_be_a_title():
    assert session("hostkit: 1\ntitle: 1917\n" + TRACK).title == "1917"


def test_missing_file(tmp_path: Path):
    with pytest.raises(InvalidInput, match="no such file"):
        load_session(tmp_path / "none.yaml")


@pytest.mark.parametrize("name", ['"a\\0b"', "x" * 3000, '"\\ud800"'])
def test_names_that_no_file_has_are_told(tmp_path: Path, name: str):
    (tmp_path / "cue.yaml").write_text(f"extends: {name}\nhostkit: 1\n", encoding="utf-8")
    with pytest.raises(InvalidInput) as caught:
        load_session(tmp_path / "cue.yaml")
    assert len(str(caught.value)) < 2000


@pytest.mark.parametrize("track", ["1.5", "true", "[]"])
def test_a_track_that_is_neither_name_nor_number(tmp_path: Path, track: str):
    text = f"hostkit: 1\ntracks: {{a: {{instrument: {{tone: {{}}}}, midi: {{track: {track}}}}}}}\n"
    (tmp_path / "cue.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(InvalidInput, match=r"cue\.yaml:2:"):
        load_session(tmp_path / "cue.yaml")
    what_is_valid(SessionText.read(tmp_path / "cue.yaml"))


def test_a_long_list_is_refused_before_it_is_read():
    with pytest.raises(InvalidInput, match="more than 20000 lines and commas"):
        parse_yaml("[" + "1," * 400_000 + "]", "cue.yaml")


def test_many_values_are_refused_while_they_are_read(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("hostkit.session.yaml_tree.MAX_VALUES", 100)
    text = "".join(f"k{number}: {{a: b}}\n" for number in range(90))  # 90 lines, 450 values
    with pytest.raises(InvalidInput, match=r"cue\.yaml:\d+:\d+: more than 100 values"):
        parse_yaml(text, "cue.yaml")
