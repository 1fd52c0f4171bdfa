"""Notes that make no sound are told, and only those."""

from __future__ import annotations

import numpy as np
import pytest

from hostkit.devices.sfz.keyswitches import NO_KEYSWITCHES, Keyswitches
from hostkit.midi.events import SampleEvents
from hostkit.render.track.silent_notes import NoteListener

RATE = 48_000
LENGTH = 12_000


def notes(*each: tuple[int, int, int]) -> SampleEvents:
    """Notes of LENGTH frames: when, which key, how hard."""
    messages = [(at, bytes((0x90, key, velocity))) for at, key, velocity in each]
    messages += [(at + LENGTH, bytes((0x80, key, 0))) for at, key, _ in each]
    messages.sort(key=lambda each: each[0])
    samples = np.array([at for at, _ in messages], dtype=np.int64)
    return SampleEvents(samples, tuple(message for _, message in messages))


def warnings(
    events: SampleEvents,
    sounding: list[tuple[int, int, float]],
    frames: int = 200_000,
    switches: Keyswitches = NO_KEYSWITCHES,
):
    """What is said of an output that has that level between those samples."""
    audio = np.zeros((2, frames), dtype=np.float32)
    for start, stop, level in sounding:
        audio[1, start:stop] = level
    listener = NoteListener(RATE, switches=switches)
    listener.send(events, 0)
    for start in range(0, frames, 7001):
        listener.hear(audio[:, start : start + 7001])
    return listener.warnings


def test_notes_that_sound_are_not_spoken_of() -> None:
    events = notes((0, 60, 100), (50_000, 62, 100))
    assert warnings(events, [(0, 9000, 0.5), (50_000, 60_000, 0.001)]) == ()


def test_silent_notes_are_counted_and_named() -> None:
    events = notes(*((i * 24_000, 60 + i, 100) for i in range(8)))
    (said,) = warnings(events, [(0, 9000, 0.5)])
    assert said.startswith("7 of 8 notes are silent (C#4, D4, D#4, E4, F4, F#4, …): ")


def test_a_track_that_is_silent_altogether() -> None:
    (said,) = warnings(notes((0, 60, 100), (50_000, 60, 100)), [])
    assert said.startswith("every note is silent (C4): ")


def test_one_silent_note() -> None:
    (said,) = warnings(notes((0, 60, 100), (50_000, 21, 100)), [(0, 9000, 0.5)])
    assert said.startswith("1 of 2 notes is silent (A0): ")


def test_keys_that_are_known_to_switch_are_silent_by_right() -> None:
    events = notes((0, 60, 100), (50_000, 24, 100), (100_000, 62, 100))
    known = Keyswitches(keys=frozenset({24, 25}))
    (said,) = warnings(events, [(0, 9000, 0.5)], switches=known)
    assert said.startswith("1 of 2 notes is silent (D4): ")


def test_notes_that_the_plan_said_are_silent_are_not_spoken_of_again() -> None:
    """60 needs a keyswitch at velocity 100, and has one from 24 on."""
    events = notes((0, 60, 100), (50_000, 60, 90), (90_000, 24, 100), (100_000, 60, 100))
    silent = tuple(1 << 100 if key == 60 else 0 for key in range(128))
    known = Keyswitches(keys=frozenset({24}), silent=silent)
    (said,) = warnings(events, [], switches=known)
    assert said.startswith("every note is silent (C4): ")
    (said,) = warnings(events, [(50_000, 59_000, 0.5)], switches=known)
    assert said.startswith("1 of 2 notes is silent (C4): ")
    assert warnings(events, [(50_000, 59_000, 0.5), (100_000, 109_000, 0.5)], switches=known) == ()


def test_a_note_that_swells_from_nothing_sounds() -> None:
    swell = notes((0, 60, 100))
    assert warnings(swell, [(11_900, 12_000, 0.01)]) == ()  # only at its very end


@pytest.mark.parametrize("velocity", [1, 7])
def test_very_soft_notes_may_be_inaudible(velocity: int) -> None:
    assert warnings(notes((0, 60, velocity)), []) == ()


def test_notes_after_the_end_of_the_print_are_not_judged() -> None:
    events = notes((0, 60, 100), (90_000, 60, 100))
    assert warnings(events, [(0, 9000, 0.5)], frames=80_000) == ()


def test_notes_are_judged_where_a_midi_effect_puts_them() -> None:
    """A note that it delays is silent at its own place, and sounds a second later."""
    on, off = bytes((0x90, 60, 100)), bytes((0x80, 60, 0))
    listener = NoteListener(RATE)
    listener.send(SampleEvents(np.array([100]), (on,)), RATE)
    listener.send(SampleEvents(np.array([100]), (off,)), 2 * RATE)
    sound = np.zeros((1, 3 * RATE), dtype=np.float32)
    sound[:, RATE + 100 : 2 * RATE] = 0.1
    listener.hear(sound)
    assert listener.warnings == ()
