"""YAML text to plain data, with the place of every key and value.

Only data comes out: maps with text keys, lists, text, numbers, true, false and null
(YAML 1.2 core schema). Tags, merge keys and repeated keys are refused; size, depth and
the number of values after aliases are followed are bounded, so that a small file cannot
become a large one.
"""

from __future__ import annotations

import math
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    ScalarEvent,
)
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.parser import Parser
from ruamel.yaml.reader import ReaderError

from hostkit.errors import Fault, InvalidInput, Problem
from hostkit.session.plain_yaml import MAP_TAG, SEQUENCE_TAG, plain_nodes
from hostkit.session.reading.scalar_places import excerpt, place_in_scalar
from hostkit.session.text import MAX_BYTES
from hostkit.session.yaml_syntax import (
    ANOTHER_FILE,
    character_problem,
    escape_problem,
    syntax_problem,
)

MAX_DEPTH = 24
MAX_VALUES = 20_000
"""Two seconds of reading, and fifty times the largest example."""
MAX_NUMBER_DIGITS = 40
COLLECTION_TAGS = (MAP_TAG, SEQUENCE_TAG)

Path: TypeAlias = tuple[str | int, ...]


@dataclass(frozen=True, order=True)
class Place:
    """Where something stands in a file; line and column count from 1."""

    file: str
    line: int
    column: int

    def problem(self, message: str, cure: str = "") -> Problem:
        return Problem(self.file, self.line, self.column, message, cure)

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True)
class Tree:
    """A document's data; `keys` and `values` say where each path's key and value stand.

    `texts` are the files that they stand in, by the names that messages use.
    """

    data: Any
    keys: dict[Path, Place] = field(default_factory=dict)
    values: dict[Path, Place] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict, repr=False)

    def place(self, path: Path) -> Place:
        """Of the value at `path`, or of the nearest thing around it."""
        while path and path not in self.values:
            path = path[:-1]
        return self.values[path]

    def key_place(self, path: Path) -> Place:
        return self.keys.get(path) or self.place(path)

    def problem_within(self, path: Path, offset: int, width: int, fault: Fault) -> Problem:
        """What is wrong from a character of the text at `path` on, with that line of the file."""
        place, value = self.place(path), self.data
        for step in path:
            value = value[step]
        if path not in self.values or place.file not in self.texts:
            return place.problem(*fault)
        text = self.texts[place.file]
        line, column = place_in_scalar(text, place.line, place.column, value, offset)
        shown = excerpt(text, line, column, width)
        return replace(Problem(place.file, line, column, *fault), excerpt=shown)


def parse_yaml(text: str, file: str) -> Tree:
    """The document in `text`; `file` is the name to use in messages.

    Raises InvalidInput with the place of what cannot be read.

    >>> tree = parse_yaml("tempo: [{bpm: 92}]", "cue.yaml")
    >>> tree.data, tree.place(("tempo", 0, "bpm")).column
    ({'tempo': [{'bpm': 92}]}, 15)
    """
    node = None
    if len(text) <= MAX_BYTES:
        node = plain_nodes(text, MAX_VALUES, MAX_DEPTH)
    return replace(tree_of(node or compose_yaml(text, file), file), texts={file: text})


def tree_of(node: Node, file: str) -> Tree:
    """The data of a document's node. Raises InvalidInput."""
    return _Builder(file).tree(node)


def compose_yaml(text: str, file: str) -> Node:
    """The nodes of the document in `text`, bounded, for who edits it. Raises InvalidInput."""
    if len(text) > MAX_BYTES:
        raise _whole(file, f"is larger than {MAX_BYTES // 1_000_000} MB")
    if text.count(",") + text.count("\n") > MAX_VALUES:  # each stands behind a value: no parsing
        raise _whole(file, f"has more than {MAX_VALUES} lines and commas")
    try:
        yaml: Any = YAML(typ="safe", pure=True)  # its attributes are typed by their defaults
        yaml.Parser = _BoundedParser
        yaml.composer.warn_double_anchors = False  # YAML 1.2 allows them: the last one counts
        node: Node | None = yaml.compose(text)
    except _TooMuchError as error:
        raise InvalidInput(
            [Problem(file, error.line, error.column, str(error), ANOTHER_FILE)]
        ) from None
    except MarkedYAMLError as error:
        raise InvalidInput([syntax_problem(error, file, text)]) from None
    except ReaderError as error:
        raise InvalidInput([character_problem(error, file, text)]) from None
    except RecursionError:
        raise _whole(file, "is nested too deeply to be a session") from None
    except (YAMLError, ValueError, AttributeError) as error:
        if said := escape_problem(file, text):
            raise InvalidInput([said]) from None
        # ruamel raises the last two on broken directives and escapes.
        raise _whole(file, f"is not YAML: {error}") from None
    if node is None:
        raise _whole(file, "is empty")
    return node


def whole_characters(text: str) -> str:
    r"""Text in which the two halves that JSON writes a character beyond U+FFFF with are that one.

    >>> whole_characters("a\ud83d\ude00")
    'a😀'
    """
    if text.isascii():
        return text
    with suppress(UnicodeDecodeError):  # half of one alone, which is refused as what it is
        return text.encode("utf-16", "surrogatepass").decode("utf-16")
    return text


def _whole(file: str, message: str) -> InvalidInput:
    """What is wrong with all of a document: most likely another was meant."""
    return InvalidInput([Problem(file, 0, 0, message, ANOTHER_FILE)])


class _TooMuchError(Exception):
    """A document past a limit, and where it passes it."""

    def __init__(self, mark: Any, message: str) -> None:
        self.line, self.column = mark.line + 1, mark.column + 1
        super().__init__(message)


class _BoundedParser(Parser):
    """Counts what comes before anything is made of it, so that no text grows in memory."""

    _values = _depth = 0

    def get_event(self) -> Any:
        event = super().get_event()
        if isinstance(event, (ScalarEvent, CollectionStartEvent, AliasEvent)):
            self._values += 1
            if self._values > MAX_VALUES:
                raise _TooMuchError(event.start_mark, f"more than {MAX_VALUES} values")
        if isinstance(event, CollectionStartEvent):
            self._depth += 1
            if self._depth > MAX_DEPTH + 1:
                message = f"nested more than {MAX_DEPTH} levels deep"
                raise _TooMuchError(event.start_mark, message)
        elif isinstance(event, CollectionEndEvent):
            self._depth -= 1
        return event


class _Builder:
    def __init__(self, file: str) -> None:
        self._file = file
        self._problems: list[Problem] = []
        self._keys: dict[Path, Place] = {}
        self._values: dict[Path, Place] = {}

    def tree(self, node: Node) -> Tree:
        data = self._value(node, ())
        if self._problems:
            raise InvalidInput(self._problems)
        return Tree(data, self._keys, self._values)

    def _place(self, node: Node) -> Place:
        return Place(self._file, node.start_mark.line + 1, node.start_mark.column + 1)

    def _fault(self, node: Node, message: str, cure: str = "") -> None:
        self._problems.append(self._place(node).problem(message, cure))

    def _value(self, node: Node, path: Path) -> Any:
        self._values[path] = self._place(node)
        if len(self._values) > MAX_VALUES:
            self._fault(
                node, f"more than {MAX_VALUES} values, counting every use of an alias", ANOTHER_FILE
            )
            raise InvalidInput(self._problems)
        if len(path) > MAX_DEPTH:
            self._fault(node, f"nested more than {MAX_DEPTH} levels deep", ANOTHER_FILE)
            raise InvalidInput(self._problems)
        if not isinstance(node, ScalarNode) and str(node.tag) not in COLLECTION_TAGS:
            self._fault(node, f"the tag {node.tag} is not allowed", cure="write the plain value")
            return None
        if isinstance(node, MappingNode):
            return self._map(node, path)
        if isinstance(node, SequenceNode):
            return [self._value(child, (*path, index)) for index, child in enumerate(node.value)]
        assert isinstance(node, ScalarNode)
        return self._scalar(node)

    def _map(self, node: MappingNode, path: Path) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, ScalarNode) or str(key_node.tag).endswith(":merge"):
                self._fault(
                    key_node, "a key is plain text here (no lists, maps or <<)", cure="write it out"
                )
                continue
            key = whole_characters(str(key_node.value))
            if key in result:
                self._fault(key_node, f"the key {key!r} is here twice", cure="keep one of them")
                continue
            self._keys[*path, key] = self._place(key_node)
            result[key] = self._value(value_node, (*path, key))
        return result

    def _scalar(self, node: ScalarNode) -> Any:
        text = str(node.value)
        tag = str(node.tag).removeprefix("tag:yaml.org,2002:")
        if tag in ("str", "timestamp"):
            return whole_characters(text)
        if tag == "null":
            return None
        if tag == "bool":
            return text.lower() == "true"
        if tag in ("int", "float"):
            return self._number(node, text, tag)
        self._fault(node, f"the tag {node.tag} is not allowed", cure="write the plain value")
        return None

    def _number(self, node: ScalarNode, text: str, tag: str) -> int | float | None:
        digits = text.replace("_", "").lower()
        try:
            if len(digits) > MAX_NUMBER_DIGITS:
                raise ValueError
            if tag == "float":
                return float(digits.replace(".inf", "inf").replace(".nan", "nan"))
            prefixed = digits.lstrip("+-").startswith(("0x", "0o", "0b"))
            return int(digits, 0 if prefixed else 10)
        except ValueError:
            self._fault(node, f"{text[:40]!r} is not a number that can be used here")
            return math.nan
