"""Session files to `Session` values, with every problem at its place."""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from hostkit.errors import Fault, InvalidInput, Problem, fault_of
from hostkit.session.extends import read_tree
from hostkit.session.model.devices import DEVICE_TAGS
from hostkit.session.model.fields import FORM_TAGS, NAME_PATTERN, written_briefly
from hostkit.session.model.score.entries import ENTRY_TAGS
from hostkit.session.model.session import Session
from hostkit.session.suggest import MIXES, MOST_SUGGESTED, did_you_mean
from hostkit.session.yaml_tree import Path as KeyPath
from hostkit.session.yaml_tree import Tree

Model = TypeVar("Model", bound=BaseModel)

NAME_SIGNS = "write letters, digits, spaces and any of _ . + & # ( ) -"
MAX_ROUNDS = 20
"""Taking out what is wrong can bring up more that is; a session is done with long before."""


@dataclass(frozen=True)
class SessionText:
    """A session file and all it extends, read once: nothing is known of its shape yet."""

    path: Path
    tree: Tree
    files: tuple[Path, ...]

    @classmethod
    def read(cls, path: Path) -> SessionText:
        """Raises InvalidInput for what cannot be read or parsed; StorageError."""
        tree, files = read_tree(path)
        return cls(path, tree, files)


@dataclass(frozen=True)
class LoadedSession:
    """A session, where it came from, and where in the text each part of it stands."""

    session: Session
    path: Path
    tree: Tree
    files: tuple[Path, ...]

    @property
    def name(self) -> str:
        return self.path.stem

    def resolve(self, file: str) -> Path:
        """A file named in the session, as a path."""
        return self.path.parent / file

    def problem(self, path: KeyPath, message: str, cure: str = "") -> Problem:
        return self.tree.place(path).problem(message, cure)


def load_session(path: Path) -> LoadedSession:
    """Reads and validates a session file. Raises InvalidInput with all problems."""
    return session_in(SessionText.read(path))


def session_in(text: SessionText) -> LoadedSession:
    """The session in a text; raises InvalidInput with all problems."""
    return LoadedSession(validate(text.tree), text.path, text.tree, text.files)


@dataclass(frozen=True)
class ValidRest:
    """What is right in shape of a session that is not, and the places of what was left out."""

    loaded: LoadedSession
    left_out: frozenset[KeyPath]

    def may_follow(self, problem: Problem) -> bool:
        """Whether a problem of the rest may come of what was left out: it is of what held that."""
        around = (self.loaded.problem(path[:-1], "") for path in self.left_out)
        return any((one.line, one.column) == (problem.line, problem.column) for one in around)

    def is_left_out(self, name: str) -> bool:
        """Whether a name that is not there was left out."""
        return any(name == path[-1] for path in self.left_out)


def what_is_valid(text: SessionText) -> ValidRest | None:
    """A session without what is wrong in shape, so that the rest can be looked at too.

    None where too little is left to be a session.
    """
    data, left_out = copy.deepcopy(text.tree.data), set[KeyPath]()
    for _ in range(MAX_ROUNDS):
        try:
            session = Session.model_validate(data)
            loaded = LoadedSession(session, text.path, text.tree, text.files)
            return ValidRest(loaded, frozenset(left_out))
        except ValidationError as error:
            wrong = {_wrong_part(data, detail) for detail in error.errors(include_url=False)}
            if not all(_cut_out(data, part) for part in sorted(wrong, key=len, reverse=True)):
                return None
            left_out |= wrong
    return None


def _wrong_part(data: Any, detail: ErrorDetails) -> KeyPath:
    path, _ = _locate(data, detail["loc"])
    if path and path[-1] == "[key]":
        return path[:-1]
    return path[:-1] if detail["type"] == "missing" else path


def _cut_out(data: Any, path: KeyPath) -> bool:
    """Takes the part at `path` out; false where that is the whole document."""
    if not path:
        return False
    inside: Any = data
    for step in path[:-1]:
        if isinstance(inside, dict):
            if step not in inside:
                return True  # gone with something around it
            inside = inside[step]
        elif isinstance(inside, list):
            inside = inside[int(step)]
        else:
            return False
    if isinstance(inside, dict):
        inside.pop(path[-1], None)
    elif isinstance(inside, list):
        inside[int(path[-1])] = None  # its neighbours keep their numbers for this round
    else:
        return False
    return True


def validate(tree: Tree) -> Session:
    """The session in `tree`; raises InvalidInput with all problems."""
    return validate_as(Session, tree, Fault("a session is a map of keys", "begin with hostkit: 1"))


def validate_as(model: type[Model], tree: Tree, not_a_map: Fault) -> Model:
    """The document in `tree` as a `model`; raises InvalidInput with all problems.

    `not_a_map` is what to say of a document that is no map at all.
    """
    if not isinstance(tree.data, dict):
        raise InvalidInput([tree.place(()).problem(*not_a_map)])
    allowed: dict[int, tuple[str, ...]] = {}
    try:
        return model.model_validate(tree.data, context={"allowed": allowed})
    except ValidationError as error:
        details = error.errors(include_url=False)
        raise InvalidInput(
            [
                _problem(tree, allowed if number < MOST_SUGGESTED else {}, detail)
                for number, detail in enumerate(details)
            ]
        ) from None


def _problem(tree: Tree, allowed: Mapping[int, tuple[str, ...]], detail: ErrorDetails) -> Problem:
    path, around = _locate(tree.data, detail["loc"])
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


def _locate(data: Any, loc: tuple[str | int, ...]) -> tuple[KeyPath, Any]:
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


_OF_ONE_NAME = {"loop": "section", "sting": "section", "one_shot": "hit"}
"""Maps that are mistaken for the one name in them, and its key."""


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
        return Fault(f"{name}has characters that are not allowed here{shown}", _allowed(detail))
    if len(shown) > 80:
        shown = shown[:80] + "…"
    return Fault(f"{name}{message}{shown}")


def _is_recipe_in_list(path: KeyPath, detail: ErrorDetails) -> bool:
    return len(path) == 2 and isinstance(path[1], int) and isinstance(detail["input"], dict)


def _allowed(detail: ErrorDetails) -> str:
    """What a text may hold that becomes part of a file name; nothing where it is no name."""
    if detail.get("ctx", {}).get("pattern") != NAME_PATTERN:
        return ""
    return NAME_SIGNS
