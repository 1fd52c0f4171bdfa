"""Reading MIDI files: tracks of messages at ticks, tempo, meters and markers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from hostkit.errors import RequestError
from hostkit.ground.named_file import cure_of_missing, read_named
from hostkit.midi.midi_file import (
    Division,
    MidiFile,
    MidiTrack,
    SecondsPerTick,
    SmpteOffset,
    TicksPerQuarter,
)
from hostkit.midi.reading.encoding import decode_text, guess_encoding
from hostkit.midi.reading.exclusives import exclusives_left_out
from hostkit.midi.reading.repair import Repair, read_chunks
from hostkit.midi.reading.track_bytes import TrackContent, decode_meta, read_track

MAX_FILE_BYTES = 64 * 2**20
MAX_EVENTS = 2_000_000
MAX_TRACKS = 4096

AGAIN = "export it again as a Standard MIDI File"
"""The cure of one that is damaged."""
_TEXT, _TRACK_NAME, _INSTRUMENT_NAME, _MARKER, _CUE_POINT = 0x01, 0x03, 0x04, 0x06, 0x07
_TEMPO, _SMPTE_OFFSET, _METER, _KEY = 0x51, 0x54, 0x58, 0x59
_TEXTS = range(0x01, 0x10)
Meta: TypeAlias = tuple[int, int, bytes]
"""A meta event: tick, kind, data."""
_SMPTE_RATES = {24: Fraction(24), 25: Fraction(25), 29: Fraction(30000, 1001), 30: Fraction(30)}


def read_midi(path: Path, encoding: str | None = None, *, cure: str = AGAIN) -> MidiFile:
    """Reads a MIDI file, repairing what is damaged; `repairs` tells.

    Texts are decoded in `encoding` where that is given, else in what they look like. `cure` says
    what to do where it is no MIDI file.

    Raises RequestError when it is not there, no MIDI file, or too large.
    """
    try:
        data = read_named(path, MAX_FILE_BYTES)
    except FileNotFoundError:
        raise RequestError("there is no such file", cure=cure_of_missing(path), file=path) from None
    except OSError as problem:
        reason = problem.strerror or type(problem).__name__
        raise RequestError(f"it cannot be read: {reason}", cure="is it MIDI?", file=path) from None
    try:
        return midi_from_bytes(data, str(path), encoding)
    except ValueError as problem:
        raise RequestError(str(problem), cure=cure, file=path) from None


def midi_from_bytes(data: bytes, path: str, encoding: str | None = None) -> MidiFile:
    """Reads the bytes of a MIDI file. Raises ValueError with what is wrong."""
    chunks = read_chunks(data)
    if len(chunks.tracks) > MAX_TRACKS:
        raise ValueError(f"it has more than {MAX_TRACKS} tracks")
    division = _division(chunks.division)
    not_followed: list[Repair] = []
    unnamed, said = [], []  # the names' encoding is known when all texts are
    room = MAX_EVENTS
    for index, body in enumerate(chunks.tracks, start=1):
        content = read_track(bytes(body), f"track {index}", room)
        room -= content.events
        unnamed.append(_unnamed(index, content))
        said.append((content.metas, content.repairs))
        not_followed += exclusives_left_out(content.sysex, f"track {index}")
    if encoding is None:
        texts = (text for metas, _ in said for _, kind, text in metas if kind in _TEXTS)
        encoding = guess_encoding(texts)
    facts = _Facts(encoding, repairs=list(chunks.repairs))
    tracks = []
    for track, (metas, repairs) in zip(unnamed, said, strict=True):
        facts.repairs += repairs
        texts_here = tuple(_texts(metas, encoding))
        tracks.append(replace(track, name=_name(metas, encoding), texts=texts_here))
        alone = chunks.format == 2 and bool(facts.tempos or facts.meters)
        _collect(facts, metas, f"track {track.index}", with_tempo=not alone)
    if chunks.format == 2 and len(tracks) > 1:
        facts.repairs.append(
            Repair("file", "format 2, separate patterns: all start together, in the first's tempo")
        )
    return MidiFile(
        path=path,
        format=chunks.format,
        division=division,
        tracks=tuple(tracks),
        tempos=tuple(sorted(facts.tempos, key=lambda tempo: tempo[0])),
        meters=tuple(sorted(facts.meters, key=lambda meter: meter[0])),
        markers=tuple(sorted(facts.markers, key=lambda marker: marker[0])),
        repairs=tuple(facts.repairs),
        cue_points=tuple(sorted(facts.cue_points, key=lambda marker: marker[0])),
        smpte_offset=facts.smpte_offset,
        encoding=encoding,
        not_followed=tuple(not_followed),
    )


@dataclass
class _Facts:
    encoding: str
    repairs: list[Repair]
    tempos: list[tuple[int, Fraction]] = field(default_factory=list)
    meters: list[tuple[int, int, int]] = field(default_factory=list)
    markers: list[tuple[int, str]] = field(default_factory=list)
    cue_points: list[tuple[int, str]] = field(default_factory=list)
    smpte_offset: SmpteOffset | None = None


def _division(bits: int) -> Division:
    if bits < 0x8000:
        return TicksPerQuarter(bits)
    frames, ticks = 256 - (bits >> 8), bits & 0xFF
    if frames not in _SMPTE_RATES or not ticks:
        raise ValueError(f"its time division {bits:04X} is none that there is")
    return SecondsPerTick(1 / (_SMPTE_RATES[frames] * ticks))


def _unnamed(index: int, content: TrackContent) -> MidiTrack:
    return MidiTrack(
        index,
        "",
        _narrowed(np.asarray(content.ticks)),
        content.messages.messages(),
        content.end_tick,
        tuple(content.sysex),
    )


def _narrowed(ticks: NDArray[np.int64]) -> NDArray[Any]:
    fits = len(ticks) == 0 or int(ticks[-1]) <= np.iinfo(np.int32).max
    return ticks.astype(np.int32) if fits else ticks


def _name(metas: Iterable[Meta], encoding: str) -> str:
    """The track's name, else its instrument's."""
    named = [(kind, data) for _, kind, data in metas if kind in (_TRACK_NAME, _INSTRUMENT_NAME)]
    texts = {kind: decode_text(data, encoding) for kind, data in reversed(named)}
    return texts.get(_TRACK_NAME) or texts.get(_INSTRUMENT_NAME, "")


def _texts(metas: Iterable[Meta], encoding: str) -> Iterator[tuple[int, str]]:
    """What it says in the course of it, in order of time."""
    for tick, kind, data in metas:
        if kind in (_TEXT, _MARKER, _CUE_POINT) and (text := decode_text(data, encoding)):
            yield tick, text


def _collect(facts: _Facts, metas: Iterable[Meta], where: str, with_tempo: bool) -> None:
    refused: Counter[str] = Counter()
    for tick, kind, data in metas:
        if kind in (_MARKER, _CUE_POINT):
            if text := decode_text(data, facts.encoding):
                facts.markers.append((tick, text))
                if kind == _CUE_POINT:
                    facts.cue_points.append((tick, text))
        elif kind == _SMPTE_OFFSET and tick == 0 and facts.smpte_offset is None:
            facts.smpte_offset = _smpte_offset(data)
        elif kind in (_TEMPO, _METER, _KEY):
            try:
                message = decode_meta(kind, data)
                if kind == _TEMPO and with_tempo:
                    facts.tempos.append((tick, _bpm(message.tempo)))
                elif kind == _METER and with_tempo:
                    facts.meters.append((tick, *_meter(message.numerator, message.denominator)))
            except ValueError as problem:
                refused[str(problem)] += 1
    for problem_text, times in refused.items():
        often = f" ({times} times)" if times > 1 else ""
        facts.repairs.append(Repair(where, f"{problem_text}{often}; left out"))


_OFFSET_RATES = ("24", "25", "29.97", "30")


def _smpte_offset(data: bytes) -> SmpteOffset | None:
    """Hours with the rate in bits 5 and 6, minutes, seconds, frames; None for nonsense."""
    if len(data) < 4:
        return None
    rate, hours = _OFFSET_RATES[data[0] >> 5 & 3], data[0] & 0x1F
    _, minutes, seconds, frames = data[:4]
    dropped = rate == "29.97" and seconds == 0 and frames < 2 and minutes % 10
    if hours > 23 or minutes > 59 or seconds > 59 or frames >= round(float(rate)) or dropped:
        return None
    hundredths = data[4] if len(data) > 4 and data[4] < 100 else 0
    return SmpteOffset(rate, hours, minutes, seconds, frames, hundredths)


def _bpm(microseconds: int) -> Fraction:
    if microseconds <= 0:
        raise ValueError("a tempo that makes no sense")
    return Fraction(60_000_000, microseconds)


def _meter(numerator: int, denominator: int) -> tuple[int, int]:
    if numerator < 1 or denominator > 64:
        raise ValueError("a meter that makes no sense")
    return numerator, denominator
