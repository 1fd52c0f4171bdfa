"""Editing a session in place: only what was asked for changes, however the file is laid out."""

from __future__ import annotations

import difflib
import io
from pathlib import Path
from typing import Any

import pytest
import session_strategies
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from hostkit.errors import RequestError
from hostkit.session.editing import edit_file, flow, with_items, with_key, with_values
from hostkit.session.yaml_tree import parse_yaml

SESSIONS = Path(__file__).parents[2] / "sessions"
POINTS = ["{at: 1|1, bpm: 92}", "{at: 5|1, bpm: 96.5}"]

LAYOUTS = {
    "a block": (
        "hostkit: 1\ntempo: # as played\n  # slow\n- {at: 1, bpm: 80} # so\n\n# tail\ntail: {}\n",
        "hostkit: 1\ntempo: # as played\n- {at: 1|1, bpm: 92}\n- {at: 5|1, bpm: 96.5}\n"
        "\n# tail\ntail: {}\n",
    ),
    "on a line": (
        "hostkit: 1\ntempo: [{at: 1, bpm: 80}]   # as played\ntail: {}\n",
        "hostkit: 1\ntempo:   # as played\n  - {at: 1|1, bpm: 92}\n  - {at: 5|1, bpm: 96.5}\n"
        "tail: {}\n",
    ),
    "not there": (
        "hostkit: 1\ntitle: |\n  Two\n  lines\n\n# the band\ntracks:\n  keys: {}\n",
        "hostkit: 1\ntitle: |\n  Two\n  lines\ntempo:\n  - {at: 1|1, bpm: 92}\n"
        "  - {at: 5|1, bpm: 96.5}\n\n# the band\ntracks:\n  keys: {}\n",
    ),
    "without a last line's end": (
        "hostkit: 1\ntempo: [{at: 1, bpm: 80}]",
        "hostkit: 1\ntempo:\n  - {at: 1|1, bpm: 92}\n  - {at: 5|1, bpm: 96.5}",
    ),
    "with the line ends of Windows": (
        "hostkit: 1\r\ntempo:\r\n  - at: 1\r\n    bpm: 80\r\ntail: {}\r\n",
        "hostkit: 1\r\ntempo:\r\n  - {at: 1|1, bpm: 92}\r\n  - {at: 5|1, bpm: 96.5}\r\n"
        "tail: {}\r\n",
    ),
    "in braces": (
        '{"hostkit": 1, "tempo": [{"at": 1, "bpm": 80}], "tail": {}}\n',
        '{"hostkit": 1, "tempo": [{at: 1|1, bpm: 92}, {at: 5|1, bpm: 96.5}], "tail": {}}\n',
    ),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_key_is_set_and_everything_else_stays(layout: str):
    before, after = LAYOUTS[layout]
    assert with_key(before, "tempo", POINTS, "cue.yaml") == after
    assert with_key(after, "tempo", POINTS, "cue.yaml") == after


@pytest.mark.parametrize("example", sorted(path.name for path in SESSIONS.glob("*.yaml")))
def test_a_diff_of_an_example_touches_only_its_tempo(example: str):
    before = (SESSIONS / example).read_text(encoding="utf-8")
    after = with_key(before, "tempo", POINTS, example)
    lines = list(difflib.ndiff(before.splitlines(), after.splitlines()))
    added = [line[2:] for line in lines if line.startswith("+ ")]
    gone = [line[2:] for line in lines if line.startswith("- ")]
    assert [line.strip() for line in added if not line.startswith("tempo:")] == [
        f"- {point}" for point in POINTS
    ]
    was = parse_yaml(before, example).data.get("tempo", [])
    assert len(gone) <= 1 + sum(len(point) for point in was)
    assert all(line.startswith(("tempo:", "  ")) for line in gone)


ITEMS = {
    "a block": (
        "hits:\n  # the door\n  - {at: 2}  # slams\n\n  - at: 9  # lamp\n    name: b\n# end\n",
        "hits:\n  - {at: 1}\n  # the door\n  - {at: 2}  # slams\n  - {at: 5}\n  - {at: 6}\n\n"
        "  - at: 9  # lamp\n    name: b\n  - {at: 10}\n# end\n",
    ),
    "on a line": (
        "hits: [{at: 2}, {at: 9}]  # two\n",
        "hits: [{at: 1}, {at: 2}, {at: 5}, {at: 6}, {at: 9}, {at: 10}]  # two\n",
    ),
    "a line each": (
        "hits: [\n  {at: 2},  # slams\n  {at: 9}  # lamp\n]\n",
        "hits: [\n  {at: 1},\n  {at: 2},  # slams\n  {at: 5},\n  {at: 6},\n  {at: 9},  # lamp\n"
        "  {at: 10}\n]\n",
    ),
}


@pytest.mark.parametrize("layout", ITEMS)
def test_items_go_into_a_list_as_it_is_laid_out(layout: str):
    before, after = ITEMS[layout]
    items = [(0, "{at: 1}"), (1, "{at: 5}"), (1, "{at: 6}"), (2, "{at: 10}")]
    assert with_items(before, "hits", items, "cue.yaml") == after


def test_items_make_a_list_where_there_is_none():
    made = with_items("hostkit: 1\nhits: []\n", "hits", [(0, "{at: 1}")], "cue.yaml")
    assert made == "hostkit: 1\nhits:\n  - {at: 1}\n"


def laid_out(data: dict[str, Any], flow_style: bool | None, indent: int) -> str:
    yaml: Any = YAML(typ="safe", pure=True)
    yaml.default_flow_style, yaml.indent, yaml.width = flow_style, indent, 40
    yaml.sort_base_mapping_type_on_output = False
    stream = io.StringIO()
    yaml.dump(data, stream)
    return stream.getvalue()


@settings(max_examples=40, deadline=None)
@given(session_strategies.sessions, st.sampled_from([None, False, True]), st.sampled_from([2, 4]))
def test_any_session_however_it_is_laid_out(
    data: dict[str, Any], flow_style: bool | None, indent: int
):
    text = laid_out(data, flow_style, indent)
    hits = data.get("hits", [])
    ends = [(0, "{at: 1, name: first}"), (len(hits), '{at: 9|1, name: "last: one"}')]
    after = with_items(with_key(text, "tempo", POINTS, "cue.yaml"), "hits", ends, "cue.yaml")
    made = parse_yaml(after, "cue.yaml").data
    assert made.pop("tempo") == [{"at": "1|1", "bpm": 92}, {"at": "5|1", "bpm": 96.5}]
    first, last = {"at": 1, "name": "first"}, {"at": "9|1", "name": "last: one"}
    was = parse_yaml(text, "cue.yaml").data
    assert made.pop("hits") == [first, *was.pop("hits", []), last]
    was.pop("tempo", None)
    assert made == was


def test_values_are_replaced_where_they_stand():
    before = "picture: {start: '01:00:00:00'} # reel 1\nhits:\n  - at: 2  # two\n    name: a\n"
    changes = {("picture", "start"): "02:00:00:00", ("hits", 0, "at"): "3|2"}
    after = "picture: {start: 02:00:00:00} # reel 1\nhits:\n  - at: 3|2  # two\n    name: a\n"
    assert with_values(before, changes, "cue.yaml") == after


@pytest.mark.parametrize(
    "text",
    [
        "hostkit: 1\ntempo: &t [{at: 1, bpm: 80}]\nother: *t\n",
        "hostkit: 1\ntail: &t {max_s: 3}\ntempo: *t\n",
    ],
)
def test_what_would_change_something_else_is_refused(text: str):
    with pytest.raises(RequestError, match=r"cue.yaml: is written in a way .*; change it by hand"):
        with_key(text, "tempo", POINTS, "cue.yaml")


def test_a_file_keeps_its_mark_its_permissions_and_its_link(tmp_path: Path):
    file, link = tmp_path / "cue.yaml", tmp_path / "link.yaml"
    file.write_bytes(b"\xef\xbb\xbfhostkit: 1\r\n")
    file.chmod(0o640)
    link.symlink_to(file)
    assert edit_file(link, lambda text: text.replace("1", "2"))
    assert not edit_file(link, lambda text: text)
    assert link.is_symlink()
    assert file.read_bytes() == b"\xef\xbb\xbfhostkit: 2\r\n"
    assert file.stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize(
    "data",
    [
        {"at": "01:00:43;05", "name": "12:30"},
        {"at": "9|2.5", "name": "no", "n": [1, 2.5, None, True]},
        {"at": "12.5s", "name": 'a "quote" # and: all\u2028'},
        {"at": "1/3s", "name": "1917"},
    ],
)
def test_flow_reads_back(data: dict[str, object]):
    assert parse_yaml(flow(data), "cue.yaml").data == data
