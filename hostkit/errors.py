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
    └── GivenUp             with Ctrl-C, or by SIGTERM                           exit 130, 143

A message says what is wrong, where, and the cure, and is written for the person who
asked, not for the person who wrote the code. Foreign exceptions are turned into these at
the seam where they arise; the command line prints them without a traceback.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from hostkit.interrupts import SENTENCE

MOST_CHARACTERS = 2_000
"""Of one message: what is wrong is never longer, only what somebody wrote into a file."""
MOST_PROBLEMS = 100


def shortened(message: str) -> str:
    """A message that fits, its middle left out.

    >>> len(shortened("x" * 9_000)), shortened("short")
    (2000, 'short')
    """
    if len(message) <= MOST_CHARACTERS:
        return message
    side = MOST_CHARACTERS // 2
    return f"{message[: side - 1]}…{message[-side:]}"


class HostkitError(Exception):
    """Base of the tree; `exit_code` is what the command line returns for it."""

    exit_code = 1

    def __init__(self, message: str = "") -> None:
        lines = message.split("\n")
        super().__init__("\n".join(shortened(line) for line in lines))


class RequestError(HostkitError):
    exit_code = 2


@dataclass(frozen=True, order=True)
class Problem:
    """One thing wrong with an input, and where.

    `line` and `column` count from 1; 0 means the whole file. A message says what is wrong
    and, after a semicolon, what cures it.

    >>> problem = Problem("cue.yaml", 3, 5, "there is no stem 'string'; did you mean 'strings'?")
    >>> str(problem)
    "cue.yaml:3:5: there is no stem 'string'; did you mean 'strings'?"
    >>> problem.cure
    "did you mean 'strings'?"
    """

    file: str
    line: int
    column: int
    message: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "message", shortened(self.message))

    @property
    def cure(self) -> str:
        """What to do about it; empty where the message does not say."""
        depth, at = 0, len(self.message)
        for index, letter in reversed(list(enumerate(self.message))):
            depth += (letter in ")]}") - (letter in "([{")
            if depth == 0 and self.message.startswith("; ", index):
                at = index
                break
        said = self.message[at + 2 :]
        return "" if said.startswith("it is ") else said  # what stands there cures nothing

    def __str__(self) -> str:
        if not self.file:
            return self.message
        place = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        return shortened(f"{place}: {self.message}")


class InvalidInput(RequestError):
    """All the problems of an input at once, in the order they stand in it."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        lines = [str(problem) for problem in self.problems[:MOST_PROBLEMS]]
        if more := len(self.problems) - len(lines):
            lines.append(f"… and {more} more")
        Exception.__init__(self, "\n".join(lines))

    def __reduce__(self) -> tuple[type[InvalidInput], tuple[tuple[Problem, ...]]]:
        return type(self), (self.problems,)  # made again from its problems, not its message


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
        super().__init__(f"a print in the store {became}; render again")

    def __reduce__(self) -> tuple[type[LostPrint], tuple[str, str]]:
        return type(self), (self.fingerprint, self.became)


class QualityError(WorkError):
    pass


class GivenUp(WorkError):
    """By the user; `exit_code` tells Ctrl-C (130) from SIGTERM (143)."""

    def __init__(self, exit_code: int = 130) -> None:
        super().__init__(SENTENCE)
        self.exit_code = exit_code


def problems_of(error: HostkitError) -> tuple[Problem, ...]:
    """Everything an error says, one by one: of an InvalidInput each at its place.

    >>> problems_of(RequestError("there is no mix 'fulll'; did you mean 'full'?"))[0].cure
    "did you mean 'full'?"
    """
    if isinstance(error, InvalidInput):
        return error.problems
    return tuple(Problem("", 0, 0, line) for line in str(error).splitlines() or [""])
