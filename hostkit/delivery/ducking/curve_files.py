"""The gain curve for other hands: CSV, MIDI controller, REAPER envelope."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import numpy as np

from hostkit.levels import db_to_gain
from hostkit.midi.write import TrackEvents, midi_bytes
from hostkit.mixing.ducking.curve import GainCurve
from hostkit.timebase.tempo_map import TempoMap

CSV_COLUMNS = ("frame", "seconds", "gain_db")

CONTROLLERS = {11: "expression", 7: "volume"}

_STEPS_PER_SECOND = 50
"""Controller steps are at least 20 ms apart; synthesizers smooth over more than that."""


def curve_csv(curve: GainCurve) -> str:
    """Break points; between two of them the gain is linear in dB, outside it is constant.

    Frames count from the start of the music at its sample rate. Multiplying a stem by
    10^(gain/20) with the gain interpolated at every frame gives the ducked stem.
    """
    lines = [",".join(CSV_COLUMNS)]
    seconds = curve.frames / curve.sample_rate
    for frame, at, gain in zip(
        curve.frames.tolist(), seconds.tolist(), curve.gain_db.tolist(), strict=True
    ):
        lines.append(f"{frame},{at:.6f},{_millionths(gain)}")
    return "\n".join(lines) + "\n"


def controller_value(gain_db: float) -> int:
    """The controller value that turns a sound by this much, 127 being 0 dB.

    Volume and expression act as 40·log10(value/127) dB (General MIDI 2, §3.3).

    >>> controller_value(0.0), controller_value(-12.0), controller_value(-120.0)
    (127, 64, 0)
    """
    return min(127, max(0, round(127 * 10 ** (gain_db / 40))))


def curve_midi(curve: GainCurve, tempo_map: TempoMap, controller: int, name: str) -> bytes:
    """A MIDI file with the curve as CC 11 or 7 on channel 1, on the tempo map."""
    events = [
        (tempo_map.beats_at_seconds(seconds), bytes((0xB0, controller, value)))
        for seconds, value in _controller_steps(curve)
    ]
    return midi_bytes(tempo_map, [TrackEvents(name, events)], name="hostkit duck")


def _controller_steps(curve: GainCurve) -> Iterator[tuple[Fraction, int]]:
    """The value at the start, then each time it has become another."""
    step = curve.sample_rate // _STEPS_PER_SECOND
    yield Fraction(0), (now := controller_value(float(curve.gain_db[0])))
    for start, stop, constant_db in curve.runs(0, int(curve.frames[-1])):
        if constant_db is not None:
            continue
        frames = np.append(np.arange(start, stop, step, dtype=np.int64), int(stop))
        for frame, gain_db in zip(frames.tolist(), curve.at(frames).tolist(), strict=True):
            value = controller_value(gain_db)
            if value != now:
                yield Fraction(frame, curve.sample_rate), value
                now = value


def curve_reaper(curve: GainCurve) -> str:
    """A REAPER volume envelope, to be put into a track of a project file.

    Times are seconds from the start of the project, where the music is taken to start.
    Values are linear gains, and shape 0 joins them with straight lines.
    """
    head = ("<VOLENV2", "ACT 1 -1", "VIS 1 1 1", "LANEHEIGHT 0 0", "ARM 0", "DEFSHAPE 0 -1 -1")
    points = [
        f"PT {frame / curve.sample_rate:.6f} {db_to_gain(gain):.8f} 0"
        for frame, gain in zip(curve.frames.tolist(), curve.gain_db.tolist(), strict=True)
    ]
    return "\n".join((*head, *points, ">")) + "\n"


def _millionths(value: float) -> str:
    """A number to six places, which is all that points hold, without a tail of zeros.

    >>> _millionths(-12.5), _millionths(-0.0)
    ('-12.5', '0')
    """
    return f"{value or 0.0:.6f}".rstrip("0").rstrip(".")
