"""What is right of a session that is wrong in shape, so that it can be looked at, too."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from hostkit.errors import Problem
from hostkit.session.load import LoadedSession, SessionText
from hostkit.session.model.session import Session
from hostkit.session.reading.wrong_shape import located
from hostkit.session.yaml_tree import Path as KeyPath

MAX_ROUNDS = 20
"""Taking out what is wrong can bring up more that is; a session is done with long before."""


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
    path, _ = located(data, detail["loc"])
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
