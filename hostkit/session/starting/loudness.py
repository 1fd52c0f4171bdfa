"""How loud a first session will be, told from its notes before anything is rendered.

A note counts by velocity, volume (CC 7) and expression (CC 11), each 40 dB a decade as
General MIDI level 2 recommends and FluidSynth does, and for as long as it sounds: what is
struck or plucked dies away under the hand. Against 31 pieces of many kinds, rendered on the
General MIDI SoundFont, the estimate was 1.6 LU off (one standard deviation), 3.5 at most.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

from hostkit.midi.events import SampleEvents
from hostkit.midi.general import PROGRAMS
from hostkit.midi.midi_file import MidiFile
from hostkit.midi.performing.performance import to_samples
from hostkit.midi.performing.select import select
from hostkit.midi.tempo import tempo_map_of
from hostkit.session.starting.parts import NewTrack

_RATE = 1000
_VOLUME, _EXPRESSION = 7, 11
_DEFAULTS = {_VOLUME: 100, _EXPRESSION: 127}  # RP-003
_DECAY_SECONDS, _STROKE_SECONDS = 0.5, 0.1
_RINGS_ON_SECONDS = 0.4
_DYING = ("Piano", "Chromatic Percussion", "Guitar", "Bass", "Ethnic")
_DYING_TOO = ("Pizzicato Strings", "Orchestral Harp", "Timpani")
_FULL_LUFS = -17.1
"""What one note at full velocity, volume and expression, held for ever, comes to."""

Span = tuple[float, float]


def expected_lufs(file: MidiFile, parts: Iterable[tuple[NewTrack, float]]) -> float:
    """The integrated loudness of the mix of all parts, each at its gain in dB; may be −inf."""
    energy, spans = 0.0, list[Span]()
    tempo_map = tempo_map_of(file)
    for part, gain_db in _single(parts):
        track = select(file, part.track, part.channel, part.port)
        events = to_samples(track, file.division, tempo_map, _RATE)
        for start, seconds, level in _notes(events):
            energy += level * _sounding(part, seconds) * 10 ** (gain_db / 10)
            spans.append((start, start + max(seconds, _RINGS_ON_SECONDS)))
    return _FULL_LUFS + 10 * math.log10(energy / _covered(spans)) if energy else -math.inf


def _single(parts: Iterable[tuple[NewTrack, float]]) -> Iterator[tuple[NewTrack, float]]:
    """The parts as they stand in the file."""
    for part, gain_db in parts:
        yield from ((member, gain_db) for _, member in part.members or (("", part),))


def _notes(events: SampleEvents) -> Iterable[tuple[float, float, float]]:
    """Start and length in seconds and power (1 at full level) of each note."""
    controls: dict[tuple[int, int], int] = {}
    begun: dict[tuple[int, int], tuple[int, float]] = {}
    for at, message in zip(events.samples.tolist(), events.messages, strict=True):
        kind, channel = message[0] & 0xF0, message[0] & 0x0F
        if kind == 0xB0 and message[1] in _DEFAULTS:
            controls[channel, message[1]] = message[2]
        elif kind == 0x90:
            level = message[2] / 127
            for control, default in _DEFAULTS.items():
                level *= controls.get((channel, control), default) / 127
            begun[channel, message[1]] = at, level**4
        elif kind == 0x80:
            start, power = begun.pop((channel, message[1]))
            yield start / _RATE, (at - start) / _RATE, power


def _sounding(part: NewTrack, seconds: float) -> float:
    """For how long a note sounds at its full level, or would if it did not die away."""
    if part.is_drums:
        return _STROKE_SECONDS
    sound = PROGRAMS[part.sounds[0].program]
    if sound.family in _DYING or sound.name in _DYING_TOO:
        return _DECAY_SECONDS / 2 * (1 - math.exp(-2 * seconds / _DECAY_SECONDS))
    return seconds


def _covered(spans: list[Span]) -> float:
    """Seconds in which anything sounds."""
    total = reached = 0.0
    for start, stop in sorted(spans):
        total += max(0.0, stop - max(start, reached))
        reached = max(reached, stop)
    return total
