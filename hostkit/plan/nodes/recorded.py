"""Recorded audio as a source: regions of files, in samples."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, TypeAlias

from hostkit.devices.spec import UNHEARD, ContentFile, DeviceSpec

FadeShape: TypeAlias = Literal["equal_power", "linear"]


@dataclass(frozen=True)
class Recording:
    """An audio file: its length at the session's rate.

    A `plain` one is read as fast as a print: integers in a WAV file, at the session's rate.
    """

    content: ContentFile
    frames: int
    plain: bool = field(default=False, metadata=UNHEARD, compare=False)


@dataclass(frozen=True)
class Fade:
    """A rise from nothing, or a fall to it, over `frames` from `start` of its region on.

    `start` counts from the region's first frame, and may lie before it.
    """

    start: int
    frames: int
    rises: bool
    shape: FadeShape = "equal_power"


@dataclass(frozen=True)
class Region:
    """`frames` of a recording from `offset` on, at the session's rate, which begin at `start`.

    `channels` are those of the file that are heard, from 0; one is mono, two are left and right.
    """

    recording: Recording
    start: int
    frames: int
    offset: int
    channels: tuple[int, ...]
    gain_db: float = 0.0
    fades: tuple[Fade, ...] = ()

    @property
    def stop(self) -> int:
        """The frame after its last one."""
        return self.start + self.frames

    @property
    def left(self) -> int:
        """Frames that the file has after what is played of it."""
        return self.recording.frames - self.offset - self.frames

    def lasting(self, frames: int) -> Region:
        """The same, shorter or longer at its end."""
        return replace(self, frames=frames)

    def later(self, frames: int) -> Region:
        """What is left without its first frames; its fades stay where they are."""
        fades = tuple(replace(fade, start=fade.start - frames) for fade in self.fades)
        return replace(
            self,
            start=self.start + frames,
            frames=self.frames - frames,
            offset=self.offset + frames,
            fades=fades,
        )

    def faded(self, *fades: Fade) -> Region:
        """The same with fades more; they multiply."""
        return replace(self, fades=(*self.fades, *(fade for fade in fades if fade.frames)))


@dataclass(frozen=True, eq=False)
class Recorded:
    """A source: regions in the order in which they begin."""

    regions: tuple[Region, ...]

    @property
    def end(self) -> int:
        """The frame on which the last region ends."""
        return max((region.stop for region in self.regions), default=0)

    @property
    def events(self) -> int:
        """How many regions there are."""
        return len(self.regions)

    @property
    def channels(self) -> int:
        """Those that it needs: one where all regions are mono."""
        return max((len(region.channels) for region in self.regions), default=1)

    @property
    def is_plain(self) -> bool:
        """Whether all of its files are."""
        return all(region.recording.plain for region in self.regions)

    @property
    def sounds(self) -> tuple[str, ...]:
        """What sounds, in words."""
        return ("recorded audio",)

    @property
    def devices(self) -> tuple[DeviceSpec, ...]:
        """None: it sounds by itself."""
        return ()

    @property
    def runs(self) -> tuple[DeviceSpec, ...]:
        """None either."""
        return ()

    @property
    def parts(self) -> Mapping[str, Any]:
        """What it depends on, under the words used for it where it changed."""
        files = dict.fromkeys(region.recording.content for region in self.regions)
        places = tuple(
            (r.start, r.frames, r.offset, r.channels, r.gain_db, r.fades) for r in self.regions
        )
        return {"audio files": tuple(files), "regions": places}
