"""Notes as columns, and what is written of them."""

from __future__ import annotations

from fractions import Fraction

from hostkit.exchange.arriving.midi import midi_track
from hostkit.exchange.columns import ProjectNotes, joined
from hostkit.exchange.project import CurvePoint, NoteExpression, ProjectNote, ProjectTrack

BEND = NoteExpression("transpose", (CurvePoint(Fraction(9), 1.0),))
NOTES = (
    ProjectNote(Fraction(1, 3), Fraction(1), 60, 99, expressions=(BEND,)),
    ProjectNote(Fraction(0), Fraction(7, 10**10 + 19), 62, 1, 15, 0),
    ProjectNote(Fraction(0), Fraction(0), 61, 127),
)


def test_notes_are_the_same_as_columns():
    columns = ProjectNotes.of(NOTES)
    assert columns == NOTES
    assert (columns[0], columns[-1], columns[1:]) == (NOTES[0], NOTES[-1], NOTES[1:])
    assert columns.in_order() == (NOTES[2], NOTES[1], NOTES[0])
    assert joined([columns, columns[1:]]) == (*NOTES, *NOTES[1:])


def test_an_expression_after_its_note_says_nothing():
    made = midi_track("a", ProjectTrack("a", "a", notes=NOTES[:1])).events.events
    resting = (Fraction(4, 3), b"\xe0\x00\x40")
    assert list(made) == [
        (Fraction(1, 3), b"\x90\x3c\x63"),
        resting,
        (Fraction(4, 3), b"\x80\x3c\x40"),
    ]
