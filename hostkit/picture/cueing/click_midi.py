"""A click as a MIDI file: the count-in, the tempo map, and a note for each click."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from fractions import Fraction

from hostkit.midi.write import TrackEvents, midi_bytes
from hostkit.picture.cueing.click import Click
from hostkit.timebase.meters import MeterMap
from hostkit.timebase.tempo_map import TempoMap

NOTES: dict[str, tuple[int, int]] = {
    "downbeat": (76, 127),
    "beat": (77, 100),
    "subdivision": (42, 70),
    "warning": (56, 127),
}
"""Note and velocity of each kind on the drum channel: wood blocks, closed hi-hat, cowbell."""
_ON, _OFF = 0x99, 0x89
_LASTS = Fraction(1, 16)


def click_midi(
    tempo_map: TempoMap,
    bars_before: Sequence[Sequence[Click]],
    clicks: Iterable[Click],
    markers: Iterable[tuple[Fraction, str]] = (),
    name: str = "",
) -> bytes:
    """A MIDI file that begins with its count-in, and so with the timecode of 1|1 as a marker.

    Without a count-in 1|1 is its first tick, and an SMPTE offset says the timecode.
    """
    first = tempo_map.meters.changes[0]
    later = len(bars_before) * first.quarters_a_bar
    events: list[tuple[Fraction, bytes]] = []
    for click in (*(click for bar in bars_before for click in bar), *clicks):
        note, velocity = NOTES[click.kind]
        at = click.beats + later
        events.append((at, bytes((_ON, note, velocity))))
        events.append((at + _LASTS, bytes((_OFF, note, 0))))
    marks = [(beats + later, text) for beats, text in markers]
    if later:
        start = f"1|1 at {tempo_map.picture.start}" if tempo_map.picture else "1|1"
        marks = [(Fraction(0), "count-in"), (later, start), *marks]
        tempo_map = _begun_earlier(tempo_map, later, len(bars_before))
    return midi_bytes(tempo_map, [TrackEvents("click", events)], marks, name=name)


def _begun_earlier(tempo_map: TempoMap, quarters: Fraction, bars: int) -> TempoMap:
    """The map after that much in its first tempo and meter. It has no picture any more."""
    first, meter = tempo_map.segments[0], tempo_map.meters.changes[0]
    before = replace(first, ramp=None, ramp_seconds=Fraction(0))
    seconds = before.seconds_at(quarters)
    moved = (
        replace(one, beats=one.beats + quarters, seconds=one.seconds + seconds)
        for one in tempo_map.segments
    )
    meters = (
        replace(change, beats=change.beats + quarters, bar=change.bar + bars)
        for change in tempo_map.meters.changes[1:]
    )
    return TempoMap((before, *moved), MeterMap((meter, *meters)))
