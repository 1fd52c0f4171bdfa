"""The elements of an FCPXML that say where markers are.

Entities are refused: a file of a kilobyte can name gigabytes by them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import NoReturn
from xml.parsers import expat

from hostkit.errors import BadValue
from hostkit.picture.spotting.marker import Refused

MARKERS = frozenset({"marker", "chapter-marker"})
CLIPS = frozenset(
    {"clip", "asset-clip", "ref-clip", "mc-clip", "sync-clip", "title", "gap", "video", "audio"}
) | {"transition", "live-drawing", "caption"}
_READ = CLIPS | MARKERS | {"fcpxml", "resources", "library", "event", "project", "format", "asset"}
_READ |= {"media", "multicam", "mc-angle", "sequence", "spine", "audition", "conform-rate"}
_TIME = re.compile(r"(-?\d{1,18})(?:/(\d{1,18}))?s?", re.ASCII)
_MOST_ELEMENTS, _MOST_DEEP = 500_000, 200


@dataclass
class Element:
    """An element of FCPXML, with the line that it begins on, from 1."""

    tag: str
    attributes: dict[str, str]
    line: int
    inside: list[Element] = field(default_factory=list)

    def time(self, name: str) -> Fraction | None:
        """A time in seconds. Raises BadValue for what is none."""
        text = self.attributes.get(name)
        found = _TIME.fullmatch(text) if text is not None else None
        if text is not None and (found is None or found[2] == "0" * len(found[2] or "x")):
            raise BadValue(f"{name}={text[:40]!r} is no time", cure="it is written as 1001/24000s")
        return Fraction(int(found[1]), int(found[2] or 1)) if found else None

    def all(self, *tags: str) -> Iterator[Element]:
        """Those below it with a tag, in the order of the file."""
        waiting = list(reversed(self.inside))
        while waiting:
            element = waiting.pop()
            if element.tag in tags:
                yield element
            waiting += reversed(element.inside)


def tree_of(data: bytes) -> Element:
    """The elements that count. Raises Refused: no XML, entities, more than anybody makes."""
    root = Element("", {}, 0)
    open_elements = [root]
    parser = expat.ParserCreate()
    count = 0

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal count
        count += 1
        if count > _MOST_ELEMENTS or len(open_elements) > _MOST_DEEP:
            raise Refused("it has more elements than a film", "is it the right file?")
        if tag in _READ:
            element = Element(tag, attributes, parser.CurrentLineNumber)
            open_elements[-1].inside.append(element)
            open_elements.append(element)

    def end(tag: str) -> None:
        if tag in _READ:
            open_elements.pop()

    def entity(*_: object) -> NoReturn:
        raise Refused("it declares entities, which no FCPXML needs", "export it again")

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.EntityDeclHandler = entity
    try:
        parser.Parse(data, True)
    except Refused:
        raise
    except (LookupError, ValueError) as error:  # the encoding that its first line names
        raise Refused(f"cannot be decoded: {error}", "save it as UTF-8") from None
    except expat.ExpatError as error:
        raise Refused(
            f"is not XML here: {expat.ErrorString(error.code)}", "export it again", error.lineno
        ) from None
    return root
