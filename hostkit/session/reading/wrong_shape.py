"""What pydantic finds wrong with the shape of a document, as problems at their places."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from pydantic_core import ErrorDetails

from hostkit.errors import Fault, Problem, fault_of
from hostkit.session.model.devices import DEVICE_TAGS
from hostkit.session.model.fields import FORM_TAGS, NAME_PATTERN, written_briefly
from hostkit.session.model.score.entries import ENTRY_TAGS
from hostkit.session.suggest import MIXES, did_you_mean
from hostkit.session.yaml_tree import Path as KeyPath
from hostkit.session.yaml_tree import Tree

NAME_SIGNS = "write letters from a to z, digits, spaces and any of _ . + & # ( ) -"


def problem_of(tree: Tree, allowed: Mapping[int, tuple[str, ...]], detail: ErrorDetails) -> Problem:
    """What one of pydantic's errors says; `allowed` are the keys of each map, by its `id`."""
    path, around = located(tree.data, detail["loc"])
    kind, last = detail["type"], str(detail["loc"][-1]) if detail["loc"] else ""
    if kind == "extra_forbidden":
        known = allowed.get(id(around), ())
        return tree.key_place(path).problem(f"unknown key {last!r}", cure=did_you_mean(last, known))
    if kind == "missing":
        inside = f" in {_inside(path[:-1])}" if len(path) > 1 else ""
        return tree.key_place(path[:-1]).problem(
            f"the key {last!r} is missing{inside}", cure="add it"
        )
    if path and path[-1] == "[key]":
        return tree.key_place(path[:-1]).problem(
            f"the name {path[-2]!r} has characters that cannot be part of a file name",
            cure=NAME_SIGNS,
        )
    return tree.place(path).problem(*_fault(path, detail))


def located(data: Any, loc: tuple[str | int, ...]) -> tuple[KeyPath, Any]:
    """The path of a validation error in the document, and the map or list around it.

    Pydantic's own path has two steps more than the document: the form that was chosen
    where several are possible, and the key of a built-in effect's parameters.
    """
    path: list[str | int] = []
    around = data
    for number, step in enumerate(loc):
        if not isinstance(data, (dict, list)) and step != "[key]":
            break  # the rest names the types that the value could have had
        if isinstance(data, list) and not isinstance(step, int) and step not in FORM_TAGS:
            break
        if number == 0 or not _is_form(path, loc[number - 1], step):
            if step == "params" and isinstance(data, dict) and step not in data:
                step = next(iter(data), step)
            path.append(step)
            around = data
            if isinstance(data, dict):
                data = data.get(str(step))
            elif isinstance(data, list) and isinstance(step, int) and step < len(data):
                data = data[step]
    return tuple(path), around


def _is_form(path: list[str | int], before: str | int, step: str | int) -> bool:
    """Whether a step names the form chosen for the value at `path`."""
    if not path or before != path[-1]:
        return False  # the step before was a form already
    if step in DEVICE_TAGS:
        in_list = len(path) > 1 and path[-2] in ("effects", "master")
        return path[-1] == "instrument" or in_list
    if step in ENTRY_TAGS:
        return len(path) > 1 and path[-2] == "score"
    return step in FORM_TAGS and path[-1] in ("midi", "mixes", "articulation", "themes", "isrc")


_PLAIN_WORDS = (
    ("a valid dictionary", "a map"),
    ("a valid integer", "a whole number"),
    ("a valid string", "text"),
    ("a valid boolean", "true or false"),
    ("a valid ", "a "),
)
"""Pydantic's words, and ours."""
_OF_ONE_NAME = {"loop": "section", "sting": "section", "one_shot": "hit"}
"""Maps that are mistaken for the one name in them, and its key."""


_WRITTEN = {
    "meter": "write it as 4/4: 1 to 64 over 1, 2, 4, 8, 16, 32 or 64",
    "instrument": "write a preset's name, as strings/warm-ensemble, or {soundfont: …}",
    "effects": "write a preset's name, as effects/glue, or {plugin: …}",
    "preset": "write its name, as strings/warm-ensemble",
    "plugin": "write the plug-in's name, no path",
    "category": "write it as strings/sustains, in small letters",
    "code": "write up to 16 letters from a to z, digits, _ and -",
    "ipi": "write it as 00014107338",
    "air_date": "write it as 2026-01-31",
    "release_date": "write it as 2026-01-31",
    "space": "write ' ', '_', '-' or ''",
}
"""How the text of a key is written that has a form of its own."""


def _inside(path: KeyPath) -> str:
    """A map by its name, or by its number in its list, from 1.

    >>> _inside(("hits", 1)), _inside(("tracks", "low"))
    ("item 2 of 'hits'", "'low'")
    """
    *before, last = path
    return f"item {last + 1} of {before[-1]!r}" if isinstance(last, int) else repr(last)


def _fault(path: KeyPath, detail: ErrorDetails) -> Fault:
    if detail["type"] == "value_error":
        return fault_of(detail["ctx"]["error"])
    if path[:1] == ("mixes",) and (detail["type"] == "form" or _is_recipe_in_list(path, detail)):
        return MIXES
    if detail["type"] in ("form", "instrument_form", "effect_form"):
        return Fault(detail["msg"])
    message = detail["msg"].replace("Input should", "should")
    message = re.sub(r" or (an )?instance of \w+", "", message)
    for theirs, plain in _PLAIN_WORDS:
        message = message.replace(theirs, plain)
    value = detail["input"]
    if path and path[-1] in _OF_ONE_NAME and detail["type"] == "model_type":
        written = value if isinstance(value, str) and len(value) <= 64 else "NAME"
        key = _OF_ONE_NAME[str(path[-1])]
        return Fault(f"{path[-1]!r} is a map", f"write {path[-1]}: {{{key}: {written}}}")
    names = [step for step in path if isinstance(step, str)]
    item = ":" if path and isinstance(path[-1], int) else ""  # of a list, or of a pair in it
    name = f"{names[-1]!r}{item} " if names else ""
    shown = (
        f"; it is {written_briefly(value)}" if isinstance(value, (str, int, float, bool)) else ""
    )
    if detail["type"] == "string_pattern_mismatch":
        if detail.get("ctx", {}).get("pattern") == NAME_PATTERN:
            return Fault(f"{name}has characters that are not allowed here{shown}", NAME_SIGNS)
        cure = _WRITTEN.get(names[-1], "") if names else ""
        return Fault(f"{name}is not written as it has to be{shown}", cure)
    if len(shown) > 80:
        shown = shown[:80] + "…"
    return Fault(f"{name}{message}{shown}")


def _is_recipe_in_list(path: KeyPath, detail: ErrorDetails) -> bool:
    return len(path) == 2 and isinstance(path[1], int) and isinstance(detail["input"], dict)
