"""MP3 and Opus files to listen to, through libsndfile (LAME, libopus): the same input, same bytes.

Both keep the length to the sample: LAME notes its delay in the file, Opus its pre-skip.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import soundfile

from hostkit.audio.block import interleaved
from hostkit.audio.codecs import CODECS, Codec, CodecName
from hostkit.audio.files.reader import open_audio
from hostkit.audio.files.whole_file import whole_file
from hostkit.audio.tags.tags import Tags
from hostkit.errors import StorageError

USUAL_RATE = 48_000


@dataclass(frozen=True)
class Lossy:
    """A lossy file that was written, and decoded again: how many frames came back."""

    sample_rate: int
    frames: int
    expected_frames: int


def write_lossy(
    path: Path,
    source: Path,
    codec_name: CodecName,
    kbps: int,
    tags: Tags,
    report: Callable[[int], None],
) -> Lossy:
    """Encodes an audio file of one or two channels, tags it, and decodes it to count its frames.

    `report` is told of frames of the source. Raises RequestError for what cannot be read,
    StorageError for what cannot be written.
    """
    codec = CODECS[codec_name]
    rate = open_audio(source).sample_rate
    audio = open_audio(source, sample_rate=rate if rate in codec.rates else USUAL_RATE)
    done = 0
    with whole_file(path) as file:
        with _opened(file, audio.sample_rate, audio.channels, codec, kbps) as encoder:
            for block in audio.blocks():
                try:
                    encoder.write(interleaved(block, "<f4"))
                except (
                    soundfile.SoundFileError,
                    AssertionError,
                ) as error:  # it asserts full writes
                    raise StorageError(
                        "cannot be written",
                        cure="the disk is probably full: free some space",
                        file=path,
                    ) from error
                done += block.shape[1]
                report(done * rate // audio.sample_rate)
        file.flush()
        from hostkit.audio.tags.lossy import tag_lossy  # only here: few deliveries have previews

        tag_lossy(Path(file.name), codec_name, tags)
    decoded = 0
    for block in open_audio(path).blocks():
        decoded += block.shape[1]
        report(done * rate // audio.sample_rate)
    return Lossy(audio.sample_rate, decoded, audio.frames)


def _opened(
    file: BinaryIO, sample_rate: int, channels: int, codec: Codec, kbps: int
) -> soundfile.SoundFile:
    return soundfile.SoundFile(
        file.fileno(),
        "w",
        sample_rate,
        channels,
        codec.subtype,
        format=codec.container,
        closefd=False,
        compression_level=codec.level(kbps),
        bitrate_mode="CONSTANT" if codec.constant else None,
    )
