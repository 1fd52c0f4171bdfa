"""The tempo map as a MIDI file that any DAW reads: tempo, meter, sections and hits."""

from __future__ import annotations

from fractions import Fraction

from hostkit.delivery.manifest.manifest import Manifest
from hostkit.delivery.profiles.order import Order
from hostkit.midi.write import midi_bytes
from hostkit.plan.plan import SessionPlan
from hostkit.session.load import LoadedSession
from hostkit.session.model.session import Session
from hostkit.timebase.tempo_map import TempoMap


def tempo_map_midi(plan: SessionPlan, order: Order, manifest: Manifest) -> bytes:
    """A MIDI file of format 1 with a marker for each section and hit; 1|1 is its first tick."""
    del manifest
    markers = markers_of(order.session, plan.whole.tempo_map)
    return midi_bytes(plan.whole.tempo_map, (), markers, name=title_of(order.loaded))


def markers_of(session: Session, tempo_map: TempoMap) -> list[tuple[Fraction, str]]:
    """Sections and hits at their quarter notes from 1|1, in order."""
    places = [(section.at, section.name) for section in session.sections]
    places += [(hit.at, hit.name) for hit in session.hits]
    return sorted((tempo_map.beats_at(position), name) for position, name in places)


def title_of(loaded: LoadedSession) -> str:
    """Cue and title, else the session's name."""
    names = (text for text in (loaded.session.cue, loaded.session.title) if text)
    return " ".join(names) or loaded.name
