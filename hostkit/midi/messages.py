"""Many MIDI messages in little room: an hour of music says the same few hundred things."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Sequence
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

_USUAL, _ROW = 3, 4
"""Bytes of a channel message, and of one with its port."""


class Messages(Sequence[bytes]):
    r"""Complete MIDI messages, each different one kept once: `kinds[indices[i]]` is the i-th.

    `indices` is an array of whole numbers; `of` makes it as narrow as it can be.

    >>> notes = Messages.of([b"\x90<@", b"\x80<@", b"\x90<@"])
    >>> len(notes.kinds), notes.indices.tolist(), notes[2]
    (2, [0, 1, 0], b'\x90<@')
    """

    __slots__ = ("indices", "kinds")

    def __init__(self, kinds: tuple[bytes, ...], indices: NDArray[Any]) -> None:
        self.kinds, self.indices = kinds, indices

    @classmethod
    def of(cls, messages: Sequence[bytes]) -> Messages:
        """The same messages in the same order."""
        if isinstance(messages, Messages):
            return messages
        collected = Collected()
        for message in messages:
            collected.append(message)
        return collected.messages()

    @classmethod
    def of_columns(cls, statuses: Any, firsts: Any, seconds: Any) -> Messages:
        r"""Channel messages by their bytes; of those that have two the last does not count.

        >>> Messages.of_columns([0x90, 0xC0], [60, 7], [64, 0]).kinds
        (b'\x90<@', b'\xc0\x07')
        """
        columns = (np.asarray(column, dtype=np.uint32) for column in (statuses, firsts, seconds))
        status, first, second = columns
        second = np.where(status & 0xE0 == 0xC0, 0, second)
        numbers, indices = np.unique(status << 16 | first << 8 | second, return_inverse=True)
        whole = (number.to_bytes(3, "big") for number in numbers.tolist())
        kinds = tuple(one[:2] if one[0] & 0xE0 == 0xC0 else one for one in whole)
        return cls(kinds, indices.astype(np.min_scalar_type(len(kinds))))

    def __len__(self) -> int:
        return len(self.indices)

    def __iter__(self) -> Iterator[bytes]:
        return map(self.kinds.__getitem__, self.indices.data)

    @overload
    def __getitem__(self, which: int) -> bytes: ...
    @overload
    def __getitem__(self, which: slice) -> Messages: ...
    def __getitem__(self, which: int | slice) -> bytes | Messages:
        if isinstance(which, slice):
            return Messages(self.kinds, self.indices[which])
        return self.kinds[int(self.indices[which])]

    def __add__(self, others: Sequence[bytes]) -> Messages:
        """These and then the others."""
        more = Messages.of(others)
        if not len(self):
            return more
        if more.kinds is self.kinds:  # parts of the same, as they come block by block
            return Messages(self.kinds, np.concatenate((self.indices, more.indices)))
        known = {kind: index for index, kind in enumerate(self.kinds)}
        places = [known.setdefault(kind, len(known)) for kind in more.kinds]
        narrow = np.min_scalar_type(len(known))
        theirs = np.array(places, dtype=narrow)[more.indices]
        return Messages(tuple(known), np.concatenate((self.indices.astype(narrow), theirs)))

    def _used(self) -> list[int]:
        """The indices that occur, ascending. (np.unique sorts, and imports masked arrays.)"""
        counts = np.bincount(self.indices, minlength=len(self.kinds))
        return np.flatnonzero(counts).tolist()

    @property
    def table(self) -> NDArray[np.uint8]:
        """The bytes of the kinds, four of each; zeros where one has fewer."""
        length = _USUAL if set(map(len, self.kinds)) <= {_USUAL} else _ROW
        kinds = self.kinds
        if length == _ROW:
            kinds = tuple(kind[:_ROW].ljust(_ROW, b"\0") for kind in kinds)
        rows = np.frombuffer(b"".join(kinds), dtype=np.uint8).reshape(-1, length)
        made = np.zeros((len(kinds), _ROW), dtype=np.uint8)
        made[:, :length] = rows
        return made

    def are(self, test: Callable[[bytes], bool]) -> NDArray[np.bool_]:
        """Which of them pass a test; each kind is tested once."""
        passed = np.array([test(kind) for kind in self.kinds], dtype=np.bool_)
        return np.asarray(passed[self.indices], dtype=np.bool_)

    def take(self, order: NDArray[np.int64]) -> Messages:
        """Those at the given places, in that order."""
        return Messages(self.kinds, self.indices[order])

    def tidied(self) -> Messages:
        """The same, its kinds sorted and only those that occur: alike however it was made."""
        used = sorted(self._used(), key=self.kinds.__getitem__)
        rank = np.zeros(len(self.kinds), dtype=np.int64)
        rank[used] = np.arange(len(used))
        return Messages(tuple(self.kinds[index] for index in used), rank[self.indices])

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, (Messages, tuple)):
            return NotImplemented
        return tuple(self) == tuple(other)

    def __hash__(self) -> int:
        return hash(tuple(self))


class Collected:
    """Messages as they come in, one after the other."""

    def __init__(self) -> None:
        self._indices = array("I")
        self._known: dict[bytes, int] = {}

    def append(self, message: bytes) -> None:
        # `_index` in place: a call more for each message is a fifth of this.
        self._indices.append(self._known.setdefault(message, len(self._known)))

    def extend(self, more: Messages) -> None:
        """Many at once."""
        known = self._known
        places = [known.setdefault(kind, len(known)) for kind in more.kinds]
        self._indices.frombytes(np.array(places, dtype=np.uintc)[more.indices].tobytes())

    def replace(self, index: int, message: bytes) -> None:
        """The message at `index` becomes another."""
        self._indices[index] = self._index(message)

    def _index(self, message: bytes) -> int:
        return self._known.setdefault(message, len(self._known))

    def messages(self) -> Messages:
        """All of them."""
        narrow = np.min_scalar_type(len(self._known))
        return Messages(tuple(self._known), np.asarray(self._indices).astype(narrow))
