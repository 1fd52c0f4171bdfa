"""The XML of a project as elements: no document type, no entities, bounded in every way."""

from __future__ import annotations

import re
from dataclasses import dataclass
from xml.etree.ElementTree import Element, ParseError, TreeBuilder, XMLParser
from xml.parsers import expat

from hostkit.errors import BadValue

MAX_BYTES = 256_000_000
MAX_ELEMENTS = 2_000_000
MAX_DEPTH = 64
_TOO_DEEP = f"its elements are nested more than {MAX_DEPTH} deep"
_EXPORT_AGAIN = "export the project again from its program"
_HEAD = re.compile(rb"""(?:\xef\xbb\xbf)?<\?xml[^>]*?encoding\s*=\s*["'](?P<encoding>[^"']*)["']""")
_OTHER_MARKS = (b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0")
"""What a text in 16 or 32 bits begins with."""


@dataclass(frozen=True)
class ReadTree:
    """The root element, and where the text breaks off ("" where it is whole)."""

    root: Element
    broken: str = ""
    foreign_text: bool = False


class _Refused(Exception):
    """What no project needs, and an attack does."""


def read_tree(data: bytes) -> ReadTree:
    """The elements of an XML text, of a damaged one those before the damage. Raises BadValue.

    >>> read_tree(b"<Project><Track/><Tr").root[0].tag
    'Track'
    """
    if _is_plain(data) and (root := _quickly(data)) is not None:
        return ReadTree(root)
    try:
        return _parsed(data, None)
    except (LookupError, UnicodeError):
        raise BadValue("it is written in an encoding that is not known") from None


def _is_plain(data: bytes) -> bool:
    """Whether it is UTF-8 without a document type or namespaces, and with room for its elements."""
    head = _HEAD.match(data)
    encoding = head["encoding"] if head else None
    return (
        (encoding is None or encoding.lower() == b"utf-8")
        and not data.startswith(_OTHER_MARKS)
        and b"<!DOCTYPE" not in data
        and b"xmlns" not in data
        and data.count(b"<") - data.count(b"</") <= MAX_ELEMENTS
    )


def _quickly(data: bytes) -> Element | None:
    """The root as the C library makes it, in a fifth of the time; None for a damaged text."""
    parser = XMLParser(target=TreeBuilder())
    try:
        parser.feed(data)
        root: Element = parser.close()
    except ParseError:
        return None
    inner, depth = [root], 1
    while inner := [child for element in inner for child in element]:
        depth += 1
        if depth > MAX_DEPTH:
            raise BadValue(_TOO_DEEP, _EXPORT_AGAIN)
    return root


def _parsed(data: bytes, encoding: str | None, foreign_text: bool = False) -> ReadTree:
    builder = TreeBuilder()
    open_tags: list[str] = []
    seen = 0

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal seen
        seen += 1
        if len(open_tags) >= MAX_DEPTH:
            raise _Refused(_TOO_DEEP)
        if seen > MAX_ELEMENTS:
            raise _Refused(f"it has more than {MAX_ELEMENTS} elements")
        tag = tag.rpartition(":")[2]  # without the prefix of its namespace
        open_tags.append(tag)
        builder.start(tag, attributes)

    def end(_: str) -> None:
        builder.end(open_tags.pop())

    def refuse(*_: object) -> None:
        raise _Refused("it declares a document type, which no DAWproject does")

    parser = expat.ParserCreate(encoding)
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = builder.data
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = refuse
    broken = ""
    try:
        parser.Parse(data, True)
    except _Refused as error:
        raise BadValue(str(error), _EXPORT_AGAIN) from None
    except expat.ExpatError as error:
        if encoding is None and not _is_utf8(data):
            return _parsed(data.decode("cp1252", errors="replace").encode(), "utf-8", True)
        broken = f"line {error.lineno}: {expat.ErrorString(error.code)}"
    if not seen:
        raise BadValue(f"it is no XML ({broken})", "export the project again")
    for tag in reversed(open_tags):
        builder.end(tag)
    return ReadTree(builder.close(), broken, foreign_text)


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
