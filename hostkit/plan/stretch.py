"""A stretch of the music, by positions that somebody typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction

from hostkit.errors import BadValue, RequestError
from hostkit.plan.music.timeline import Timeline
from hostkit.plan.plan import Plan
from hostkit.session.suggest import did_you_mean
from hostkit.timebase.position import HOW, parse_position

SHORTEST_MS = 10
"""A click is heard, and nothing else, of what is shorter."""
START, END = "--from", "--to"


@dataclass(frozen=True)
class Excerpt:
    """Frames `start` to `end` of a form, half open; `end` None is where it has rung out.

    `said` are the two ends as they were typed, by option, for messages.
    """

    start: int = 0
    end: int | None = None
    said: Mapping[str, str] = field(default_factory=dict)

    def within(self, form: Plan, frames: int) -> Excerpt:
        """The same with its end, in a form of so many frames. Raises RequestError beyond it."""
        self.check(form, frames, "which is at")
        return replace(self, end=frames if self.end is None else self.end)

    def check(self, form: Plan, frames: int, which: str) -> None:
        """That it lies in so many frames, and can be heard; `which` leads up to where they end."""
        for option, frame, cure in (
            (START, self.start + 1, "begin earlier"),
            (END, self.end or 0, "leave it out to hear all there is"),
        ):
            if option in self.said and frame > frames:
                raise RequestError(
                    f"{option} {self.said[option]} lies after the end, {which} "
                    f"{_place(form, frames)}",
                    cure=cure,
                )
        lasts_ms = ((self.end or frames) - self.start) * 1000 / form.sample_rate
        if self.said and lasts_ms < SHORTEST_MS:
            said = " ".join(f"{option} {text}" for option, text in self.said.items())
            raise RequestError(
                f"{said}: that is {lasts_ms:.3g} ms, too short to hear",
                cure=f"listen to {SHORTEST_MS} ms or more",
            )


def stretch_of(form: Plan, start: str | None, end: str | None) -> Excerpt:
    """The stretch between two positions, each a position or the name of a section or hit.

    Raises RequestError for what is none, lies where no music can be, or leaves nothing.
    """
    typed = {option: text for option, text in ((START, start), (END, end)) if text is not None}
    frames = {option: _frame(form, option, text) for option, text in typed.items()}
    found = Excerpt(frames.get(START, 0), frames.get(END), typed)
    if found.end is not None and found.end <= found.start:
        begin = f"{START} {typed[START]}" if START in typed else "the start"
        raise RequestError(
            f"{END} {typed[END]} does not lie after {begin}",
            cure=f"give a later {END}" + (f", or an earlier {START}" if START in typed else ""),
        )
    found.check(form, _longest(form), "which is at the latest at")
    return found


def _frame(form: Plan, option: str, text: str) -> int:
    places = [mark for mark in form.form.marks if mark.name == text]
    try:
        position = parse_position(text)
        return Timeline(form.tempo_map, form.sample_rate).sample_at(position)
    except BadValue as error:
        if places:
            return places[0].frame
        names = dict.fromkeys(mark.name for mark in form.form.marks)
        if names and not text[:1].isdigit():
            raise RequestError(
                f"{option}: there is no section or hit {text[:40]!r}",
                cure=f"{did_you_mean(text, names)}; or {HOW}",
            ) from None
        raise RequestError(*error.fault.of(option)) from None


def _longest(form: Plan) -> int:
    """More frames than that a form cannot have: its prints ring on, then its stems do."""
    if form.frames is not None:
        return form.frames
    tails = max((track.plan.tail.max_frames for track in form.tracks), default=0)
    return form.last_event + 2 * tails


def _place(form: Plan, frame: int) -> str:
    seconds = Fraction(frame, form.sample_rate)
    at = form.tempo_map.bar_beat_at(form.tempo_map.beats_at_seconds(seconds))
    return f"{float(seconds):.1f}s, in bar {at.bar}"
