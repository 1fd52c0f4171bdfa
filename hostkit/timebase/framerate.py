"""Frame rates of film and television, exact."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

from hostkit.errors import BadValue

_KNOWN = {
    "23.976": Fraction(24000, 1001),
    "24": Fraction(24),
    "25": Fraction(25),
    "29.97": Fraction(30000, 1001),
    "30": Fraction(30),
    "47.952": Fraction(48000, 1001),
    "48": Fraction(48),
    "50": Fraction(50),
    "59.94": Fraction(60000, 1001),
    "60": Fraction(60),
    "100": Fraction(100),
    "119.88": Fraction(120000, 1001),
    "120": Fraction(120),
}
_NAMES = {exact: name for name, exact in _KNOWN.items()}
_OTHER_SPELLINGS = {"23.98": "23.976", "47.95": "47.952"}


@dataclass(frozen=True)
class FrameRate:
    """Frames per second as an exact fraction; `23.976` means 24000/1001."""

    frames_per_second: Fraction

    @classmethod
    def parse(cls, value: object) -> FrameRate:
        """The rate that is written as `value`: a number, its text, or a fraction.

        Raises BadValue, listing what is known.

        >>> FrameRate.parse(23.976).frames_per_second
        Fraction(24000, 1001)
        >>> FrameRate.parse("30000/1001")
        FrameRate(frames_per_second=Fraction(30000, 1001))
        """
        text = str(value).strip().lower().removesuffix("fps").strip()
        text = text.rstrip("0").rstrip(".") if "." in text else text
        exact = _KNOWN.get(_OTHER_SPELLINGS.get(text, text))
        if exact is None:
            exact = next((known for known in _NAMES if str(known) == text), None)
        if exact is None or isinstance(value, bool):
            raise BadValue(f"{str(value)[:40]!r} is not a frame rate", cure=_cure(text))
        return cls(exact)

    @property
    def nominal(self) -> int:
        """Frame numbers in a second of timecode: 24 for 23.976."""
        return math.ceil(self.frames_per_second)

    @property
    def drops(self) -> int:
        """Frame labels left out in a drop-frame minute; 0 where drop frame does not exist.

        SMPTE ST 12-1 §5.2.2: two at 29.97, and as many times more at its multiples.
        """
        if self.frames_per_second.denominator == 1 or self.nominal % 30:
            return 0
        return self.nominal // 15

    def __str__(self) -> str:
        return _NAMES.get(self.frames_per_second, str(self.frames_per_second))


def _cure(text: str) -> str:
    if text.endswith(("df", "drop", "ndf")):
        return "write the bare number: drop frame is said by the ';' before a timecode's frames"
    return f"known are {', '.join(_KNOWN)}"
