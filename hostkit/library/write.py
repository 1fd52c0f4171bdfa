"""Presets to text: new ones as a whole, old ones with as little changed as can be."""

from __future__ import annotations

import io
import json
import re
from typing import Any

from ruamel.yaml import YAML

from hostkit.library.model import Preset
from hostkit.session.yaml_tree import Tree, parse_yaml

_LINES = re.compile(r"[^\r\n\x85\u2028\u2029]*(?:\r\n|[\r\n\x85\u2028\u2029]|$)")
"""Lines as YAML counts them."""
_QUOTED = re.compile(r"""'(?:[^']|'')*'|"(?:[^"\\]|\\.)*\"""")
_NUMBER = re.compile(r"[^\s,\]}]+")


def write_preset(preset: Preset) -> str:
    """YAML that loads as an equal preset; what is at its default is left out."""
    data = {
        "preset": preset.preset,
        **preset.model_dump(mode="json", exclude_defaults=True),
    }
    yaml: Any = YAML()  # its attributes are typed by their defaults
    yaml.default_flow_style = None
    yaml.width = 96
    yaml.indent(mapping=2, sequence=4, offset=2)
    yaml.representer.add_representer(float, _float)
    stream = io.StringIO()
    yaml.dump(data, stream)
    return stream.getvalue()


def _float(representer: Any, value: float) -> Any:
    """As short as it can be read back; whole numbers keep their point."""
    return representer.represent_scalar("tag:yaml.org,2002:float", repr(value))


def with_number(text: str, key: str, value: float, file: str) -> str:
    """The same text with a top-level number set: replaced, or in a line added at the end.

    >>> with_number("{preset: 1, gain_db: 3}", "gain_db", -1.5, "x")
    '{preset: 1, gain_db: -1.5}'
    """
    tree = parse_yaml(text, file)
    if (key,) in tree.keys:
        return _replaced(text, tree, (key,), f"{value:g}")
    return f"{text.rstrip()}\n{key}: {value:g}\n"


def with_texts(text: str, changes: dict[tuple[str | int, ...], str], file: str) -> str:
    """The same text with the plain or quoted texts at some paths replaced.

    >>> with_texts("a: {b: 'old'} # old", {("a", "b"): "new"}, "x")
    'a: {b: new} # old'
    """
    tree = parse_yaml(text, file)
    last_first = sorted(changes, key=lambda path: tree.values[path], reverse=True)
    for path in last_first:
        text = _replaced(text, tree, path, _scalar(changes[path]))
    return text


def _scalar(text: str) -> str:
    """A preset's name needs no quotes unless YAML would take it for something else."""
    plain = parse_yaml(text, "name").data == text
    return text if plain else json.dumps(text)


def _replaced(text: str, tree: Tree, path: tuple[str | int, ...], new: str) -> str:
    """The text with one scalar replaced; it stands on one line."""
    place, value = tree.values[path], tree.data
    for step in path:
        value = value[step]
    lines = _LINES.findall(text)
    line, start = lines[place.line - 1], place.column - 1
    if quoted := _QUOTED.match(line, start):
        end = quoted.end()
    elif isinstance(value, str):
        end = start + len(value)
    else:
        number = _NUMBER.match(line, start)
        end = number.end() if number else start
    lines[place.line - 1] = line[:start] + new + line[end:]
    return "".join(lines)
