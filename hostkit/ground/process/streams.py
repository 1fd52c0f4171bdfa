"""The standard streams as they may be found: closed, full, of a terminal that went away.

And names of any kind on them: what cannot be encoded is shown as an escape, and so is, on a
terminal, what that would obey. Imports little: it has to be there before anything is opened.
"""

from __future__ import annotations

import errno
import io
import os
import sys
from typing import TextIO

from hostkit.errors import StorageError
from hostkit.ground.harmless import visible

_NAMES = ("stdin", "stdout", "stderr")


class HeldStream(io.TextIOWrapper):
    """Standard output or error, whatever becomes of where it goes.

    What cannot be written to standard output is a StorageError; to standard error, nothing: there
    is nobody to tell, and the work goes on. A pipe that is closed ends both, as everywhere.
    """

    def __init__(self, stream: io.TextIOWrapper, number: int) -> None:
        errors = "backslashreplace" if stream.errors == "strict" else stream.errors
        encoding, buffered_by_line = stream.encoding, stream.line_buffering
        at_once = stream.write_through
        super().__init__(
            stream.detach(),
            encoding=encoding,
            errors=errors,
            line_buffering=buffered_by_line,
            write_through=at_once,
        )
        self._number = number
        self._is_terminal = self.isatty()

    def write(self, text: str) -> int:
        return self.obeyed(visible(text) if self._is_terminal else text)

    def obeyed(self, text: str) -> int:
        """Writes what a terminal is to obey."""
        if text == "":  # as click asks whether this takes bytes, deaf to what the disk says
            return 0
        try:
            return super().write(text)
        except OSError as error:
            self._fail(error)
            return len(text)

    def flush(self) -> None:
        try:
            super().flush()
        except OSError as error:
            self._fail(error)

    def _fail(self, error: OSError) -> None:
        _lead_nowhere(self._number)  # or what is still buffered fails again at the end
        if isinstance(error, BrokenPipeError):
            raise error
        if self._number == 1:
            why = "the disk is full" if error.errno == errno.ENOSPC else error.strerror
            raise StorageError(
                f"standard output cannot be written: {why}",
                cure="send it somewhere else, or make room there",
            ) from None


def hold_streams() -> None:
    """Makes the standard streams hold.

    A closed one leads nowhere from here on: else the next file that is opened, a print perhaps,
    would take its number, and all that is printed.
    """
    for number, name in enumerate(_NAMES):
        try:
            os.fstat(number)
        except OSError:
            _lead_nowhere(number)
        if getattr(sys, name) is None:
            mode = "r" if number == 0 else "w"
            setattr(sys, name, os.fdopen(number, mode, encoding="utf-8", closefd=False))
    for number, name in enumerate(_NAMES[1:], 1):
        stream = getattr(sys, name)
        if type(stream) is io.TextIOWrapper:  # and no other one that somebody put there
            held = HeldStream(stream, number)
            setattr(sys, name, held)
            setattr(sys, f"__{name}__", held)  # by which Python asks how wide a terminal is


def write_obeyed(stream: TextIO, text: str) -> None:
    """Writes what the terminal behind a stream is to obey."""
    (stream.obeyed if isinstance(stream, HeldStream) else stream.write)(text)


def _lead_nowhere(number: int) -> None:
    nowhere = os.open(os.devnull, os.O_RDWR)
    if nowhere != number:
        os.dup2(nowhere, number)
        os.close(nowhere)
    os.set_inheritable(number, True)
