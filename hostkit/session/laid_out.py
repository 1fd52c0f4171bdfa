"""How a session's YAML is laid out: where its parts begin and end, and where more of them go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ruamel.yaml.nodes import CollectionNode, MappingNode, Node, ScalarNode, SequenceNode

_INDENT = 2


def replaced(text: str, key: ScalarNode, node: Node, value: str | Sequence[str]) -> str:
    """The text with the value of a top key, in a line or lines of its own, replaced.

    A comment behind the key, or behind a value on the key's line, stays there.
    """
    colon = text.index(":", key.end_mark.index) + 1
    end = _end(node)
    starts_below = "\n" in text[colon : node.start_mark.index]
    behind = colon if starts_below else end
    comment = text[behind : _line_end(text, behind)].rstrip("\r\n")
    indent = key.start_mark.column + _INDENT
    if isinstance(node, SequenceNode) and not node.flow_style:
        indent = node.start_mark.column
    made = _written(value, indent, comment, _newline(text))
    return _joined(text[:colon], made, text[_line_end(text, end) :], text)


def inserted(text: str, after: Node | None, key: str, value: str | Sequence[str]) -> str:
    """The text with another top key, below the value of the one it comes `after`."""
    at = _line_end(text, _end(after)) if after is not None else 0
    newline = _newline(text)
    head = text[:at] if not at or text[:at].endswith(("\n", "\r")) else text[:at] + newline
    return f"{head}{key}:{_written(value, _INDENT, '', newline)}{newline}{text[at:]}"


def in_flow_document(
    text: str, pairs: Mapping[str, tuple[Node, Node]], key: str, value: str | Sequence[str]
) -> str:
    """The text of a document in braces, such as JSON, with a key of it set."""
    made = value if isinstance(value, str) else f"[{', '.join(value)}]"
    if key in pairs:
        return with_span(text, pairs[key][1], made)
    end = _end(list(pairs.values())[-1][1])
    return f'{text[:end]}, "{key}": {made}{text[end:]}'


def into_map(text: str, node: MappingNode, key: str, value: str) -> str:
    """The text with another key in a map, behind its last one.

    A value that begins with a new line is a block: its lines are indented already.
    """
    if not node.value:
        return with_span(text, node, f"{{{key}: {value}}}")
    last = node.value[-1][1]
    end = _end(last)
    if node.flow_style:
        return f"{text[:end]}, {key}: {value}{text[end:]}"
    at, newline = _line_end(text, end), _newline(text)
    head = text[:at] if text[:at].endswith(("\n", "\r")) else text[:at] + newline
    indent = " " * node.value[0][0].start_mark.column
    space = "" if value.startswith(newline) else " "
    return f"{head}{indent}{key}:{space}{value}{newline}{text[at:]}"


def with_span(text: str, node: Node, value: str) -> str:
    """The text with one part of it replaced."""
    start, end = span(node)
    return f"{text[:start]}{value}{text[end:]}"


def span(node: Node) -> tuple[int, int]:
    """Where a part begins, and where it ends, in characters of the text."""
    return node.start_mark.index, _end(node)


def into_list(text: str, node: SequenceNode, number: int, items: Sequence[str]) -> str:
    """The text with items put before the item of that number, laid out as the list is."""
    insert = _into_flow_list if node.flow_style else _into_block_list
    return insert(text, node, number, items)


def _into_block_list(text: str, node: SequenceNode, number: int, items: Sequence[str]) -> str:
    if number:
        at = _line_end(text, _end(node.value[number - 1]))
    else:
        at = _line_start(text, node.start_mark.index)
        while text[_line_start(text, at - 1) : at].lstrip().startswith("#"):
            at = _line_start(text, at - 1)  # what is said of the first item stays above it
    newline = _newline(text)
    head = text[:at] if text[:at].endswith(("\n", "\r")) else text[:at] + newline
    dash = " " * node.start_mark.column + "- "
    return head + "".join(f"{dash}{item}{newline}" for item in items) + text[at:]


def _into_flow_list(text: str, node: SequenceNode, number: int, items: Sequence[str]) -> str:
    last = number == len(node.value)
    beside = node.value[number - 1 if last else number]
    start = beside.start_mark.index
    before = text[_line_start(text, start) : start]
    separator = f",{_newline(text)}{before}" if not before.strip() else ", "
    made = separator.join(items)
    if not last:
        return f"{text[:start]}{made}{separator}{text[start:]}"
    end = _end(beside)
    rest = text[end : _line_end(text, end)]
    if "," in separator.rstrip() and rest.strip().startswith(("#", ",")):
        comma = "" if rest.strip().startswith(",") else ","
        line = end + len(rest)
        return f"{text[:end]}{comma}{rest}{before}{made}{_newline(text)}{text[line:]}"
    return f"{text[:end]}{separator}{made}{text[end:]}"


def _written(value: str | Sequence[str], indent: int, comment: str, newline: str) -> str:
    """What stands behind a key's colon."""
    if isinstance(value, str) or not value:
        return f" {value or '[]'}{comment}"
    return comment + "".join(f"{newline}{' ' * indent}- {item}" for item in value)


def _joined(head: str, made: str, rest: str, text: str) -> str:
    ends = rest or text.endswith(("\n", "\r"))
    return f"{head}{made}{_newline(text) if ends else ''}{rest}"


def _end(node: Node) -> int:
    """Where the last of a part stands: marks of blocks go on to what follows."""
    if isinstance(node, CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return _end(last[1] if isinstance(node, MappingNode) else last)
    end: int = node.end_mark.index
    if isinstance(node, ScalarNode) and node.style in ("|", ">"):
        end = len(node.end_mark.buffer[:end].rstrip())
    return end


def _newline(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"


def _line_start(text: str, at: int) -> int:
    return text.rfind("\n", 0, max(at, 0)) + 1


def _line_end(text: str, at: int) -> int:
    """Behind the end of the line."""
    found = text.find("\n", at)
    return len(text) if found < 0 else found + 1
