"""The few SVG elements that plots are drawn with."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape


def number(value: float) -> str:
    """A coordinate to a tenth of a unit.

    >>> number(12.0), number(3.14159)
    ('12', '3.1')
    """
    return f"{value:.1f}".removesuffix(".0")


def element(name: str, text: str | None = None, /, **attributes: object) -> str:
    """One element; underscores in attribute names become hyphens, numbers are rounded.

    >>> element("line", x1=0.04, stroke_width=2)
    '<line x1="0" stroke-width="2"/>'
    """
    written = "".join(
        f' {key.replace("_", "-").strip("-")}="{escape(_value(value))}"'
        for key, value in attributes.items()
    )
    return f"<{name}{written}/>" if text is None else f"<{name}{written}>{text}</{name}>"


def label(x: float, y: float, text: str, /, **attributes: object) -> str:
    return element("text", escape(text), x=x, y=y, **attributes)


def polygon(points: Iterable[tuple[float, float]], /, **attributes: object) -> str:
    """A filled shape."""
    return element("path", d=_path(points) + "Z", **attributes)


def polyline(points: Iterable[tuple[float, float]], /, **attributes: object) -> str:
    """A line through points, not filled."""
    return element("path", d=_path(points), fill="none", **attributes)


def document(width: int, height: int, title: str, body: Sequence[str]) -> str:
    """The whole file."""
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}" '
        'font-family="Inter, Helvetica Neue, Helvetica, Arial, sans-serif">'
    )
    return "\n".join((head, element("title", escape(title)), *body, "</svg>")) + "\n"


def _path(points: Iterable[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{number(x)} {number(y)}" for x, y in points)


def _value(value: object) -> str:
    return number(value) if isinstance(value, float) else str(value)
