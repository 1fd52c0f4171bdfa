"""The arrangement: lanes, clips and what is inside them, laid flat on the project's time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from xml.etree.ElementTree import Element

from hostkit.exchange.columns import ProjectNotes
from hostkit.exchange.dawproject.clips import ClipLook, audio_clip
from hostkit.exchange.dawproject.expressions import (
    ControllerKey,
    controller_of,
    in_midi,
    points_of,
)
from hostkit.exchange.dawproject.frames import Frame, passes
from hostkit.exchange.dawproject.notes import notes_in
from hostkit.exchange.dawproject.numbers import flag, level_db, number
from hostkit.exchange.dawproject.tempo import TEMPO
from hostkit.exchange.project import (
    AudioClip,
    CurvePoint,
    Media,
    ProjectMarker,
)
from hostkit.ground.harmless import on_a_line

MAX_NOTES = 2_000_000
MAX_CLIPS = 100_000
MAX_MARKERS = 20_000
MAX_NESTING = 24  # clips in clips, by reference too


@dataclass
class Played:
    """What a track plays, as it is gathered."""

    notes: list[ProjectNotes] = field(default_factory=list)
    clips: list[AudioClip] = field(default_factory=list)
    controllers: dict[ControllerKey, list[CurvePoint]] = field(
        default_factory=lambda: defaultdict(list)
    )


@dataclass(frozen=True)
class _Inside:
    """Where the reader is: of which track, in which clips, how deep."""

    frame: Frame
    track: str = ""
    looks: tuple[ClipLook, ...] = ()
    depth: int = 0


class TimelineReader:
    """Gathers what is played, by the id of its track, and automation by that of its parameter.

    `ids` are the timelines that clips refer to; `media_of` finds an audio file by what it is
    called. `losses` are (id of the track, what).
    """

    def __init__(self, ids: dict[str, Element], media_of: Callable[[Element], Media]) -> None:
        self.played: dict[str, Played] = defaultdict(Played)
        self.automation: dict[str, list[CurvePoint]] = defaultdict(list)
        self.markers: list[ProjectMarker] = []
        self.losses: list[tuple[str, str]] = []
        self._ids = ids
        self._media_of = media_of
        self._notes_read = self._clips_read = 0
        self._by_tag: dict[str, Callable[[Element, _Inside], None]] = {
            "Lanes": self._lanes,
            "Clips": self._clips,
            "Notes": self._notes,
            "Points": self._points,
            "Audio": self._audio,
            "Warps": self._audio,
            "Markers": self._markers,
            "markers": self._markers,
            "ClipSlot": self._left_out("clips of the launcher are not in the arrangement"),
            "Video": self._left_out("video is left out"),
        }

    def read(self, timeline: Element, frame: Frame) -> None:
        self._read(timeline, _Inside(frame))

    def _read(self, timeline: Element, inside: _Inside) -> None:
        if (read := self._by_tag.get(timeline.tag)) is None:
            return
        track = timeline.get("track") or inside.track
        if inside.depth > MAX_NESTING:
            self.losses.append((track, "clips that lie in themselves, or too deep, are left out"))
            return
        read(
            timeline,
            _Inside(inside.frame.of(timeline), track, inside.looks, inside.depth + 1),
        )

    def _lanes(self, lanes: Element, inside: _Inside) -> None:
        gains = [child for child in lanes if _is_gain(child)] if inside.looks else []
        for points in gains:
            inside = self._with_gain(points, inside)
        for child in lanes:
            if child not in gains:
                self._read(child, inside)

    def _with_gain(self, points: Element, inside: _Inside) -> _Inside:
        """A clip's gain stands beside its audio, as points that never change."""
        read = [point for point, _ in points_of(points, inside.frame)]
        values = {point.value for point in read}
        if len(values) > 1:
            self.losses.append((inside.track, "the gain of a clip moves; its first value is kept"))
        if not read:
            return inside
        gain_db = level_db(repr(read[0].value), points.get("unit", "linear"))
        look = ClipLook(gain_db=max(-144.0, gain_db))
        return _Inside(inside.frame, inside.track, (*inside.looks, look), inside.depth)

    def _clips(self, clips: Element, inside: _Inside) -> None:
        for clip in clips.findall("Clip"):
            content = next((child for child in clip if child.tag in self._by_tag), None)
            if content is None:
                content = self._ids.get(clip.get("reference", ""))
            if content is None:
                self.losses.append((inside.track, "an empty clip is left out"))
                continue
            self._clip(clip, content, inside)

    def _clip(self, clip: Element, content: Element, inside: _Inside) -> None:
        length = _length_of(content, inside.frame)
        muted = not flag(clip.get("enable"), True)
        if muted and content.tag == "Notes":
            self.losses.append((inside.track, "a muted clip is left out"))
            return
        for one in passes(clip, inside.frame, length):
            if one.frame.is_silent:
                continue
            look = _look_of(clip, inside.frame, one.frame, muted)
            self._read(
                content, _Inside(one.frame, inside.track, (*inside.looks, look), inside.depth + 1)
            )

    def _notes(self, notes: Element, inside: _Inside) -> None:
        read = notes_in(notes, inside.frame)
        self.losses += ((inside.track, what) for what in read.losses)
        room = MAX_NOTES - self._notes_read
        if len(read.notes) > room:
            self.losses.append(("", f"more than {MAX_NOTES} notes; the rest is left out"))
        kept = read.notes[:room] if len(read.notes) > room else read.notes
        self._notes_read += len(kept)
        if kept:
            self.played[inside.track].notes.append(kept)

    def _points(self, points: Element, inside: _Inside) -> None:
        target = points.find("Target")
        if target is None:
            if points.get("target") != TEMPO:
                self.losses.append((inside.track, "automation that names no parameter is left out"))
            return
        frame = inside.frame
        read = [
            (point, is_whole)
            for point, is_whole in points_of(points, frame)
            if point.at >= 0
            and (not inside.looks or point.at >= frame.start)
            and (frame.stop is None or point.at <= frame.stop)
        ]
        if parameter := target.get("parameter"):
            self.automation[parameter] += [point for point, _ in read]
        elif (key := controller_of(target)) is not None:
            unit = points.get("unit", "")
            self.played[inside.track].controllers[key] += [
                point._replace(value=in_midi(key[0], point.value, unit, is_whole))
                for point, is_whole in read
            ]
        elif target.get("expression"):
            what = f"the expression {on_a_line(target.get('expression', ''), 40)} of clips"
            self.losses.append((inside.track, f"{what} is left out"))

    def _audio(self, element: Element, inside: _Inside) -> None:
        warps = element if element.tag == "Warps" else None
        audio = element if warps is None else warps.find("Audio")
        if audio is None:
            if warps is not None:
                self.losses.append((inside.track, "a warped clip of no audio is left out"))
            return
        if self._clips_read >= MAX_CLIPS:
            self.losses.append(("", f"more than {MAX_CLIPS} audio clips; the rest is left out"))
            return
        self._clips_read += 1
        media = self._media_of(audio)
        read = audio_clip(audio, media, inside.frame, warps, inside.looks)
        if read is None:
            self.losses.append((inside.track, f"a clip of {media.said} has nothing to play"))
            return
        if read.bent:
            what = f"a clip of {media.said} is warped unevenly"
            self.losses.append((inside.track, f"{what}; its speed is taken for even"))
        self.played[inside.track].clips.append(read.clip)

    def _markers(self, markers: Element, inside: _Inside) -> None:
        for marker in markers.findall("Marker")[:MAX_MARKERS]:
            at = inside.frame.local(marker.get("time"))
            if at is None or (quarters := inside.frame.quarters(at)) < 0:
                self.losses.append(
                    ("", "a marker without a time, or before the start, is left out")
                )
                continue
            name = on_a_line(marker.get("name") or "", 200)
            colour, comment = marker.get("color", "")[:20], marker.get("comment") or ""
            self.markers.append(
                ProjectMarker(quarters, name, None, colour, on_a_line(comment, 500))
            )

    def _left_out(self, what: str) -> Callable[[Element, _Inside], None]:
        return lambda _, inside: self.losses.append((inside.track, what))


def _is_gain(element: Element) -> bool:
    target = element.find("Target") if element.tag == "Points" else None
    return target is not None and target.get("expression") == "gain"


def _look_of(clip: Element, outer: Frame, inner: Frame, muted: bool) -> ClipLook:
    unit = clip.get("fadeTimeUnit") or outer.unit
    edges = inner.start, inner.stop

    def fade(key: str, edge: Fraction | None) -> float:
        length = number(clip.get(key))
        if unit == "seconds" or not length or edge is None:
            return length
        return length * 60 / inner.clock.tempo_map.tempo_at(edge)

    return ClipLook(
        edges[0],
        edges[1],
        fade("fadeInTime", edges[0]),
        fade("fadeOutTime", edges[1]),
        muted=muted,
        name=on_a_line(clip.get("name") or "", 200),
        colour=clip.get("color", "")[:20],
        comment=on_a_line(clip.get("comment") or "", 500),
    )


def _length_of(content: Element, frame: Frame) -> Fraction | None:
    """How long a content is by itself; None where it does not say."""
    if content.tag == "Audio":
        return frame.times.exact(content.get("duration"), "seconds")
    return None
