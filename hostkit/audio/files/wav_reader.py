"""Reading WAV files as they stand: the header, the metadata, the integer samples.

Any other audio file, and any other sample format, is read by `hostkit.audio.files.reader`. A
header is somebody else's data: sizes are checked against the file and against limits.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Protocol, TypeAlias

import numpy as np

from hostkit.audio.block import BLOCK_FRAMES
from hostkit.audio.files.bwf import Bwf
from hostkit.audio.files.bwf_reader import parse_bwf
from hostkit.audio.finite import MOST, check_levels
from hostkit.audio.formats import FLOAT32, PCM16, PCM24, SampleFormat
from hostkit.audio.quantise import IntSamples
from hostkit.errors import RequestError
from hostkit.ground.named_file import cure_of_missing, open_named

_MAX_CHUNKS = 1_000
_MAX_METADATA_BYTES = 4 * 2**20
_METADATA_CHUNKS = (b"bext", b"iXML", b"cue ", b"LIST", b"smpl")
_READ_CHUNKS = (*_METADATA_CHUNKS, b"axml", b"fmt ", b"ds64")
_UNKNOWN_SIZES = (0, 0x7FFF_F000, 0xFFFF_FFFF)
"""Left by programs that wrote to a pipe; the second by SoX and eSpeak."""
_FORMATS = {(1, 16): PCM16, (1, 24): PCM24, (3, 32): FLOAT32}
_EXTENSIBLE = 0xFFFE

_Rows: TypeAlias = slice | list[int]
"""Of an array of shape (channels, frames): those that are wanted."""


class Hasher(Protocol):
    """What `hashlib.sha256()` returns, as far as it is needed here."""

    def update(self, data: memoryview, /) -> None: ...


@dataclass(frozen=True)
class WavHeader:
    """What a WAV file says before its samples.

    `sample_format` is None for formats hostkit does not write (8-bit, 32-bit integer,
    64-bit float, compressed). `metadata` is None in a file without bext, iXML and cues.
    """

    sample_rate: int
    channels: int
    sample_format: SampleFormat | None
    frames: int
    data_start: int
    metadata: Bwf | None


class NotWavError(RequestError):
    """The file is no WAV file, or not one that can be made sense of."""


MIN_SAMPLE_RATE, MAX_SAMPLE_RATE = 1_000, 768_000
MAX_CHANNELS = 128


def check_shape(path: Path, sample_rate: int, channels: int) -> None:
    """That a file's header claims what audio can be. Raises RequestError.

    Work and memory grow with what is claimed, whatever the file holds.
    """
    if not MIN_SAMPLE_RATE <= sample_rate <= MAX_SAMPLE_RATE:
        raise RequestError(
            f"claims a sample rate of {sample_rate} Hz; {MIN_SAMPLE_RATE} to "
            f"{MAX_SAMPLE_RATE} can be read",
            cure="export it again",
            file=path,
        )
    if not 1 <= channels <= MAX_CHANNELS:
        raise RequestError(
            f"claims {channels} channels; 1 to {MAX_CHANNELS} can be read",
            cure="export it again",
            file=path,
        )


def read_header(path: Path) -> WavHeader:
    """Read the chunks of a RIFF/RF64/BW64 WAVE file.

    Raises NotWavError for anything else, RequestError for a file shorter than its header
    says, or one that cannot be opened.
    """
    try:
        with open_named(path) as file:
            return _header(path, file, os.fstat(file.fileno()).st_size)
    except FileNotFoundError:
        raise RequestError("there is no such file", cure=cure_of_missing(path), file=path) from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise RequestError(
            f"cannot be read: {reason}", cure="check its name and place", file=path
        ) from error


def read_int_samples(
    path: Path,
    *,
    block_frames: int = BLOCK_FRAMES,
    hasher: Hasher | None = None,
    start: int = 0,
    heard: Sequence[int] | None = None,
) -> Iterator[IntSamples]:
    """The integer samples of a 16-bit, 24-bit or float WAV file from `start` on, block by block.

    Blocks are int32 `(channels, frames)`, `block_frames` long but for the last. Integer samples of
    a float file are rounded to 24-bit steps, which changes nothing in a file hostkit
    wrote from integer samples. Only channels `heard`, from 0, are unpacked; without it all of
    them are. A `hasher` is fed every byte of the file, header included, so that
    one pass yields checksum and samples; its sum is complete when the iterator ends. It wants
    `start` 0.
    Raises RequestError for what cannot be read, and where a float is not a level.
    """
    header = read_header(path)
    sample_format = header.sample_format
    if sample_format is None:
        raise RequestError(
            "has no 16-bit, 24-bit or 32-bit float samples",
            cure="convert it to one of these",
            file=path,
        )
    frame_bytes = header.channels * sample_format.bytes_per_sample
    rows = slice(None) if heard is None else list(heard)
    try:
        with open_named(path) as file:
            _hash(file.read(header.data_start), hasher)
            file.seek(header.data_start + start * frame_bytes)
            left = max(0, header.frames - start)
            # One byte of room in front, see `_unpacked_24`
            room = bytearray(1 + block_frames * frame_bytes)
            while left:
                frames = min(block_frames, left)
                raw = memoryview(room)[1 : 1 + frames * frame_bytes]
                if file.readinto(raw) != len(raw):
                    raise RequestError("became shorter while it was read", file=path)
                _hash(raw, hasher)
                if sample_format.is_float:
                    check_levels(
                        _stored(room, frames, header.channels, sample_format),
                        path,
                        header.frames - left,
                        MOST,
                    )
                yield _int_samples(room, frames, header.channels, sample_format, rows)
                left -= frames
            while hasher is not None and (rest := file.read(2**20)):
                _hash(rest, hasher)
    except OSError as error:
        raise RequestError(
            f"cannot be read: {error.strerror}", cure="is the disk still there?", file=path
        ) from error


def _header(path: Path, file: BinaryIO, file_bytes: int) -> WavHeader:
    kind, form = struct.unpack("<4s4x4s", file.read(12).ljust(12, b"\0"))
    if kind not in (b"RIFF", b"RF64", b"BW64") or form != b"WAVE":
        raise NotWavError("is not a WAV file", file=path)
    found: dict[bytes, bytes] = {}
    data_start = data_bytes = -1
    for _ in range(_MAX_CHUNKS):
        name, size = struct.unpack("<4sI", file.read(8).ljust(8, b"\0"))
        start = file.tell()
        if name == b"data" and data_start < 0:
            data_start, data_bytes = start, _data_bytes(size, found.get(b"ds64"), file_bytes, start)
            size = data_bytes
        elif name in _READ_CHUNKS:
            limited = file.read(min(size, _MAX_METADATA_BYTES))
            if len(limited) == size:
                found.setdefault(_identity(name, limited), limited)
        if start + size >= file_bytes:
            break
        file.seek(start + size + size % 2)
    if data_start < 0 or len(found.get(b"fmt ", b"")) < 16:
        raise NotWavError("has no samples, or does not say what they are", file=path)
    return _described(path, found, data_start, data_bytes, file_bytes)


def _described(
    path: Path, found: dict[bytes, bytes], data_start: int, data_bytes: int, file_bytes: int
) -> WavHeader:
    fmt = found[b"fmt "]
    tag, channels, sample_rate, _, frame_bytes, bits = struct.unpack("<HHIIHH", fmt[:16])
    if tag == _EXTENSIBLE and len(fmt) >= 26:
        (tag,) = struct.unpack("<H", fmt[24:26])
    check_shape(path, sample_rate, channels)
    if not frame_bytes:
        raise NotWavError("names no sample size", file=path)
    sample_format = _FORMATS.get((tag, bits))
    if sample_format and frame_bytes != channels * sample_format.bytes_per_sample:
        raise NotWavError("its header contradicts itself about the size of a sample", file=path)
    if data_start + data_bytes > file_bytes:
        raise RequestError(
            f"is cut short: the header promises {data_bytes // frame_bytes} samples, "
            f"{max(0, file_bytes - data_start) // frame_bytes} are there",
            cure="copy or render it again",
            file=path,
        )
    metadata = parse_bwf(found) if any(name in found for name in _METADATA_CHUNKS) else None
    frames = data_bytes // frame_bytes
    return WavHeader(sample_rate, channels, sample_format, frames, data_start, metadata)


def _identity(name: bytes, payload: bytes) -> bytes:
    """LIST chunks are of several kinds; the one with labels is `LIST`, others have theirs added."""
    return name if name != b"LIST" or payload[:4] == b"adtl" else b"LIST" + payload[:4]


def _data_bytes(size: int, ds64: bytes | None, file_bytes: int, start: int) -> int:
    there = file_bytes - start
    if ds64 is not None and len(ds64) >= 16 and size == 0xFFFF_FFFF:
        return int(struct.unpack("<Q", ds64[8:16])[0]) or there
    return there if size in _UNKNOWN_SIZES and not 0 < size <= there else size


def _int_samples(
    room: bytearray, frames: int, channels: int, sample_format: SampleFormat, rows: _Rows
) -> IntSamples:
    if sample_format.bits == 24:
        return _unpacked_24(room, frames, channels, rows)
    samples = _stored(room, frames, channels, sample_format)[rows]
    if sample_format.is_float:
        samples = np.rint(samples * np.float32(sample_format.full_scale))
    return np.ascontiguousarray(samples, dtype=np.int32)


def _stored(room: bytearray, frames: int, channels: int, sample_format: SampleFormat) -> Any:
    """16-bit or float samples as they lie there, shape (channels, frames)."""
    stored, count = "<f4" if sample_format.is_float else "<i2", frames * channels
    return np.frombuffer(room, dtype=stored, count=count, offset=1).reshape(frames, channels).T


def _unpacked_24(room: bytearray, frames: int, channels: int, rows: _Rows) -> IntSamples:
    """Read four bytes where three are meant: the byte before is shifted out again."""
    overlapping = np.ndarray((channels, frames), "<i4", room, strides=(3, 3 * channels))[rows]
    ints: IntSamples = np.empty(overlapping.shape, dtype=np.int32)
    np.right_shift(overlapping, 8, out=ints)
    return ints


def _hash(data: bytes | memoryview, hasher: Hasher | None) -> None:
    if hasher is not None:
        hasher.update(memoryview(data))
