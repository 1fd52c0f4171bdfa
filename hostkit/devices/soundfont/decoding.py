"""Compressed SoundFonts (.sf3) made into SoundFont 2.

A .sf3 holds its samples as Ogg Vorbis: where a sample's type has the bit 0x10, its start and end
count bytes, and its loop counts from its own start (MuseScore's format, read by FluidSynth).
"""

from __future__ import annotations

import contextlib
import io
import os
import struct
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

import numpy as np
import soundfile

from hostkit.errors import DeviceError
from hostkit.midi.soundfont_presets import chunks_of, text_of

MOST_BYTES = 3 * 10**9
"""Of one; sizes in such a file have 32 bits."""
MOST_SAMPLE_FRAMES = 50_000_000
VERSION = 1  # raise it whenever decoding gives other samples

_SOUNDFONT_2 = struct.pack("<HH", 2, 1)
_SAMPLE = struct.Struct("<20sIIII8sH")
_COMPRESSED, _ROM = 0x10, 0x8000
_SILENCE = bytes(2 * 46)  # the format wants it behind each sample
_BYTES = 2


def decode(source: BinaryIO, target: BinaryIO, name: Path, alive: Callable[[], None]) -> None:
    """Writes a SoundFont 2 that plays as FluidSynth plays the compressed one.

    `name` is for messages; `alive` is called for each sample. Raises DeviceError where it is
    damaged or too large; OSError.
    """
    try:
        chunks = chunks_of(source)
        target.write(b"RIFF\0\0\0\0sfbk")
        with _list(target, b"INFO"):
            for kind in _inside(chunks, b"INFO"):
                _write(
                    target, kind, _SOUNDFONT_2 if kind == b"ifil" else _read(source, *chunks[kind])
                )
        with _list(target, b"sdta"), _sized(target, b"smpl"):
            headers = []
            for header in _samples(source, chunks, target, name):
                headers.append(header)
                alive()
        with _list(target, b"pdta"):
            for kind in _inside(chunks, b"pdta"):
                is_new = kind == b"shdr"
                _write(target, kind, b"".join(headers) if is_new else _read(source, *chunks[kind]))
    except (struct.error, KeyError, ValueError, soundfile.SoundFileError) as error:
        raise DeviceError(
            f"{name} is a damaged SoundFont: {error}", cure="get the file again"
        ) from error
    _set_size(target, 4)


def _samples(
    source: BinaryIO, chunks: dict[bytes, tuple[int, int]], target: BinaryIO, name: Path
) -> Iterator[bytes]:
    """Writes the samples, one after the other, and gives their new headers."""
    start, length = chunks[b"smpl"]
    headers = _read(source, *chunks[b"shdr"])
    headers = headers[: len(headers) // _SAMPLE.size * _SAMPLE.size]
    at = 0
    for called, begin, end, loop, loop_end, rest, kind in _SAMPLE.iter_unpack(headers):
        packed = bool(kind & _COMPRESSED)
        unit = 1 if packed else _BYTES
        if kind & _ROM or begin >= end:
            yield _SAMPLE.pack(called, at, at, at, at, rest, kind & ~_COMPRESSED)
            continue
        if end * unit > length:
            raise ValueError(f"its sample {text_of(called)} lies outside of it")
        data = _read(source, start + begin * unit, (end - begin) * unit)
        data = _vorbis(data, text_of(called)) if packed else data
        frames = len(data) // _BYTES
        if (at + frames) * _BYTES > MOST_BYTES:
            raise DeviceError(
                f"{name} is larger than {MOST_BYTES // 10**9} GB when it is decoded",
                cure="choose a smaller SoundFont",
            )
        target.write(data + _SILENCE)
        before = 0 if packed else begin  # what its loop counts from
        loops = (max(0, min(one - before, frames)) + at for one in (loop, loop_end))
        yield _SAMPLE.pack(called, at, at + frames, *loops, rest, kind & ~_COMPRESSED)
        at += frames + len(_SILENCE) // _BYTES


def _vorbis(data: bytes, called: str) -> bytes:
    """Of 16 bits, and brought to full scale: so FluidSynth has them (SFC_SET_SCALE_FLOAT_INT_READ
    of libsndfile), and a font was made to be as loud as it plays them.
    """
    with soundfile.SoundFile(io.BytesIO(data)) as file:
        if file.channels != 1 or file.frames > MOST_SAMPLE_FRAMES:
            raise ValueError(f"its sample {called} is not mono, or too long")
        audio = file.read(dtype="float32")
    peak = float(np.max(np.abs(audio), initial=0.0))
    if not 0 < peak < float("inf"):
        return bytes(_BYTES * len(audio))
    scale = np.float32(32767 / (32768 * peak))
    whole: bytes = np.rint(audio * scale * np.float32(32767)).astype("<i2").tobytes()
    return whole


def _inside(chunks: dict[bytes, tuple[int, int]], kind: bytes) -> list[bytes]:
    """The chunks of a list, in their order."""
    start, length = chunks[kind]
    return [one for one, (at, _) in chunks.items() if start < at <= start + length]


def _read(source: BinaryIO, at: int, length: int) -> bytes:
    if at + length > source.seek(0, os.SEEK_END):  # asked first: a length may be said to be 4 GB
        raise ValueError("it breaks off")
    source.seek(at)
    return source.read(length)


def _write(target: BinaryIO, kind: bytes, data: bytes) -> None:
    target.write(kind + struct.pack("<I", len(data)) + data + bytes(len(data) % 2))


@contextlib.contextmanager
def _sized(target: BinaryIO, kind: bytes) -> Iterator[None]:
    """A chunk whose length is known when the block ends."""
    target.write(kind)
    at = target.tell()
    target.write(bytes(4))
    yield
    _set_size(target, at)


@contextlib.contextmanager
def _list(target: BinaryIO, kind: bytes) -> Iterator[None]:
    with _sized(target, b"LIST"):
        target.write(kind)
        yield


def _set_size(target: BinaryIO, at: int) -> None:
    end = target.tell()
    target.seek(at)
    target.write(struct.pack("<I", end - at - 4))
    target.seek(end)
