"""The session file to start from, with comments that say what to do next."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from hostkit.midi.file import MidiFile, SecondsPerTick
from hostkit.midi.tempo import tempo_map_of
from hostkit.session.starting.parts import parts_of
from hostkit.session.starting.proposal import Proposal, legal_name, propose
from hostkit.timebase.position import MAX_BAR, MAX_SECONDS, Seconds

MAX_SECTIONS = 1000
_SNAP = Fraction(1, 32)
_CUE = re.compile(r"(\d{1,4}m\d{1,3}[a-z]?)(?:[\s_-]+|$)(.*)", re.IGNORECASE | re.DOTALL)
_VERSION = re.compile(r"(.*?)[\s_-]+v(\d{1,4})", re.IGNORECASE | re.DOTALL)
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_.+&()/-]*(?: [A-Za-z0-9_.+&()/-]+)*", re.ASCII)
_NOT_TEXT = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})


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


def starting_session(file: MidiFile, midi_name: str, title: Title) -> str:
    """The text of a session that plays all of `file`, which it calls `midi_name`.

    Raises RequestError when there is nothing to play.
    """
    tracks = propose(file, parts_of(file))
    blocks = [
        _head(midi_name, title),
        _sections(file),
        _tracks(tracks),
        _HALL,
        _mixes(tracks),
    ]
    return "\n".join(blocks)


def _head(midi_name: str, title: Title) -> str:
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
# To name places by timecode, say what 1|1 is in the picture:
# picture: {{frame_rate: 23.976, start: 01:00:00:00}}
"""


def _sections(file: MidiFile) -> str:
    places = dict(_places(file))
    if not places:
        return "# sections: [{name: intro, at: 1|1}, {name: end, at: 17|1}]\n"
    lines = [f"  - {{name: {scalar(name)}, at: {at}}}" for name, at in places.items()]
    return "\n".join(["# From the markers in the MIDI file.", "sections:", *lines, ""])


def _places(file: MidiFile) -> Iterable[tuple[str, str]]:
    """Markers as (name, position), each name once, at most one at a place."""
    meters = tempo_map_of(file).meters
    names: set[str] = set()
    places: set[str] = set()
    for tick, text in file.markers:
        if isinstance(file.division, SecondsPerTick):
            seconds = tick * file.division.seconds
            at = str(Seconds(seconds)) if seconds <= MAX_SECONDS else ""
        else:
            position = meters.bar_beat_at(_snapped(Fraction(tick, file.division.count)))
            at = str(position) if position.bar <= MAX_BAR else ""
        name = legal_name(text)
        if name and at and name not in names and at not in places and len(names) < MAX_SECTIONS:
            names.add(name)
            places.add(at)
            yield name, at


def _snapped(beats: Fraction) -> Fraction:
    """On the quarter note when it is all but there."""
    return Fraction(round(beats)) if abs(beats - round(beats)) <= _SNAP else beats


def _tracks(tracks: Sequence[Proposal]) -> str:
    head = """\
# Any instrument here can become a plug-in, {plugin: NAME}, or a preset, strings/warm-ensemble:
# hostkit plugins list and hostkit preset list show what there is.
# Tracks also take effects: [{highpass_filter: {cutoff_frequency_hz: 120}}] and automation.
tracks:
"""
    return head + "\n".join(_track(track) for track in tracks)


def _track(track: Proposal) -> str:
    lines = [f"  {scalar(track.name)}:", f"    midi: {_source(track)}"]
    lines.append(f"    instrument: {_instrument(track)}")
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
    chosen, channel = track.part.track, track.part.channel
    keys = (
        []
        if chosen is None
        else [f"track: {chosen if isinstance(chosen, int) else scalar(chosen)}"]
    )
    keys += [] if channel is None else [f"channel: {channel}"]
    return f"{{{', '.join(keys)}}}"


def _instrument(track: Proposal) -> str:
    sounds = track.part.sounds
    if len(sounds) > 1:
        names = ", ".join(sound.name for sound in sounds[:4]) + (", …" if len(sounds) > 4 else "")
        return f"{{soundfont: gm}}   # its program changes choose: {names}"
    bank = f", bank: {track.sound.bank}" if track.sound.bank else ""
    why = ", by its name" if track.part.guessed else ""
    return f"{{soundfont: gm, program: {track.sound.program}{bank}}}   # {track.sound.name}{why}"


_HALL = """\
buses:
  hall:   # every stem gets its own, so that the stems add up to the mix
    effects:
      - highpass_filter: {cutoff_frequency_hz: 180}
      - reverb: {room_size: 0.8, damping: 0.5, wet_level: 0.33, dry_level: 0, width: 1}
"""

_MIXES = (
    ("melody", "underscore"),
    ("drums", "no_drums"),
    ("vocals", "no_vocals"),
    ("bass", "no_bass"),
)


def _mixes(tracks: Sequence[Proposal]) -> str:
    """The standard mixes that the tags allow, where they leave something to hear."""
    kinds = ["full"]
    for tag, kind in _MIXES:
        tagged = sum(tag in track.tags for track in tracks)
        if 0 < tagged < len(tracks):
            kinds.append(kind)
    return f"# Alt mixes by tag; hostkit mixes writes them all.\nmixes: [{', '.join(kinds)}]\n"


def scalar(text: str) -> str:
    """Text as YAML reads it back: plain where that is sure, else in double quotes.

    >>> print(scalar("The Lighthouse"), scalar("12"), scalar("No"), scalar("a: b"))
    The Lighthouse "12" "No" "a: b"
    """
    if _PLAIN.fullmatch(text) and text.casefold() not in _NOT_TEXT:
        return text
    quoted = json.dumps(text, ensure_ascii=False)
    return "".join(c if c.isprintable() else f"\\U{ord(c):08x}" for c in quoted)
