"""Entries of a score that are figures: each a map under the key that names it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, TypeAlias, get_args

from pydantic import Field, Tag

from hostkit.session.model.score.entry import ScoreEntry
from hostkit.session.model.score.fields import PitchField
from hostkit.session.model.score.figures import (
    Arpeggio,
    Chords,
    Cluster,
    Drone,
    Figure,
    HitChord,
    Ostinato,
    Pedal,
    Percussion,
    Rhythm,
    Rise,
    Tremolo,
)
from hostkit.themes.figures.harmony.voicings import Voicing


class FigureEntry(ScoreEntry):
    """A figure, under the one key that it has more than any entry."""

    @property
    def figure(self) -> Figure:
        (key,) = self.keys
        figure: Figure = getattr(self, key)
        return figure

    @property
    def keys(self) -> tuple[str, ...]:
        """Where the keys of the figure stand in the entry."""
        return tuple(type(self).model_fields.keys() - ScoreEntry.model_fields.keys())


class OstinatoEntry(FigureEntry):
    ostinato: Ostinato


class ArpeggioEntry(FigureEntry):
    arpeggio: Arpeggio


class PedalEntry(FigureEntry):
    pedal: Pedal


class ClusterEntry(FigureEntry):
    cluster: Cluster


class RiseEntry(FigureEntry):
    rise: Rise


class HitEntry(FigureEntry):
    hit: HitChord


class TremoloEntry(FigureEntry):
    tremolo: Tremolo


class PercussionEntry(FigureEntry):
    percussion: Percussion


class DroneEntry(FigureEntry):
    drone: Drone


class ChordsEntry(FigureEntry, Figure):
    """Chords, voiced and led; `rhythm` strikes them again. Their keys stand in the entry."""

    chords: Chords
    voicing: Voicing = "close"
    voice_lead: bool = True
    parallels: bool = False
    register_: PitchField | None = Field(default=None, alias="register")
    rhythm: Rhythm | None = None

    @property
    def figure(self) -> Figure:
        return self

    @property
    def keys(self) -> tuple[str, ...]:
        return ()


AnyFigure: TypeAlias = (
    Annotated[OstinatoEntry, Tag("ostinato")]
    | Annotated[ArpeggioEntry, Tag("arpeggio")]
    | Annotated[PedalEntry, Tag("pedal")]
    | Annotated[ClusterEntry, Tag("cluster")]
    | Annotated[RiseEntry, Tag("rise")]
    | Annotated[HitEntry, Tag("hit")]
    | Annotated[TremoloEntry, Tag("tremolo")]
    | Annotated[PercussionEntry, Tag("percussion")]
    | Annotated[DroneEntry, Tag("drone")]
    | Annotated[ChordsEntry, Tag("chords")]
)
FIGURE_FORMS: Mapping[str, type[FigureEntry]] = {
    tag.tag: form for form, tag in map(get_args, get_args(AnyFigure))
}
"""What an entry is, by the key that tells it."""
