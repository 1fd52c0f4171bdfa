"""Ctrl-C and SIGTERM: at once while nothing is at work, as an exception while something is.

Imports little: it has to be there before anything that takes time to import.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

SENTENCE = "cancelled; what was finished is kept"
CODES: dict[int, int] = {signal.SIGINT: 130, signal.SIGTERM: 143}
"""The exit code after each signal, as shells count."""


class Interrupted(KeyboardInterrupt):
    """By a signal, whose `exit_code` the command ends with."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.exit_code = CODES[number]


def leave_at_once() -> None:
    """From here on a signal ends the process with a sentence: there is nothing to tidy up."""
    _handle_with(_leave)


@contextmanager
def interruptible() -> Iterator[None]:
    """Raises Interrupted in the main thread at the first signal.

    The next ones are ignored, and so are all after the work: what tidies up is not cut short.
    """
    _handle_with(_raise)
    try:
        yield
    finally:
        _handle_with(_ignore)


def _handle_with(handler: Callable[[int, FrameType | None], None]) -> None:
    for number in CODES:
        if signal.getsignal(number) is not signal.SIG_IGN:  # whoever started us wants it so
            signal.signal(number, handler)


def _leave(number: int, _frame: FrameType | None) -> None:
    os.write(2, f"hostkit: {SENTENCE}\n".encode())
    os._exit(CODES[number])


def _raise(number: int, _frame: FrameType | None) -> None:
    _handle_with(_ignore)
    raise Interrupted(number)


def _ignore(_number: int, _frame: FrameType | None) -> None:
    pass
