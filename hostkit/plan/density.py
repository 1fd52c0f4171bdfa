"""How dense the music is under each phrase of a dialogue, read off the notes.

Nothing is heard here: it is known before anything is rendered, and ducked. A stem's share of
the masking is estimated from its notes' velocities, lengths and faders, and from how much of
their sound lies in the speech band, where partials fall by 6 dB an octave.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from hostkit.ducking.gain.speech_band import HIGH_HZ, LOW_HZ
from hostkit.ducking.phrase import Phrase
from hostkit.ground.levels import db_to_gain
from hostkit.midi.drums import DRUM_CHANNEL
from hostkit.midi.events import Score
from hostkit.plan.nodes.recorded import Recorded
from hostkit.plan.nodes.sources import Live, Output, Source
from hostkit.plan.plan import Plan

REGISTERS = (("bass", 48), ("tenor", 60), ("alto", 72), ("soprano", 84), ("top", 128))
"""Names, each with the MIDI note that it ends below: bass to B2, then an octave each."""
PERCUSSION, RECORDED = "percussion", "recorded"
PARTIALS = 32
_OF_PERCUSSION = 0.5
"""How much of what has no pitch is taken to lie in the speech band."""
_AUDIBLE = 0.05
"""A note with less of its sound in the band than that does not play in it: a high piccolo."""


@dataclass(frozen=True)
class UnderPhrase:
    """What plays in the speech band (300 Hz to 4 kHz) during a phrase.

    `registers` are in order of pitch, `masking` the two stems that are estimated to mask most
    with their shares (0 to 1) of all that is written; recorded players are in no share.
    """

    phrase: Phrase
    tracks: tuple[str, ...]
    registers: tuple[str, ...]
    masking: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Fader:
    """Where a track goes, and how loud."""

    stem: str
    gain_db: float


@dataclass(frozen=True)
class _Sounding:
    """A note, or a recorded region: frames `start` to `stop`, and its power in the band."""

    start: int
    stop: int
    register: str
    power: float


def density(
    plan: Plan, faders: Mapping[str, Fader], phrases: Iterable[Phrase]
) -> tuple[UnderPhrase, ...]:
    """One for each phrase, whose times are in seconds from the plan's first frame."""
    played = {track.name: _sounding(track.plan.source) for track in plan.tracks}
    return tuple(_under(phrase, played, faders, plan.sample_rate) for phrase in phrases)


def _under(
    phrase: Phrase,
    played: Mapping[str, Sequence[_Sounding]],
    faders: Mapping[str, Fader],
    sample_rate: int,
) -> UnderPhrase:
    start, stop = (round(at * sample_rate) for at in (phrase.onset_seconds, phrase.offset_seconds))
    here = {
        track: [one for one in notes if one.start < stop and one.stop > start]
        for track, notes in played.items()
    }
    powers: dict[str, float] = {}
    for track, notes in here.items():
        fader = faders[track]
        power = sum(one.power * (min(one.stop, stop) - max(one.start, start)) for one in notes)
        powers[fader.stem] = powers.get(fader.stem, 0.0) + power * db_to_gain(2 * fader.gain_db)
    total = sum(powers.values())
    most = sorted(powers, key=lambda stem: (-powers[stem], stem))[:2]
    registers = {one.register for notes in here.values() for one in notes}
    return UnderPhrase(
        phrase,
        tuple(track for track, notes in here.items() if notes),
        tuple(name for name in _ORDER if name in registers),
        tuple((stem, powers[stem] / total) for stem in most if powers[stem] > 0.0),
    )


_ORDER = (*(name for name, _ in REGISTERS), PERCUSSION, RECORDED)


def _sounding(source: Source) -> list[_Sounding]:
    """What of a source lies in the speech band."""
    if isinstance(source, Live):
        return [*_sounding(source.mockup), *_sounding(source.players)]
    if isinstance(source, Recorded):
        return [_Sounding(r.start, r.stop, RECORDED, 0.0) for r in source.regions]
    notes = source.notes if isinstance(source, Output) else source
    return [
        _Sounding(start, stop, register_of(pitch, channel), power)
        for start, stop, channel, pitch, velocity in _notes(notes.score, notes.pre_roll_frames)
        if (power := in_band(pitch, channel) * (velocity / 127) ** 4) > 0.0
    ]


def register_of(pitch: int, channel: int = 0) -> str:
    """The name of a MIDI note's register; channels count from 0.

    >>> register_of(47), register_of(60), register_of(36, 9)
    ('bass', 'alto', 'percussion')
    """
    if channel == DRUM_CHANNEL:
        return PERCUSSION
    return next(name for name, end in REGISTERS if pitch < end)


@cache
def in_band(pitch: int, channel: int = 0) -> float:
    """The part of a note's power in the speech band, 0 to 1; 0 where that is hardly any.

    >>> round(in_band(69), 2), round(in_band(33), 2), in_band(110)
    (0.95, 0.09, 0.0)
    """
    if channel == DRUM_CHANNEL:
        return _OF_PERCUSSION
    fundamental = 440.0 * 2 ** ((pitch - 69) / 12)
    powers = [(n * fundamental, 1 / n**2) for n in range(1, PARTIALS + 1)]
    within = sum(power for hz, power in powers if LOW_HZ <= hz <= HIGH_HZ)
    part = within / sum(power for _, power in powers)
    return part if part >= _AUDIBLE else 0.0


def _notes(score: Score, pre_roll_frames: int) -> list[tuple[int, int, int, int, int]]:
    """Start and stop in frames, channel, pitch and velocity of every note."""
    events = score.events()
    begun: dict[tuple[int, int], tuple[int, int]] = {}
    notes = []
    for at, message in zip(events.samples.tolist(), events.messages, strict=True):
        kind, channel = message[0] & 0xF0, message[0] & 0x0F
        if kind not in (0x80, 0x90):
            continue
        pitch, velocity = message[1], message[2]
        if (was := begun.pop((channel, pitch), None)) is not None:
            notes.append((was[0] - pre_roll_frames, at - pre_roll_frames, channel, pitch, was[1]))
        if kind == 0x90 and velocity:
            begun[channel, pitch] = (at, velocity)
    return notes
