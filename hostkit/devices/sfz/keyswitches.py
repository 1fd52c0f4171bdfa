"""The keyswitches of an SFZ, as a plan knows them: names, keys, and what is silent without."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Keyswitches:
    """All `keys` that switch how others are played; `named` are those with a label.

    `default` is the key that counts as pressed before any is. `played` are the keys that sound, in
    whatever articulation. `silent[key]` has a bit for each
    velocity at which a key is silent until one of them was pressed; it is empty where none is.
    """

    named: tuple[tuple[str, int], ...] = ()
    keys: frozenset[int] = frozenset()
    default: int | None = None
    silent: tuple[int, ...] = ()
    played: frozenset[int] = frozenset()

    def unswitched(self, messages: Iterable[bytes]) -> tuple[int, ...]:
        r"""Which messages begin a note that is silent, as no keyswitch was pressed before it.

        >>> Keyswitches((), frozenset({0}), None, (0, 1 << 64)).unswitched(
        ...     [b"\x90\1\x40", b"\x90\1\x41", b"\x90\0\x40", b"\x90\1\x40"]
        ... )
        (0,)
        """
        found: list[int] = []
        for index, message in enumerate(messages if self.silent else ()):
            if message[0] & 0xF0 == 0x90 and message[2]:
                key, velocity = message[1], message[2]
                if key in self.keys:
                    break
                if self.silent[key] >> velocity & 1:
                    found.append(index)
        return tuple(found)


NO_KEYSWITCHES = Keyswitches()
