"""Damaging valid files, repeatably: as a disk, a mail gateway, a bad export or malice would."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable
from typing import Any

HOSTILE_TEXT = (
    "", " ", "\0", "\ud800", "a" * 3000, "../" * 40 + "etc/passwd", "/dev/zero", "/dev/tty", "CON",
    "nul.x", "trailing.", "trailing ", "é" * 300, "\u202e" + "txt.exe", "9" * 400, "-1|-1", "0|0",
    "99:99:99:99", "1e400", "NaN", "true", "[]", "{}", "~", "*a", "&a", "!!python/object:os.system",
    "<<", "%s%n", "{title}{rate}", "gm", "full", "1|1", "01:00:00:00",
)  # fmt: skip
HOSTILE_NUMBERS = (
    0, -1, 1, 2, 127, 128, 255, 256, 65535, 2**31 - 1, 2**31, 2**32, 2**63, 2**64, -(2**63), 10**40,
    0.0, -0.0, 1.5, 1e-320, 1e308, float("inf"), float("-inf"), float("nan"),
)  # fmt: skip
HOSTILE: tuple[Any, ...] = (
    *HOSTILE_TEXT, *HOSTILE_NUMBERS, None, True, False, [], {}, [[]], [None], {"": None},
    {"a": {"a": {"a": {}}}}, [0] * 50, ["x"] * 200,
)  # fmt: skip


def tree(value: Any, chance: random.Random) -> Any:
    """A copy of plain data with one to three places changed."""
    changed = copy.deepcopy(value)
    for _ in range(chance.randint(1, 3)):
        changed = _one_place(changed, chance)
    return changed


def _one_place(value: Any, chance: random.Random) -> Any:
    places = list(_places(value))
    if not places:
        return chance.choice(HOSTILE)
    holder, key = chance.choice(places)
    act = chance.randrange(6)
    if act == 0:
        del holder[key]
    elif act == 1 and isinstance(holder, dict):
        holder[_misspelt(str(key), chance)] = holder.pop(key)
    elif act == 2:
        holder[key] = [holder[key]]
    elif act == 3:
        other_holder, other_key = chance.choice(places)
        if other_key in other_holder if isinstance(other_holder, dict) else True:
            holder[key] = copy.deepcopy(other_holder[other_key])
    else:
        holder[key] = copy.deepcopy(chance.choice(HOSTILE))
    return value


def _places(value: Any) -> Any:
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inside in list(items):
        yield value, key
        if isinstance(inside, dict | list):
            yield from _places(inside)


def _misspelt(key: str, chance: random.Random) -> str:
    if not key or chance.random() < 0.2:
        return str(chance.choice(HOSTILE_TEXT))
    at = chance.randrange(len(key))
    return key[:at] + chance.choice("xyz_ 0") + key[at + 1 :]


def raw(data: bytes, chance: random.Random) -> bytes:
    """The bytes with one to four spans flipped, cut, doubled, moved or overwritten."""
    changed = bytearray(data)
    for _ in range(chance.randint(1, 4)):
        if not changed:
            return bytes(chance.randrange(256) for _ in range(chance.randrange(64)))
        at = chance.randrange(len(changed))
        span = min(chance.choice((1, 1, 2, 4, 4, 8, 64)), len(changed) - at)
        act = chance.randrange(7)
        if act == 0:
            changed[at] ^= 1 << chance.randrange(8)
        elif act == 1:
            del changed[at : at + span]
        elif act == 2:
            changed[at:at] = changed[at : at + span] * chance.choice((1, 2, 100))
        elif act == 3:
            number = int(chance.choice(HOSTILE_NUMBERS[:14])) & (2 ** (8 * span) - 1)
            order = chance.choice(("big", "little"))
            changed[at : at + span] = number.to_bytes(span, order)
        elif act == 4:
            del changed[at:]
        elif act == 5:
            changed[at : at + span] = bytes(chance.randrange(256) for _ in range(span))
        else:
            changed[at:at] = str(chance.choice(HOSTILE_TEXT)).encode("utf-8", "surrogatepass")
    return bytes(changed)


def as_text(write: Callable[[Any], str], value: Any, chance: random.Random) -> bytes:
    """A document whose data was changed; one in three is damaged as bytes besides."""
    text = write(tree(value, chance)).encode("utf-8", "surrogatepass")
    return raw(text, chance) if chance.random() < 0.33 else text


def json_text(value: Any) -> str:
    """JSON, which is YAML as well; NaN and infinity as Python writes them."""
    return json.dumps(value, ensure_ascii=False)
