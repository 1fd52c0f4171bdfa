"""Where characters of a YAML text stand in its file, however it is written."""

from __future__ import annotations

import pytest

from hostkit.errors import Fault
from hostkit.session.yaml_tree import parse_yaml

WRITTEN = [
    ("a: one two X three\n", 1, 12),
    ("a: 'it''s X'\n", 1, 11),
    ('a: "\\"one\\" \\\\n \\u0041 X"\n', 1, 24),
    ("a: |\n  one\n    two X\n", 3, 9),
    ("a: >-\n\n  one two\n  X three\n", 4, 3),
    ("a: one\n  two\n\n  X\n", 4, 3),
    ("a: 'one\n  two\n  X'\n", 3, 3),
    ('a: "one \\\n  two X"\n', 2, 7),
    ("b: [1, {a: &x 'one X'}]\n", 1, 20),
    ("a: |\r\n  one\r\n  X\r\n", 3, 3),
    ("a: ä 𝄞 X\n", 1, 8),
]


@pytest.mark.parametrize(("text", "line", "column"), WRITTEN)
def test_a_character_is_found_where_it_is_written(text: str, line: int, column: int):
    tree = parse_yaml(text, "cue.yaml")
    path = ("b", 1, "a") if text.startswith("b") else ("a",)
    value = tree.data
    for step in path:
        value = value[step]
    problem = tree.problem_within(path, value.index("X"), 1, Fault("is wrong"))
    assert (problem.line, problem.column) == (line, column)
    shown, carets = problem.excerpt.split("\n")
    assert shown[carets.index("^")] == "X"


def test_a_long_line_is_shown_around_the_place():
    text = f"a: {'one ' * 300}X{' two' * 300}\n"
    tree = parse_yaml(text, "cue.yaml")
    excerpt = tree.problem_within(("a",), tree.data["a"].index("X"), 1, Fault("")).excerpt
    shown, carets = excerpt.split("\n")
    assert len(shown) < 80
    assert shown[carets.index("^")] == "X"
