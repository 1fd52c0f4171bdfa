"""The two edit lists of a recut, read and looked at: are they of this reel, at this rate?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from hostkit.errors import BadValue, InvalidInput, Problem, RequestError
from hostkit.ground.counted import counted
from hostkit.picture.conform.recut import Recut
from hostkit.picture.conform.shots import reels_of
from hostkit.picture.spotting.cmx import read_edl_file
from hostkit.picture.spotting.cmx_lines import event_words, is_broken_event
from hostkit.picture.spotting.edl import Edl
from hostkit.picture.spotting.marker import Given, Skipped
from hostkit.timebase.framerate import FrameRate

_FRAMES = re.compile(r"\d+$")
_VERSION = re.compile(r"(?<![a-z])(?:v|version|cut|reel cut)[ _.-]?(\d+)", re.IGNORECASE)
_ORDER = {"old": 0, "previous": 0, "prev": 0, "new": 1}
_USUAL_RATES = (24, 25, 30)
_BY_CHANCE = 1e-3


def read_recut(old: Path, new: Path, given: Given) -> tuple[Recut, list[str]]:
    """Two lists compared, and what seems odd about them, in words.

    `given` is what the session knows: its frame rate. Raises InvalidInput for a file that cannot
    be read, or is at another rate; RequestError for lists that have nothing to compare.
    """
    if old.exists() and new.exists() and old.samefile(new):
        raise RequestError(
            f"--old and --new are one file, {new}", cure="name the list before the recut as --old"
        )
    edls = [read_edl_file(path, given) for path in (old, new)]
    warnings = [warning for path, edl in zip((old, new), edls, strict=True)
                for warning in _oddities(path, edl, given)]  # fmt: skip
    try:
        recut = Recut.of(*reels_of(edls[0], str(old), edls[1], str(new)))
    except BadValue as error:
        raise RequestError(*error.fault) from None
    if _seem_swapped(old, edls[0], new, edls[1]):
        warnings.append(f"{old} looks newer than {new}: are --old and --new swapped?")
    return recut, warnings


def _oddities(path: Path, edl: Edl, given: Given) -> Iterator[str]:
    """What of a list could not be used. Raises InvalidInput where it counts in another way."""
    if edl.frame_rate.drops and edl.drop != given.drop:
        ways = "drop frame", "non-drop"
        here, there = ways if edl.drop else ways[::-1]
        what = f"counts in {here} and the session's picture starts in {there} timecode"
        cure = f"export the list in {there}, or correct the session's start (';' is drop frame)"
        raise InvalidInput([Problem(str(path), 0, 0, what, cure)])
    rows = [row for row in edl.skipped if event_words(row.text) or is_broken_event(row.text)]
    over = [row for row in rows if _is_over(row, edl.frame_rate)]
    if over:
        cure = f"export the list at the session's frame rate, {edl.frame_rate}"
        problems = [Problem(str(path), row.line, 1, row.why.message, cure) for row in over]
        raise InvalidInput(problems)
    for row in rows:
        yield f"{path}:{row.line}: left out, so what it shows is taken for black: {row.why}"
    if (rate := _likely_rate(edl)) is not None:
        last = counted(rate - 1, "frame")
        yield (
            f"{path}: no timecode in it has more than {last}, so it may be at {rate} frames a "
            f"second; the session is at {edl.frame_rate}"
        )


def _is_over(row: Skipped, rate: FrameRate) -> bool:
    """Whether an event lies in the record at a frame that its rate does not have."""
    words = event_words(row.text) or []
    return any(int(found[0]) >= rate.nominal for word in words[-2:]
               if (found := _FRAMES.search(word)))  # fmt: skip


def _likely_rate(edl: Edl) -> int | None:
    """A lower rate that all timecodes look like, where that can hardly be by chance."""
    nominal = edl.frame_rate.nominal
    labels = {frame for event in edl.events for frame in (event.record_in, event.record_out)}
    frames = [edl.label_of(frame).frames for frame in labels]
    rate = max(frames, default=0) + 1
    if rate not in _USUAL_RATES or rate >= nominal:
        return None
    return rate if (rate / nominal) ** len(frames) < _BY_CHANCE else None


def _seem_swapped(old: Path, old_edl: Edl, new: Path, new_edl: Edl) -> bool:
    """Whether their names or titles say so: `v3` before `v2`, `new` before `old`."""
    for pair in ((old.stem, new.stem), (old_edl.title, new_edl.title)):
        before, after = (_age(text) for text in pair)
        if before is not None and after is not None and before > after:
            return True
    return False


def _age(name: str) -> int | None:
    """A number that is higher in newer lists.

    >>> _age("reel3_v12"), _age("ORDER OLD"), _age("New"), _age("reel 3")
    (12, 0, 1, None)
    """
    if found := _VERSION.search(name):
        return int(found[1][:9])
    words = re.findall(r"[a-z]+", name.lower())
    return next((_ORDER[word] for word in words if word in _ORDER), None)
