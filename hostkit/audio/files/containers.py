"""Files of integer samples, whatever their container. A new container is one row of `WRITERS`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from hostkit.audio.block import BLOCK_FRAMES
from hostkit.audio.files import wav_reader
from hostkit.audio.files.bwf import Bwf
from hostkit.audio.files.flac import FlacWriter, read_flac_int_samples
from hostkit.audio.files.wav import WavWriter
from hostkit.audio.files.wav_reader import Hasher, NotWavError
from hostkit.audio.formats import SampleFormat
from hostkit.audio.layout import ChannelLayout
from hostkit.audio.quantise import IntSamples
from hostkit.errors import RequestError

WRITERS: dict[str, type[WavWriter] | type[FlacWriter]] = {".wav": WavWriter, ".flac": FlacWriter}
"""By the ending of the file's name."""


def open_writer(
    path: Path,
    sample_rate: int,
    layout: ChannelLayout,
    sample_format: SampleFormat,
    metadata: Bwf | None = None,
) -> WavWriter | FlacWriter:
    """A writer for the container that the name's ending asks for; a context manager."""
    try:
        writer = WRITERS[path.suffix.lower()]
    except KeyError:
        raise RequestError(f"end the name in one of {', '.join(WRITERS)}", file=path) from None
    return writer(path, sample_rate, layout, sample_format, metadata)


def read_int_samples(
    path: Path,
    *,
    block_frames: int = BLOCK_FRAMES,
    hasher: Hasher | None = None,
    start: int = 0,
) -> Iterator[IntSamples]:
    """The integer samples of a WAV or FLAC file from `start` on, its checksum in the same go.

    See `wav_reader.read_int_samples`; what the file is decides, not its name.
    """
    try:
        wav_reader.read_header(path)
    except NotWavError:
        read = read_flac_int_samples
    else:
        read = wav_reader.read_int_samples
    return read(path, block_frames=block_frames, hasher=hasher, start=start)
