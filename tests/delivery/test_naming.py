"""Names from templates: nothing leaves the folder, nothing is evaluated, nothing collides."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hostkit.delivery.names.naming import (
    FIELDS,
    MAX_NAME_BYTES,
    NamingError,
    Spelling,
    Template,
    collisions,
)

VALUES = dict.fromkeys(FIELDS, "x") | {"version": 3, "depth": 24, "rate": "48"}


def test_the_template_of_the_handbook():
    template = Template("{cue}_{title}_v{version:02}_{part}_{rate}k{depth}b")
    values = {**VALUES, "cue": "1m02", "title": "The Lighthouse", "part": "STR"}
    assert template.fill(values) == "1m02_The_Lighthouse_v03_STR_48k24b"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{part.__class__}", "write fields as"),
        ("{part!r}", "write fields as"),
        ("{part[0]}", "write fields as"),
        ("{0}", "write fields as"),
        ("{parts}", "did you mean 'part'"),
        ("{version:>99999999}", "after the colon goes a width"),
        ("{part:{version}}", "write fields as"),
        ("../{part}", "leaves the folder"),
        ("/{part}", "leaves the folder"),
        ("a/ /{part}", "leaves the folder"),
        ("a/b/c/d/{part}", "deeper than 4"),
        ("a\\{part}", "cannot have"),
        ("{part}\n", "cannot have"),
        ("c:{part}", "cannot have"),
    ],
)
def test_templates_that_are_refused(text: str, said: str):
    with pytest.raises(NamingError, match=re.escape(said)):
        Template(text)


def test_what_is_missing_is_named():
    with pytest.raises(NamingError, match="need the title"):
        Template("{title}").fill({**VALUES, "title": None})
    with pytest.raises(NamingError, match="plain letters"):
        Template("{title}").fill({**VALUES, "title": "\u2014\u201e\u201c"})
    assert (
        Template("{title}", Spelling(ascii_only=False)).fill({**VALUES, "title": "灯台"}) == "灯台"
    )


def test_spellings():
    assert Template("{title:camel}").fill({**VALUES, "title": "the long way"}) == "TheLongWay"
    assert Template("{part:upper}").fill({**VALUES, "part": "full"}) == "FULL"
    assert Template("{part}", Spelling(space="-")).fill({**VALUES, "part": "a b"}) == "a-b"
    assert Template("{part}").fill({**VALUES, "part": "con"}) == "con_"
    assert Template("{meter}").fill({**VALUES, "meter": "7/8"}) == "7-8"


def test_names_too_long_are_refused():
    with pytest.raises(NamingError, match="longer than file names may be"):
        Template("{title}").fill({**VALUES, "title": "x" * 300})


def test_collisions_are_told_with_both_names():
    paths = [("the mix a", "x/A.wav"), ("the stem A", "x/a.wav"), ("the mix b", "x/b.wav")]
    (problem,) = collisions(paths)
    assert "the mix a and the stem A" in problem.message


@given(st.text(max_size=80), st.text(max_size=80))
def test_no_value_leaves_its_place(title: str, part: str):
    template = Template("stems/{title}_{part}")
    try:
        path = template.fill({**VALUES, "title": title, "part": part})
    except NamingError:
        return
    folder, name = path.split("/")
    assert folder == "stems"
    assert re.fullmatch(r"[A-Za-z0-9 ._+&#()\-]+", name)
    assert not name.startswith((" ", ".."))
    assert not name.endswith((" ", "."))
    assert len(name) <= MAX_NAME_BYTES


@given(st.text(max_size=60))
def test_any_text_is_a_template_or_is_refused(text: str):
    try:
        path = Template(text).fill(VALUES)
    except NamingError:
        return
    assert ".." not in path.split("/")
    assert not path.startswith("/")
