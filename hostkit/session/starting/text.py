"""The session file to start from, with comments that say what to do next."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from hostkit.midi.midi_file import MidiFile, SmpteOffset
from hostkit.session.starting.form import form_text
from hostkit.session.starting.parts import NewTrack
from hostkit.session.starting.proposal import Proposal, propose
from hostkit.session.starting.scalars import scalar

_ZEROS = {ord(digit): "0" for digit in "123456789"}
_CUE = re.compile(r"(\d{1,4}m\d{1,3}[a-z]?)(?:[\s_-]+|$)(.*)", re.IGNORECASE | re.DOTALL)
_VERSION = re.compile(r"(.*?)[\s_-]+v(\d{1,4})", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True)
class Title:
    """What a file's name tells: cue number, title, version.

    >>> Title.of("1m02_the-lighthouse_v3")
    Title(text='The Lighthouse', cue='1m02', version=3)
    """

    text: str
    cue: str | None = None
    version: int = 1

    @classmethod
    def of(cls, stem: str) -> Title:
        version, cue = 1, None
        if found := _VERSION.fullmatch(stem):
            stem, version = found[1], int(found[2])
        if found := _CUE.fullmatch(stem):
            cue, stem = found[1], found[2]
        words = " ".join(re.split(r"[\s_-]+", stem)).strip()
        text = words.title() if words == words.lower() else words
        return cls(text[:200] or cue or "Untitled", cue, version)


def starting_session(
    file: MidiFile, parts: Sequence[NewTrack], midi_name: str, title: Title
) -> str:
    """The text of a session that plays the parts of `file`, which it calls `midi_name`.

    Raises RequestError when there is nothing to play.
    """
    tracks = propose(file, parts)
    blocks = [
        _head(midi_name, title, file.smpte_offset),
        form_text(file),
        _tracks(tracks),
        _HALL,
        mixes_text([track.tags for track in tracks]),
    ]
    return "\n".join(blocks)


def _head(midi_name: str, title: Title, offset: SmpteOffset | None) -> str:
    cue = f"cue: {title.cue}" if title.cue else "# cue: 1m01"
    return f"""\
# Begun by hostkit init; it renders as it stands. Whatever you change, hostkit check tells
# all that is wrong with it at once, and hostkit render prints only what changed.
hostkit: 1
{cue}
title: {scalar(title.text)}
version: {title.version}
midi: {scalar(midi_name)}
# Tempo and meter come with the MIDI file; to replace them:
# tempo: [{{at: 1|1, bpm: 92, meter: 4/4}}, {{at: 9|1, bpm: 92, ramp_to: 120, until: 13|1}}]
{_picture(offset)}"""


def _picture(offset: SmpteOffset | None) -> str:
    if offset is None or offset.label == offset.label.translate(_ZEROS):
        return """\
# To name places by timecode, say what 1|1 is in the picture:
# picture: {frame_rate: 23.976, start: 01:00:00:00}
"""
    pulled_down = {"24": "23.976", "30": "29.97"}.get(offset.rate)
    hint = f"; of {pulled_down} the file cannot speak" if pulled_down else ""
    return f"""\
# From the SMPTE offset in the MIDI file{hint}.
picture: {{frame_rate: {offset.rate}, start: {offset.label}}}
"""


def _tracks(tracks: Sequence[Proposal]) -> str:
    head = """\
# Any instrument here can become a plug-in, {plugin: NAME}, or a preset, strings/warm-ensemble:
# hostkit plugins list, hostkit preset list and hostkit sounds show gm show what there is.
# Tracks also take effects: [{highpass_filter: {cutoff_frequency_hz: 120}}] and automation.
tracks:
"""
    if lost := sum(not track.part.recognised for track in tracks):
        head = f"# {no_sound(lost, len(tracks))}.\n{head}"
    return head + "\n".join(_track(track) for track in tracks)


def no_sound(lost: int, tracks: int) -> str:
    """What is said about parts whose sound neither programs nor names tell.

    >>> no_sound(9, 16)
    '9 of 16 tracks: no sound recognised, piano for now'
    """
    return f"{lost} of {tracks} tracks: no sound recognised, piano for now"


def _track(track: Proposal) -> str:
    called = "" if track.part.name.isascii() else f"   # {track.part.name}"
    lines = [f"  {scalar(track.name)}:{called}", f"    midi: {_source(track)}"]
    lines.append(f"    instrument: {_instrument(track)}")
    if track.part.members:
        lines.append(
            f"    articulations: {_articulations(track)}   # in a library: {{keyswitch: C1}}"
        )
    lines.append(f"    gain_db: {track.seat.gain_db:g}")
    if track.part.panned:
        lines.append("    # The MIDI file pans it; pan: adds to that.")
    elif track.seat.pan:
        lines.append(f"    pan: {track.seat.pan:g}")
    lines.append(f"    stem: {track.stem}")
    if track.tags:
        guess = f"   # {track.guess}: a guess" if track.guess else ""
        lines.append(f"    tags: [{', '.join(track.tags)}]{guess}")
    lines.append(f"    sends: {{hall: {track.seat.send_db:g}}}")
    return "\n".join(lines) + "\n"


def _source(track: Proposal) -> str:
    if track.part.members:
        parts = (f"{scalar(str(part.track))}: {scalar(name)}" for name, part in track.part.members)
        return f"{{tracks: {{{', '.join(parts)}}}}}"
    chosen, channel = track.part.track, track.part.channel
    keys = (
        []
        if chosen is None
        else [f"track: {chosen if isinstance(chosen, int) else scalar(chosen)}"]
    )
    keys += [] if channel is None else [f"channel: {channel}"]
    keys += [] if track.part.port is None else [f"port: {track.part.port}"]
    return f"{{{', '.join(keys)}}}"


def _articulations(track: Proposal) -> str:
    """What chooses each; parts that are played alike have a name each, too."""
    members = track.part.members
    chosen = (f"{scalar(name)}: {{program: {part.sounds[0].program}}}" for name, part in members)
    return f"{{{', '.join(chosen)}}}"


def _instrument(track: Proposal) -> str:
    sounds = track.part.sounds
    if track.part.members:
        names = ", ".join(sound.name for sound in sounds)
        return f"{{soundfont: gm}}   # its articulations choose: {names}"
    if len(sounds) > 1:
        names = ", ".join(sound.name for sound in sounds[:4]) + (", …" if len(sounds) > 4 else "")
        return f"{{soundfont: gm}}   # its program changes choose: {names}"
    bank = f", bank: {track.sound.bank}" if track.sound.bank else ""
    why = ", by its name" if track.part.guessed else ""
    if not track.part.recognised:
        why = ", for now: no sound recognised"
    return f"{{soundfont: gm, program: {track.sound.program}{bank}}}   # {track.sound.name}{why}"


_HALL = """\
buses:
  hall:   # every stem gets its own, so that the stems add up to the mix
    effects:
      - highpass_filter: {cutoff_frequency_hz: 180}
      - reverb: {room_size: 0.8, damping: 0.5, wet_level: 0.33, dry_level: 0, width: 1}
"""

_MIXES = (
    ("underscore", "melody", ("melody", "vocals")),
    ("no_drums", "drums", ("drums",)),
    ("no_vocals", "vocals", ("vocals",)),
    ("no_bass", "bass", ("bass",)),
)
"""A standard mix, the tag that it needs, and those that it mutes."""


def mixes_text(tracks: Sequence[Sequence[str]]) -> str:
    """The standard mixes that the tracks' tags allow, where they leave something to hear."""
    kinds = ["full"]
    for kind, needed, muted in _MIXES:
        is_needed = any(needed in tags for tags in tracks)
        if is_needed and any(not set(muted) & set(tags) for tags in tracks):
            kinds.append(kind)
    return f"""\
# Alt mixes by tag; hostkit mixes writes them all.
mixes: [{", ".join(kinds)}]
# With recipes of your own, a map takes the place of the list:
# mixes: {{full: {{}}, cut_30: {{length: 30s}}}}
"""
