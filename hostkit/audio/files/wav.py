"""Writing WAV files: streamed, whole or not at all, with Broadcast Wave metadata.

Chunks, in order: `JUNK` (room for the `ds64` of RF64, EBU Tech 3306), `bext`, `iXML`, `axml`,
`fmt `, `fact` (float only), `LIST INFO`, `cue `, `LIST adtl`, `smpl`, `data`. Everything but the
sizes and the loudness fields is known before the first sample, so `data` comes last and the file is
written in one pass.
"""

from __future__ import annotations

import struct
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

import numpy as np

from hostkit.audio.block import Audio, interleaved
from hostkit.audio.files import bwf
from hostkit.audio.files.bwf import BextLoudness, Bwf
from hostkit.audio.files.whole_file import whole_file
from hostkit.audio.formats import SampleFormat
from hostkit.audio.layout import ChannelLayout
from hostkit.audio.quantise import IntSamples, dequantise, quantise, require_in_range
from hostkit.audio.tags.riff import axml_payload, info_payload

RF64_ABOVE_BYTES = 2**32 - 1
"""Sizes in a plain RIFF file are 32-bit."""

_DS64 = struct.Struct("<QQQI")  # riff size, data size, sample count, table length
_RF64_SIZE = 0xFFFF_FFFF  # stands in every 32-bit size that ds64 overrides

_PCM, _FLOAT, _EXTENSIBLE = 1, 3, 0xFFFE
_SUBFORMAT_TAIL = bytes.fromhex("000000001000800000aa00389b71")


class WavWriter:
    """Writes one WAV file; a context manager.

    The file appears when the block ends without an exception. `frames` and
    `clipped_samples` tell what was written so far. A file that grows past
    `rf64_above_bytes` becomes RF64. Raises StorageError when the disk refuses.
    """

    def __init__(
        self,
        path: Path,
        sample_rate: int,
        layout: ChannelLayout,
        sample_format: SampleFormat,
        metadata: Bwf | None = None,
        *,
        rf64_above_bytes: int = RF64_ABOVE_BYTES,
    ) -> None:
        self.path = path
        self.sample_rate = sample_rate
        self.layout = layout
        self.sample_format = sample_format
        self.frames = 0
        self.clipped_samples = 0
        self._metadata = metadata
        self._rf64_above_bytes = rf64_above_bytes
        self._frame_bytes = layout.channels * sample_format.bytes_per_sample
        self._open = ExitStack()

    def __enter__(self) -> Self:
        self._file: BinaryIO = self._open.enter_context(whole_file(self.path))
        try:
            self._file.write(self._head())
        except BaseException as error:
            self.__exit__(type(error), error, error.__traceback__)
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if error is None:
            self._open.callback(self._finish)
        self._open.__exit__(kind, error, traceback)

    def write_int_samples(self, samples: IntSamples) -> None:
        """Append integer samples, int32 `(channels, frames)`, within the format's range."""
        require_in_range(samples, self.sample_format)
        self._append(samples.shape[1], _packed(samples, self.sample_format))

    def write(self, audio: Audio) -> None:
        """Append float audio `(channels, frames)`; integers are quantised, floats kept."""
        if self.sample_format.is_float:
            self._append(audio.shape[1], interleaved(audio, "<f4"))
            return
        quantised = quantise(audio, self.sample_format, start_frame=self.frames)
        self.clipped_samples += quantised.clipped_samples
        self.write_int_samples(quantised.samples)

    @property
    def has_metadata(self) -> bool:
        """Whether there is a bext chunk, whose loudness can be set."""
        return self._metadata is not None

    def set_loudness(self, loudness: BextLoudness) -> None:
        """Fill the loudness fields of bext, which are known only after the last sample."""
        if self._metadata is None:
            raise ValueError("the file has no bext chunk to hold the loudness")
        self._metadata = replace(self._metadata, loudness=loudness)

    def _append(self, frames: int, packed: np.ndarray) -> None:
        self._file.write(packed.data)
        self.frames += frames

    def _finish(self) -> None:
        """Pad the data chunk and write the head again, now with true sizes."""
        self._file.write(b"\0" * (self.frames * self._frame_bytes % 2))
        self._file.seek(0)
        self._file.write(self._head())

    def _head(self) -> bytes:
        """Everything before the first sample; its length never changes."""
        body = self._metadata_chunks()
        data_bytes = self.frames * self._frame_bytes
        riff_bytes = 4 + 8 + _DS64.size + len(body) + 8 + data_bytes + data_bytes % 2
        if riff_bytes > self._rf64_above_bytes:
            sizes = _DS64.pack(riff_bytes, data_bytes, self.frames, 0)
            start = struct.pack("<4sI4s", b"RF64", _RF64_SIZE, b"WAVE") + bwf.chunk(b"ds64", sizes)
            return start + body + struct.pack("<4sI", b"data", _RF64_SIZE)
        start = struct.pack("<4sI4s", b"RIFF", riff_bytes, b"WAVE")
        start += bwf.chunk(b"JUNK", bytes(_DS64.size))
        return start + body + struct.pack("<4sI", b"data", data_bytes)

    def _metadata_chunks(self) -> bytes:
        about, rate = self._metadata, self.sample_rate
        body = b""
        if about is not None:
            body += bwf.chunk(b"bext", bwf.bext_payload(about))
            body += bwf.chunk(b"iXML", bwf.ixml_payload(about, rate, self.sample_format.bits))
            if codes := axml_payload(about.tags):
                body += bwf.chunk(b"axml", codes)
        body += bwf.chunk(b"fmt ", _format_payload(self.sample_format, rate, self.layout))
        if self.sample_format.is_float:
            body += bwf.chunk(b"fact", struct.pack("<I", min(self.frames, _RF64_SIZE)))
        if about is not None and about.tags:
            body += bwf.chunk(b"LIST", info_payload(about.tags))
        if about is not None and about.markers:
            body += bwf.chunk(b"cue ", bwf.cue_payload(about.markers))
            body += bwf.chunk(b"LIST", bwf.label_payload(about.markers))
        if about is not None and about.loop is not None:
            body += bwf.chunk(b"smpl", bwf.sampler_payload(about.loop, rate))
        return body


def _format_payload(sample_format: SampleFormat, sample_rate: int, layout: ChannelLayout) -> bytes:
    """The `fmt ` chunk; past two channels in its extensible form, which names speakers."""
    channels = layout.channels
    tag = _FLOAT if sample_format.is_float else _PCM
    frame_bytes = channels * sample_format.bytes_per_sample
    fixed = struct.pack(
        "<HIIHH",
        channels,
        sample_rate,
        sample_rate * frame_bytes,
        frame_bytes,
        sample_format.bits,
    )
    if channels > 2:
        more = struct.pack("<HHIH", 22, sample_format.bits, layout.wav_mask, tag)
        more += _SUBFORMAT_TAIL
        return struct.pack("<H", _EXTENSIBLE) + fixed + more
    return struct.pack("<H", tag) + fixed + (b"\0\0" if sample_format.is_float else b"")


def _packed(samples: IntSamples, sample_format: SampleFormat) -> np.ndarray:
    """The samples interleaved, little-endian, contiguous."""
    if sample_format.is_float:
        return interleaved(dequantise(samples, sample_format), "<f4")
    if sample_format.bits == 16:
        return interleaved(samples, "<i2")
    # Byte plane by byte plane: ten times quicker than copying three bytes at a time.
    channels, frames = samples.shape
    planes = np.ascontiguousarray(samples, dtype="<i4").view(np.uint8).reshape(channels, frames, 4)
    packed = np.empty((frames, channels, 3), dtype=np.uint8)
    for channel in range(channels):
        for byte in range(3):
            packed[:, channel, byte] = planes[channel, :, byte]
    return packed
