"""The gain curve for other hands: CSV, MIDI controller, REAPER envelope.

Each is given in portions: the curve of an hour-long reel has fifty thousand points.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from fractions import Fraction

import numpy as np

from hostkit.ducking.gain.curve import GainCurve
from hostkit.ground.levels import db_to_gain
from hostkit.midi.write import DEFAULT_TICKS_PER_QUARTER, midi_bytes
from hostkit.timebase.tempo_map import TempoMap

CONTROLLERS = {11: "expression", 7: "volume"}

_STEPS_PER_SECOND = 50
"""Controller steps are at least 20 ms apart; synthesizers smooth over more than that."""

_PORTION = 1_000


def curve_csv(curve: GainCurve) -> Iterator[str]:
    """Break points; between two of them the gain is linear in dB, outside it is constant.

    Frames count from the start of the music at its sample rate. Multiplying a stem by
    10^(gain/20), with the gain interpolated at every frame, gives the ducked stem (a stem
    of weight w takes w times the gain in dB).
    """
    yield "frame,seconds,gain_db\n"
    for frame, gain_db in _points(curve):
        yield f"{frame},{frame / curve.sample_rate:.6f},{_millionths(gain_db)}\n"


def curve_reaper(curve: GainCurve) -> Iterator[str]:
    """A REAPER volume envelope, to be put into a track of a project file.

    Times are seconds from the start of the project, where the music is taken to start.
    Values are linear gains, and shape 0 joins them with straight lines.
    """
    yield "<VOLENV2\nACT 1 -1\nVIS 1 1 1\nLANEHEIGHT 0 0\nARM 0\nDEFSHAPE 0 -1 -1\n"
    for frame, gain_db in _points(curve):
        yield f"PT {frame / curve.sample_rate:.6f} {db_to_gain(gain_db):.8f} 0\n"
    yield ">\n"


def controller_value(gain_db: float) -> int:
    """The controller value that turns a sound by this much, 127 being 0 dB.

    Volume and expression act as 40·log10(value/127) dB (General MIDI 2, §3.3).

    >>> controller_value(0.0), controller_value(-12.0), controller_value(-120.0)
    (127, 64, 0)
    """
    return min(127, max(0, round(127 * 10 ** (gain_db / 40))))


def curve_midi(curve: GainCurve, tempo_map: TempoMap, controller: int, name: str) -> bytes:
    """A MIDI file (format 1): the tempo map, and a track with the curve on channel 1.

    The track is put together here, byte by byte: as message objects the curve of an hour
    takes 20 MB.
    """
    conductor = midi_bytes(tempo_map, name="hostkit duck")
    track = bytearray(_delta(0) + b"\xff\x03" + _delta(len(name.encode())) + name.encode())
    now = 0
    for seconds, value in _controller_steps(curve):
        tick = round(tempo_map.beats_at_seconds(seconds) * DEFAULT_TICKS_PER_QUARTER)
        track += _delta(tick - now) + bytes((0xB0, controller, value))
        now = tick
    track += _delta(0) + b"\xff\x2f\x00"
    tracks = struct.pack(">H", 1 + struct.unpack(">H", conductor[10:12])[0])
    head = conductor[:10] + tracks + conductor[12:]
    return head + b"MTrk" + struct.pack(">I", len(track)) + bytes(track)


def _controller_steps(curve: GainCurve) -> Iterator[tuple[Fraction, int]]:
    """The value at the start, then each time it has become another."""
    step = curve.sample_rate // _STEPS_PER_SECOND
    now = -1
    for start in range(0, int(curve.frames[-1]) + 1, step * _PORTION):
        frames = np.arange(start, min(start + step * _PORTION, curve.frames[-1] + 1), step)
        for frame, gain_db in zip(frames.tolist(), curve.at(frames).tolist(), strict=True):
            value = controller_value(gain_db)
            if value != now:
                yield Fraction(frame, curve.sample_rate), value
                now = value


def _points(curve: GainCurve) -> Iterator[tuple[int, float]]:
    for start in range(0, curve.frames.size, _PORTION):
        portion = slice(start, start + _PORTION)
        yield from zip(curve.frames[portion].tolist(), curve.gain_db[portion].tolist(), strict=True)


def _delta(number: int) -> bytes:
    r"""A variable-length quantity of the Standard MIDI File 1.0: seven bits a byte.

    >>> _delta(0), _delta(127), _delta(480)
    (b'\x00', b'\x7f', b'\x83`')
    """
    digits = [number & 0x7F]
    while number := number >> 7:
        digits.append(0x80 | number & 0x7F)
    return bytes(reversed(digits))


def _millionths(value: float) -> str:
    """A number to six places, which is all that points hold, without a tail of zeros.

    >>> _millionths(-12.5), _millionths(-0.0)
    ('-12.5', '0')
    """
    return f"{value or 0.0:.6f}".rstrip("0").rstrip(".")
