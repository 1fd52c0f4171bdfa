"""Notes, pedals and controllers where the pieces of a form begin and end."""

from __future__ import annotations

from fractions import Fraction

from midi_tracks import TICKS, note, track
from scores import RATE

from hostkit.midi.midi_file import MidiTrack, TicksPerQuarter
from hostkit.plan.arranging.events import arranged, part_of
from hostkit.plan.arranging.pieces import Arrangement, Piece, joined
from hostkit.timebase.tempo_map import TempoMap

BAR = 2 * RATE  # 4/4 at 120 bpm


def played(source: MidiTrack, *pieces: tuple[float, float]) -> list[tuple[float, bytes]]:
    """The re-arranged messages at quarter notes of the form."""
    arrangement = Arrangement(TempoMap(), joined(Piece(*map(Fraction, p)) for p in pieces))
    part = part_of(source, TicksPerQuarter(TICKS), TempoMap())
    made, division = arranged(part, "t", arrangement)
    assert isinstance(division, TicksPerQuarter)
    return list(zip((made.ticks / division.count).tolist(), made.messages, strict=True))


def on_off(source: MidiTrack, *pieces: tuple[float, float]) -> list[tuple[float, float, int]]:
    found, starts = [], {}
    for at, message in played(source, *pieces):
        if message[0] & 0xF0 == 0x90:
            starts[message[1]] = at
        elif message[0] & 0xF0 == 0x80:
            found.append((starts.pop(message[1]), at, message[1]))
    return sorted(found)


def test_a_note_over_the_end_is_released_there():
    assert on_off(track(*note(2, 7, 60)), (0, 4), (8, 12)) == [(2, 4, 60)]


def test_a_held_note_is_struck_again_where_a_piece_begins():
    assert on_off(track(*note(2, 7, 60)), (4, 8)) == [(0, 3, 60)]
    assert on_off(track(*note(2, 4.2, 60)), (4, 8)) == []  # less than a sixteenth is left
    assert on_off(track(*note(2, 7, 38, channel=9)), (4, 8)) == []  # a drum is not


def test_a_note_through_neighbouring_pieces_goes_on():
    assert on_off(track(*note(2, 7, 60)), (0, 4), (4, 8)) == [(2, 7, 60)]


def test_an_early_downbeat_belongs_to_its_bar():
    source = track(*note(3.9, 5, 60), *note(3.9, 4.05, 62))
    assert on_off(source, (4, 8)) == [(0, 1, 60)]
    assert on_off(source, (0, 4)) == [(3.9, 4, 62)]
    assert on_off(track(*note(3.9, 5, 38, channel=9)), (4, 8)) == [(0, 1, 38)]


def test_a_reset_of_controllers_clears_what_rp_015_says():
    """Before it expression, modulation, bend, volume and a bend range; after it expression."""
    source = track(
        *((0, bytes((0xB0, cc, value))) for cc, value in ((1, 100), (7, 90), (101, 0), (100, 0))),
        (0, bytes((0xB0, 6, 12))),
        (0, bytes((0xE0, 0, 80))),
        (1, bytes((0xB0, 11, 30))),
        (2, bytes((0xB0, 121, 0))),
        *note(8, 9, 60),
    )
    chased = [m for at, m in played(source, (8, 12)) if at == 0 and m[0] & 0xF0 != 0x90]
    assert chased == [
        *(bytes((0xB0, cc, value)) for cc, value in ((101, 0), (100, 0), (6, 12))),
        bytes((0xB0, 7, 90)),
        *(bytes((0xB0, cc, 127)) for cc in (101, 100)),  # no parameter is selected any more
    ]


def test_notes_that_a_mode_ended_are_not_struck_again():
    started = (0, bytes((0x90, 60, 100)))
    silence = (3, bytes((0xB0, 123, 0)))
    assert on_off(track(started, silence, *note(8, 9, 67)), (4, 12)) == [(4, 5, 67)]


def test_a_bank_is_carried_to_the_program_that_comes_later():
    source = track((0, bytes((0xB0, 0, 8))), (5, bytes((0xC0, 24))), *note(6, 7, 60))
    assert [m for at, m in played(source, (4, 8)) if at == 0] == [bytes((0xB0, 0, 8))]


def test_settings_are_chased():
    source = track(
        (0, bytes((0xB0, 0, 2))),
        (0, bytes((0xC0, 48))),
        (0, bytes((0xB0, 101, 0))),
        (0, bytes((0xB0, 100, 0))),
        (0, bytes((0xB0, 6, 12))),
        (1, bytes((0xB0, 11, 40))),
        (1, bytes((0xE0, 0, 80))),
        (5, bytes((0xB0, 11, 90))),
        *note(8, 9, 60),
    )
    chased = [m for at, m in played(source, (8, 12)) if at == 0 and m[0] & 0xF0 != 0x90]
    assert chased == [
        bytes((0xB0, 0, 2)),
        bytes((0xC0, 48)),
        bytes((0xB0, 101, 0)),
        bytes((0xB0, 100, 0)),
        bytes((0xB0, 6, 12)),
        bytes((0xB0, 11, 90)),
        bytes((0xE0, 0, 80)),
    ]
    back = [m for at, m in played(source, (8, 12), (0.5, 4)) if at == 4 and m[0] & 0xF0 != 0x80]
    assert back == [bytes((0xB0, 11, 127)), bytes((0xE0, 0, 64))]  # only what differs there


def test_pedals_are_lifted_at_borders_and_put_down_again():
    down, up = bytes((0xB0, 64, 127)), bytes((0xB0, 64, 0))
    source = track((1, down), *note(1, 2, 60), (14, up))
    pedals = [(at, m) for at, m in played(source, (0, 4), (8, 12)) if m[0] == 0xB0]
    assert pedals == [(1, down), (4, up), (4, down), (8, up)]


def test_what_sounds_at_a_release_ends_there_or_at_half_and_pedals_stay_up():
    """A piece of two bars, released at its seventh quarter."""
    down, up = bytes((0xB0, 64, 127)), bytes((0xB0, 64, 0))
    source = track(
        *note(0, 8, 48),  # ends at 6, over its half
        *note(5, 8, 52),  # ends at 6.5, its half
        *note(6.5, 7, 55),  # begins later and is not among the last: it stays
        *note(7, 8, 60),  # one of the last: to its half
        (2, down),
        (7, down),
        (9, up),
    )
    part = part_of(source, TicksPerQuarter(TICKS), TempoMap())
    piece = Piece(Fraction(0), Fraction(8), release=Fraction(6))
    assert part.last_stop(piece) == Fraction(15, 2)
    assert part.earliest_release(Piece(Fraction(0), Fraction(8))) == 4
    made, _ = arranged(part, "t", Arrangement(TempoMap(), (piece,)))
    events = list(zip((made.ticks / TICKS).tolist(), made.messages, strict=True))
    assert {m[1]: at for at, m in events if m[0] == 0x80} == {48: 6, 52: 6.5, 55: 7, 60: 7.5}
    assert [(at, m) for at, m in events if m[0] == 0xB0] == [(2, down), (6, up)]


def test_a_pedal_pressed_as_a_note_ends_does_not_catch_it():
    down = bytes((0xB0, 64, 127))
    source = track(*note(1, 2, 60), (2, down), *note(3, 4, 62))
    order = [m[0] & 0xF0 for at, m in played(source, (0, 4)) if at == 2]
    assert order == [0x80, 0xB0]
