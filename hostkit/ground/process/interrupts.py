"""Ctrl-C, SIGTERM and SIGHUP: at once while nothing is at work, else as an exception.

Imports little: it has to be there before anything that takes time to import.
"""

from __future__ import annotations

import _thread
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sys import UnraisableHookArgs

SENTENCE = "cancelled; what was finished is kept"
CODES: dict[int, int] = {signal.SIGINT: 130, signal.SIGTERM: 143}
"""The exit code after each signal, as shells count."""
if hasattr(signal, "SIGHUP"):  # of a terminal that was closed; Windows has none
    CODES[signal.SIGHUP] = 129
PATIENCE_SECONDS = 5.0
"""So long what tidies up is left alone; who then still asks is obeyed."""

AGAIN_SECONDS = 0.05
"""So much later a signal that was lost is sent again: its finalizer has ended by then."""


class Interrupted(KeyboardInterrupt):
    """By a signal, whose `exit_code` the command ends with."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number
        self.exit_code = CODES[number]


def leave_at_once() -> None:
    """From here on a signal ends the process with a sentence: there is nothing to tidy up."""
    _handle_with(_leave)


def hear_no_more() -> None:
    """The work is over, and so is its exit code known: signals are left to the system to ignore.

    Python gives handlers of its own back while it takes itself apart, and dies of a signal then.
    """
    for number in CODES:
        signal.signal(number, signal.SIG_IGN)


@contextmanager
def interruptible() -> Iterator[None]:
    """Raises Interrupted in the main thread at the first signal.

    Those of the five seconds after it are ignored, and so are those of five seconds after the
    work: what tidies up is not cut short. One that comes later ends the process: whatever it
    waits for may never come.
    """
    others = sys.unraisablehook

    def hear_again(lost: UnraisableHookArgs) -> None:
        if isinstance(lost.exc_value, Interrupted):
            _thread.start_new_thread(_send_again, (lost.exc_value.number,))
            _handle_with(_raise)
        else:
            others(lost)

    sys.unraisablehook = hear_again
    _handle_with(_raise)
    try:
        yield
    finally:
        _handle_with(_leave_if_it_takes_long())
        sys.unraisablehook = others


@contextmanager
def uninterrupted() -> Iterator[None]:
    """A signal that comes meanwhile is heard at the end: for what takes locks and is soon done.

    Python raises between any two steps, also between taking a lock and noting that it has to be
    given back. What is written in Python (conditions, events, futures) may keep it then, and
    another thread waits for it for ever. Threads other than the main one are never interrupted.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    came: list[int] = []
    before = {number: signal.getsignal(number) for number in CODES}
    for number, handler in before.items():
        if callable(handler):  # the system does the others itself
            signal.signal(number, lambda number, _frame: came.append(number))
    try:
        yield
    finally:
        for number, handler in before.items():
            if callable(handler):
                signal.signal(number, handler)
        if came:
            signal.raise_signal(came[0])


def _handle_with(handler: Callable[[int, FrameType | None], None]) -> None:
    for number in CODES:
        if signal.getsignal(number) is not signal.SIG_IGN:  # whoever started us wants it so
            signal.signal(number, handler)


def _leave(number: int, _frame: FrameType | None) -> None:
    os.write(2, f"hostkit: {SENTENCE}\n".encode())
    os._exit(CODES[number])


def _raise(number: int, _frame: FrameType | None) -> None:
    _handle_with(_leave_if_it_takes_long())
    raise Interrupted(number)


def _send_again(number: int) -> None:
    """After what swallowed the exception: Python lets none out of finalizers, nor out of what a C
    library calls. So it would be lost, and the work go on.

    Called in a bare thread: whoever was interrupted may hold the locks of `threading`.
    """
    time.sleep(AGAIN_SECONDS)
    if hasattr(signal, "pthread_kill"):
        signal.pthread_kill(threading.main_thread().ident or 0, number)  # it ends waits, too
    else:
        _thread.interrupt_main(signal.Signals(number))


def _leave_if_it_takes_long() -> Callable[[int, FrameType | None], None]:
    began = time.monotonic()

    def leave(number: int, frame: FrameType | None) -> None:
        if time.monotonic() - began > PATIENCE_SECONDS:
            _leave(number, frame)

    return leave
