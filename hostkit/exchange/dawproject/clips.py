"""Audio files on the timeline: which stretch of a file sounds where, through its warps."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from xml.etree.ElementTree import Element

from hostkit.exchange.dawproject.frames import Frame
from hostkit.exchange.dawproject.numbers import number
from hostkit.exchange.project import AudioClip, Media

_AS_ONE = Fraction(1, 1000)  # seconds that a straight stretch may be off


@dataclass(frozen=True)
class ClipLook:
    """What a clip says of all that is inside it; fades are of its edges, in seconds."""

    start: Fraction = Fraction(0)
    stop: Fraction | None = None
    fade_in_seconds: float = 0.0
    fade_out_seconds: float = 0.0
    gain_db: float = 0.0
    muted: bool = False
    name: str = ""
    colour: str = ""
    comment: str = ""


@dataclass(frozen=True)
class ReadClip:
    clip: AudioClip
    bent: bool = False
    """Its warps are not straight, so its rate is that of the whole."""


def audio_clip(
    audio: Element, media: Media, frame: Frame, warps: Element | None, looks: Sequence[ClipLook]
) -> ReadClip | None:
    """The stretch of `audio` that a frame lets through; None where that is nothing.

    `looks` are those of the clips around it, the outermost first.
    """
    points = _warp_points(warps, frame) if warps is not None else _unwarped(frame)
    if points is None:
        return None
    duration = Fraction(repr(number(audio.get("duration"))))
    start, stop = frame.start, frame.stop
    if stop is None or (duration > 0 and _content(points, frame.local_of(stop)) > duration):
        ends = _local(points, duration)
        stop = frame.quarters(ends) if ends is not None else stop
    if stop is None or stop <= start:
        return None
    seconds = [frame.clock.to("seconds", at, "beats") for at in (start, stop)]
    first, last = (_content(points, frame.local_of(at)) for at in (start, stop))
    if first < 0 and last > 0:  # it begins to sound later than its clip begins
        zero = _local(points, Fraction(0))
        if zero is None:
            return None
        start, first = frame.quarters(zero), Fraction(0)
        seconds[0] = frame.clock.to("seconds", start, "beats")
    length = seconds[1] - seconds[0]
    if length <= 0 or last <= first or first < 0:
        return None
    rate = (last - first) / length
    bent = any(
        abs(first + (frame.seconds(time) - seconds[0]) * rate - content) > _AS_ONE
        for time, content in points
        if first < content < last
    )
    straight = not bent and abs(rate - 1) * length < _AS_ONE
    look = _look(looks, start, stop)
    crossfade = max(0.0, -look.fade_in_seconds)
    if crossfade:
        back = min(Fraction(repr(crossfade)), first, seconds[0])
        first, length = first - back, length + back
        start = frame.clock.to("beats", seconds[0] - back, "seconds")
        crossfade = float(back)
    clip = AudioClip(
        media,
        at=start,
        length_seconds=length,
        start_seconds=first,
        gain_db=look.gain_db,
        fade_in_seconds=max(0.0, look.fade_in_seconds),
        fade_out_seconds=max(0.0, look.fade_out_seconds),
        crossfade_seconds=crossfade,
        rate=1.0 if straight else float(rate),
        muted=look.muted,
        name=look.name,
        colour=look.colour,
        comment=look.comment,
    )
    return ReadClip(clip, bent)


_Points = Sequence[tuple[Fraction, Fraction]]


def _warp_points(warps: Element, frame: Frame) -> _Points | None:
    """(local time, seconds of the file), ascending in both; None where they say nothing."""
    found: dict[Fraction, Fraction] = {}
    if warps.get("contentTimeUnit", "seconds") != "seconds":
        return None
    for warp in warps.findall("Warp"):
        time = frame.local(warp.get("time"))
        content = frame.times.exact(warp.get("contentTime"), "seconds")
        if time is not None and content is not None:
            found.setdefault(time, content)
    points = sorted(found.items())
    rising = all(a[1] < b[1] for a, b in pairwise(points))
    return points if len(points) > 1 and rising else None


def _unwarped(frame: Frame) -> _Points:
    """A file at its own speed from local time 0 on, whatever time is counted in."""
    begin = frame.seconds(Fraction(0))
    ahead = Fraction(3600)
    later = frame.clock.to(frame.unit, begin + ahead, "seconds") - frame.origin
    if frame.unit == "seconds":
        return ((Fraction(0), Fraction(0)), (ahead, ahead))
    steps = [
        (segment.beats - frame.origin, segment.seconds - begin)
        for segment in frame.clock.tempo_map.segments
        if 0 < segment.seconds - begin < ahead
    ]
    return ((Fraction(0), Fraction(0)), *steps, (later, ahead))


def _content(points: _Points, local: Fraction) -> Fraction:
    """Seconds of the file at a local time; the outer stretches go on for ever."""
    return _through(points, local, 0, 1)


def _local(points: _Points, content: Fraction) -> Fraction | None:
    """The local time at seconds of the file."""
    return _through(points, content, 1, 0) if len(points) > 1 else None


def _through(points: _Points, value: Fraction, from_: int, to: int) -> Fraction:
    index = bisect_right(points, value, key=lambda point: point[from_]) - 1
    a = points[min(max(index, 0), len(points) - 2)]
    b = points[min(max(index, 0), len(points) - 2) + 1]
    return a[to] + (value - a[from_]) * (b[to] - a[to]) / (b[from_] - a[from_])


def _look(looks: Sequence[ClipLook], start: Fraction, stop: Fraction) -> ClipLook:
    """The looks of all clips around it together: fades count where they stand at its edge."""
    near = Fraction(1, 1000)
    fade_in = fade_out = 0.0
    for look in looks:
        if look.fade_in_seconds and abs(look.start - start) <= near:
            fade_in = look.fade_in_seconds
        if look.fade_out_seconds and look.stop is not None and abs(look.stop - stop) <= near:
            fade_out = look.fade_out_seconds
    named = [look for look in looks if look.name or look.colour or look.comment]
    last = named[0] if named else ClipLook()
    return ClipLook(
        start=start,
        stop=stop,
        fade_in_seconds=fade_in,
        fade_out_seconds=fade_out,
        gain_db=sum(look.gain_db for look in looks),
        muted=any(look.muted for look in looks),
        name=last.name,
        colour=last.colour,
        comment=last.comment,
    )
