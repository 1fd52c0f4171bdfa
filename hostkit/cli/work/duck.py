"""How far a ducking pass has read its files."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from hostkit.cli.show.progress import showing

if TYPE_CHECKING:
    from hostkit.audio.block import Audio
    from hostkit.audio.files.reader import AudioSource
    from hostkit.cli.show.progress import Quiet as View
    from hostkit.cli.show.telling import How
    from hostkit.ducking.alignment import Layout, PlacedFile

DIALOGUE_PASSES, MUSIC_PASSES = 1, 2
"""How often each is read: music once to listen, once to write."""


@contextmanager
def watched_layout(layout: Layout, how: How) -> Iterator[Layout]:
    """The layout, each of whose files tells how far it has been read."""
    with showing(how) as view:

        def followed(placed: PlacedFile, passes: int) -> PlacedFile:
            source = _Followed(placed.stem.source, passes, view)
            stem = replace(placed.stem, source=source)
            return replace(placed, stem=stem, follow=source.follow)

        yield replace(
            layout,
            dialogue=followed(layout.dialogue, DIALOGUE_PASSES),
            music=tuple(followed(placed, MUSIC_PASSES) for placed in layout.music),
        )


class _Followed:
    """A source that tells how much of it is read, all passes together."""

    def __init__(self, source: AudioSource, passes: int, view: View) -> None:
        self.path = source.path
        self.sample_rate = source.sample_rate
        self.channels = source.channels
        self.frames = source.frames
        self._source, self._view = source, view
        self._wanted = passes * source.frames / source.sample_rate
        self._read = 0.0
        view.expected("file", self.path.name, self._wanted)

    def follow(self, frames: int) -> None:
        """Another process has read so far."""
        self._view.moved("file", self.path.name, frames / self.sample_rate)

    def blocks(self, *block_frames: int) -> Iterator[Audio]:
        for block in self._source.blocks(*block_frames):
            self._view.moved("file", self.path.name, self._read)
            yield block
            self._read += block.shape[1] / self.sample_rate
        if self._read >= self._wanted:
            self._view.finished("file", self.path.name)
