"""Frames of an overlay: streamers, punches, timecode and bar|beat on what is see-through."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from hostkit.picture.cueing.glyphs import drawn_text
from hostkit.picture.cueing.streamers import COLOURS, Cueing

Pixels = NDArray[np.uint8]
"""`(height, width, 4)`: red, green, blue and how far one does not see through."""
_WHITE, _PUNCH = (255, 255, 255, 255), (255, 255, 255, 255)
_BEHIND_TEXT = (0, 0, 0, 150)


@dataclass(frozen=True)
class Overlay:
    """Draws frames of that size."""

    cueing: Cueing
    width: int
    height: int

    @property
    def line_width(self) -> int:
        return max(2, self.width // 160)

    def column(self, across: Fraction) -> int:
        """The left column of a line that is so far across, 0 … 1."""
        return round(across * (self.width - self.line_width))

    def frames(self) -> Iterator[Pixels]:
        """All of them, in order; each is drawn over the one before and must not be kept."""
        canvas: Pixels = np.zeros((self.height, self.width, 4), np.uint8)
        for frame in range(self.cueing.first_frame, self.cueing.end_frame):
            canvas[:] = 0
            self._draw(canvas, frame)
            yield canvas

    def _draw(self, canvas: Pixels, frame: int) -> None:
        cueing, scale = self.cueing, max(1, self.height // 120)
        for across, kind in cueing.lines_at(frame):
            left = self.column(across)
            canvas[:, left : left + self.line_width] = (*COLOURS[kind], 255)
        if cueing.is_punched(frame):
            rows, columns = np.ogrid[: self.height, : self.width]
            from_middle = (rows - self.height / 2) ** 2 + (columns - self.width / 2) ** 2
            canvas[from_middle <= (self.height / 7) ** 2] = _PUNCH
        bottom = self.height - 10 * scale
        self._write(canvas, cueing.timecode_at(frame), 3 * scale, bottom, scale)
        place = cueing.bar_beat_at(frame)
        self._write(canvas, place, self.width - (6 * len(place) + 3) * scale, bottom, scale)
        if coming := cueing.next_at(frame):
            seconds = float((coming.frame - frame) / cueing.frames_per_second)
            small = max(1, scale * 2 // 3)
            self._write(canvas, f"{coming.name[:40]} {seconds:.1f}", 3 * scale, 3 * scale, small)

    def _write(self, canvas: Pixels, text: str, left: int, top: int, scale: int) -> None:
        """A text on a dark ground, cut off where the frame ends."""
        dots = np.pad(drawn_text(text, scale), scale)
        place = canvas[top - scale :, max(0, left - scale) :][: dots.shape[0], : dots.shape[1]]
        dots = dots[: place.shape[0], : place.shape[1]]
        place[:] = _BEHIND_TEXT
        place[dots] = _WHITE
