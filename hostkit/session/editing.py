"""Changing a session file in place: a key, or items of a list; every other byte stays.

What is asked for is written as YAML on one line (`{at: 9|1, name: door}`, see `flow`). A change is
looked at before it is taken: the document has to say what it said, but for what was changed.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from ruamel.yaml.nodes import MappingNode, Node, SequenceNode

from hostkit.audio.files.whole_file import storage_error, whole_file
from hostkit.errors import InvalidInput, Problem, RequestError
from hostkit.ground.named_file import read_named
from hostkit.ground.places import real_path
from hostkit.session import laid_out
from hostkit.session.extends import NOT_A_MAP
from hostkit.session.model.session import Session
from hostkit.session.starting.scalars import scalar
from hostkit.session.text import MAX_BYTES, read_text
from hostkit.session.yaml_tree import compose_yaml, parse_yaml, tree_of

_BOM = b"\xef\xbb\xbf"
_BY_HAND = "change it by hand"
_ORDER = {key: number for number, key in enumerate(Session.model_fields)}
_PLACE_OR_NUMBER = re.compile(r"[0-9]+([.|/:;][0-9]+)*s?", re.ASCII)
"""What YAML reads as text or as that number, without quotes."""


def edit_file(path: Path, change: Callable[[str], str]) -> bool:
    """Puts the changed text in place of a session file's, all of it or nothing.

    A byte-order mark and the file's permissions stay, and what a link leads to is changed. False
    where the text is the same already: then nothing is written. Raises InvalidInput, StorageError.
    """
    before = read_text(path)
    after = change(before)
    if after == before:
        return False
    target = real_path(path)
    try:
        mode = target.stat().st_mode
        mark = _BOM if read_named(target, MAX_BYTES).startswith(_BOM) else b""
    except OSError as error:
        raise storage_error(path, error) from error
    with whole_file(target) as file:
        file.write(mark + after.encode())
    target.chmod(mode & 0o7777)
    return True


def flow(data: object) -> str:
    """Plain data as YAML on one line, positions and numbers without quotes.

    >>> flow({"at": "01:00:43:05", "name": "door: slams", "tolerance_frames": [0, 2.5]})
    '{at: 01:00:43:05, name: "door: slams", tolerance_frames: [0, 2.5]}'
    """
    if isinstance(data, Mapping):
        return "{" + ", ".join(f"{scalar(str(k))}: {flow(v)}" for k, v in data.items()) + "}"
    if isinstance(data, (list, tuple)):
        return "[" + ", ".join(map(flow, data)) + "]"
    if data is None or isinstance(data, bool):
        return {None: "null", True: "true", False: "false"}[data]
    if isinstance(data, (int, float)):
        return repr(data)
    text = str(data)
    return text if _is_position(text) else scalar(text)


def _is_position(text: str) -> bool:
    return _PLACE_OR_NUMBER.fullmatch(text) is not None and any(c in "|:;s/" for c in text)


def with_key(text: str, key: str, value: str | Sequence[str], file: str) -> str:
    r"""The document with a key of its own set; a list is given as its items, a line each.

    What is there already is replaced with the comments inside of it; one at the end of its line
    stays. A new key stands where the model has it. Raises InvalidInput; RequestError where the
    file is written in a way that this cannot change.

    >>> with_key("hostkit: 1\ntracks: {}\n", "tempo", ["{at: 1|1, bpm: 92}"], "cue.yaml")
    'hostkit: 1\ntempo:\n  - {at: 1|1, bpm: 92}\ntracks: {}\n'
    """
    top, data = _document(text, file)
    pairs = {str(name.value): (name, node) for name, node in top.value}
    if top.flow_style:
        after = laid_out.in_flow_document(text, pairs, key, value)
    elif key in pairs:
        after = laid_out.replaced(text, *pairs[key], value)
    else:
        before = [name for name in pairs if _ORDER.get(name, 0) < _ORDER[key]]
        last = max(before, key=lambda name: pairs[name][1].start_mark.index, default=None)
        after = laid_out.inserted(text, pairs[last][1] if last else None, key, value)
    return checked(after, file, data | {key: _read(value)})


def with_items(text: str, key: str, items: Sequence[tuple[int, str]], file: str) -> str:
    r"""The document with items put into a list of its own, each before the item of that number.

    `items` are (number from 0, YAML of one line), by ascending number; the number of items there
    are puts one at the end. The list stays as it is laid out. Raises as `with_key`.

    >>> with_items("hits:\n  - {at: 2}  # first\n", "hits", [(1, "{at: 3}")], "cue.yaml")
    'hits:\n  - {at: 2}  # first\n  - {at: 3}\n'
    """
    top, data = _document(text, file)
    found = next((node for name, node in top.value if name.value == key), None)
    if found is None or not found.value:
        return with_key(text, key, [item for _, item in items], file)
    if not isinstance(found, SequenceNode):
        raise _refused(file, key)
    after = text
    for number in sorted({number for number, _ in items}, reverse=True):
        here = [item for at, item in items if at == number]
        after = laid_out.into_list(after, found, number, here)
    return checked(after, file, data | {key: _merged(data[key], items)})


def with_entry(text: str, key: str, name: str, lines: Sequence[str], file: str) -> str:
    r"""The document with another entry at the end of a map of its own; its lines stand below it.

    Raises as `with_key`.

    >>> with_entry("tracks:\n  a: {x: 1}\n", "tracks", "b", ["# new", "x: 2"], "cue.yaml")
    'tracks:\n  a: {x: 1}\n  b:\n    # new\n    x: 2\n'
    """
    top, data = _document(text, file)
    node = next((value for name_, value in top.value if name_.value == key), None)
    if not isinstance(node, MappingNode) or node.flow_style or not node.value:
        raise RequestError(f"{key!r} is no map with a line for each", cure=_BY_HAND, file=file)
    newline = "\r\n" if "\r\n" in text else "\n"
    indent = " " * (node.value[0][0].start_mark.column + 2)
    block = "".join(f"{newline}{indent}{line}" for line in lines)
    after = laid_out.into_map(text, node, scalar(name), block)
    entry = parse_yaml("\n".join(lines), file).data
    return checked(after, file, data | {key: data[key] | {name: entry}})


def with_values(text: str, changes: Mapping[tuple[str | int, ...], str], file: str) -> str:
    r"""The document with values at some paths replaced by others of one line. Raises as `with_key`.

    >>> with_values("hits:\n  - {at: 2, name: a}  # ok\n", {("hits", 0, "at"): "3|2"}, "cue.yaml")
    'hits:\n  - {at: 3|2, name: a}  # ok\n'
    """
    top, data = _document(text, file)
    nodes = [(_node(top, path), new) for path, new in changes.items()]
    after = text
    for node, new in sorted(nodes, key=lambda pair: -pair[0].start_mark.index):
        after = laid_out.with_span(after, node, new)
    expected = copy.deepcopy(data)
    for path, new in changes.items():
        inside: Any = expected
        for step in path[:-1]:
            inside = inside[step]
        inside[path[-1]] = _read(new)
    return checked(after, file, expected)


def with_value_at(text: str, path: tuple[str, ...], value: str, file: str) -> str:
    r"""The document with the value of a key inside of maps set; what is not there is added.

    Raises as `with_key`.

    >>> with_value_at("tracks:\n  low: {pan: 0}  # left\n", ("tracks", "low", "gain_db"), "-3", "a")
    'tracks:\n  low: {pan: 0, gain_db: -3}  # left\n'
    """
    top, data = _document(text, file)
    expected = copy.deepcopy(data)
    inside, known = expected, 0
    for step in path[:-1]:
        known += step in inside
        inside = inside.setdefault(step, {})
        if not isinstance(inside, dict):
            raise _refused(file, step)
    known += path[-1] in inside
    inside[path[-1]] = _read(value)
    made = value
    for missing in reversed(path[known + 1 :]):
        made = f"{{{scalar(missing)}: {made}}}"
    if not known:
        return with_key(text, path[0], made, file)
    node = _node(top, path[:known])
    if known == len(path):
        after = laid_out.with_span(text, node, value)
    elif isinstance(node, MappingNode):
        after = laid_out.into_map(text, node, scalar(path[known]), made)
    else:
        raise _refused(file, path[known - 1])
    return checked(after, file, expected)


def _document(text: str, file: str) -> tuple[MappingNode, dict[str, Any]]:
    """The node and the data of a session. Raises InvalidInput."""
    top = compose_yaml(text, file)
    data = tree_of(top, file).data
    if not isinstance(top, MappingNode):
        raise InvalidInput([Problem(file, 1, 1, *NOT_A_MAP)])
    return top, data


def _node(top: MappingNode, path: tuple[str | int, ...]) -> Node:
    node: Node = top
    for step in path:
        if isinstance(node, MappingNode):
            node = next(value for name, value in node.value if name.value == step)
        else:
            node = node.value[step]
    return node


def checked(after: str, file: str, expected: dict[str, Any]) -> str:
    """The text after a change, if it says what is expected of it: an alias may lead elsewhere."""
    try:
        said = parse_yaml(after, file).data
    except InvalidInput:
        said = None
    if said != expected:
        raise RequestError(
            "is written in a way that hostkit cannot change", cure=_BY_HAND, file=file
        )
    return after


def _refused(file: str, key: str) -> RequestError:
    return RequestError(f"{key!r} is no list or map", cure=_BY_HAND, file=file)


def _read(value: str | Sequence[str]) -> Any:
    if isinstance(value, str):
        return parse_yaml(f"value: {value}", "value").data["value"]
    return [_read(item) for item in value]


def _merged(old: list[Any], items: Sequence[tuple[int, str]]) -> list[Any]:
    merged = list(old)
    for number, item in reversed(items):
        merged.insert(number, _read(item))
    return merged
