"""Reading any audio file as a stream of float blocks, through libsndfile."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterator, Sequence
from math import gcd
from pathlib import Path
from typing import Protocol

import numpy as np
import soundfile

from hostkit.audio.block import BLOCK_FRAMES, Audio, silence
from hostkit.audio.files.decoded import Decoded, decoded_blocks
from hostkit.audio.files.wav_reader import NotWavError, check_shape, read_header, read_int_samples
from hostkit.audio.finite import check_levels
from hostkit.audio.quantise import dequantise
from hostkit.errors import Fault, RequestError
from hostkit.ground.named_file import LFS_POINTER, check_named, is_lfs_pointer


class AudioSource(Protocol):
    """Audio of known shape that can be read through, from the start, any number of times."""

    @property
    def path(self) -> Path: ...
    @property
    def sample_rate(self) -> int: ...
    @property
    def channels(self) -> int: ...
    @property
    def frames(self) -> int: ...

    def blocks(self, block_frames: int = BLOCK_FRAMES) -> Iterator[Audio]:
        """Float32 blocks `(channels, frames)`, all `block_frames` long but the last."""


class AudioFile:
    """An audio file opened for reading: `sample_rate`, `channels`, `frames`, `blocks()`.

    `format` and `subtype` are libsndfile's words; `says_its_start` is false for an MP3 that may
    begin with what its encoder put before it.

    A file of integer WAV samples is unpacked by us (the values are libsndfile's to the
    bit, in a quarter of the time); everything else goes through libsndfile.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            header = read_header(path)
        except NotWavError:
            header = None  # libsndfile may know better
        self._sample_format = header.sample_format if header else None
        self.says_its_start = True
        if header and self._sample_format and not self._sample_format.is_float:
            self.sample_rate, self.channels = header.sample_rate, header.channels
            self.frames = header.frames
            self.format, self.subtype = "WAV", self._sample_format.subtype
            return
        self._sample_format = None
        with self._opened() as file:
            self.sample_rate, self.channels = int(file.samplerate), int(file.channels)
            check_shape(path, self.sample_rate, self.channels)
            self.format, self.subtype = str(file.format), str(file.subtype)
            self.says_its_start = file.says_its_start
            self._in_order = not file.says_its_length or file.format in _DECODED_IN_ORDER
            try:
                self.frames = file.frames if file.says_its_length else file.counted_frames()
            except soundfile.SoundFileError as error:
                raise self._unreadable(error) from error

    def check_end(self) -> None:
        """That it goes on as long as it says, where that can be seen without reading all of it.

        Raises RequestError. A WAV was found to do so when it was opened.
        """
        if self.is_plain or self._in_order or not self.frames:
            return
        try:
            with self._opened() as file:
                file.seek(self.frames - 1)
                whole = len(file.read(1, always_2d=True)) == 1
        except soundfile.SoundFileError:
            whole = False
        if not whole:
            raise RequestError("breaks off before its end", cure=COPY_AGAIN, file=self.path)

    @property
    def is_plain(self) -> bool:
        """Whether every sample is a level, and there as the header says: integers in a WAV file."""
        return self._sample_format is not None

    def blocks(
        self,
        block_frames: int = BLOCK_FRAMES,
        start: int = 0,
        heard: Sequence[int] | None = None,
    ) -> Iterator[Audio]:
        """Float32 blocks `(channels, frames)` from frame `start` on, all of `block_frames` but
        the last, of the channels `heard`, from 0; without it of all.

        Raises RequestError where a sample is not a number or infinite, and for a file
        that breaks off.
        """
        if self._sample_format is not None:
            for samples in read_int_samples(
                self.path, block_frames=block_frames, start=start, heard=heard
            ):
                yield dequantise(samples, self._sample_format)
            return
        done = start
        with self._opened() as file:
            try:
                self._move(file, start)
                for block in decoded_blocks(file, block_frames, "float32"):
                    audio = np.ascontiguousarray(block.T)
                    check_levels(audio, self.path, done)
                    done += audio.shape[1]
                    yield audio if heard is None else audio[list(heard)]
            except soundfile.SoundFileError as error:
                raise self._damaged(done, str(error)) from error
        if done < self.frames:
            raise self._damaged(done, "there is no more of it")

    def _opened(self) -> Decoded:
        try:
            check_named(self.path)
            if self.path.suffix.lower() == ".raw":  # soundfile would ask for its rate
                raise RequestError(
                    "is audio without a header, by its name", cure=EXPORT_AS_WAV, file=self.path
                )
            return Decoded(self.path)
        except (OSError, soundfile.SoundFileError) as error:
            raise self._unreadable(error) from error

    def _move(self, file: Decoded, start: int) -> None:
        """Goes on to a frame; where decoding depends on what came before, by decoding that."""
        if not self._in_order:
            file.seek(start)
            return
        while start > 0:
            read = len(file.read(min(start, BLOCK_FRAMES), dtype="float32", always_2d=True))
            if not read:
                return
            start -= read

    def _damaged(self, frame: int, reason: str) -> RequestError:
        """What is said of a file that cannot be decoded from a frame on."""
        at, whole = frame / self.sample_rate, self.frames / self.sample_rate
        return RequestError(
            f"is damaged after {at:.1f} of {whole:.1f} s ({reason.rstrip('.')})",
            cure=COPY_AGAIN,
            file=self.path,
        )

    def _unreadable(self, error: Exception) -> RequestError:
        if is_lfs_pointer(self.path):
            return RequestError(*LFS_POINTER, file=self.path)
        said = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        for name in (str(self.path), os.fsencode(self.path)):
            said = said.removeprefix(f"Error opening {name!r}: ")
        reason = said.rstrip(".")
        return RequestError(
            f"is not readable audio ({reason})",
            cure="give a WAV, FLAC, AIFF, Ogg or MP3 file",
            file=self.path,
        )


EXPORT_AS_WAV = "export it as WAV"
COPY_AGAIN = "copy it again, or export it again as WAV"
_DECODED_IN_ORDER = ("MP3", "MPEG", "OGG")

_SETTLE_FRAMES = 4096
"""More than the filter of the conversion is long."""


class Resampled:
    """Another source at another sample rate (libsoxr, its "very high" quality).

    `frames` is the source's length at the new rate, rounded to nearest, halves up.
    """

    def __init__(self, source: AudioSource, sample_rate: int) -> None:
        self._source = source
        self.path = source.path
        self.sample_rate = sample_rate
        self.channels = source.channels
        self.frames = (2 * source.frames * sample_rate // source.sample_rate + 1) // 2

    def blocks(self, block_frames: int = BLOCK_FRAMES) -> Iterator[Audio]:
        """Float32 blocks `(channels, frames)`, all `block_frames` long but the last."""
        converted = _converted(self._source.blocks(), self._source, self.sample_rate)
        return _in_blocks(converted, self.frames, block_frames, self.channels)


class ResampledFile(Resampled):
    """A file at another sample rate, which can be begun anywhere."""

    def __init__(self, file: AudioFile, sample_rate: int) -> None:
        super().__init__(file, sample_rate)
        self._file = file

    def blocks(
        self,
        block_frames: int = BLOCK_FRAMES,
        start: int = 0,
        heard: Sequence[int] | None = None,
    ) -> Iterator[Audio]:
        """Float32 blocks `(channels, frames)` from frame `start` on, all of `block_frames` but
        the last, of the channels `heard`, from 0; without it of all.

        The conversion begins before it, in the phase that it has from the file's start.
        """
        common = gcd(self._file.sample_rate, self.sample_rate)
        phases = max(0, start - _SETTLE_FRAMES) // (self.sample_rate // common)
        begun = phases * (self.sample_rate // common)
        file_blocks = self._file.blocks(start=phases * (self._file.sample_rate // common))
        converted = _without(_converted(file_blocks, self._file, self.sample_rate), start - begun)
        made = _in_blocks(converted, self.frames - start, block_frames, self.channels)
        return made if heard is None else (audio[list(heard)] for audio in made)


def _converted(blocks: Iterator[Audio], source: AudioSource, sample_rate: int) -> Iterator[Audio]:
    """Blocks of a source at another rate, as they come."""
    import soxr  # only here: most runs resample nothing

    stream = soxr.ResampleStream(
        source.sample_rate, sample_rate, source.channels, dtype="float32", quality="VHQ"
    )
    for block in blocks:
        yield stream.resample_chunk(block.T).T
    yield stream.resample_chunk(silence(0, source.channels), last=True).T


def _without(parts: Iterator[Audio], early: int) -> Iterator[Audio]:
    """The parts without their first `early` frames."""
    for part in parts:
        kept = part[:, early:]
        early -= part.shape[1] - kept.shape[1]
        yield kept


def _in_blocks(
    parts: Iterator[Audio], frames: int, block_frames: int, channels: int
) -> Iterator[Audio]:
    """So many frames in blocks; silence where the parts have fewer."""
    waiting = silence(channels, 0)
    left = frames
    for audio in parts:
        waiting = np.concatenate((waiting, audio), axis=1)
        while waiting.shape[1] >= block_frames and left >= block_frames:
            yield np.ascontiguousarray(waiting[:, :block_frames])
            waiting = waiting[:, block_frames:]
            left -= block_frames
    if left:
        last = silence(channels, left)
        there = min(left, waiting.shape[1])
        last[:, :there] = waiting[:, :there]
        yield last


def open_audio(path: Path, *, sample_rate: int | None = None) -> AudioFile | ResampledFile:
    """Open a file for reading, converted to `sample_rate` on the way if that is given.

    Raises RequestError for a file that is missing, broken or no audio.
    """
    file = AudioFile(path)
    if sample_rate is None or sample_rate == file.sample_rate:
        return file
    return ResampledFile(file, sample_rate)


_HEADER_BYTES = 65_536


def no_audio(source: AudioSource) -> Fault | None:
    """What is to be said of a file without a sample in it."""
    if source.frames:
        return None
    size = source.path.stat().st_size
    if size < _HEADER_BYTES:
        return Fault("holds no audio, only a header", "export it again")
    return Fault(
        f"says that it is empty, and is {size / 1e6:.1f} MB long: its recording broke off",
        f"mend its header: sox --ignore-length {shlex.quote(source.path.name)} mended.wav",
    )
