"""The few SVG elements that charts are drawn with, in the colours of everything else.

An attribute that is a Colour has the one for light paper, which every program knows, and a class by
which a browser takes the other one for readers who prefer dark.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from hostkit.looks.colours import COLOURS, FAIR, FONT, GOOD, PAPER, Colour

_PAINTS = ("fill", "stroke")


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
    painted = [_class(key, value) for key, value in attributes.items() if isinstance(value, Colour)]
    if painted:
        attributes = {**attributes, "class": " ".join(painted)}
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


def symbol(status: Colour, x: float, y: float, radius: float) -> str:
    """A point that tells by its shape, too, how it went: good, else fair, else bad."""
    if status is GOOD:
        return element("circle", cx=x, cy=y, r=radius, fill=status, stroke=PAPER)
    wide, high = 1.3 * radius, 1.2 * radius
    corners = [(x, y - high), (x + wide, y + high), (x - wide, y + high)]
    if status is not FAIR:
        corners = [(x, y - wide), (x + wide, y), (x, y + wide), (x - wide, y)]
    return polygon(corners, fill=status, stroke=PAPER)


def document(width: int, height: int, title: str, about: str, body: Sequence[str]) -> str:
    """The whole file, on paper; `about` is for who has it read aloud.

    It is as large as it says, and smaller where a window is narrower, as on a telephone.
    """
    drawn = "\n".join((element("rect", width=width, height=height, fill=PAPER), *body))
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}" style="max-width: 100%; height: auto" '
        'role="img" aria-labelledby="title about" '
        f"font-family='{FONT}'>"
    )
    named = (
        element("title", escape(title), id="title"),
        element("desc", escape(about), id="about"),
        element("style", _dark(drawn)),
    )
    return "\n".join((head, *named, drawn, "</svg>")) + "\n"


def _dark(drawn: str) -> str:
    """What classes are used of, on dark paper."""
    rules = [
        f".{name} {{ {paint}: {colour.dark} }}"
        for colour in COLOURS
        for paint in _PAINTS
        if (name := _class(paint, colour)) in drawn
    ]
    return f"@media (prefers-color-scheme: dark) {{ {' '.join(rules)} }}"


def _class(paint: str, colour: Colour) -> str:
    """The class of what is painted so, as `fill-lane-1`."""
    return f"{paint}-{colour.name}"


def _path(points: Iterable[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{number(x)} {number(y)}" for x, y in points)


def _value(value: object) -> str:
    return number(value) if isinstance(value, float) else str(value)
