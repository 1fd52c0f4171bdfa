"""A theme without its ornaments: the notes that carry it."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from hostkit.themes.phrase import MusicPhrase, WrittenNote
from hostkit.themes.pitch import Pitch
from hostkit.themes.sounding import ORNAMENTS

_GRACE = "grace"


def unornamented(phrase: MusicPhrase, shortest: Fraction | None = None) -> MusicPhrase:
    """Without grace notes, trills, mordents and turns; what follows a grace note has its time back.

    Where a `shortest` length is given, notes below it go, too, and the note before sounds on; one
    that nothing is before stays.
    """
    plain, _ = without_graces(phrase)
    notes = [replace(note, marks=note.marks - ORNAMENTS) for note in plain.notes]
    return phrase.with_notes(notes if shortest is None else _joined(notes, shortest))


def without_graces(phrase: MusicPhrase) -> tuple[MusicPhrase, dict[Fraction, list[Pitch]]]:
    """The phrase without grace notes, and these by where the note begins that they are before."""
    notes: list[WrittenNote] = []
    graces: dict[Fraction, list[Pitch]] = {}
    grace_from: Fraction | None = None
    graced: Fraction | None = None
    for note in phrase.notes:
        if _GRACE in note.marks:
            grace_from = note.start if grace_from is None or graced is not None else grace_from
            graced = None
            graces.setdefault(grace_from, []).append(note.pitch)
            continue
        if grace_from is not None and graced in (None, note.start):
            graced = note.start
            note = replace(note, start=grace_from, length=note.end - grace_from)
        elif graced is not None:
            grace_from = graced = None
        notes.append(note)
    return phrase.with_notes(notes), graces


def _joined(notes: list[WrittenNote], shortest: Fraction) -> list[WrittenNote]:
    kept: list[WrittenNote] = []
    for note in notes:
        if note.length >= shortest or not kept:
            kept.append(note)
            continue
        last = kept[-1].end
        if last <= note.start:
            kept = [
                replace(one, length=note.end - one.start) if one.end == last else one
                for one in kept
            ]
    return kept
