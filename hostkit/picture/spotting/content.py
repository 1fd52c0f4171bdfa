"""What a file of another program holds: its bytes, and its text whatever it is written in."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from hostkit.errors import InvalidInput, Problem
from hostkit.ground.named_file import TooLarge, cure_of_missing, read_named
from hostkit.midi.reading.encoding import guess_encoding

MAX_BYTES = 32_000_000
"""Of a file; lists of whole films have a tenth of that."""
_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_WITHOUT_MARK = ("utf-16-be", "utf-16-le")
"""By which byte of two is zero where letters are Latin ones: the first, or the second."""
_LINE_END = re.compile(r"\r\n|\n|\r")
_BUNDLE = "Info.fcpxml"


@dataclass(frozen=True)
class Content:
    """A file as it was read."""

    data: bytes

    @classmethod
    def of(cls, path: Path) -> Content:
        """Of a regular file, or of the list in a bundle of Final Cut's. Raises InvalidInput."""
        inside = path / _BUNDLE if path.suffix.lower() == ".fcpxmld" and path.is_dir() else path
        try:
            return cls(read_named(inside, MAX_BYTES))
        except FileNotFoundError:
            said = "there is no such file", cure_of_missing(path)
        except TooLarge as error:
            said = f"cannot be used: {error.strerror}", "is it the right file?"
        except OSError as error:
            said = f"cannot be read: {error.strerror}", "check the path"
        raise InvalidInput([Problem(str(path), 0, 0, *said)])

    @cached_property
    def text(self) -> str:
        """Its text: by its byte-order mark, else UTF-8, else as it is most plausible."""
        for mark, codec in _MARKS.items():
            if self.data.startswith(mark):
                return self.data.decode(codec, "replace")
        for zeros, codec in enumerate(_WITHOUT_MARK):
            if self.data[zeros:40:2].count(0) > 10:
                return self.data.decode(codec, "replace")
        try:
            return self.data.decode("utf-8")
        except UnicodeDecodeError:
            return self.data.decode(guess_encoding(re.split(rb"[\r\n\t,]+", self.data)), "replace")

    @property
    def is_text(self) -> bool:
        """Whether it is text at all: nothing that cannot be in one stands in it."""
        return "\0" not in self.text[:10_000]


def lines_of(text: str) -> list[str]:
    r"""Lines as editors count them; a line separator within a name is none.

    >>> lines_of("a\r\nb\x85c\rd\n")
    ['a', 'b\x85c', 'd']
    """
    lines = _LINE_END.split(text)
    return lines if lines[-1] else lines[:-1]
