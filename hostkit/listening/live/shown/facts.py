"""What a page shows of a version: its form, its stems and tracks, its places in time. As JSON."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Any

from hostkit.errors import BadValue
from hostkit.listening.live.version import SEGMENT_FRAMES, SessionVersion, StemSounds
from hostkit.timebase.picture import PictureStart
from hostkit.timebase.position import BarBeat, parse_position
from hostkit.timebase.tempo_map import TempoMap
from hostkit.timebase.timecode import frame_count

MOST_BARS = 20_000
_PLACE = re.compile(r"\b(\d{1,5}\|\d{1,3}(?:\.\d{1,6})?|\d{2}:\d{2}:\d{2}[:;]\d{2})(?!\d)")


def facts_of(version: SessionVersion, frames: int) -> dict[str, Any]:
    """All of it; times are seconds, in music of so many frames."""
    plan, session, tempo = version.plan, version.loaded.session, version.form.tempo_map
    rate = plan.sample_rate
    seconds = frames / rate
    bars = list(_bars(tempo, seconds))
    marks = [(mark.kind, mark.name, mark.frame / rate) for mark in version.form.form.marks]
    sections = [(name, at) for kind, name, at in marks if kind == "section"]
    ends = [*(at for _, at in sections[1:]), seconds]
    return {
        "number": version.number,
        "name": plan.session,
        "title": session.title or plan.session,
        "cue": session.cue,
        "rate": rate,
        "segment_frames": SEGMENT_FRAMES,
        "frames": frames,
        "mixes": mixes_of(version),
        "bars": [at for at, _ in bars],
        "beats": [count for _, count in bars],
        "tempo": list(_tempo(tempo, seconds)),
        "picture": _picture(tempo.picture),
        "sections": [
            {"name": name, "from": at, "to": end}
            for (name, at), end in zip(sections, ends, strict=False)
        ],
        "hits": [{"name": name, "at": at} for kind, name, at in marks if kind == "hit"],
        "warnings": list(placed(plan.warnings, tempo)),
    }


def mixes_of(version: SessionVersion) -> list[dict[str, Any]]:
    """The stems of each mix with what sounds in them: enough to play it."""
    return [
        {"name": name, "stems": [_stem(version, stem) for stem in stems]}
        for name, stems in version.mixes.items()
    ]


def placed(texts: Iterable[str], tempo: TempoMap) -> Iterator[dict[str, Any]]:
    """Warnings, at the first position that each of them names."""
    for text in texts:
        at = None
        if found := _PLACE.search(text):
            try:
                at = float(tempo.seconds_of(parse_position(found[1])))
            except BadValue:
                at = None  # it only looks like one
        yield {"text": text, "at": at}


def _stem(version: SessionVersion, stem: StemSounds) -> dict[str, Any]:
    written = version.loaded.session.tracks
    return {
        "name": stem.name,
        "source": stem.whole.source,
        "tracks": [
            {"name": name, "source": sound.source, "gain_db": written[name].gain_db}
            for name, sound in stem.tracks.items()
            if name in written
        ],
    }


def _bars(tempo: TempoMap, seconds: float) -> Iterator[tuple[float, int]]:
    """Where each bar begins, and how many beats it has."""
    for bar in range(1, MOST_BARS):
        beats = tempo.meters.beats_at(BarBeat(bar))
        at = float(tempo.seconds_at(beats))
        if at > seconds:
            return
        yield at, tempo.meters.at(beats).numerator


def _tempo(tempo: TempoMap, seconds: float) -> Iterator[tuple[float, float]]:
    """The tempo at each bar line and wherever it changes, in quarter notes a minute."""
    beats = {tempo.meters.beats_at(BarBeat(bar)) for bar in range(1, _bar_count(tempo, seconds))}
    steps = {segment.beats for segment in tempo.segments}
    before = {step - Fraction(1, 1_000_000) for step in steps if step > 0}
    for beat in sorted(beats | steps | before):
        at = float(tempo.seconds_at(beat))
        if at <= seconds:
            yield at, tempo.tempo_at(beat)


def _bar_count(tempo: TempoMap, seconds: float) -> int:
    last = tempo.bar_beat_at(tempo.beats_at_seconds(Fraction(seconds)))
    return min(last.bar + 1, MOST_BARS)


def _picture(picture: PictureStart | None) -> dict[str, Any] | None:
    if picture is None:
        return None
    rate = picture.frame_rate
    return {
        "frames_per_second": float(rate.frames_per_second),
        "nominal": rate.nominal,
        "dropped": rate.drops if picture.start.drop else 0,
        "start_frame": frame_count(picture.start, rate),
    }
