"""XML as text, quickly: an element is a line, or the lines of what is inside it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from fractions import Fraction
from xml.sax.saxutils import quoteattr

Value = str | float | int | bool | Fraction | None
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def element(tag: str, inside: Iterable[str] | None = None, /, **attributes: Value) -> Iterator[str]:
    """An element's lines; attributes that are None, or empty text, are left out.

    >>> list(element("Track", element("Channel", id="c"), name="A & B"))
    ['<Track name="A &amp; B">', '<Channel id="c"/>', '</Track>']
    """
    said = "".join(
        f" {name}={_quoted(value)}" for name, value in attributes.items() if value not in (None, "")
    )
    lines = None if inside is None else list(inside)
    if not lines:
        yield f"<{tag}{said}/>"
        return
    yield f"<{tag}{said}>"
    yield from lines
    yield f"</{tag}>"


def _quoted(value: Value) -> str:
    if isinstance(value, bool):
        return '"true"' if value else '"false"'
    if isinstance(value, int):
        return f'"{value}"'
    if isinstance(value, (float, Fraction)):
        return f'"{decimal(value)}"'
    return quoteattr(_NOT_XML.sub("", value or ""))


def decimal(value: float | Fraction) -> str:
    """A number as the reader means it again; whole ones without a point.

    >>> decimal(Fraction(1, 3)), decimal(2.0), decimal(float("-inf"))
    ('0.3333333333333333', '2', '-inf')
    """
    number = float(value)
    return str(int(number)) if number.is_integer() and abs(number) < 2**53 else repr(number)
