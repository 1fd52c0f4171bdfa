"""Reading the text of a session, a preset or a profile: bounded, and told when it is none."""

from __future__ import annotations

import shlex
from pathlib import Path

from hostkit.errors import InvalidInput, Problem
from hostkit.ground.file_names import is_text
from hostkit.ground.named_file import TooLarge, cure_of_missing, read_named

MAX_BYTES = 1_000_000
_MIDI = (b"MThd", b"RIFF")


def read_text(path: Path, shown_as: Path | None = None, max_bytes: int = MAX_BYTES) -> str:
    """A file's text; messages call it `shown_as`. Raises InvalidInput.

    No more is read than is taken.
    """
    shown = str(shown_as or path)
    try:
        data = read_named(path, max_bytes)
    except FileNotFoundError:
        raise _problem(shown, "there is no such file", cure_of_missing(path, ".yaml")) from None
    except TooLarge as error:
        raise _problem(
            shown, f"cannot be used: {error.strerror}", "is it the right file?"
        ) from None
    except OSError as error:
        raise _problem(shown, f"cannot be read: {error.strerror}", "check the path") from None
    if not is_text(Path(path.name)):  # what is made of it is called by it, in texts too
        raise _problem(shown, "its name is not UTF-8", "rename it")
    if data.startswith(_MIDI):
        cure = f"hostkit init {shlex.quote(shown)} makes a session of it if it is MIDI"
        raise _problem(shown, "is a MIDI or sound file, not text", cure)
    if (zero := data.find(b"\0")) >= 0:  # as half of UTF-16 is
        raise _problem(shown, f"is not UTF-8 text (byte {zero})", "save it as UTF-8")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        what = f"is not UTF-8 text (byte {error.start})"
        raise _problem(shown, what, "save it as UTF-8") from None


def _problem(shown: str, message: str, cure: str) -> InvalidInput:
    return InvalidInput([Problem(shown, 0, 0, message, cure)])
