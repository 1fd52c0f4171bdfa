"""The click of the whole form in a file of its own, with its count-in: as audio, and as MIDI."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import TypeAlias

import numpy as np

from hostkit.audio.block import BLOCK_FRAMES
from hostkit.audio.files.bwf import Bwf, CueMarker
from hostkit.audio.files.containers import open_writer
from hostkit.audio.files.whole_file import whole_file
from hostkit.audio.formats import sample_format
from hostkit.delivery.documents.tempo_map import markers_of, title_of
from hostkit.delivery.manifest.manifest import Manifest
from hostkit.delivery.profiles.order import Order
from hostkit.delivery.writing.metadata import reference_before
from hostkit.errors import RequestError
from hostkit.picture.cueing.click import clicks, count_in
from hostkit.picture.cueing.click_midi import click_midi
from hostkit.picture.cueing.click_sound import ClickSound
from hostkit.picture.hits import hit_points
from hostkit.picture.landing import landed
from hostkit.plan.build import LAYOUT
from hostkit.plan.form.click import plan_click
from hostkit.plan.nodes.click import ClickPlan
from hostkit.plan.plan import SessionPlan
from hostkit.session.load import LoadedSession
from hostkit.session.model.click import ClickTrack
from hostkit.timebase.sampling import sample_of
from hostkit.timebase.tempo_map import TempoMap


@dataclass(frozen=True, eq=False)
class SessionClick:
    """The click of a session from its count-in to `end_seconds` from 1|1."""

    loaded: LoadedSession
    tempo_map: TempoMap
    end_seconds: Fraction

    @cached_property
    def plan(self) -> ClickPlan:
        hits = hit_points(self.loaded, self.tempo_map)
        frames = sample_of(self.end_seconds, self.loaded.session.sample_rate)
        return plan_click(self.loaded.session, self.tempo_map, hits, frames, LAYOUT)

    @property
    def count_in_frames(self) -> int:
        """From its first click to 1|1."""
        return -self.plan.count_in[0][0].frame if self.plan.count_in else 0


ClickWriter: TypeAlias = Callable[[Path, SessionClick], None]
"""Writes a whole file or none. Raises StorageError."""


def click_writer(path: Path) -> ClickWriter:
    """What writes a click under a name that ends so. Raises RequestError for any other."""
    endings: dict[str, ClickWriter] = {
        ".wav": _write_audio,
        ".flac": _write_audio,
        ".mid": _write_midi,
    }
    if (found := endings.get(path.suffix.lower())) is None:
        raise RequestError(
            f"ends in none of {', '.join(endings)}", cure="the ending says what to write", file=path
        )
    return found


def click_document(plan: SessionPlan, order: Order, manifest: Manifest) -> bytes:
    """The click of the music as MIDI."""
    del manifest
    whole = plan.whole
    frames = whole.last_event if whole.frames is None else whole.frames
    return _as_midi(SessionClick(order.loaded, whole.tempo_map, Fraction(frames, plan.sample_rate)))


def _write_midi(path: Path, click: SessionClick) -> None:
    with whole_file(path) as file:
        file.write(_as_midi(click))


def _as_midi(click: SessionClick) -> bytes:
    loaded, tempo_map = click.loaded, click.tempo_map
    wishes = loaded.session.click or ClickTrack()
    return click_midi(
        tempo_map,
        count_in(tempo_map, wishes),
        clicks(
            tempo_map,
            wishes,
            click.end_seconds,
            landed(hit_points(loaded, tempo_map), tempo_map),
        ),
        markers_of(loaded.session, tempo_map),
        title_of(loaded),
    )


def _write_audio(path: Path, click: SessionClick) -> None:
    plan, before = click.plan, click.count_in_frames
    onsets = (*(one for bar in plan.count_in for one in bar), *plan.onsets)
    kind, channels = sample_format(plan.sample_format), plan.layout.channels
    sound = ClickSound(plan.level_dbfs, plan.sample_rate, kind.full_scale)
    with open_writer(path, plan.sample_rate, plan.layout, kind, _metadata(click)) as writer:
        for start in range(-before, plan.frames, BLOCK_FRAMES):
            block = sound.block(onsets, start, min(BLOCK_FRAMES, plan.frames - start))
            writer.write_int_samples(np.tile(block, (channels, 1)))


def _metadata(click: SessionClick) -> Bwf:
    """Its time stamp is that of its first click: so much earlier than 1|1."""
    session, tempo_map, before = click.loaded.session, click.tempo_map, click.count_in_frames
    picture, title = tempo_map.picture, title_of(click.loaded)
    rate = session.sample_rate
    marks = [
        CueMarker(before + tempo_map.sample_at(beats, rate), name)
        for beats, name in markers_of(session, tempo_map)
    ]
    return Bwf(
        description=f"{title} v{session.version} click",
        originator_reference=f"{title} v{session.version}",
        time_reference=reference_before(picture, rate, before) if picture else 0,
        scene=session.cue or click.loaded.name,
        take=str(session.version),
        note="click",
        frame_rate=picture.frame_rate.frames_per_second if picture else None,
        drop_frame=picture.start.drop if picture else False,
        track_names=("click L", "click R"),
        markers=(CueMarker(before, "1|1"), *marks),
    )
