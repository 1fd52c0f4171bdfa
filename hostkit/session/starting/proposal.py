"""From what plays to the tracks of a first session: names, sounds, stems, tags, seats."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace

from hostkit.midi.general import DRUM_CHANNEL, PROGRAMS, suggested_stem
from hostkit.midi.midi_file import MidiFile
from hostkit.session.starting.loudness import expected_lufs
from hostkit.session.starting.names import Sound
from hostkit.session.starting.parts import NewTrack
from hostkit.session.starting.seats import DRUM_SEAT, Seat, seat_of
from hostkit.session.starting.words import leads

MAX_NAME = 64
_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9 _.+&#()-]+")
_BASS_BELOW = 48  # C3
_MELODY_ABOVE = 58
_LINE, _FEW_NOTES = 0.9, 16

TARGET_LUFS = -23
"""What the mix comes to, by the notes: EBU R 128's, which leaves headroom for the loudest."""
_MOST_TRIM_DB = 18


@dataclass(frozen=True)
class Proposal:
    """A track to write: what the file says, what was made of it, and why."""

    name: str
    part: NewTrack
    stem: str
    seat: Seat
    tags: tuple[str, ...] = ()
    guess: str = ""
    """Which of the tags is a guess, for the comment beside it."""

    @property
    def sound(self) -> Sound:
        return self.part.sounds[0]


def propose(file: MidiFile, parts: Sequence[NewTrack]) -> tuple[Proposal, ...]:
    """A track for each part, in order; names are unique whatever their case.

    Gains are such that the mix comes to about TARGET_LUFS.
    """
    names = unique([legal_name(part.name) or _sound_name(part) for part in parts])
    seats = [
        DRUM_SEAT if part.is_drums else seat_of(part.sounds[0].program, part.median, part.name)
        for part in parts
    ]
    gains = [(part, seat.gain_db) for part, seat in zip(parts, seats, strict=True)]
    missing_db = TARGET_LUFS - expected_lufs(file, gains)
    trim_db = round(max(-_MOST_TRIM_DB, min(_MOST_TRIM_DB, missing_db)))
    proposals = []
    for name, part, seat in zip(names, parts, seats, strict=True):
        pan = 0 if part.panned else seat.pan
        seat = replace(seat, gain_db=seat.gain_db + trim_db, pan=pan)
        stem = suggested_stem(part.sounds[0].program, DRUM_CHANNEL if part.is_drums else 1)
        tags = plain_tags(part.name, part.sounds[0], stem)
        proposals.append(Proposal(name, part, stem, seat, tags))
    return _with_bass(_with_melody(proposals))


def legal_name(text: str) -> str:
    """`text` with the characters only that a session's names have; "" when none are left.

    >>> legal_name("Flöte / 2: Soli"), legal_name("弦")
    ('Flote 2 Soli', '')
    """
    ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    words = _NOT_IN_NAMES.sub(" ", ascii_text).split()
    return re.sub(r"^[^A-Za-z0-9]+", "", " ".join(words))[:MAX_NAME].strip()


def unique(names: Sequence[str]) -> list[str]:
    """Names told apart by a number behind: they become file names, so case does not count."""
    taken: set[str] = set()
    unique = []
    for name in names:
        candidate, number = name, 1
        while candidate.casefold() in taken:
            number += 1
            ending = f" {number}"
            candidate = name[: MAX_NAME - len(ending)].rstrip() + ending
        taken.add(candidate.casefold())
        unique.append(candidate)
    return unique


def _sound_name(part: NewTrack) -> str:
    return legal_name(part.sounds[0].name)


def plain_tags(name: str, sound: Sound, stem: str) -> tuple[str, ...]:
    """Tags that the sound or the name leave no doubt about."""
    if sound.is_drums or stem == "percussion":
        return ("drums",)
    tags = ["melody"] if leads(name) else []
    if stem == "choir":
        tags.append("vocals")
    if stem == "bass" or PROGRAMS[sound.program].name in ("Contrabass", "Tuba"):
        tags.append("bass")
    return tuple(tags)


def _with_melody(proposals: list[Proposal]) -> list[Proposal]:
    """Where no name tells, the highest single line of those that play much."""
    if any("melody" in proposal.tags for proposal in proposals):
        return proposals
    most = max(proposal.part.notes for proposal in proposals)
    enough = max(_FEW_NOTES, most // 8)
    lines = [
        p
        for p in proposals
        if not p.tags
        and p.part.lines >= _LINE
        and p.part.median >= _MELODY_ABOVE
        and p.part.notes >= enough
    ]
    return _tag_one(proposals, max(lines, key=lambda p: p.part.median, default=None), "melody")


def _with_bass(proposals: list[Proposal]) -> tuple[Proposal, ...]:
    """Where no sound tells, the lowest part, if it is low."""
    if any("bass" in proposal.tags for proposal in proposals):
        return tuple(proposals)
    low = [p for p in proposals if not p.tags and p.part.median < _BASS_BELOW]
    return tuple(_tag_one(proposals, min(low, key=lambda p: p.part.median, default=None), "bass"))


def _tag_one(proposals: list[Proposal], chosen: Proposal | None, tag: str) -> list[Proposal]:
    return [replace(p, tags=(*p.tags, tag), guess=tag) if p is chosen else p for p in proposals]
