"""FLAC files of integer samples, through libsndfile: lossless, about half the size, no timecode.

FLAC has tags but no bext, iXML, cue or smpl chunk: of a `Bwf` the tags are kept, with the
description for a title where there is none, as a comment the time reference, and the loop. That is
told by the Vorbis comments LOOPSTART and LOOPLENGTH, in frames, which SDL_mixer and game engines
read.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
import soundfile

from hostkit.audio.block import BLOCK_FRAMES, Audio, interleaved
from hostkit.audio.files.bwf import BextLoudness, Bwf
from hostkit.audio.files.decoded import decoded_blocks
from hostkit.audio.files.flac_tags import more_tags, put_in_room, room_for
from hostkit.audio.files.wav_reader import Hasher
from hostkit.audio.files.whole_file import whole_file
from hostkit.audio.formats import FORMATS, SampleFormat
from hostkit.audio.layout import ChannelLayout
from hostkit.audio.quantise import IntSamples, quantise, require_in_range
from hostkit.errors import RequestError, StorageError
from hostkit.ground.named_file import check_named, open_named

_MAX_CHANNELS = 8


class FlacWriter:
    """Writes one FLAC file; a context manager that promises what `WavWriter` does."""

    def __init__(
        self,
        path: Path,
        sample_rate: int,
        layout: ChannelLayout,
        sample_format: SampleFormat,
        metadata: Bwf | None = None,
    ) -> None:
        if sample_format.is_float or layout.channels > _MAX_CHANNELS:
            raise RequestError(
                f"FLAC holds 16-bit or 24-bit samples of up to {_MAX_CHANNELS} channels",
                cure="choose one of these formats, or WAV",
                file=path,
            )
        self.path = path
        self.sample_rate = sample_rate
        self.layout = layout
        self.sample_format = sample_format
        self.frames = 0
        self.clipped_samples = 0
        self._metadata = metadata
        self._open = ExitStack()

    def __enter__(self) -> Self:
        file = self._open.enter_context(whole_file(self.path))
        self._part = Path(file.name)
        try:
            self._file = self._open.enter_context(
                soundfile.SoundFile(
                    file.fileno(),
                    "w",
                    self.sample_rate,
                    self.layout.channels,
                    self.sample_format.subtype,
                    format="FLAC",
                    closefd=False,
                )
            )
            if self._metadata is not None:
                if title := self._metadata.tags.title or self._metadata.description:
                    self._file.title = title  # libsndfile takes no empty text
                comment = f"time_reference={self._metadata.time_reference}"
                self._file.comment = comment + room_for(more_tags(self._metadata))
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
        if error is None and self._metadata and (tags := more_tags(self._metadata)):
            self._file.close()  # its header is on the disk now
            put_in_room(self._part, tags)
        self._open.__exit__(kind, error, traceback)

    def write_int_samples(self, samples: IntSamples) -> None:
        """Append integer samples, int32 `(channels, frames)`, within the format's range."""
        require_in_range(samples, self.sample_format)
        # libsndfile takes integers left-aligned in 32 bits
        aligned = interleaved(samples, "<i4") << np.int32(32 - self.sample_format.bits)
        try:
            self._file.write(aligned)
        except (soundfile.SoundFileError, AssertionError) as error:  # it asserts full writes
            raise StorageError(
                "cannot be written",
                cure="the disk is probably full: free some space or choose another output folder",
                file=self.path,
            ) from error
        self.frames += samples.shape[1]

    def write(self, audio: Audio) -> None:
        """Append float audio `(channels, frames)`, quantised."""
        quantised = quantise(audio, self.sample_format, start_frame=self.frames)
        self.clipped_samples += quantised.clipped_samples
        self.write_int_samples(quantised.samples)

    def set_loudness(self, loudness: BextLoudness) -> None:
        """Accepted and left out: FLAC has no field for it."""


def read_flac_int_samples(
    path: Path,
    *,
    block_frames: int = BLOCK_FRAMES,
    hasher: Hasher | None = None,
    start: int = 0,
) -> Iterator[IntSamples]:
    """The integer samples of a FLAC file, as `wav_reader.read_int_samples` does for WAV."""
    try:
        check_named(path)
        with soundfile.SoundFile(path) as file:
            formats = (form for form in FORMATS.values() if form.subtype == file.subtype)
            sample_format = next(formats, None)
            if file.format != "FLAC" or sample_format is None:
                raise RequestError(
                    "is no WAV or FLAC file of 16-bit or 24-bit samples",
                    cure="convert it to one",
                    file=path,
                )
            if hasher is not None:
                _hash(path, hasher)
            file.seek(min(start, file.frames))
            shift = np.int32(32 - sample_format.bits)
            for block in decoded_blocks(file, block_frames, "int32"):
                yield np.ascontiguousarray(block.T) >> shift
    except (OSError, soundfile.SoundFileError) as error:
        raise RequestError(
            f"cannot be read ({error})", cure="copy or render it again", file=path
        ) from error


def _hash(path: Path, hasher: Hasher) -> None:
    with open_named(path) as file:
        while data := file.read(2**20):
            hasher.update(memoryview(data))
