"""Which stretch of which recording sounds where: the same however a session writes it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from hostkit.audio.files.reader import open_audio
from hostkit.errors import BadValue, HostkitError
from hostkit.exchange.arriving.start import sha256_of
from hostkit.ground.named_file import is_file
from hostkit.session.model.audio import AudioRegion
from hostkit.timebase.sampling import sample_of
from hostkit.timebase.tempo_map import TempoMap

Heard = tuple[str, int, int, int]
"""Of a region: its recording, the sample it begins at, and from and to which of the file."""


@dataclass
class RegionsHeard:
    """Hears regions at a `sample_rate`; their files lie in one of `folders`, the first it is in.

    A recording is known by its content: a project holds copies of the session's files.
    """

    folders: Sequence[Path]
    sample_rate: int
    _files: dict[Path, tuple[str, int]] = field(default_factory=dict)

    def of(self, regions: Sequence[AudioRegion], tempo_map: TempoMap) -> tuple[Heard, ...] | None:
        """What sounds; None where a file, or a place in the music, cannot be looked at."""
        try:
            return tuple(self._heard(region, tempo_map) for region in regions)
        except (BadValue, HostkitError, OSError):
            return None

    def _heard(self, region: AudioRegion, tempo_map: TempoMap) -> Heard:
        if region.at is None:
            raise BadValue("its time stamp says where")
        content, whole = self._file(region.file)
        start = sample_of(tempo_map.seconds_of(region.at), self.sample_rate)
        first, stop = (
            None if at is None else sample_of(at.value, self.sample_rate)
            for at in (region.start, region.stop)
        )
        return content, start, first or 0, whole if stop is None else stop

    def _file(self, name: str) -> tuple[str, int]:
        """A file's content, and its length at the rate."""
        places = [folder / name for folder in self.folders]
        path = next((place for place in places if is_file(place)), places[-1])
        if path not in self._files:
            source = open_audio(path)
            frames = (2 * source.frames * self.sample_rate // source.sample_rate + 1) // 2
            self._files[path] = sha256_of(path), frames
        return self._files[path]
