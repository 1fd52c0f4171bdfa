"""`audio:` and `live:` of a track: regions as written to regions in samples."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from hostkit.errors import BadValue
from hostkit.plan.environment import Environment
from hostkit.plan.found import Found, Gathering
from hostkit.plan.music.timeline import Timeline
from hostkit.plan.nodes.recorded import Fade, Recording, Region
from hostkit.plan.tracks.joins import Joins, Placed
from hostkit.session.load import LoadedSession
from hostkit.session.model.audio import AudioRegion
from hostkit.session.model.session import Track
from hostkit.session.yaml_tree import Path as KeyPath
from hostkit.timebase.sampling import sample_of
from hostkit.timebase.timecode import label_seconds

if TYPE_CHECKING:
    from hostkit.plan.audio_files import RecordedFile

HEARD_DRIFT_SECONDS = Fraction(1, 1000)
"""Recorded audio that is off its beat by less is as good as on it."""


@dataclass(frozen=True)
class TrackRecordings:
    """The recorded regions of tracks where the form named plays them, on its `timeline`.

    Without `live` recorded players over mock-ups are left out.
    """

    loaded: LoadedSession
    environment: Environment
    timeline: Timeline
    form: str
    live: bool

    def regions(self, name: str, track: Track) -> Found[tuple[Region, ...] | None]:
        """Those of a track, in samples; none where it has none, None after a problem."""
        told, written = Gathering(self.loaded), self._written(track)
        if not written:
            return told.with_value(())
        path = _path(name, track)
        over_mockup = track.audio is None
        found = told.take(self._reader.regions(written, path, over_mockup=over_mockup))
        if found is None:
            return told.with_value(None)
        regions, drift_seconds = self.timeline.place(found)
        if drift_seconds >= HEARD_DRIFT_SECONDS:
            drift_ms = float(drift_seconds) * 1000
            told.warn(
                f"{name} is recorded, and {self.form} changes its tempo: it drifts from the beat "
                f"by up to {drift_ms:.0f} ms; allow less with tempo_limit_percent, or mute it"
            )
        return told.with_value(regions)

    def read_ahead(self, tracks: Mapping[str, Track]) -> None:
        """Reads the files of regions that will be asked for; what is wrong is told then."""
        self._reader.read_ahead(
            (one.file, (*_path(name, track), index, "file"))
            for name, track in tracks.items()
            for index, one in enumerate(self._written(track))
        )

    @property
    def _reader(self) -> RegionReader:
        return RegionReader(self.loaded, self.environment, self.timeline.as_written)

    def _written(self, track: Track) -> Sequence[AudioRegion]:
        return track.audio or (track.live if self.live else None) or ()


def _path(name: str, track: Track) -> KeyPath:
    """Where the regions of a track stand."""
    return ("tracks", name, "live" if track.audio is None else "audio")


@dataclass(frozen=True)
class RegionReader:
    """Looks up the files of regions and places them on `timeline`, that of the whole form."""

    loaded: LoadedSession
    environment: Environment
    timeline: Timeline

    def regions(
        self, written: Sequence[AudioRegion], path: KeyPath, *, over_mockup: bool = False
    ) -> Found[tuple[Region, ...] | None]:
        """The regions in order of time; None after a problem."""
        told = Gathering(self.loaded)
        placed: list[Placed] = []
        for index, one in enumerate(written):
            at = (*path, index)
            region = told.take(self._region(one, at))
            if region is not None:
                placed.append(Placed(region, one, at))
        if len(placed) < len(written):
            return told.with_value(None)
        placed.sort(key=lambda one: one.region.start)
        joins = Joins(self.loaded, self.timeline.sample_rate, over_mockup)
        made = told.take(joins.joined(placed))
        return told.with_value(None if told.problems else made)

    def read_ahead(self, written: Iterable[tuple[str, KeyPath]]) -> None:
        """Reads files that will be asked for, each named at a place; what is wrong is told then."""
        paths = []
        for name, path in written:
            with suppress(BadValue):
                paths.append(self._file(name, path))
        self.environment.read_ahead(paths)

    def _region(self, written: AudioRegion, path: KeyPath) -> Found[Region | None]:
        """A region by itself, with the fades that it names; None after a problem."""
        told = Gathering(self.loaded)
        rate, region = self.timeline.sample_rate, None
        with told.placing((*path, "file")):
            file = self.environment.recorded(self._file(written.file, (*path, "file")))
            told.warn(*_converted(written.file, file.sample_rate, rate), *_late(written.file, file))
            channels = _heard(written, file.channels)
            frames = (2 * file.frames * rate // file.sample_rate + 1) // 2
            plain = file.is_plain and file.sample_rate == rate
            recording = Recording(file.content, frames, plain)
            region = Region(recording, 0, 0, 0, channels, written.gain_db)
        if region is None:
            return told.with_value(None)
        with told.placing((*path, "to" if written.stop else "from")):
            region = self._stretch(region, written)
        with told.placing((*path, "file")):
            first = written.start.value * file.sample_rate if written.start else 0
            last = written.stop.value * file.sample_rate if written.stop else file.frames
            self.environment.read_stretch(file, math.floor(first), math.ceil(last))
        with told.placing((*path, "at") if written.at is not None else path):
            region = replace(region, start=self._start(written, file))
        with told.placing(path):
            region = region.faded(*self._fades(region, written))
        return told.with_value(None if told.problems else region)

    def _file(self, name: str, path: KeyPath) -> Path:
        """The file that is named at a place. Raises BadValue for one that is not with it."""
        try:
            return self.loaded.files_beside(path).find(name)[0]
        except BadValue as error:
            cure = "put it beside the session, or into a folder below"
            raise BadValue(error.fault.message, cure) from None

    def _stretch(self, region: Region, written: AudioRegion) -> Region:
        """With the stretch of the file that is played. Raises BadValue."""
        rate, whole = self.timeline.sample_rate, region.recording.frames
        first = sample_of(written.start.value, rate) if written.start else 0
        last = sample_of(written.stop.value, rate) if written.stop else whole
        for end in (last, first):
            if end > whole:
                raise BadValue(
                    f"{_seconds(end, rate)} lies past the end of {written.file}, which is "
                    f"{_seconds(whole, rate)} long",
                    cure="give an earlier time",
                )
        if first >= last:
            raise BadValue(
                f"nothing is left of {written.file} between {_seconds(first, rate)} and "
                f"{_seconds(last, rate)}",
                cure="let from: lie before to: and before the file's end",
            )
        return replace(region, offset=first, frames=last - first)

    def _start(self, written: AudioRegion, file: RecordedFile) -> int:
        """The sample on which it begins to sound. Raises BadValue."""
        if written.at is not None:
            return self.timeline.sample_at(written.at)
        picture = self.timeline.tempo_map.picture
        if not file.stamp or picture is None:
            lacks = "carries no time stamp (bext)" if picture else "can lie by its time stamp "
            lacks += "" if picture else "where the session has a picture:, and there is none"
            raise BadValue(f"{written.file} {lacks}", cure="say where it begins with at: 9|1")
        begins = written.start.value if written.start else Fraction(0)
        music = label_seconds(picture.start, picture.frame_rate)
        start = sample_of(file.stamp + begins - music, self.timeline.sample_rate)
        if start < 0:
            early = _seconds(-start, self.timeline.sample_rate)
            raise BadValue(
                f"by its time stamp {written.file} begins {early} before the start of the music",
                cure=f"begin {early} later with from:, or say where with at:",
            )
        return start

    def _fades(self, region: Region, written: AudioRegion) -> list[Fade]:
        """Those that are written. Raises BadValue where they have no room."""
        rise, fall = (self._frames(ms or 0) for ms in (written.fade_in_ms, written.fade_out_ms))
        if rise + fall > region.frames:
            raise BadValue(
                f"its fades are longer than what is played of {written.file}",
                cure="shorten them, or let it play longer",
            )
        return [
            Fade(0, rise, True, written.fade),
            Fade(region.frames - fall, fall, False, written.fade),
        ]

    def _frames(self, ms: float) -> int:
        return round(ms * self.timeline.sample_rate / 1000)


def _converted(name: str, file_rate: int, rate: int) -> tuple[str, ...]:
    """That a file has another sample rate."""
    if file_rate == rate:
        return ()
    return (f"{name} is converted from {file_rate} to {rate} Hz",)


def _late(name: str, file: RecordedFile) -> tuple[str, ...]:
    """That nobody knows where an MP3 begins: a player without its padding is late by that."""
    if file.says_its_start:
        return ()
    return (
        f"{name} does not say what its encoder put before the sound, which may so be 25 ms late or "
        "more; take the file that it was made of, or leave that out with from:",
    )


def _heard(written: AudioRegion, channels: int) -> tuple[int, ...]:
    """The channels of the file that are heard, from 0. Raises BadValue."""
    if written.channels is None:
        if channels <= 2:
            return tuple(range(channels))
        raise BadValue(
            f"{written.file} has {channels} channels",
            cure="say which are heard: channels: [1, 2] as left and right, or [1] as mono",
        )
    for number in written.channels:
        if number > channels:
            raise BadValue(
                f"{written.file} has no channel {number}",
                cure=f"its channels are 1 to {channels}" if channels > 1 else "it is mono",
            )
    return tuple(number - 1 for number in written.channels)


def _seconds(frames: int, rate: int) -> str:
    return f"{frames / rate:.4g}s"
