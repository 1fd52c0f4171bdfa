"""Lines of edit decision lists, told apart and written."""

from __future__ import annotations

import re
from itertools import pairwise

from hostkit.errors import BadValue
from hostkit.picture.spotting.avid import TRACK, AvidRow, avid_row
from hostkit.picture.spotting.labels import TIMECODE
from hostkit.picture.spotting.marker import Outgoing
from hostkit.timebase.timecode import frame_count, label_on_screen

LOCATED = re.compile(rf"\*\s*LOC(?:ATOR)?\s*:\s*(?P<at>{TIMECODE})?\s*(?P<text>.*)", re.IGNORECASE)
"""A marker: timecode, colour and name, of which all but the first may be missing."""
COLOURS = frozenset(
    (
        *("red", "green", "blue", "cyan", "magenta", "yellow", "black", "white"),
        *("orange", "pink", "purple", "violet", "brown", "grey", "gray"),
    )
)
MOST_LINE = 4_000
"""Characters; no line of such a list is longer."""
_TIME = re.compile(TIMECODE, re.ASCII)
_NUMBER = re.compile(r"\d{1,6}[A-Za-z]?", re.ASCII)
_FPS = re.compile(r"[-+]?\d{1,6}(\.\d{1,6})?", re.ASCII)
_TRANSITION = re.compile(r"C|D|W\d{1,3}|K[BO]?")
_TRACK = re.compile(r"[A-Z][A-Z0-9/+,&-]*")
_KNOWN = re.compile(r"\*\s*($|\*|ASC_|[A-Z][A-Z0-9 _/]*:|FREEZE|AUDIO LEVEL|(RE)?PATCH |SOURCE )")
"""Comments that do not go on with what the one before them said."""


def event_words(line: str) -> list[str] | None:
    """The words of an event, its timecodes last; None where the line is none."""
    words = line.split()
    if len(words) < 7 or not _NUMBER.fullmatch(words[0]):
        return None
    for place in range(3, len(words) - 3):
        if all(_TIME.fullmatch(word) for word in words[place : place + 4]):
            before = words[:place]
            known = any(_TRANSITION.fullmatch(word) for word in before[-3:])
            return words[: place + 4] if known else None
    return None


def parts_of(before: list[str]) -> tuple[str, str, str, str, int]:
    """Number, reel, track, transition and its frames. Raises BadValue."""
    length = 0
    if before[-1].isdigit() and len(before) > 3:
        length = int(before.pop())
    transition = before.pop()
    if transition in ("B", "O") and before[-1] == "K":
        transition = before.pop() + transition
    if not _TRANSITION.fullmatch(transition):
        raise BadValue(f"{transition[:40]!r} is not a transition", cure="it is C, D, W001 … or K")
    track = before.pop()
    if len(before) < 1 or not _TRACK.fullmatch(track):
        raise BadValue(f"{track[:40]!r} is not a track", cure="it is V, A, A2, AA/V …")
    return before[0], " ".join(before[1:]), track, transition, length


def speed_words(line: str) -> tuple[str, str] | None:
    """Reel and frames per second of a change of speed, `M2`; None where the line is none.

    >>> speed_words("M2   A012 TAKE 2   012.0   10:00:00:00")
    ('A012 TAKE 2', '012.0')
    """
    words = line.split()
    if words and _TIME.fullmatch(words[-1]):
        words.pop()
    if len(words) < 2 or words[0] != "M2" or not _FPS.fullmatch(words[-1]):
        return None
    return " ".join(words[1:-1]), words[-1]


def said_words(line: str) -> tuple[str, str] | None:
    """What a comment says of an event, `KEY: text`; None where the line is none.

    >>> said_words("* FROM CLIP NAME:  12-3 TAKE 2")
    ('FROM CLIP NAME', '12-3 TAKE 2')
    """
    key, colon, text = line.lstrip("* ").partition(":")
    return (key.strip(), text.strip()) if colon and key.isupper() else None


def is_broken_event(line: str) -> bool:
    """Whether a line begins as an event does, and cannot be read as one."""
    words = line.split()
    if len(words) < 3 or not re.fullmatch(r"\d{3,6}", words[0], re.ASCII) or "|" in line:
        return False
    return any(_TIME.fullmatch(word) for word in words) or any(
        _TRANSITION.fullmatch(word) and _TRACK.fullmatch(before)
        for before, word in pairwise(words[1:])
    )


def table_row(line: str) -> AvidRow | None:
    """A row of a table of Avid's markers, by tabs or, in a comment, by spaces.

    >>> table_row("* Ann   01:00:03:00  V1  red  door, wide  1").comment
    'door, wide'
    """
    row = avid_row(line.lstrip("* "))
    if row is not None or not line.startswith("*"):
        return row
    words = line.lstrip("* ").split()
    at = next((n for n, word in enumerate(words) if _TIME.fullmatch(word)), len(words))
    behind = words[at + 1 :]
    if len(behind) < 3 or not TRACK.fullmatch(behind[0]) or behind[1].lower() not in COLOURS:
        return None
    said = behind[2:-1] if behind[-1].isdigit() and len(behind) > 3 else behind[2:]
    return AvidRow(" ".join(words[:at]), words[at], behind[0], behind[1], " ".join(said))


def is_other_comment(line: str) -> bool:
    """Whether a comment says something of its own, and does not go on with the one before."""
    return _KNOWN.match(line) is not None or table_row(line) is not None


def write_cmx(hits: Outgoing) -> bytes:
    """A list with one event of black as long as the hits, and a locator for each."""
    rate, start = hits.on_screen.frame_rate, hits.on_screen.start
    frames = [hits.frame(mark) for mark in hits.marks]
    first = frame_count(start, rate)
    last = max(frames, default=first) + rate.nominal
    zero, length, begin, end = (
        label_on_screen(frame, rate, start.drop) for frame in (0, last - first, first, last)
    )
    lines = [
        f"TITLE: {hits.title}",
        f"FCM: {'DROP' if start.drop else 'NON-DROP'} FRAME",
        "",
        f"001  BL       V     C        {zero} {length} {begin} {end}",
        *(f"* LOC: {hits.label(mark)} RED     {mark.name}" for mark in hits.marks),
    ]
    return "".join(f"{line}\n" for line in lines).encode()
