"""Audio files that a session names, as far as planning has to know them: dialogue, recordings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from hostkit.audio.files.reader import AudioFile, no_audio
from hostkit.audio.files.wav_reader import NotWavError, read_header
from hostkit.devices.spec import ContentFile
from hostkit.errors import RequestError
from hostkit.ground.named_file import state_of


@dataclass(frozen=True)
class DialogueFile:
    """A file of dialogue, of `frames` at its own rate.

    `stamp` is of its first sample, in seconds since midnight; 0 where it does not say.
    """

    frames: int
    sample_rate: int
    stamp: Fraction

    @classmethod
    def read(cls, path: Path) -> DialogueFile:
        """What a file says of itself. Raises RequestError for one without audio."""
        source = _opened(path)
        return cls(source.frames, source.sample_rate, _stamp(source))


@dataclass(frozen=True)
class RecordedFile:
    """An audio file that a track plays; `stamp` is as a DialogueFile's.

    `says_its_start` and `is_plain` are an `AudioFile`'s.
    """

    content: ContentFile
    frames: int
    sample_rate: int
    channels: int
    stamp: Fraction
    says_its_start: bool
    is_plain: bool

    @classmethod
    def read(cls, path: Path, content_of: Callable[[Path], ContentFile]) -> RecordedFile:
        """What a file says of itself, with its content.

        Raises RequestError for one without audio, and for one that changes meanwhile.
        """
        before, source, content = state_of(path), _opened(path), content_of(path)
        if not before == content.state == state_of(path):
            raise RequestError(
                "changed while it was read", cure="wait until it is written", file=path
            )
        shape = source.frames, source.sample_rate, source.channels
        kind = source.says_its_start, source.is_plain
        return cls(content, *shape, _stamp(source), *kind)


def _opened(path: Path) -> AudioFile:
    source = AudioFile(path)
    if fault := no_audio(source):
        raise RequestError(*fault, file=path)
    return source


def _stamp(source: AudioFile) -> Fraction:
    try:
        found = read_header(source.path).metadata
    except NotWavError:
        return Fraction(0)  # other kinds of file have no bext
    return Fraction(found.time_reference, source.sample_rate) if found else Fraction(0)
