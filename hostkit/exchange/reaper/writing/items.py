"""What lies on a track: its notes as one item, and each clip as another."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import numpy as np

from hostkit.exchange.midi_file import events_of, ticks_of
from hostkit.exchange.project import AudioClip, ProjectTrack
from hostkit.exchange.reaper.tree import block_lines, number_text, row_text
from hostkit.exchange.reaper.writing.around import Around, guid
from hostkit.ground.levels import db_to_gain
from hostkit.midi.write import TimedMessages

_SOURCES = {
    ".mp3": "MP3",
    ".flac": "FLAC",
    ".ogg": "VORBIS",
    ".opus": "OPUS",
    ".wv": "WAVPACK",
}
"""What REAPER reads a file with, by its ending; WAVE reads all else."""
_ENDS_ALL = "b0 7b 00"
"""The message that marks where notes end."""
_LEFT_ALONE = 3
"""Of a file's channels: this one is the left, the next the right, and so on."""


def item_lines(track: ProjectTrack, around: Around) -> Iterator[str]:
    """Its items: the notes first."""
    if track.notes or track.controllers:
        yield from _notes(track, around)
    for number, clip in enumerate(track.clips):
        yield from _clip(track, number, clip, around)


def _notes(track: ProjectTrack, around: Around) -> Iterator[str]:
    """One item from 1|1 to the quarter note after the last event."""
    division = ticks_of(track)
    events = events_of(track, division)
    end = int(events.at.units[-1]) // division + 1
    key = ("notes", track.id)
    source = block_lines(
        "SOURCE",
        [
            f"HASDATA 1 {division} QN",
            "CCINTERP 32",
            f"POOLEDEVTS {guid('pool', *key)}",
            _event_rows(events, end * division),
            f"GUID {guid('source', *key)}",
            "IGNTEMPO 0 120 4 4",
        ],
        "MIDI",
    )
    length = around.seconds(Fraction(end))
    rows = [*_placed(0.0, length, key, track.name), "SOFFS 0 0", *_taken(key)]
    yield from block_lines("ITEM", [*rows, *source])


def _event_rows(events: TimedMessages, end: int) -> str:
    """A line for each event, as one text; the last says that all ends at a tick."""
    ticks, messages = events.at.units, events.messages
    said = [kind.ljust(3, b"\0").hex(" ") for kind in messages.kinds]
    gaps = np.diff(ticks, prepend=0).tolist()
    rows = [
        f"E {gap} {said[index]}" for gap, index in zip(gaps, messages.indices.tolist(), strict=True)
    ]
    return "\n".join([*rows, f"E {end - int(ticks[-1])} {_ENDS_ALL}"])


def _clip(track: ProjectTrack, number: int, clip: AudioClip, around: Around) -> Iterator[str]:
    key = ("clip", track.id, number)
    start, length = around.seconds(clip.at), float(clip.length_seconds)
    fade_in = max(clip.fade_in_seconds, clip.crossfade_seconds)
    said = around.file_name(clip.media.file) if clip.media.file else clip.media.said
    ending = said[said.rfind(".") :].lower() if "." in said else ""
    source = block_lines("SOURCE", [row_text("FILE", said)], _SOURCES.get(ending, "WAVE"))
    rows = [
        *_placed(start, length, key, clip.name or track.name, clip, fade_in),
        row_text("SOFFS", float(clip.start_seconds)),
        *_taken(key, clip.channels, clip.rate),
        *source,
    ]
    yield from block_lines("ITEM", rows)


def _placed(
    start: float,
    length: float,
    key: tuple[object, ...],
    name: str,
    clip: AudioClip | None = None,
    fade_in: float = 0.0,
) -> Iterator[str]:
    """Where an item lies, how it fades, how loud it is."""
    fade_out = clip.fade_out_seconds if clip else 0.0
    gain = db_to_gain(clip.gain_db) if clip else 1.0
    yield row_text("POSITION", start)
    yield "SNAPOFFS 0"
    yield row_text("LENGTH", length)
    yield "LOOP 0"
    yield "ALLTAKES 0"
    shape = int(clip is None or clip.fade != "linear")
    yield f"FADEIN {shape} {number_text(fade_in)} 0 {shape} 0 0 0"
    yield f"FADEOUT {shape} {number_text(fade_out)} 0 {shape} 0 0 0"
    yield f"MUTE {int(clip.muted) if clip else 0} 0"
    yield "SEL 0"
    yield f"IGUID {guid('item', *key)}"
    yield row_text("NAME", name)
    yield f"VOLPAN {number_text(gain)} 0 1 -1"


def _taken(
    key: tuple[object, ...], channels: tuple[int, ...] = (), rate: float = 1.0
) -> Iterator[str]:
    """How a take is played: its speed, and the channels that are heard of it."""
    mode = _LEFT_ALONE + channels[0] if len(channels) == 1 else 0
    yield f"PLAYRATE {number_text(rate)} 1 0 -1 0 0.0025"
    yield f"CHANMODE {mode}"
    yield f"GUID {guid('take', *key)}"
