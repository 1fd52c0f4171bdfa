"""Final Cut's XML: markers on the clips of a timeline.

A clip lies at its `offset` in the time of what holds it, and begins there with `start` of its own
time; what it holds, markers too, is in that.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from html import escape

from hostkit.errors import BadValue
from hostkit.picture.spotting.final_cut.elements import CLIPS, MARKERS, Element, tree_of
from hostkit.picture.spotting.final_cut.rates import conform_speed, frame_rate_of
from hostkit.picture.spotting.labels import Timecodes
from hostkit.picture.spotting.marker import (
    Given,
    Marker,
    Outgoing,
    SpottingList,
)
from hostkit.picture.spotting.rows import Rows
from hostkit.timebase.framerate import FrameRate
from hostkit.timebase.timecode import TimecodeLabel, label_seconds

_FCP_START = Fraction(3600)
"""Where Final Cut begins what has no time of its own: generators, titles, transitions."""
_A_BIT = Fraction(1, 1000)


@dataclass(frozen=True)
class _Clock:
    """From the time within a clip to that of the timeline: `zero` + (time − `start`) · `speed`."""

    zero: Fraction = Fraction(0)
    start: Fraction = Fraction(0)
    speed: Fraction = Fraction(1)

    def at(self, time: Fraction) -> Fraction:
        return self.zero + (time - self.start) * self.speed


def is_fcpxml(text: str) -> bool:
    """Whether that is Final Cut's XML."""
    return "<fcpxml" in text[:20_000]


def read_fcpxml(data: bytes, given: Given) -> SpottingList:
    """The markers of the first timeline that has some; without a timeline, of the clips.

    A project is a timeline; where there is none, a compound clip in the browser is.
    """
    root = tree_of(data)
    timelines = [found for project in root.all("project") for found in project.all("sequence")]
    timelines = timelines or [
        found for media in root.all("media") for found in media.all("sequence")
    ]
    sequence = next(filter(_markers_of, timelines), next(iter(timelines), None))
    reading = _Reading(root, sequence, given)
    if sequence is not None:
        reading.walk(sequence, _Clock())
    else:
        for holder in root.all("event", "library", "fcpxml"):
            for clip in holder.inside:
                reading.clip_alone(clip)
    reading.tell_of_others(root, sequence)
    return reading.result()


def _markers_of(element: Element) -> list[Element]:
    return [*element.all(*MARKERS)]


class _Reading:
    """Markers of a timeline, or of clips without one, in the making."""

    def __init__(self, root: Element, sequence: Element | None, given: Given) -> None:
        self._assets = {a.attributes.get("id"): a for a in root.all("asset")}
        self._rate = frame_rate_of(root, sequence, given)
        drop = sequence is not None and sequence.attributes.get("tcFormat") == "DF"
        self._midnight = TimecodeLabel(0, 0, 0, 0, drop and self._rate.drops > 0)
        self._timecodes = Timecodes(self._rate, self._midnight.drop)
        self._rows = Rows()
        self._read: set[int] = set()

    def result(self) -> SpottingList:
        markers = sorted(self._rows.markers, key=lambda marker: (marker.at, marker.part))
        return SpottingList(tuple(markers), tuple(self._rows.skipped), self._rate)

    def walk(self, holder: Element, clock: _Clock) -> None:
        """All that is held by a timeline, a spine or a clip, of which `clock` is the time."""
        end = Fraction(0)
        for element in holder.inside:
            with self._rows.reading(element.line, element.attributes.get("name", element.tag)):
                if element.tag in CLIPS or element.tag == "audition":
                    end = self._clip(element, clock, end)
                elif element.tag == "spine":
                    offset = element.time("offset")
                    self.walk(element, clock if offset is None else _Clock(clock.at(offset)))

    def clip_alone(self, clip: Element) -> None:
        """A clip on no timeline: its markers, in its own time."""
        if clip.tag in CLIPS:
            with self._rows.reading(clip.line, clip.attributes.get("name", clip.tag)):
                self._take_markers(clip, _Clock(), None)

    def tell_of_others(self, root: Element, sequence: Element | None) -> None:
        """Puts down the markers that are not on the timeline."""
        own = {id(marker) for marker in _markers_of(sequence)} if sequence is not None else set()
        for marker in _markers_of(root):
            if id(marker) in self._read:
                continue
            why = "it is in a clip that is not heard or seen" if id(marker) in own else ""
            said = why or "it is in a compound clip, in the browser, or in another project"
            self._rows.skip(marker.line, _name(marker), said)

    def _clip(self, clip: Element, clock: _Clock, end: Fraction) -> Fraction:
        """Reads a clip, and gives the end of it in the time of what holds it."""
        if clip.tag == "audition":  # the first of its clips is the one that was picked
            picked = next((one for one in clip.inside if one.tag in CLIPS), None)
            return self._clip(picked, clock, end) if picked is not None else end
        offset, duration = clip.time("offset"), clip.time("duration")
        offset = end if offset is None else offset
        start = self._start(clip, duration)
        speed = self._conformed(clip)
        inner = _Clock(clock.at(offset), start, speed)
        used = None if duration is None else duration / speed
        self._take_markers(clip, inner, used)
        self.walk(clip, inner)
        return offset + (duration or 0) if clip.tag != "transition" else end

    def _take_markers(self, clip: Element, clock: _Clock, used: Fraction | None) -> None:
        for marker in clip.inside:
            if marker.tag not in MARKERS:
                continue
            self._read.add(id(marker))
            with self._rows.reading(marker.line, _name(marker)):
                time = marker.time("start") or Fraction(0)
                if used is not None and not clock.start <= time < clock.start + max(used, _A_BIT):
                    raise BadValue("it lies outside of what is used of its clip")
                label, part = self._timecodes.after(self._midnight, clock.at(time))
                note = marker.attributes.get("note", "")
                self._rows.add(Marker(label, _name(marker), part, note=note, line=marker.line))

    def _start(self, clip: Element, duration: Fraction | None) -> Fraction:
        """Where a clip begins in its own time; where that is not said, so that it has its markers.

        Left out is the start of its asset, 0, or an hour, as Final Cut counts transitions.
        """
        start = clip.time("start")
        if start is not None:
            return start
        asset = self._assets.get(clip.attributes.get("ref"))
        guesses = [(asset.time("start") if asset else None) or Fraction(0), Fraction(0), _FCP_START]
        inside = [marker for marker in clip.inside if marker.tag in MARKERS]
        times = [marker.time("start") or Fraction(0) for marker in inside]
        length = duration or Fraction(0)
        fits = (g for g in guesses if times and all(g <= time <= g + length for time in times))
        return next(fits, guesses[0])

    def _conformed(self, clip: Element) -> Fraction:
        """How much slower a clip of another rate plays, so that frames stay frames.

        Final Cut plays 25 frames a second as 24, and 23.976 as 24 where that is what is counted in;
        between other rates it leaves frames out. By exports of Final Cut 10.6 and their timecodes.
        """
        conform = next((one for one in clip.inside if one.tag == "conform-rate"), None)
        if conform is None or conform.attributes.get("scaleEnabled") == "0":
            return Fraction(1)
        written = conform.attributes.get("srcFrameRate", "")
        try:
            source = FrameRate.parse(written)
        except BadValue:
            return Fraction(1)
        return conform_speed(source, self._rate)


def _name(marker: Element) -> str:
    return (
        marker.attributes.get("value", "").strip() or marker.attributes.get("note", "") or "marker"
    )


def write_fcpxml(hits: Outgoing) -> bytes:
    """A project with one gap as long as the hits, and a marker on it for each."""
    rate, start = hits.on_screen.frame_rate, hits.on_screen.start
    frame = 1 / rate.frames_per_second
    begin = label_seconds(start, rate)
    places = [hits.frame(mark) * frame for mark in hits.marks]
    length = (max(places, default=begin) - begin) + rate.nominal * frame
    title = escape(hits.title)
    markers = "".join(
        f'\n              <marker start="{_written(place)}" duration="{_written(frame)}"'
        f' value="{escape(mark.name)}"/>'
        for place, mark in zip(places, hits.marks, strict=True)
    )
    span, counted = f'duration="{_written(length)}"', "DF" if start.drop else "NDF"
    return f"""\
<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE fcpxml>
<fcpxml version="1.9">
  <resources>
    <format id="r1" frameDuration="{_written(frame)}" width="1920" height="1080"/>
  </resources>
  <library>
    <event name="{title}">
      <project name="{title}">
        <sequence format="r1" {span} tcStart="{_written(begin)}" tcFormat="{counted}">
          <spine>
            <gap name="Gap" offset="{_written(begin)}" start="{_written(begin)}" {span}>{markers}
            </gap>
          </spine>
        </sequence>
      </project>
    </event>
  </library>
</fcpxml>
""".encode()


def _written(seconds: Fraction) -> str:
    """A time as it is written.

    >>> _written(Fraction(1001, 24000)), _written(Fraction(3600))
    ('1001/24000s', '3600s')
    """
    return f"{seconds}s"
