"""Auditions as files: a WAV and an image for each preset, and a page of them all."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from hostkit.audio.files.wav import WavWriter
from hostkit.audio.files.whole_file import storage_error, whole_file
from hostkit.audio.formats import PCM16
from hostkit.audio.layout import layout_of
from hostkit.audition.image import image
from hostkit.audition.measure import measure_print
from hostkit.audition.page import AuditionFiles, page
from hostkit.audition.resolve import SAMPLE_RATE, Audition
from hostkit.jobs.prints import Print

PAGE = "index.html"


def write_audition(audition: Audition, print_: Print, folder: Path) -> AuditionFiles:
    """Writes `folder/NAME.wav` (16 bits) and `folder/NAME.svg`. Raises StorageError."""
    name = audition.loaded.name
    audio = folder.joinpath(*name.split("/")).with_name(name.rpartition("/")[2] + ".wav")
    drawn = audio.with_name(audio.name.removesuffix(".wav") + ".svg")
    try:
        audio.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise storage_error(audio, error) from error
    heard = measure_print(print_, SAMPLE_RATE)
    with WavWriter(audio, SAMPLE_RATE, layout_of(print_.channels), PCM16) as writer:
        for block in print_.audio():
            writer.write(block)
    _write(drawn, image(heard, name))
    return AuditionFiles(audition.loaded, heard, audio, drawn)


def write_page(files: Sequence[AuditionFiles], folder: Path, failures: Sequence[str] = ()) -> Path:
    """Writes `folder/index.html`, which plays them. Raises StorageError."""
    path = folder / PAGE
    _write(path, page(files, folder, failures))
    return path


def _write(path: Path, text: str) -> None:
    with whole_file(path) as file:
        file.write(text.encode())
