"""The tempo map as a MIDI file that any DAW reads: tempo, meter, sections and hits."""

from __future__ import annotations

from fractions import Fraction

from hostkit.delivery.manifest.manifest import Manifest
from hostkit.delivery.profiles.order import Order
from hostkit.midi.write import midi_bytes
from hostkit.plan.plan import SessionPlan


def tempo_map_midi(plan: SessionPlan, order: Order, manifest: Manifest) -> bytes:
    """A MIDI file of format 1 with a marker for each section and hit; 1|1 is its first tick."""
    del manifest
    session, tempo_map = order.session, plan.whole.tempo_map
    places = [(section.at, section.name) for section in session.sections]
    places += [(hit.at, hit.name) for hit in session.hits]
    marks = sorted((tempo_map.beats_at(position), name) for position, name in places)
    markers: list[tuple[Fraction, str]] = list(marks)
    names = (text for text in (session.cue, session.title) if text)
    return midi_bytes(tempo_map, (), markers, name=" ".join(names) or order.loaded.name)
