"""Articulations from an expression map of Cubase (`.expressionmap`, XML).

Read are each sound slot's name, its output messages (notes as keyswitches, controllers, program
changes) and its channel. What else a slot does to notes is named, and left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from pydantic import ValidationError

from hostkit.errors import RequestError
from hostkit.ground.named_file import cure_of_missing, read_named
from hostkit.session.model.articulations import Articulation

MAX_BYTES = 8 * 2**20
MAX_SLOTS = 1000
_CURE = "save it again with Cubase's expression map setup"
_UNREAD = {
    "velocityFact": "1",
    "lengthFact": "1",
    "minVelocity": "0",
    "maxVelocity": "127",
    "transpose": "0",
}
"""What a slot may do to its notes that is not read, and what means that it does not."""


@dataclass(frozen=True)
class ExpressionMap:
    """Its articulations by name; `unread` are those that would change their notes, too, and
    `namesakes` those that other slots of the map have the name of, but send something else.
    """

    articulations: dict[str, Articulation]
    unread: tuple[str, ...]
    namesakes: tuple[str, ...]


def read_expression_map(path: Path) -> ExpressionMap:
    """The map in a file, of at most MAX_BYTES. Raises RequestError."""
    try:
        text = read_named(path, MAX_BYTES).decode("utf-8-sig")
    except FileNotFoundError:
        raise RequestError("there is no such file", cure=cure_of_missing(path), file=path) from None
    except (OSError, ValueError) as problem:
        reason = getattr(problem, "strerror", None) or "it is not text in UTF-8, or too large"
        raise RequestError(f"it cannot be read: {reason}", cure=_CURE, file=path) from None
    if "<!DOCTYPE" in text:  # only there can entities be defined, which can be bombs
        raise RequestError("it defines a document type", cure=_CURE, file=path)
    try:
        root = ElementTree.fromstring(text)
    except ElementTree.ParseError as problem:
        raise RequestError(f"it is not XML: {problem}", cure=_CURE, file=path) from None
    slots = root.findall(".//obj[@class='PSoundSlot']") if root.tag == "InstrumentMap" else []
    if not slots or len(slots) > MAX_SLOTS:
        many = f"more than {MAX_SLOTS}" if slots else "no"
        raise RequestError(f"it has {many} sound slots", cure="is it a map of Cubase's?", file=path)
    articulations: dict[str, Articulation] = {}
    unread, namesakes = [], []
    for slot in slots:
        named = slot.find("member[@name='name']/string[@name='s']")
        name = "" if named is None else named.get("value", "").strip()[:64]
        if not name:
            continue
        try:
            sent = _articulation(slot)
        except (ValidationError, ValueError):
            raise RequestError(
                f"its slot {name!r} sends what is no articulation", cure=_CURE, file=path
            ) from None
        if name in articulations:
            if articulations[name] != sent:
                namesakes.append(name)
            continue
        articulations[name] = sent
        if any(value != _UNREAD[key] for key, value in _numbers(slot) if key in _UNREAD):
            unread.append(name)
    return ExpressionMap(articulations, tuple(unread), tuple(dict.fromkeys(namesakes)))


def _articulation(slot: ElementTree.Element) -> Articulation:
    keys: list[int] = []
    controllers: list[tuple[int, int]] = []
    program = None
    for event in slot.iterfind("obj[@name='action']//obj[@class='POutputEvent']"):
        values = dict(_numbers(event))
        status, first, second = (int(values.get(key, 0)) for key in ("status", "data1", "data2"))
        if status & 0xF0 == 0x90:
            keys.append(first)
        elif status & 0xF0 == 0xB0:
            controllers.append((first, second))
        elif status & 0xF0 == 0xC0:
            program = first
    channels = [int(value) for key, value in _numbers(slot) if key == "channel"]
    channel = next((one + 1 for one in channels if one >= 0), None)
    return Articulation(keyswitch=keys, cc=controllers, program=program, channel=channel)


def _numbers(element: ElementTree.Element) -> Iterator[tuple[str, str]]:
    """The numbers in it by name, however deep."""
    for number in element.iter():
        if number.tag in ("int", "float"):
            yield number.get("name", ""), number.get("value", "")
