"""Where the local times of a timeline lie in the project: units, clips and their loops."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from xml.etree.ElementTree import Element

from hostkit.exchange.dawproject.numbers import UNITS, ProjectClock, Times, TimeUnit

MAX_PASSES = 10_000


@dataclass(frozen=True)
class Frame:
    """Local time 0 lies at `origin` of the project, in `unit`; heard is from `start` to `stop`.

    Both are quarter notes of the project, `stop` None for no end.
    """

    clock: ProjectClock
    times: Times
    unit: TimeUnit = "beats"
    origin: Fraction = Fraction(0)
    start: Fraction = Fraction(0)
    stop: Fraction | None = None

    def of(self, element: Element) -> Frame:
        """The same place in the unit that an element says, if it does."""
        return self.in_unit(UNITS.get(element.get("timeUnit", ""), self.unit))

    def in_unit(self, unit: TimeUnit) -> Frame:
        if unit == self.unit:
            return self
        return replace(self, unit=unit, origin=self.clock.to(unit, self.origin, self.unit))

    def local(self, text: str | None) -> Fraction | None:
        """A time as written, in this frame's unit."""
        return self.times.exact(text, self.unit)

    def quarters(self, local: Fraction) -> Fraction:
        """Where a local time lies in the project."""
        at = self.origin + local
        return at if self.unit == "beats" else self.clock.to("beats", at, "seconds")

    def seconds(self, local: Fraction) -> Fraction:
        return self.clock.to("seconds", self.origin + local, self.unit)

    def local_of(self, quarters: Fraction) -> Fraction:
        """The local time at a place of the project."""
        return self.clock.to(self.unit, quarters, "beats") - self.origin

    def narrowed(self, start: Fraction, stop: Fraction | None) -> Frame:
        """Heard only where both are."""
        stops = [end for end in (stop, self.stop) if end is not None]
        return replace(self, start=max(start, self.start), stop=min(stops, default=None))

    @property
    def is_silent(self) -> bool:
        return self.stop is not None and self.stop <= self.start


@dataclass(frozen=True)
class Pass:
    """A clip's content once through: a new one for each round of its loop."""

    frame: Frame
    first: bool


def passes(clip: Element, frame: Frame, content_length: Fraction | None) -> Iterator[Pass]:
    """The frames in which a clip's content is heard, one after the other.

    `frame` is that of the timeline that the clip stands on. A clip without an end lasts for
    `content_length`, in the unit of its content, from where it starts to play.
    """
    at = frame.local(clip.get("time")) or Fraction(0)
    unit = UNITS.get(clip.get("contentTimeUnit", ""), frame.unit)

    def inside(key: str) -> Fraction | None:
        return frame.times.exact(clip.get(key), unit)

    begin = frame.clock.to(unit, frame.origin + at, frame.unit)
    play_start = inside("playStart") or Fraction(0)
    duration, play_stop = frame.local(clip.get("duration")), inside("playStop")
    if duration is not None:
        end = frame.clock.to(unit, frame.origin + at + duration, frame.unit)
    elif play_stop is not None:
        end = begin + play_stop - play_start
    elif content_length is not None:
        end = begin + content_length - play_start
    else:
        end = None
    loop_start, loop_end = inside("loopStart") or Fraction(0), inside("loopEnd")
    content = replace(frame, unit=unit, origin=begin - play_start)

    def heard(from_: Fraction, to: Fraction | None) -> Frame:
        quarters = frame.clock.to("beats", from_, unit)
        until = None if to is None else frame.clock.to("beats", to, unit)
        return content.narrowed(quarters, until)

    if loop_end is None or end is None or loop_end <= loop_start or play_start >= loop_end:
        yield Pass(heard(begin, end), True)
        return
    here, local = begin, play_start
    for number in range(MAX_PASSES):
        if here >= end:
            return
        content = replace(content, origin=here - local)
        there = min(end, here + loop_end - local)
        yield Pass(heard(here, there), number == 0)
        here, local = there, loop_start
