"""What tracks play, as lanes: notes in one clip, controllers and automation, audio clips."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from hostkit.audio.files.reader import AudioSource
from hostkit.exchange.columns import ProjectNotes
from hostkit.exchange.dawproject.expressions import BEND, CONTROLLERS
from hostkit.exchange.dawproject.writing.xml import decimal, element
from hostkit.exchange.project import (
    AudioClip,
    ControllerKind,
    CurvePoint,
    NoteExpression,
    ProjectController,
    ProjectNote,
    ProjectTrack,
)
from hostkit.ground.levels import db_to_gain
from hostkit.timebase.tempo_map import TempoMap

_EXPRESSIONS = {kind: name for name, kind in CONTROLLERS.items()}
_NUMBERS: dict[ControllerKind, str] = {"cc": "controller", "poly pressure": "key"}


def notes_clip(written: Sequence[ProjectNote], name: str) -> list[str]:
    """All notes of a track in one clip, wrapped once: Studio One reads no clip in a clip."""
    notes = ProjectNotes.of(written)
    ends = notes.ends
    if not len(ends):
        return []
    end = max(Fraction(int(ends.units.max()), ends.per_quarter), Fraction(1))
    inside = element("Notes", [_note_lines(notes)])
    clip = element("Clip", inside, time=0, duration=Fraction(-(-end // 1)), playStart=0, name=name)
    return list(element("Clips", clip))


_SHARES = tuple(repr(number / 127) for number in range(128))
"""Velocities as the format has them."""


def _note_lines(notes: ProjectNotes) -> str:
    """A line for each note, as one text."""
    columns = zip(
        map(decimal, notes.at.floats().tolist()),
        map(decimal, notes.length.floats().tolist()),
        notes.channel.tolist(),
        notes.key.tolist(),
        map(_SHARES.__getitem__, notes.velocity.tolist()),
        map(_SHARES.__getitem__, notes.release_velocity.tolist()),
        strict=True,
    )
    lines = [
        f'<Note time="{time}" duration="{duration}" channel="{channel}" key="{key}" vel="{vel}" '
        f'rel="{rel}"/>'
        for time, duration, channel, key, vel, rel in columns
    ]
    for place, expressions in notes.expressions.items():
        timelines = [line for one in expressions for line in _expression(one, notes.at[place])]
        inside = timelines if len(expressions) == 1 else element("Lanes", timelines)
        lines[place] = "\n".join([f"{lines[place][:-2]}>", *inside, "</Note>"])
    return "\n".join(lines)


def _expression(expression: NoteExpression, begin: Fraction) -> Iterator[str]:
    moved = (point._replace(at=point.at - begin) for point in expression.points)
    yield from points_of(moved, {"expression": expression.kind}, "linear")


def controller_points(controller: ProjectController) -> Iterator[str]:
    """A controller of a track as points of shares of its range."""
    target: dict[str, str | int] = {
        "expression": _EXPRESSIONS[controller.kind],
        "channel": controller.channel,
    }
    if key := _NUMBERS.get(controller.kind):
        target[key] = controller.number
    if controller.kind == "program":
        lines = [
            line
            for point in controller.points
            for line in element("IntegerPoint", time=point.at, value=round(point.value))
        ]
        yield from element("Points", [*element("Target", **target), *lines])
        return
    bends = controller.kind == "pitch bend"
    shares = (
        point._replace(value=(point.value + BEND) / (2 * BEND) if bends else point.value / 127)
        for point in controller.points
    )
    yield from points_of(shares, target, "normalized")


def points_of(
    points: Iterable[CurvePoint], target: dict[str, str | int], unit: str
) -> Iterator[str]:
    """Points of what `target` names."""
    lines = [
        f'<RealPoint time="{decimal(point.at)}" value="{point.value!r}" '
        f'interpolation="{"linear" if point.linear else "hold"}"/>'
        for point in points
    ]
    yield from element("Points", [*element("Target", **target), *lines], unit=unit)


@dataclass(frozen=True)
class PackedAudio:
    """An audio file as the project names it: inside, or beside it where it is `external`."""

    path: str
    external: bool
    source: AudioSource


@dataclass
class ClipElements:
    """Writes audio clips on a tempo map."""

    tempo_map: TempoMap
    losses: list[str] = field(default_factory=list)

    def clip(self, clip: AudioClip, audio: PackedAudio) -> Iterator[str]:
        """A clip with the file inside: nested, as Bitwig writes it, in seconds of the file."""
        crossfade = Fraction(repr(clip.crossfade_seconds))
        begin = self.tempo_map.seconds_at(clip.at) + crossfade
        at = self.tempo_map.beats_at_seconds(begin)
        lasts = clip.length_seconds - crossfade
        end = self.tempo_map.beats_at_seconds(begin + lasts)
        source = audio.source
        length = Fraction(source.frames, source.sample_rate)
        if clip.channels and clip.channels != tuple(range(source.channels)):
            self.losses.append(f"{clip.media.said} plays all of its channels")
        file = element("File", path=audio.path, external=audio.external)
        content = element(
            "Audio",
            file,
            timeUnit="seconds",
            channels=source.channels,
            sampleRate=source.sample_rate,
            duration=length,
        )
        if clip.rate != 1:
            stretched = length / Fraction(repr(clip.rate))
            warps = [("0", "0"), (decimal(stretched), decimal(length))]
            lines = [f'<Warp time="{time}" contentTime="{inner}"/>' for time, inner in warps]
            content = element(
                "Warps", [*content, *lines], contentTimeUnit="seconds", timeUnit="seconds"
            )
        if clip.gain_db:
            level = CurvePoint(Fraction(0), db_to_gain(clip.gain_db))
            gain = points_of([level], {"expression": "gain"}, "linear")
            content = element("Lanes", [*content, *gain])
        rate = Fraction(repr(clip.rate))
        inner = element("Clip", content, time=0, duration=length / rate, playStart=0)
        yield from element(
            "Clip",
            element("Clips", inner, timeUnit="seconds"),
            name=clip.name,
            color=colour(clip.colour),
            comment=clip.comment,
            time=at,
            duration=end - at,
            contentTimeUnit="seconds",
            playStart=(clip.start_seconds + crossfade * rate) / rate,
            fadeTimeUnit="seconds",
            fadeInTime=-clip.crossfade_seconds if crossfade else clip.fade_in_seconds,
            fadeOutTime=clip.fade_out_seconds,
            enable=not clip.muted,
        )


def colour(said: str) -> str:
    """A colour as the format has it, "" for none: #rrggbb.

    >>> colour("#A2eabf"), colour("red")
    ('#A2eabf', '')
    """
    digits = said.removeprefix("#")
    whole = len(digits) == 6 and all(digit in "0123456789abcdefABCDEF" for digit in digits)
    return f"#{digits}" if whole else ""


def content_of(track: ProjectTrack) -> str:
    """What a track is for, in the format's words."""
    if track.role == "folder":
        return "tracks"
    kinds = [("notes", track.notes or track.controllers), ("audio", track.clips)]
    return " ".join(kind for kind, there in kinds if there) or "audio"
