"""Plain YAML read by libyaml, twenty times as fast as in Python: what nearly every session is.

It knows YAML 1.1 and is short with words. So what could be meant in another way than by YAML 1.2,
and whatever is wrong, is left to ruamel, which also says where and why.
"""

from __future__ import annotations

import re
from typing import Any

import yaml
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.resolver import VersionedResolver

MAP_TAG, SEQUENCE_TAG = "tag:yaml.org,2002:map", "tag:yaml.org,2002:seq"
_NOT_PLAIN = re.compile(
    "[^\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufdff\ufe00-\ufefe\U00010000-\U0001ffff]"
    r"|^%|^---|^\.\.\.|\\",
    re.MULTILINE,
)
"""Signs that break lines or mean nothing, directives, marks of documents, escapes."""


class _NotPlainError(Exception):
    """Not for this reader."""


def plain_nodes(text: str, most_values: int, most_depth: int) -> Node | None:
    """The nodes of a document as ruamel makes them; None where ruamel has to look itself.

    That is also so beyond so many values, or so deep.

    >>> node = plain_nodes("[a, b]", 10, 3)
    >>> [(child.value, child.start_mark.column) for child in node.value]
    [('a', 1), ('b', 4)]
    """
    if not yaml.__with_libyaml__ or _NOT_PLAIN.search(text):
        return None
    parser = yaml.CSafeLoader(text)
    try:
        return _Nodes(parser, most_values, most_depth).document()
    except (_NotPlainError, yaml.YAMLError):
        return None
    finally:
        parser.dispose()


class _Nodes:
    """Makes nodes of events."""

    def __init__(self, parser: Any, most_values: int, most_depth: int) -> None:
        self._next = parser.get_event
        self._values_left, self._most_depth = most_values, most_depth
        self._resolve = VersionedResolver().resolve
        self._tags: dict[str, Any] = {}
        """Of plain scalars: the same words come again and again."""

    def document(self) -> Node:
        for expected in (yaml.StreamStartEvent, yaml.DocumentStartEvent):
            if not isinstance(self._next(), expected):
                raise _NotPlainError
        node = self._node(self._next(), 0)
        if node is None:
            raise _NotPlainError
        for expected in (yaml.DocumentEndEvent, yaml.StreamEndEvent):
            if not isinstance(self._next(), expected):
                raise _NotPlainError
        return node

    def _node(self, event: Any, depth: int) -> Node | None:
        """The node that begins with an event; None at the end of the collection around it."""
        kind = type(event)
        if kind in (yaml.SequenceEndEvent, yaml.MappingEndEvent):
            return None
        self._values_left -= 1
        if kind is yaml.AliasEvent or event.anchor or event.tag or depth > self._most_depth:
            raise _NotPlainError
        if self._values_left < 0:
            raise _NotPlainError
        start = event.start_mark
        if kind is yaml.ScalarEvent:
            if not event.value and event.implicit[0]:
                raise _NotPlainError  # where nothing stands is another place for each of the two
            tag = self._tag(event.value, event.implicit)
            return ScalarNode(tag, event.value, start, event.end_mark, event.style)
        inside: list[Node] = []
        while (node := self._node(ended := self._next(), depth + 1)) is not None:
            inside.append(node)
        if kind is yaml.SequenceStartEvent:
            return SequenceNode(SEQUENCE_TAG, inside, start, ended.end_mark)
        pairs = list(zip(inside[::2], inside[1::2], strict=True))
        return MappingNode(MAP_TAG, pairs, start, ended.end_mark)

    def _tag(self, text: str, implicit: tuple[bool, bool]) -> Any:
        if not implicit[0]:
            return self._resolve(ScalarNode, text, implicit)
        if (found := self._tags.get(text)) is None:
            found = self._tags[text] = self._resolve(ScalarNode, text, implicit)
        return found
