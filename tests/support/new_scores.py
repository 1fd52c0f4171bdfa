"""MIDI files as other programs write them, for `init` to begin from, and what it makes of one."""

from __future__ import annotations

from pathlib import Path

import mido

from hostkit.pipeline import plan_session
from hostkit.plan.environment import Environment
from hostkit.session.load import load_session
from hostkit.session.model.session import Session
from hostkit.session.starting.start import start_session


def message(kind, time=0, **fields):
    return mido.Message(kind, time=time, **fields)


def notes(pitches, channel=1, length=240, together=False):
    """Notes one after the other, or as one chord."""
    on = [message("note_on", note=p, channel=channel - 1) for p in pitches]
    off = [message("note_off", note=p, channel=channel - 1) for p in pitches]
    if together:
        off[0].time = length
        return [*on, *off]
    for each in off:
        each.time = length
    return [m for pair in zip(on, off, strict=True) for m in pair]


def track(name, *messages):
    named = [mido.MetaMessage("track_name", name=name)] if name else []
    return mido.MidiTrack([*named, *messages])


def program(number, channel=1, time=0):
    return message("program_change", program=number, channel=channel - 1, time=time)


def save(path: Path, *tracks, kind=1):
    mido.MidiFile(type=kind, tracks=list(tracks), charset="utf-8").save(path)
    return path


def started(score: Path) -> Session:
    """The session that init writes; it can be planned."""
    made = start_session(score, force=True)
    plan_session(made.path, Environment())
    return load_session(made.path).session


ORCHESTRA = (
    track(
        "",
        mido.MetaMessage("set_tempo", tempo=600_000),
        mido.MetaMessage("marker", text="Intro"),
        mido.MetaMessage("marker", text="Chase!", time=480 * 8),
    ),
    track("Violins", program(48), *notes([74, 76, 77] * 10)),
    track("Horn", program(60, 2), *notes([50, 57, 62], 2, 1920, together=True)),
    track("Horn", program(60, 3), *notes([45, 52, 57], 3, 1920, together=True)),
    track("Basses", program(43, 4), *notes([28, 31], 4)),
    track("Choir", program(52, 5), *notes([60, 64, 67], 5, together=True)),
    track("Drums", program(48, 10), *notes([36, 38] * 8, 10)),
)
