"""`hostkit streamers` at work."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from hostkit.cli.show.status_line import StatusLine, is_terminal
from hostkit.cli.take.target import expect_free, expect_no_source
from hostkit.cli.work.picture.timing import session_end, timed_session
from hostkit.errors import RequestError
from hostkit.ground.counted import counted
from hostkit.picture.cueing.overlay import Overlay
from hostkit.picture.cueing.streamers import Cueing, cueing_of
from hostkit.picture.cueing.video import CONTAINERS, program, reference_picture, write_video

MOST_PIXELS = 4096


@dataclass(frozen=True)
class StreamersAsked:
    """What `streamers` was asked for: `size` as WIDTHxHEIGHT, `seconds` before each hit."""

    session: Path
    target: Path
    size: str
    seconds: float
    force: bool


@dataclass(frozen=True)
class MadeStreamers:
    """A video, and what is in it; `over` is the picture, None where it is black."""

    target: Path
    cueing: Cueing
    over: Path | None

    @property
    def frames(self) -> int:
        """How many the video has."""
        return self.cueing.end_frame - self.cueing.first_frame

    @property
    def as_json(self) -> dict[str, Any]:
        return {
            "file": str(self.target),
            "over": str(self.over) if self.over else None,
            "frames": self.frames,
            "starts_at": self.cueing.timecode_at(self.cueing.first_frame),
            "streamers": [
                {"name": one.name, "kind": one.kind, "timecode": self.cueing.timecode_at(one.frame)}
                for one in self.cueing.streamers
            ],
        }

    @property
    def in_words(self) -> str:
        starts = self.cueing.timecode_at(self.cueing.first_frame)
        if self.cueing.tempo_map.picture is None:
            starts = f"{starts} s"
        over = f"over {self.over.name}" if self.over else "over black"
        streamers = counted(len(self.cueing.streamers), "streamer")
        return f"{streamers} {over}, {self.frames} frames from {starts}"


def write_streamers(asked: StreamersAsked, *, write: bool, quiet: bool) -> MadeStreamers:
    """The video of a session, written unless `write` is false.

    Raises RequestError, InvalidInput, WorkError, StorageError.
    """
    if asked.target.suffix.lower() not in CONTAINERS:
        message = f"{asked.target} ends in none of {', '.join(CONTAINERS)}"
        raise RequestError(message, cure="the ending says what to write")
    expect_free(asked.target, force=asked.force)
    width, height = _size(asked.size)
    loaded, tempo_map = timed_session(asked.session)
    expect_no_source(asked.target, loaded)
    end = session_end(loaded, tempo_map)
    cueing = cueing_of(loaded, tempo_map, end, Fraction(repr(asked.seconds)))
    overlay = Overlay(cueing, width, height)
    program("ffmpeg")
    picture = loaded.session.picture
    named = loaded.resolve(picture.file) if picture and picture.file else None
    reference = reference_picture(named, overlay.cueing.tempo_map.picture) if named else None
    made = MadeStreamers(asked.target, cueing, named)
    if write:
        line = StatusLine(sys.stderr) if is_terminal() and not quiet else None
        try:
            write_video(asked.target, overlay, reference, _moved(line, made))
        finally:
            if line:
                line.wipe()
    return made


def _moved(line: StatusLine | None, made: MadeStreamers) -> Callable[[int], None]:
    def moved(done: int) -> None:
        if line:
            line.draw(done / made.frames, f"{done} of {made.frames} frames", [made.target.name])

    return moved


def _size(text: str) -> tuple[int, int]:
    """Width and height, even as videos want them. Raises RequestError."""
    found = re.fullmatch(r"(\d{2,5})x(\d{2,5})", text)
    sides = tuple(map(int, found.groups())) if found else ()
    if not all(64 <= side <= MOST_PIXELS and side % 2 == 0 for side in sides) or not sides:
        raise RequestError(
            f"--size: {text!r} is no size of a video",
            cure=f"say it like 1280x720, even numbers from 64 to {MOST_PIXELS}",
        )
    return sides[0], sides[1]
