"""System exclusives that make a synthesiser louder or tune it, which no player here follows.

Those of drums are followed (`midi.drums`); what sets reverbs and sounds of one synthesiser is its
own business.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from hostkit.ground.counted import counted
from hostkit.midi.reading.repair import Repair

_LEVEL, _PART_LEVEL = "the master volume", "the volume of a part"
_TUNE, _SHIFT, _KEYS = "the master tuning", "a transposition", "the tuning of keys"


class _Exclusive(NamedTuple):
    """What a message begins with, None for any byte; what it sets; and what leaves all as it is.

    Of what follows as many bytes are looked at as `neutral` has; one byte for all means each up
    to the end.
    """

    begins: tuple[int | None, ...]
    what: str
    neutral: tuple[int | None, ...] | int


_GS, _XG = (0xF0, 0x41, None, 0x42, 0x12), (0xF0, 0x43, None, 0x4C)
_EXCLUSIVES = (
    _Exclusive((0xF0, 0x7F, None, 0x04, 0x01), _LEVEL, (None, 0x7F)),
    _Exclusive((0xF0, 0x7F, None, 0x04, 0x03), _TUNE, (0x00, 0x40)),
    _Exclusive((0xF0, 0x7F, None, 0x04, 0x04), _SHIFT, (None, 0x40)),
    _Exclusive((0xF0, 0x7E, None, 0x08), _KEYS, ()),
    _Exclusive((0xF0, 0x7F, None, 0x08), _KEYS, ()),
    _Exclusive((*_GS, 0x40, 0x00, 0x00), _TUNE, (0x00, 0x04, 0x00, 0x00)),
    _Exclusive((*_GS, 0x40, 0x00, 0x04), _LEVEL, (0x7F,)),
    _Exclusive((*_GS, 0x40, 0x00, 0x05), _SHIFT, (0x40,)),
    *(_Exclusive((*_GS, 0x40, 0x10 | part, 0x16), _SHIFT, (0x40,)) for part in range(16)),
    *(_Exclusive((*_GS, 0x40, 0x10 | part, 0x19), _PART_LEVEL, (0x64,)) for part in range(16)),
    *(_Exclusive((*_GS, 0x40, 0x10 | part, 0x40), _KEYS, 0x40) for part in range(16)),
    _Exclusive((*_XG, 0x00, 0x00, 0x00), _TUNE, (0x00, 0x04, 0x00, 0x00)),
    _Exclusive((*_XG, 0x00, 0x00, 0x04), _LEVEL, (0x7F,)),
    _Exclusive((*_XG, 0x00, 0x00, 0x06), _SHIFT, (0x40,)),
    _Exclusive((*_XG, 0x08, None, 0x08), _SHIFT, (0x40,)),
    _Exclusive((*_XG, 0x08, None, 0x0B), _PART_LEVEL, (0x64,)),
    *(_Exclusive((*_XG, 0x08, None, 0x41 + key), _KEYS, (0x40,)) for key in range(12)),
)
_ENDS = 0xF7


def exclusives_left_out(sysex: Iterable[tuple[int, bytes]], where: str) -> Iterator[Repair]:
    """What the system exclusives of a track set that does not come to be heard."""
    found = Counter(what for _, message in sysex if (what := _sets(message)))
    for what, times in found.items():
        said = counted(times, "system exclusive message")
        yield Repair(where, f"{said} for {what}; left out")


def _sets(message: bytes) -> str:
    """What a message sets to other than it is by itself; "" for none of this."""
    for begins, what, neutral in _EXCLUSIVES:
        if _agree(message, begins):
            rest = message[len(begins) :]
            return "" if _is_neutral(rest, neutral) else what
    return ""


def _is_neutral(rest: bytes, neutral: tuple[int | None, ...] | int) -> bool:
    if isinstance(neutral, int):
        values = rest[: rest.find(_ENDS) - 1]  # the last is the check sum
        return all(value == neutral for value in values)
    return bool(neutral) and _agree(rest, neutral)


def _agree(message: bytes, pattern: Sequence[int | None]) -> bool:
    """Whether a message begins like that."""
    return len(message) >= len(pattern) and all(
        wanted in (None, byte) for byte, wanted in zip(message, pattern, strict=False)
    )
