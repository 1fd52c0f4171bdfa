"""A recut and what it does to cues, as tables and as documents."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hostkit.cli.show.lines import tell
from hostkit.cli.show.table import print_table
from hostkit.ground.counted import counted
from hostkit.picture.conform.changes import ReelRange
from hostkit.picture.conform.cue import Conformed, ConformedCue, CueBreak
from hostkit.picture.conform.notes import notes_of
from hostkit.picture.conform.recut import Recut
from hostkit.picture.conform.rewriting import left_in_base
from hostkit.session.load import LoadedSession

_REEL = ("reel", "old in", "old out", "new in", "new out", "frames", "moved")
_CUE = ("cue", "name", "old", "new", "state", "moved", "why")


def ranges_document(recut: Recut) -> list[dict[str, Any]]:
    """The changes of the reel as objects; timecode that is in one reel alone is null elsewhere."""
    objects = []
    for one in recut.ranges:
        old_in, old_out, new_in, new_out = _labels(one, recut)
        objects.append(
            {
                "old_in": old_in,
                "old_out": old_out,
                "new_in": new_in,
                "new_out": new_out,
                "state": one.state,
                "frames": one.frames,
                "moved_frames": one.moved_frames,
            }
        )
    return objects


def cue_document(cue: ConformedCue, recut: Recut) -> dict[str, Any]:
    """What becomes of a cue, as objects."""
    return {
        "picture": {
            "old_start": str(cue.old_start),
            "new_start": str(cue.new_start),
            "moved_frames": cue.start.moved_frames,
            "state": cue.start.state,
            "also": list(cue.start.also),
            "why": cue.start.why or None,
        },
        "hits": [_place_object(place) for place in cue.hits],
        "sections": [_place_object(place) for place in cue.sections],
        "others": [_place_object(place) for place in cue.others],
        "changes": [
            {
                "at": str(recut.old.label(step.at)),
                "bar_beat": bar_of(step),
                "frames": step.frames,
                "after": str(recut.old.label(step.after)),
                "moved_frames": step.moved,
                "reordered": step.reordered,
            }
            for step in cue.steps
        ],
        "notes": [
            {"at": str(recut.old.label(note.old)), "note": note.text} for note in notes_of(recut)
        ],
    }


def _place_object(place: Conformed) -> dict[str, Any]:
    return {
        "name": place.place.name,
        "old": place.old,
        "new": place.new,
        "moved_frames": place.moved_frames,
        "state": place.state,
        "also": list(place.also),
        "why": place.why or None,
    }


def to_review(cue: ConformedCue, loaded: LoadedSession) -> Iterator[str]:
    """What somebody has to look at, in words."""
    if cue.start.new is None:
        yield (
            f"the cue's first frame is lost ({cue.start.why}): the new start, {cue.new_start}, "
            "follows the picture after it"
        )
    elif cue.start.also:
        yield f"the cue's start is in the new list in {len(cue.start.also) + 1} places; check it"
    for what, places in (("hit", cue.hits), ("section", cue.sections), ("place", cue.others)):
        lost = [place for place in places if place.new is None]
        unsure = [place for place in places if place.new is not None and place.to_review]
        if lost:
            weight = "; weight 0 in the new session" if what == "hit" else ""
            yield f"{counted(len(lost), what)} lost to the cue: {_names(lost)}{weight}"
        if unsure:
            yield f"{counted(len(unsure), what)} to be looked at: {_names(unsure)}"
    if left := left_in_base(cue, loaded):
        yield f"not changed, as they stand in what the session extends: {_names(left)}"
    if files := list(_made_to_picture(loaded)):
        yield f"of the picture before the recut, and not changed: {', '.join(files)}"


def _names(places: list[Conformed]) -> str:
    return ", ".join(f"{place.place.name} ({place.old})" for place in places)


def _made_to_picture(loaded: LoadedSession) -> Iterator[str]:
    """Files that run with the picture: film, dialogue, takes placed by their time stamps."""
    session = loaded.session
    film = loaded.tree.data["picture"].get("file")
    yield from (str(film),) if film else ()
    yield from (session.dialogue.file,) if session.dialogue else ()
    for track in session.tracks.values():
        regions = (*(track.audio or ()), *(track.live or ()))
        yield from (f"{one.file} (by its time stamp)" for one in regions if one.at is None)


def print_reel(recut: Recut) -> None:
    """The changes of the reel as a table, and what is to be known of its shots."""
    rows = [
        (
            one.state,
            *(label or "" for label in _labels(one, recut)),
            str(one.frames),
            _signed(one.moved_frames),
        )
        for one in recut.ranges
    ]
    print_table(_REEL, rows, numbers=_REEL[5:])
    for note in notes_of(recut):
        tell(f"note: {recut.old.label(note.old)}: {note.text}")


def print_cue(cue: ConformedCue, recut: Recut) -> None:
    """What becomes of start, hits and sections as a table, and where bars come apart."""
    start = (
        "start",
        "",
        str(cue.old_start),
        str(cue.new_start),
        cue.start.state,
        _signed(cue.start.moved_frames),
        _why(cue.start.also, cue.start.why),
    )
    rows: list[tuple[str, ...]] = [start]
    for what, places in (("hit", cue.hits), ("section", cue.sections), ("place", cue.others)):
        rows += [_row(what, place) for place in places]
    print_table(_CUE, rows, numbers=("moved",))
    for step in cue.steps:
        tell(step_in_words(step, recut))


def step_in_words(step: CueBreak, recut: Recut) -> str:
    """Where bars come apart, in a sentence."""
    at, after = recut.old.label(step.at), recut.old.label(step.after)
    side = "later" if step.moved > 0 else "earlier"
    now = f"{counted(abs(step.moved), 'frame')} {side}" if step.moved else "where it was"
    done = "inserted" if step.frames > 0 else "lifted"
    what = f"{counted(abs(step.frames), 'frame')} {done}"
    if step.reordered:
        what = "shots change places"
    return f"{at} ({bar_of(step)}): {what}; from {after} on everything is {now}"


def bar_of(step: CueBreak) -> str:
    """Bar and beat of a step, to the thousandth.

    >>> from hostkit.timebase.position import BarBeat
    >>> bar_of(CueBreak(0, 0, -12, -12, BarBeat(3)))
    '3|1'
    """
    beat = f"{float(step.bar_beat.beat):.3f}".rstrip("0").rstrip(".")
    return f"{step.bar_beat.bar}|{beat}"


def _row(what: str, place: Conformed) -> tuple[str, ...]:
    return (
        what,
        place.place.name,
        place.old,
        place.new or "",
        place.state,
        _signed(place.moved_frames),
        _why(place.also, place.why),
    )


def _why(also: tuple[int, ...], why: str) -> str:
    elsewhere = f"or {', '.join(map(_signed, also))}" if also else ""
    return "; ".join(part for part in (elsewhere, why) if part)


def _labels(one: ReelRange, recut: Recut) -> list[str | None]:
    """In and out, old and new; None in a reel that it is not in."""
    old = [str(recut.old.label(frame)) for frame in one.old or ()]
    new = [str(recut.new.label(frame)) for frame in one.new or ()]
    return [*(old or (None, None)), *(new or (None, None))]


def _signed(frames: int | None) -> str:
    return "" if frames is None else f"{frames:+d}" if frames else "0"
