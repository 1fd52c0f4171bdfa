"""Every error hostkit raises on purpose, in one tree.

HostkitError
├── RequestError            the request or an input is wrong                     exit 2
│   └── InvalidInput        …with every problem found, each at its place
└── WorkError               the request was fine, the work failed                exit 1
    ├── DeviceError         a plug-in or SoundFont refused, misbehaved
    │   ├── DeviceCrashed   …its process died
    │   └── DeviceHung      …it made no progress for too long
    ├── StorageError        disk full, folder not writable, file vanished
    │   └── LostPrint       …from the store, damaged or gone: it can be made again
    ├── QualityError        the work was done and measured, and does not pass
    └── RunCancelled        with Ctrl-C, SIGTERM or SIGHUP                       exit 130, 143, 129

Every error says what is wrong, and why (`message`), and what would be right (`cure`, empty
where nobody knows). The two stay apart, and are joined only to be printed: "message; cure".
Both are written for the person who asked, not for the person who wrote the code. Foreign
exceptions are turned into these at the seam where they arise; the command line prints them
without a traceback.
"""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple, Self

from hostkit.ground.process.interrupts import SENTENCE

MOST_CHARACTERS = 2_000
"""Of one message: what is wrong is never longer, only what somebody wrote into a file."""
MOST_PROBLEMS = 100
_LONG = 120
"""Characters of a message and its cure that nobody wants to read twice."""


def shortened(message: str) -> str:
    """A message that fits, its middle left out.

    >>> len(shortened("x" * 9_000)), shortened("short")
    (2000, 'short')
    """
    if len(message) <= MOST_CHARACTERS:
        return message
    side = MOST_CHARACTERS // 2
    return f"{message[: side - 1]}…{message[-side:]}"


class Fault(NamedTuple):
    """What is wrong, and why; and what would be right. Not yet an error, nor at a place.

    >>> print(Fault("there is no stem 'string'", "did you mean 'strings'?"))
    there is no stem 'string'; did you mean 'strings'?
    """

    message: str
    cure: str = ""

    def __str__(self) -> str:
        return shortened(f"{self.message}; {self.cure}" if self.cure else self.message)

    def of(self, what: object) -> Fault:
        """The same, said to be of `what`: its name comes first.

        >>> Fault("it goes down", "write the lower note first").of("--range").message
        '--range: it goes down'
        """
        return Fault(f"{what}: {self.message}", self.cure)


class _Carried(Exception):
    """Comes out of another process as it was there, whatever its kind is made from."""

    def __reduce__(self) -> tuple[Any, ...]:
        return _received, (type(self), self.args), self.__dict__


def _received(kind: type[_Carried], args: tuple[Any, ...]) -> _Carried:
    return kind.__new__(kind, *args)


class BadValue(_Carried, ValueError):
    """A value that means nothing, as timecode or as a length; its reader knows where it stands."""

    def __init__(self, message: str, cure: str = "") -> None:
        self.fault = Fault(message, cure)
        super().__init__(str(self.fault))


class CannotMove(OSError):
    """Files that could not take their places, though nothing is wrong with the disk."""

    def __init__(self, message: str, cure: str) -> None:
        self.fault = Fault(message, cure)
        super().__init__(errno.EINVAL, str(self.fault))


def fault_of(error: Exception) -> Fault:
    """What an exception says: one of our own with its cure, anybody's in its words."""
    if isinstance(error, HostkitError | BadValue | CannotMove):
        return error.fault
    return Fault(error.strerror if isinstance(error, OSError) and error.strerror else str(error))


@dataclass(frozen=True, order=True)
class Problem:
    """One thing wrong with an input, where, and its cure.

    `line` and `column` count from 1; 0 means the whole file. No `file`: the request itself.
    `excerpt` shows the place where that helps: lines to be printed below.

    >>> print(Problem("cue.yaml", 3, 5, "unknown key 'lenght'", "did you mean 'length'?"))
    cue.yaml:3:5: unknown key 'lenght'; did you mean 'length'?
    """

    file: str
    line: int
    column: int
    message: str
    cure: str = ""
    excerpt: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "message", shortened(self.message))
        object.__setattr__(self, "cure", shortened(self.cure))

    @property
    def fault(self) -> Fault:
        """What is wrong, wherever that is."""
        return Fault(self.message, self.cure)

    @property
    def placed(self) -> Fault:
        """What is wrong, its place in the message."""
        place = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        return self.fault.of(place) if place else self.fault

    @property
    def in_full(self) -> str:
        """All that is to be printed of it."""
        return f"{self}\n{self.excerpt}" if self.excerpt else str(self)

    def __str__(self) -> str:
        return str(self.placed)


class HostkitError(_Carried):
    """Base of the tree; `exit_code` is what the command line returns for it.

    `problems` are all that it says, one by one: one, unless it was made of several. What is wrong
    with a `file` begins with its path when it is printed.
    """

    exit_code = 1
    problems: tuple[Problem, ...]

    def __init__(self, message: str = "", cure: str = "", file: object = "") -> None:
        self._say([Problem(str(file), 0, 0, message, cure)])

    @classmethod
    def of(cls, faults: Iterable[Fault]) -> Self:
        """An error of several faults, each on a line of its own."""
        error = cls()
        error.say_all(faults)
        return error

    def say_all(self, faults: Iterable[Fault]) -> None:
        """For kinds that are made of several things that went wrong."""
        self._say(Problem("", 0, 0, *fault) for fault in faults)

    def reword(self, change: Callable[[str], str]) -> None:
        """The same, each at its place, for somebody who has other words for it."""
        self._say(
            replace(problem, message=change(problem.message), cure=change(problem.cure))
            for problem in self.problems
        )

    def _say(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        lines = list(_lines(self.problems[:MOST_PROBLEMS]))
        if more := len(self.problems) - len(lines):
            lines.append(f"… and {more} more")
        Exception.__init__(self, "\n".join(lines))

    @property
    def fault(self) -> Fault:
        """What it says, to be said of something else: of several problems, all their lines."""
        return self.problems[0].placed if len(self.problems) == 1 else Fault(str(self))


def _lines(problems: Iterable[Problem]) -> Iterator[str]:
    """A line each; a long one that comes again says only where it was said before."""
    said: dict[tuple[str, Fault], Problem] = {}
    for problem in problems:
        first = said.setdefault((problem.file, problem.fault), problem)
        if problem.line and first is not problem and len(str(problem.fault)) > _LONG:
            yield str(replace(problem, message=f"the same as at line {first.line}", cure=""))
        else:
            yield problem.in_full


class RequestError(HostkitError):
    exit_code = 2


class InvalidInput(RequestError):
    """All the problems of an input at once, in the order they stand in it."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self._say(sorted(set(problems)))


class WorkError(HostkitError):
    exit_code = 1


class DeviceError(WorkError):
    pass


class DeviceCrashed(DeviceError):
    pass


class DeviceHung(DeviceError):
    pass


class StorageError(WorkError):
    pass


class LostPrint(StorageError):
    """A print or step that the store held: what became of it, in words (`was damaged …`)."""

    def __init__(self, fingerprint: str, became: str) -> None:
        self.fingerprint, self.became = fingerprint, became
        super().__init__(f"a print in the store {became}", cure="render again")


class QualityError(WorkError):
    pass


class RunCancelled(WorkError):
    """By the user; `exit_code` tells Ctrl-C (130), SIGTERM (143) and SIGHUP (129) apart."""

    def __init__(self, exit_code: int = 130, sentence: str = SENTENCE) -> None:
        super().__init__(sentence)
        self.exit_code = exit_code
