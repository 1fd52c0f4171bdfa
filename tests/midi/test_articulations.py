"""Switches go out before the notes that need them."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from hostkit.midi.events import SampleEvents
from hostkit.midi.performing.articulations import ArticulatedPart, Switch, SwitchTimes, articulated
from hostkit.midi.performing.notes import Performance

TIMES = SwitchTimes(lead=480, tap=48, early=2400)
SUSTAIN = Switch(keyswitches=(24,))
SHORT = Switch(keyswitches=(25, 27), controllers=((32, 5),), program=45)


def played(notes, points, times=TIMES, others=()):
    """Events of notes (start, stop, pitch) on channel 1, as (sample, bytes)."""
    events = [(start, b"\x90" + bytes((pitch, 64))) for start, _, pitch in notes]
    events += [(stop, b"\x80" + bytes((pitch, 0))) for _, stop, pitch in notes]
    events = sorted([*events, *others], key=lambda event: (event[0], event[1][0] == 0x90))
    samples = np.array([at for at, _ in events], dtype=np.int64)
    performance = Performance(
        SampleEvents(samples, tuple(message for _, message in events)), (), int(samples[-1])
    )
    out, messages = articulated([ArticulatedPart(performance, points)], times, "a")
    assert np.all(np.diff(out) >= 0)
    return list(zip(out.tolist(), messages, strict=True))


def test_parts_that_begin_together_have_each_its_own_switch() -> None:
    """On one channel: the second a frame later, for its switch has to lie between."""
    long, short = Switch(keyswitches=(24,)), Switch(keyswitches=(25,), program=45)
    program = b"\xc0\x07"  # of the MIDI: an articulation that chooses one stands over it
    parts = []
    for pitch, switch in ((60, long), (67, short)):
        samples = np.array([0, 1000, 1000, 2000], dtype=np.int64)
        on, off = bytes((0x90, pitch, 64)), bytes((0x80, pitch, 0))
        events = SampleEvents(samples, (program, on, b"\xb0\x01\x40", off))
        parts.append(ArticulatedPart(Performance(events, (), 2000), [(0, switch)]))
    out, messages = articulated(parts, SwitchTimes(lead=480, tap=48, early=0), "a")
    made = list(zip(out.tolist(), messages, strict=True))
    notes = [(at, m[1]) for at, m in made if m[0] == 0x90]
    assert notes == [(520, 24), (1000, 60), (1001, 25), (1001, 67)]
    assert [(at, m[1]) for at, m in made if m[0] == 0xC0] == [(0, 7), (1001, 45)]
    assert [at for at, m in made if m == b"\xb0\x01\x40"] == [1000, 1000]


def test_a_switch_goes_out_before_the_first_note_that_needs_it() -> None:
    """Not where it is written, and not again; a note that anticipates it has it."""
    notes = [(0, 900, 60), (1000, 2000, 60), (47_000, 60_000, 62), (70_000, 71_000, 64)]
    made = played(notes, [(0, SUSTAIN), (48_000, SHORT)])
    switches = [(at, m) for at, m in made if m[0] != 0x80 and m[1] not in (60, 62, 64)]
    assert switches == [
        (-480, b"\x90\x18\x64"),
        (46_520, b"\xb0\x20\x05"),
        (46_520, b"\xc0\x2d"),
        (46_520, b"\x90\x19\x64"),
        (46_520, b"\x90\x1b\x64"),
    ]
    # keys are held until the note
    assert [at for at, m in made if m[:2] == b"\x80\x19"] == [47_000]
    assert [m[1] for at, m in made if m[0] == 0x90 and m[1] >= 60] == [60, 60, 62, 64]


def test_a_switch_waits_for_the_note_before() -> None:
    """Which still is in the last articulation; at once, it goes out first."""
    made = played([(0, 100, 60), (300, 400, 62)], [(0, SUSTAIN), (2700, SHORT)])
    assert [at for at, m in made if m[:2] == b"\x90\x19"] == [1]
    made = played([(0, 100, 60), (0, 100, 62)], [(0, SHORT)], SwitchTimes(0, 48, 0))
    assert [m[1] for at, m in made if m[0] == 0x90] == [25, 27, 60, 62]
    assert [at for at, m in made if m[:2] == b"\x80\x19"] == [48]


def test_notes_go_to_the_channel_and_into_the_velocities_of_their_articulation() -> None:
    other = Switch(channel=2, velocities=(1, 20))
    made = played(
        [(0, 100, 60), (10_000, 10_100, 60)],
        [(0, SUSTAIN), (10_000, other)],
        others=[(50, b"\xb0\x01\x40")],
    )
    assert (10_000, b"\x92\x3c\x0b") in made  # the middle of 1…127 is that of 1…20
    assert (10_100, b"\x82\x3c\x00") in made
    assert [m for at, m in made if at == 50] == [b"\xb0\x01\x40", b"\xb2\x01\x40"]


def test_an_articulation_s_own_delay_leaves_no_note_hanging() -> None:
    late = Switch(delay_frames=-600)
    made = played(
        [(0, 5000, 60), (5000, 9000, 60)], [(0, SUSTAIN), (5000, late)], SwitchTimes(0, 1, 0)
    )
    assert [(at, m[0]) for at, m in made if m[1] == 60] == [
        (0, 0x90),
        (4400, 0x80),
        (4400, 0x90),
        (8400, 0x80),
    ]


@given(
    st.lists(
        st.tuples(st.integers(0, 9000), st.integers(1, 3000), st.integers(60, 62)), max_size=12
    ),
    st.lists(
        st.tuples(st.integers(0, 9000), st.sampled_from([SUSTAIN, SHORT, Switch()])), min_size=1
    ),
    st.integers(0, 700),
)
def test_each_note_is_heard_in_its_articulation(notes, points, lead) -> None:
    """A latching instrument, fed with it, plays every note as the points say."""
    ends = [0, 0, 0]
    apart = []
    for start, frames, pitch in sorted(notes):
        if start > ends[pitch - 60]:
            apart.append((start, start + frames, pitch))
            ends[pitch - 60] = start + frames
    if not apart:
        return
    points.sort(key=lambda point: point[0])
    made = played(apart, points, SwitchTimes(lead, 48, 0))
    latched: tuple[int, ...] = ()
    for at, message in made:
        if message[0] == 0x90 and message[1] < 60:
            latched = (message[1],)
        elif message[0] == 0x90:
            wanted = ([s for sample, s in points if sample <= at] or [points[0][1]])[-1]
            if wanted.keyswitches:
                assert latched == wanted.keyswitches[-1:]
