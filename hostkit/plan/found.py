"""Values of planning with what was found on the way to them.

Planning takes values and gives values. What is wrong with a session (a problem, which stops),
what of it cannot be had (which is left out) and what is good to know (a warning) come back with
the value they belong to; nobody hands a list down to be filled. A step that is made of several
gathers what each of them found, and gives it on with its own value:

    told = Gathering(loaded)
    effects = told.take(resolver.effects(track.effects, at))
    if not effects:
        told.fault(at, "there are none", cure="write some")
    return told.with_value(effects)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from hostkit.errors import BadValue, Fault, InvalidInput, Problem, RequestError
from hostkit.session.load import LoadedSession
from hostkit.session.suggest import MOST_SUGGESTED, did_you_mean
from hostkit.session.yaml_tree import Path as KeyPath
from hostkit.themes.notation.faults import NotationError

T = TypeVar("T")


@dataclass(frozen=True)
class UnknownName:
    """A name that nothing has. Which is meant is guessed when all problems are together.

    A guess compares it with all known names, so only the first problems get one.
    """

    problem: Problem
    name: str
    known: Iterable[str]
    cure_of_none: str = ""
    """What would be right where there is nothing of its kind."""

    def guessed(self) -> Problem:
        cure = did_you_mean(self.name, self.known) or self.cure_of_none
        return replace(self.problem, cure=cure)


@dataclass(frozen=True)
class Found(Generic[T]):
    """A value, and what was found on the way to it, in that order.

    `lacking` are mixes that this session cannot give, and why.
    """

    value: T
    problems: tuple[Problem | UnknownName, ...] = ()
    warnings: tuple[str, ...] = ()
    lacking: tuple[tuple[str, Fault], ...] = ()

    @property
    def all_problems(self) -> tuple[Problem, ...]:
        return tuple(
            one
            if isinstance(one, Problem)
            else one.guessed()
            if number < MOST_SUGGESTED
            else one.problem
            for number, one in enumerate(self.problems)
        )

    def checked(self) -> T:
        """The value, where nothing is wrong. Raises InvalidInput with all problems."""
        if self.problems:
            raise InvalidInput(self.all_problems)
        return self.value


class Gathering:
    """What one step finds, until it is done; never handed to another."""

    def __init__(self, loaded: LoadedSession) -> None:
        self._loaded = loaded
        self.problems: tuple[Problem | UnknownName, ...] = ()
        self.warnings: tuple[str, ...] = ()
        self.lacking: tuple[tuple[str, Fault], ...] = ()

    def take(self, found: Found[T], *, inside: str = "") -> T:
        """The value of another step; what that found is said to be `inside` of something."""
        problems, warnings = found.problems, found.warnings
        if inside:
            problems = tuple(_inside(problem, inside) for problem in problems)
            warnings = tuple(f"{inside}: {text}" for text in warnings)
        self.problems += problems
        self.warnings += warnings
        self.lacking += found.lacking
        return found.value

    def fault(self, path: KeyPath, message: str, cure: str = "") -> None:
        """Something is wrong at a place of the session."""
        self.problems += (self._loaded.problem(path, message, cure),)

    def within(self, path: KeyPath, error: NotationError) -> None:
        """Music as text that stands at a place of the session is wrong in itself."""
        self.problems += tuple(
            self._loaded.tree.problem_within(path, one.offset, one.width, one.fault)
            for one in error.faults
        )

    def unknown(
        self, path: KeyPath, kind: str, name: str, known: Iterable[str], cure_of_none: str = ""
    ) -> None:
        """Nothing has a name that stands there; `cure_of_none` is where there is nothing at all."""
        problem = self._loaded.problem(path, f"there is no {kind} {name!r}")
        self.problems += (UnknownName(problem, name, known, cure_of_none),)

    def warn(self, *texts: str) -> None:
        self.warnings += texts

    def lack(self, mix: str, fault: Fault) -> None:
        """A mix is left out; the rest is delivered."""
        self.lacking += ((mix, fault),)

    def placing(self, path: KeyPath) -> Placing:
        """What is raised within is wrong at `path`, or where it says itself."""
        return Placing(self, path)

    def with_value(self, value: T) -> Found[T]:
        """All of it, with the value that the step gives."""
        return Found(value, self.problems, self.warnings, self.lacking)


class BadPart(BadValue):
    """What is wrong with a part of a value, at keys of it."""

    def __init__(self, keys: KeyPath, error: BadValue) -> None:
        self.keys, self.error = keys, error
        super().__init__(*error.fault)


@contextmanager
def wrong_at(*keys: str | int) -> Iterator[None]:
    """What is raised within is wrong at keys of the value that is looked at."""
    try:
        yield
    except BadPart as error:
        raise BadPart((*keys, *error.keys), error.error) from None
    except BadValue as error:
        raise BadPart(keys, error) from None


@dataclass(frozen=True)
class Placing:
    """A block whose errors become problems; what follows it is still looked at."""

    told: Gathering
    path: KeyPath

    def __enter__(self) -> None: ...

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> bool:
        path = self.path
        if isinstance(error, BadPart):
            path, error = (*path, *error.keys), error.error
        if isinstance(error, InvalidInput):
            self.told.problems += error.problems
        elif isinstance(error, NotationError):
            self.told.within(path, error)
        elif isinstance(error, RequestError | BadValue):
            self.told.fault(path, *error.fault)
        return isinstance(error, RequestError | BadValue)


def _inside(problem: Problem | UnknownName, what: str) -> Problem | UnknownName:
    if isinstance(problem, Problem):
        return replace(problem, message=f"{what}: {problem.message}")
    there = problem.problem
    return replace(problem, problem=replace(there, message=f"{what}: {there.message}"))
