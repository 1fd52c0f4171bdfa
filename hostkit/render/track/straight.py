"""A print that nobody keeps: recorded audio that goes through nothing, made where it is read.

Its takes are read as fast as a print would be. So nothing is written for them, neither the time
it takes nor the disk: an hour of 24 stereo tracks would be 33 GB of prints.
"""

from __future__ import annotations

from collections.abc import Iterator

from hostkit.audio.block import BLOCK_FRAMES, Audio
from hostkit.errors import HostkitError, StorageError
from hostkit.jobs.isolate import Report
from hostkit.plan.nodes.prints import PrintPlan
from hostkit.plan.nodes.recorded import Recorded
from hostkit.render.track.printing import PlayedTrack


class StraightPrint:
    """The print of a `track` that is not kept; `frames` is None as long as more may come."""

    def __init__(self, track: str, plan: PrintPlan, report: Report) -> None:
        assert isinstance(plan.source, Recorded)  # everything else is kept
        self._track, self._plan, self._report = track, plan, report
        self.channels = plan.source.channels
        self.frames = plan.frames

    def audio(self, block_frames: int = BLOCK_FRAMES, start_frame: int = 0) -> Iterator[Audio]:
        """The audio in order from a frame on, each block of shape (channels, ≤ block_frames).

        How long it lasts after its last take is told by what was heard, so from frame 0 alone.
        Raises StorageError, which names the track, where a take is no longer what was planned
        with or cannot be read.
        """
        try:
            track = PlayedTrack(self._plan, self._report, start_frame=start_frame)
            yield from track.blocks(block_frames)
        except HostkitError as error:
            raise StorageError(*error.fault.of(self._track)) from error
        self.frames = track.end
