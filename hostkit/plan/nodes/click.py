"""What a click is made of: where its clicks sound, in samples."""

from __future__ import annotations

from dataclasses import dataclass

from hostkit.audio.layout import ChannelLayout
from hostkit.picture.cueing.click_sound import ClickOnset


@dataclass(frozen=True)
class ClickPlan:
    """The clicks of a form of `frames`, none of which sounds on after its end.

    `count_in` has the bars before it, whose frames are below 0: they are no part of the stem, but
    of the pre-roll of its files, as many bars as fit in there.
    """

    onsets: tuple[ClickOnset, ...]
    count_in: tuple[tuple[ClickOnset, ...], ...]
    level_dbfs: float
    frames: int
    sample_rate: int
    layout: ChannelLayout
    sample_format: str
