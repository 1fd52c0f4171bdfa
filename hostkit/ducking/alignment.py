"""Laying files beside one another: by hand, by their time stamps, or by their first samples."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from hostkit.audio.files.bwf import Bwf
from hostkit.audio.files.reader import no_audio, open_audio
from hostkit.audio.files.wav_reader import NotWavError, read_header
from hostkit.ducking.listening.stem import MusicStem
from hostkit.errors import BadValue, InvalidInput, Problem, RequestError
from hostkit.timebase.framerate import FrameRate
from hostkit.timebase.position import Position, Seconds, parse_position
from hostkit.timebase.timecode import TimecodeLabel, label_seconds


@dataclass(frozen=True)
class PlacedFile:
    """A file as a stem, and the metadata that came with it.

    `follow` is told how many frames have been read where another process reads the file.
    """

    stem: MusicStem
    metadata: Bwf | None
    follow: Callable[[int], None] = lambda _: None

    @property
    def path(self) -> Path:
        return self.stem.source.path


@dataclass(frozen=True)
class Layout:
    """Dialogue and music on one clock, and how they came to lie there."""

    dialogue: PlacedFile
    music: tuple[PlacedFile, ...]
    aligned_by: str
    warnings: tuple[str, ...] = ()

    @property
    def stems(self) -> tuple[MusicStem, ...]:
        return tuple(placed.stem for placed in self.music)


def lay_out(
    dialogue: Path,
    music: Sequence[Path],
    dialogue_at: str | None = None,
    frame_rate: str | None = None,
) -> Layout:
    """Opens the files and places them.

    Files that all carry a bext time stamp are placed by it; without one they start
    together. `dialogue_at` overrides where the dialogue starts: seconds from the start of
    the music (`12.5s`), or timecode, which needs music with time stamps and a frame rate
    (the music's own, from iXML, if none is given). Raises RequestError for files that
    cannot be read or placed.
    """
    _refuse_twins(music)
    speech, others = _opened(dialogue), [_opened(path) for path in music]
    stamps = [stamp for placed in others if (stamp := _stamp(placed)) is not None]
    stamped = len(stamps) == len(others) and any(stamps)
    if stamped:
        others = [_moved(placed, at) for placed, at in zip(others, stamps, strict=True)]
    start = min(placed.stem.start_seconds for placed in others)
    own = _stamp(speech)
    if dialogue_at is not None:
        at = _asked_for(dialogue_at, start, others if stamped else None, frame_rate)
        return Layout(_moved(speech, at), tuple(others), f"dialogue at {dialogue_at}")
    if stamped and own is not None:
        return Layout(_moved(speech, own), tuple(others), "time stamps (bext)")
    warnings = (_HALF_STAMPED,) if own or any(stamps) else ()
    return Layout(_moved(speech, start), tuple(others), "first samples", warnings)


_HALF_STAMPED = (
    "not every file carries a time stamp (bext), so dialogue and music are laid start to start; "
    "say where the dialogue belongs with --dialogue-at"
)


def _opened(path: Path) -> PlacedFile:
    try:
        metadata = read_header(path).metadata
    except NotWavError:
        metadata = None  # other kinds of file have no bext
    source = open_audio(path)
    if fault := no_audio(source):
        raise RequestError(*fault, file=path)
    return PlacedFile(MusicStem(path.stem, source), metadata)


def _stamp(placed: PlacedFile) -> Fraction | None:
    """Seconds since midnight of the first sample, for a file that says so."""
    if placed.metadata is None:
        return None
    return Fraction(placed.metadata.time_reference, placed.stem.source.sample_rate)


def _moved(placed: PlacedFile, start_seconds: Fraction) -> PlacedFile:
    return replace(placed, stem=replace(placed.stem, start_seconds=start_seconds))


def _asked_for(
    text: str, start: Fraction, stamped: Sequence[PlacedFile] | None, frame_rate: str | None
) -> Fraction:
    """The time that `--dialogue-at` names, on the clock the music is placed on."""
    try:
        position: Position = parse_position(text)
        if isinstance(position, Seconds):
            return start + position.value
        if not isinstance(position, TimecodeLabel):
            raise BadValue(
                f"{text} is a bar, and audio files have none", cure="write 12.5s or timecode"
            )
        if stamped is None:
            raise BadValue(
                f"{text} is timecode, and the music carries no time stamps (bext) to count from",
                cure="write seconds from the start of the music, as in 12.5s",
            )
        return label_seconds(position, _frame_rate(stamped, frame_rate))
    except BadValue as error:
        raise RequestError(*error.fault.of("--dialogue-at")) from None


def _frame_rate(stamped: Sequence[PlacedFile], asked: str | None) -> FrameRate:
    if asked is not None:
        return FrameRate.parse(asked)
    for placed in stamped:
        if placed.metadata and placed.metadata.frame_rate:
            return FrameRate(placed.metadata.frame_rate)
    raise BadValue(
        "timecode needs a frame rate, and no file names one", cure="add --frame-rate 23.976"
    )


def _refuse_twins(music: Sequence[Path]) -> None:
    """Files are told apart, and named in the output, by their names without the folder."""
    seen: dict[str, Path] = {}
    problems = []
    for path in music:
        name = path.stem.casefold()
        if name in seen:
            message, cure = (
                f"has the same name as {seen[name]}",
                "rename one, so that the outputs differ",
            )
            problems.append(Problem(str(path), 0, 0, message, cure))
        seen[name] = path
    if problems:
        raise InvalidInput(problems)
