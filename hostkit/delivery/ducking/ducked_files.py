"""The ducked audio files: beside one another, sample for sample as long as their originals."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile

from hostkit.audio.block import BLOCK_FRAMES, Audio
from hostkit.audio.files.reader import AudioSource
from hostkit.audio.files.wav import WavWriter
from hostkit.audio.formats import FLOAT32, PCM16, PCM24, SampleFormat
from hostkit.audio.layout import layout_of
from hostkit.audio.loudness.meter import Meter
from hostkit.audio.quantise import seed_for
from hostkit.delivery.writing.files import bext_loudness
from hostkit.ducking.alignment import Layout, PlacedFile
from hostkit.ducking.ducked import Ducked
from hostkit.ducking.listening.hop_powers import HopPowers, powers_of
from hostkit.ducking.listening.stem import MusicStem, summed
from hostkit.ducking.plan import DuckPlan
from hostkit.errors import RequestError
from hostkit.ground.file_names import safe_name

SUFFIX = "_ducked"

_FORMATS = {
    "PCM_U8": PCM16,
    "PCM_S8": PCM16,
    "PCM_16": PCM16,
    "PCM_24": PCM24,
    "FLOAT": FLOAT32,
}
"""The format in which each of libsndfile's is written again without loss."""


@dataclass(frozen=True)
class DuckedFile:
    """One output file and the original it is to replace, where there is one."""

    path: Path
    original: Path | None
    stem: str
    weight: float
    sample_rate: int
    channels: int
    frames: int
    sample_format: str


def output_format(path: Path) -> tuple[SampleFormat, str | None]:
    """The format to write a file's ducked twin in, and a warning where it is not the same."""
    subtype = soundfile.info(path).subtype
    if subtype in _FORMATS:
        return _FORMATS[subtype], None
    return FLOAT32, f"{path}: its format ({subtype}) is not written here; it becomes 32-bit float"


def output_paths(layout: Layout, folder: Path) -> list[Path]:
    """Where each stem is written; RequestError where that is one of the inputs."""
    paths = [folder / safe_name(f"{placed.stem.name}{SUFFIX}.wav") for placed in layout.music]
    inputs = [layout.dialogue.path, *(placed.path for placed in layout.music)]
    for path in paths:
        if any(path.exists() and path.samefile(other) for other in inputs):
            raise RequestError(
                "is one of the inputs and would be overwritten",
                cure="choose another folder (-o)",
                file=path,
            )
    return paths


def write_ducked(
    plan: DuckPlan, layout: Layout, folder: Path
) -> tuple[list[DuckedFile], HopPowers]:
    """Writes all files, or none, and measures their sum as it is written."""
    files = described(plan, layout, folder)
    recordings: list[_Recording] = []
    with ExitStack() as stack:
        for placed, file, ducked in zip(layout.music, files, _ducked(plan, layout), strict=True):
            writer = WavWriter(
                file.path,
                file.sample_rate,
                layout_of(file.channels),
                ducked.sample_format,
                placed.metadata,
            )
            recordings.append(_Recording(ducked, stack.enter_context(writer)))
        after = _sum_powers(plan, layout, recordings)
        for recording in recordings:
            recording.finish()
    return files, after


def rehearse_ducked(plan: DuckPlan, layout: Layout) -> HopPowers:
    """What `write_ducked` measures, without a file."""
    return _sum_powers(plan, layout, _ducked(plan, layout))


def _ducked(plan: DuckPlan, layout: Layout) -> list[Ducked]:
    """Each stem's samples as they are written."""
    return [
        Ducked(
            placed.stem,
            plan.curves,
            plan.settings.weight(placed.stem.name),
            plan.clock,
            output_format(placed.path)[0],
            seed_for(placed.stem.name),
        )
        for placed in layout.music
    ]


def _sum_powers(plan: DuckPlan, layout: Layout, sources: Sequence[AudioSource]) -> HopPowers:
    clock = plan.clock
    stems = [
        MusicStem(placed.stem.name, source, placed.stem.start_seconds)
        for placed, source in zip(layout.music, sources, strict=True)
    ]
    return powers_of(summed(stems, clock), clock.sample_rate, clock.layout)


class _Recording:
    """A source that writes down every block it gives. It can be read once."""

    def __init__(self, source: AudioSource, writer: WavWriter) -> None:
        self.path = source.path
        self.sample_rate = source.sample_rate
        self.channels = source.channels
        self.frames = source.frames
        self._source = source
        self._writer = writer
        stamped = writer.has_metadata
        channels = layout_of(source.channels)
        self._meter = Meter(source.sample_rate, channels) if stamped else None
        self._running: Iterator[Audio] | None = None

    def blocks(self, block_frames: int = BLOCK_FRAMES) -> Iterator[Audio]:
        self._running = self._recorded(block_frames)
        return self._running

    def finish(self) -> None:
        """Write what nobody listened to any more: rates may differ by a last frame.

        Where the file has a bext chunk, its loudness is that of the samples written.
        """
        for _ in self._running or self.blocks():
            pass
        if self._meter is not None:
            self._writer.set_loudness(bext_loudness(self._meter.result()))

    def _recorded(self, block_frames: int) -> Iterator[Audio]:
        sample_format = self._writer.sample_format
        for block in self._source.blocks(block_frames):
            if sample_format.is_float:
                self._writer.write(block)
            else:
                # The samples are integer samples already, so nothing is rounded or dithered.
                self._writer.write_int_samples((block * sample_format.full_scale).astype(np.int32))
            if self._meter is not None:
                self._meter.push(block)
            yield block


def described(plan: DuckPlan, layout: Layout, folder: Path) -> list[DuckedFile]:
    """What is written to a folder. Raises RequestError where that is one of the inputs."""
    return [
        _described(placed, path, plan.settings.weight(placed.stem.name))
        for placed, path in zip(layout.music, output_paths(layout, folder), strict=True)
    ]


def _described(placed: PlacedFile, path: Path, weight: float) -> DuckedFile:
    source = placed.stem.source
    sample_format, _ = output_format(placed.path)
    return DuckedFile(
        path=path,
        original=placed.path,
        stem=placed.stem.name,
        weight=weight,
        sample_rate=source.sample_rate,
        channels=source.channels,
        frames=source.frames,
        sample_format=sample_format.name,
    )


def changes_of_format(files: Sequence[PlacedFile]) -> list[str]:
    """One warning for each file that cannot be written in its own format."""
    return [warning for placed in files if (warning := output_format(placed.path)[1])]
