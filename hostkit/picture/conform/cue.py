"""What a recut does to one cue: its start, hits and sections, and where its bars come apart."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from hostkit.errors import BadValue, InvalidInput, Problem
from hostkit.ground.counted import counted
from hostkit.picture.conform.places import (
    WrittenPlace,
    other_places,
    written_hits,
    written_rises,
    written_sections,
)
from hostkit.picture.conform.recut import Fate, Recut, State
from hostkit.session.load import LoadedSession
from hostkit.timebase.picture import PictureStart
from hostkit.timebase.position import BarBeat, Position, Seconds
from hostkit.timebase.tempo_map import TempoMap
from hostkit.timebase.timecode import TimecodeLabel, frame_count, label_at


@dataclass(frozen=True)
class Conformed:
    """A place of a session after the recut.

    `old` and `new` are as a session writes them; `new` is None where the place is lost or no longer
    in the cue. `written` is what stands in the new session: such places where the picture around
    them was joined. `moved_frames` is the picture's move.
    """

    place: WrittenPlace
    new: str | None
    written: str
    moved_frames: int | None
    state: State
    also: tuple[int, ...]
    why: str

    @property
    def old(self) -> str:
        return str(self.place.at)

    @property
    def to_review(self) -> bool:
        """Whether somebody has to look at it."""
        return self.new is None or self.state in ("lost", "ambiguous")


@dataclass(frozen=True)
class CueBreak:
    """Where a cue comes apart: frames are lifted (below 0) or inserted at `at`.

    From `after` on all is `moved` frames from where it was. Frames are those of the old reel. If it
    is `reordered`, shots have changed places there.
    """

    at: int
    after: int
    frames: int
    moved: int
    bar_beat: BarBeat
    reordered: bool = False


@dataclass(frozen=True)
class ConformedCue:
    """All that a recut does to a session, which is from `start` to before `end`, in old frames."""

    start: Fate
    end: int
    old_start: TimecodeLabel
    new_start: TimecodeLabel
    hits: tuple[Conformed, ...]
    sections: tuple[Conformed, ...]
    others: tuple[Conformed, ...]
    steps: tuple[CueBreak, ...]


def conform_cue(
    loaded: LoadedSession, tempo_map: TempoMap, end_seconds: Fraction, recut: Recut
) -> ConformedCue:
    """What becomes of a cue. Raises BadValue where it is not in the old reel, InvalidInput.

    `end_seconds` from 1|1 is where its music ends.
    """
    picture = tempo_map.picture
    if picture is None:
        raise BadValue(
            "the session has no picture, so a recut does nothing to it",
            cure="say in the session picture: {frame_rate: 24, start: 01:00:00:00}",
        )
    rate = picture.frame_rate
    first = frame_count(picture.start, rate)
    end = max(first + 1, first + math.ceil(end_seconds * rate.frames_per_second))
    _check_in_reel(first, end, recut)
    start = recut.fate(first)
    new_first = start.new if start.new is not None else first + recut.moved_after(first)
    move = _Mover(recut, tempo_map, picture, first, new_first)
    problems: list[Problem] = []

    def moved(places: list[WrittenPlace]) -> tuple[Conformed, ...]:
        done = []
        for place in places:
            try:
                done.append(move.conformed(place))
            except BadValue as error:
                problems.append(loaded.problem(place.path, *error.fault))
        return tuple(done)

    hits, sections = moved(written_hits(loaded)), moved(written_sections(loaded))
    others = moved(other_places(loaded))
    if problems:
        raise InvalidInput(problems)
    rises = tuple(move.rise(one, hits[number]) for number, one in written_rises(loaded).items())
    return ConformedCue(
        start=start,
        end=end,
        old_start=picture.start,
        new_start=label_at(new_first, rate, picture.start.drop),
        hits=hits,
        sections=sections,
        others=(*rises, *others),
        steps=_steps(recut, first, end, new_first - first, move.bar_beat),
    )


@dataclass(frozen=True)
class _Mover:
    recut: Recut
    tempo_map: TempoMap
    picture: PictureStart
    first: int
    new_first: int

    def conformed(self, place: WrittenPlace) -> Conformed:
        """Raises BadValue where a place is none."""
        seconds = self.tempo_map.seconds_of(place.at)
        frames = seconds * self.picture.frame_rate.frames_per_second
        whole = math.floor(frames)
        fate = self.recut.fate(self.first + whole)
        if isinstance(place.at, BarBeat):
            return self._of_bar(place, fate)
        new, why = fate.new, fate.why
        stands = new if new is not None else self.recut.place(fate.old)
        if stands < self.new_first:
            new, stands = None, self.new_first
            why = why or "it is now before the cue's start"
        written = self._as_written(place.at, stands, frames - whole if new is not None else 0)
        return Conformed(
            place=place,
            new=written if new is not None else None,
            written=written,
            moved_frames=fate.moved_frames,
            state=fate.state,
            also=fate.also,
            why=why,
        )

    def _of_bar(self, place: WrittenPlace, fate: Fate) -> Conformed:
        """A place in bars stays in its bar, also where the picture there moved."""
        bar, why = str(place.at), fate.why
        moved = fate.moved_frames
        if moved is not None and moved != self.new_first - self.first:
            away = moved - (self.new_first - self.first)
            side = "later" if away > 0 else "earlier"
            why = f"keeps its bar; its picture is {counted(abs(away), 'frame')} {side} now"
        return Conformed(
            place=place,
            new=bar,
            written=bar,
            moved_frames=moved,
            state=fate.state,
            also=fate.also,
            why=why,
        )

    def rise(self, place: WrittenPlace, hit: Conformed) -> Conformed:
        """A rise starts as long before its hit as it did."""
        follows = hit.new is not None and not isinstance(hit.place.at, BarBeat)
        moved = (hit.moved_frames or 0) if follows else self.new_first - self.first
        rate = self.picture.frame_rate.frames_per_second
        frames = self.tempo_map.seconds_of(place.at) * rate
        whole = math.floor(frames)
        stands = max(self.new_first, self.first + whole + moved)
        written = self._as_written(place.at, stands, frames - whole)
        return Conformed(
            place=place,
            new=written,
            written=written,
            moved_frames=moved,
            state="moved" if moved else "kept",
            also=(),
            why="",
        )

    def _as_written(self, at: Position, frame: int, part: Fraction | int) -> str:
        """A frame of the new reel, and part of it, in the form of a position."""
        if isinstance(at, TimecodeLabel):
            return str(label_at(frame, self.picture.frame_rate, at.drop))
        rate = self.picture.frame_rate.frames_per_second
        return str(Seconds((frame + part - self.new_first) / rate))

    def bar_beat(self, frame: int) -> BarBeat:
        """Where a frame of the old reel is in the music."""
        seconds = (frame - self.first) / self.picture.frame_rate.frames_per_second
        return self.tempo_map.bar_beat_at(self.tempo_map.beats_at_seconds(seconds))


def _check_in_reel(first: int, end: int, recut: Recut) -> None:
    """Raises BadValue for a cue of another reel."""
    old, new = recut.old, recut.new
    if first < old.end and end > old.start:
        return
    swapped = first < new.end and end > new.start
    raise BadValue(
        f"the cue, which starts at {old.label(first)}, is not in {old.file}, "
        f"which goes from {old.label(old.start)} to {old.label(old.end)}",
        cure=f"it is in {new.file}: are --old and --new swapped?"
        if swapped
        else "name the lists of its reel",
    )


def _steps(
    recut: Recut, first: int, end: int, moved: int, bar_beat: Callable[[int], BarBeat]
) -> tuple[CueBreak, ...]:
    """Where what moves together ends within a cue, which moved at its start."""
    in_new = sorted(recut.runs, key=lambda run: run.start + run.moved)
    places = {run: number for number, run in enumerate(in_new)}
    steps: list[CueBreak] = []
    at, before = first, None
    for run in recut.runs:
        if run.end <= first or run.start >= end:
            continue
        if run.moved != moved:
            reordered = before is not None and places[run] != places[before] + 1
            after, lifted = max(run.start, first), run.moved - moved
            steps.append(CueBreak(at, after, lifted, run.moved, bar_beat(at), reordered))
        at, moved, before = run.end, run.moved, run
    return tuple(steps)
