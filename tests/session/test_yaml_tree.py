"""YAML to data with places: what is refused, and that nothing gets out of hand."""

from __future__ import annotations

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hostkit.errors import InvalidInput
from hostkit.session.plain_yaml import plain_nodes
from hostkit.session.yaml_tree import (
    MAX_BYTES,
    MAX_DEPTH,
    MAX_VALUES,
    Tree,
    compose_yaml,
    parse_yaml,
    tree_of,
)


def refusal(text: str) -> str:
    with pytest.raises(InvalidInput) as caught:
        parse_yaml(text, "cue.yaml")
    return str(caught.value)


def test_values_and_their_places():
    tree = parse_yaml("a: 1\nb:\n  - 2.5\n  - {c: yes, d: true}\n", "cue.yaml")
    assert tree.data == {"a": 1, "b": [2.5, {"c": "yes", "d": True}]}
    place = tree.place(("b", 1, "d"))
    assert (place.line, place.column) == (4, 17)
    key = tree.key_place(("b", 1, "d"))
    assert (key.line, key.column) == (4, 14)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("9|1", "9|1"),
        ("01:00:42:10", "01:00:42:10"),
        ("01:00:42;10", "01:00:42;10"),
        ("1:30", "1:30"),  # no base-60 numbers in YAML 1.2
        ("2026-01-31", "2026-01-31"),
        ("0x1F", 31),
        ("0o17", 15),
        ("017", 17),
        ("-3", -3),
        ("1e3", 1000.0),
        ("~", None),
        ("no", "no"),
        ("False", False),
    ],
)
def test_scalars_of_yaml_1_2(text: str, value: object):
    assert parse_yaml(f"a: {text}", "x").data == {"a": value}


def test_both_halves_that_json_writes_are_one_character():
    value = {"😀 title": "a 🎬 b"}
    assert parse_yaml(json.dumps(value), "cue.yaml").data == value


def test_of_two_anchors_of_one_name_the_last_counts():
    tree = parse_yaml("a: &x 1\nb: &x 2\nc: *x\n", "cue.yaml")
    assert tree.data == {"a": 1, "b": 2, "c": 2}


def test_an_anchor_stands_for_its_value():
    assert parse_yaml("a: &x [1]\nb: *x", "x").data == {"a": [1], "b": [1]}


def test_repeated_key_is_refused_at_the_second():
    assert refusal("a: 1\na: 2\n").startswith("cue.yaml:2:1: the key 'a' is here twice")


@pytest.mark.parametrize(
    "text",
    ["!!python/object/apply:os.system ['true']", "a: !custom 3", "<<: {a: 1}", "? [a]\n: 1"],
)
def test_tags_merges_and_other_keys_are_refused(text: str):
    assert refusal(text).startswith("cue.yaml:1:")


def test_every_problem_is_told():
    assert refusal("a: 1\na: 2\nb: !x 3\nb: 4\n").count("\n") == 2


def test_alias_bomb_is_stopped():
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    for level in range(1, 9):
        row = ", ".join([f"*a{level - 1}"] * 10)
        lines.append(f"a{level}: &a{level} [{row}]")
    assert "values, counting every use of an alias" in refusal("\n".join(lines))


@pytest.mark.parametrize("depth", [40, 5000])
def test_deep_nesting_is_stopped(depth: int):
    assert "nested" in refusal("[" * depth + "]" * depth)


def test_self_reference_is_stopped():
    assert "nested" in refusal("&a [*a]")


def test_oversized_text_is_stopped():
    assert "larger than" in refusal("#" * (MAX_BYTES + 1))


def test_number_too_long_to_be_one():
    assert "not a number that can be used" in refusal("a: " + "9" * 5000)


@given(st.text(max_size=200))
def test_any_text_parses_or_is_refused(text: str):
    with contextlib.suppress(InvalidInput):
        assert isinstance(
            parse_yaml(text, "x").data, (dict, list, str, int, float, bool, type(None))
        )


@pytest.mark.parametrize("text", ["", "[" * 30 + "]" * 30, "a: [" + "1," * 20_001 + "]"])
def test_what_is_no_session_at_all_is_told_with_its_cure(text: str):
    assert refusal(text).endswith("; is it the right file?")


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("a:\n\tb: 1\n", "2:1", "indent with spaces, not tabs"),
        ("a: [x]\n  b: 1\n", "2:3", "give the keys of one map the same indentation"),
        ("a:\n  - x\n  b: 1\n", "3:3", "a list and a map are mixed"),
        ("a:\n  b: 1\n  - x\n", "3:3", "a list and a map are mixed"),
        ("a: 1\nb\nc: 2\n", "3:1", "the line above has no colon"),
        ("a: b: c\n", "1:5", "a second colon"),
        ("a: [1, 2\nb: 3\n", "2:2", "a bracket is not closed"),
        ("a: 'x\n", "2:1", "a quote is not closed"),
        ("a: *no\n", "1:4", "cannot start with *"),
        ("a: @x\n", "1:4", "put the text in quotes"),
        ('a: "x\\U00110000"\n', "1:6", "\\U00110000 is no character; the last one is \\U0010FFFF"),
        ("a: b\nc: d\x01e\n", "2:5", "no text holds the character U+0001; take it out"),
    ],
)
def test_what_is_not_yaml_is_said_in_plain_words(text, place, words):
    with pytest.raises(InvalidInput) as error:
        parse_yaml(text, "cue.yaml")
    said = str(error.value)
    assert said.startswith(f"cue.yaml:{place}: is not YAML here: ")
    assert words in said
    assert "while parsing" not in said


PARTS = [
    "a: b",
    "- x",
    "[1, 2]",
    "{a: 1, b: {c: 1e3}}",
    "'q ''z'",
    '"dq"',
    "k: >-\n   a\n   b",
    "# c",
    "a:b",
    "? k",
    "- - a",
    "y: !!int 3",
    "*a",
    "&a b",
    "<<: x",
    "0o17",
    "yes",
    "~",
    "{a: , b: }",
    "[a:b]",
    "{'a':b}",
    "[a,,b]",
    "-",
    ":",
    "a: b: c",
    "12:30",
    "=",
    "é: ü",
    "",
]


@given(st.lists(st.tuples(st.sampled_from((0, 0, 1, 2, 4)), st.sampled_from(PARTS)), max_size=6))
def test_plain_yaml_is_read_as_ruamel_reads_it(lines):
    text = "\n".join(" " * indent + part for indent, part in lines)
    nodes = plain_nodes(text, MAX_VALUES, MAX_DEPTH)
    if nodes is not None:
        assert outcome(lambda: tree_of(nodes, "x")) == outcome(
            lambda: tree_of(compose_yaml(text, "x"), "x")
        )


def outcome(read) -> Tree | str:
    """The tree, or why there is none."""
    try:
        return read()
    except InvalidInput as refused:
        return str(refused)


def test_sessions_are_plain():
    assert plain_nodes("tracks:\n  low: {midi: 1, at: 9|1}  # é\n", MAX_VALUES, MAX_DEPTH)
