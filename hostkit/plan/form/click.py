"""The click of a form: its clicks in samples, from its tempo map and its hits."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from hostkit.audio.layout import ChannelLayout
from hostkit.picture.cueing.click import clicks, count_in
from hostkit.picture.cueing.click_sound import click_frames, onsets
from hostkit.picture.hits import HitPoint
from hostkit.picture.landing import landed
from hostkit.plan.nodes.click import ClickPlan
from hostkit.session.model.click import ClickTrack
from hostkit.session.model.session import Session
from hostkit.timebase.tempo_map import TempoMap


def plan_click(
    session: Session,
    tempo_map: TempoMap,
    hits: Iterable[HitPoint],
    frames: int,
    layout: ChannelLayout,
) -> ClickPlan:
    """A click for `frames` of music from 1|1 on; one that would not end before is left out."""
    wishes, rate = session.click or ClickTrack(), session.sample_rate
    end = Fraction(max(0, frames - click_frames(rate) + 1), rate)
    found = clicks(tempo_map, wishes, end, landed(tuple(hits), tempo_map))
    return ClickPlan(
        onsets=tuple(
            one for one in onsets(found, rate) if one.frame + click_frames(rate) <= frames
        ),
        count_in=tuple(onsets(bar, rate) for bar in count_in(tempo_map, wishes)),
        level_dbfs=wishes.level_dbfs,
        frames=frames,
        sample_rate=rate,
        layout=layout,
        sample_format=session.deliver.format,
    )
