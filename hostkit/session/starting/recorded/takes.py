"""What lies in a folder of stems or takes: its audio files, by their headers alone."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import takewhile
from pathlib import Path

from hostkit.audio.files.bwf import Bwf
from hostkit.audio.files.reader import no_audio, open_audio
from hostkit.audio.files.wav_reader import NotWavError, read_header
from hostkit.errors import BadValue, RequestError
from hostkit.ground.counted import counted
from hostkit.ground.places import real_path
from hostkit.session.model.session import MAX_TRACKS
from hostkit.timebase.framerate import FrameRate

SUFFIXES = frozenset(
    {
        ".wav",
        ".wave",
        ".bwf",
        ".rf64",
        ".w64",
        ".aif",
        ".aiff",
        ".aifc",
        ".caf",
        ".flac",
        ".mp3",
        ".ogg",
        ".oga",
        ".opus",
    }
)
_DAY = 86_400
_APART = " _-."
_SIDE = re.compile(r"(.+)[ _.-]([LR])", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True)
class Take:
    """An audio file; `name` is what tells it from those beside it.

    `stamp` is of its first sample, in seconds since midnight, `frame_rate` what it was recorded
    to; None where the file does not say. `side` is L or R where it is half of a stereo recording.
    """

    path: Path
    name: str
    frames: int
    sample_rate: int
    channels: int
    stamp: Fraction | None
    frame_rate: FrameRate | None
    drop_frame: bool
    side: str = ""


@dataclass(frozen=True)
class Takes:
    """The takes of a folder, by name, and what is to be said of files that are none."""

    folder: Path
    takes: tuple[Take, ...]
    left_out: tuple[str, ...]


def is_recording(path: Path) -> bool:
    """Whether a file is called as audio is; what a Mac leaves beside one (`._take.wav`) is not."""
    return path.suffix.lower() in SUFFIXES and not path.name.startswith(".")


def takes_in(folder: Path) -> Takes:
    """The recordings directly in a folder, in the order in which people count.

    Raises RequestError where there is none that can be read.
    """
    try:
        inside = sorted(folder.iterdir(), key=_as_counted)
        deeper = {path: found for path in inside if (found := _recordings_below(path))}
    except OSError as error:
        raise RequestError(
            f"cannot be read: {error.strerror}", cure="check its permissions", file=folder
        ) from None
    paths = [path for path in inside if is_recording(path) and path not in deeper]
    if len(paths) > MAX_TRACKS:
        raise RequestError(
            f"there are {len(paths)} audio files in this folder, and a session has at most "
            f"{MAX_TRACKS} tracks",
            cure="sort them into several folders",
            file=folder,
        )
    names = dict(zip(paths, _names([path.stem for path in paths]), strict=True))
    takes, left_out = list[Take](), list[str]()
    for path in paths:
        try:
            takes.append(_take(path, names[path], set(names.values())))
        except RequestError as error:
            left_out.append(f"{path.name} is left out: {error.problems[0].message}")
    if not takes:
        raise RequestError(*_nothing(left_out, deeper), file=folder)
    left_out += (
        f"the folder {path.name} in it is left out, with {counted(found, 'recording')}: name it by "
        "itself, or move them up"
        for path, found in deeper.items()
    )
    return Takes(folder, tuple(takes), tuple(left_out))


def _recordings_below(path: Path) -> int:
    """How many there are directly in a folder that lies beside recordings; of a file none."""
    if path.name.startswith(".") or not path.is_dir():
        return 0
    try:
        return sum(map(is_recording, path.iterdir()))
    except OSError:
        return 0  # it is not asked for


def _nothing(left_out: list[str], deeper: Mapping[Path, int]) -> tuple[str, str]:
    if left_out:
        return f"no audio in this folder can be read: {left_out[0]}", "export it again"
    for path in deeper:
        return (
            f"there is no audio in this folder, but in {path.name} in it",
            f"name that one: hostkit init {shlex.quote(str(path))}",
        )
    return (
        "there is no audio in this folder (WAV, AIFF, FLAC, MP3, Ogg)",
        "name a folder of stems or takes, a MIDI file, or a DAWproject or REAPER project",
    )


def _take(path: Path, name: str, names: set[str]) -> Take:
    if not real_path(path).is_relative_to(real_path(path.parent)):
        raise RequestError("it is a link out of the folder", file=path)
    source = open_audio(path)
    if fault := no_audio(source):
        raise RequestError(f"it {fault.message}", cure=fault.cure, file=path)
    found = _metadata(path)
    stamp = Fraction(found.time_reference, source.sample_rate) if found else None
    return Take(
        path=path,
        name=name,
        frames=source.frames,
        sample_rate=source.sample_rate,
        channels=source.channels,
        stamp=stamp if stamp and stamp < _DAY else None,  # who has no clock writes 0
        frame_rate=_frame_rate(found),
        drop_frame=bool(found and found.drop_frame),
        side=_side(name, source.channels, {one.casefold() for one in names}),
    )


def _metadata(path: Path) -> Bwf | None:
    try:
        return read_header(path).metadata
    except NotWavError:
        return None  # other kinds of file have no bext


def _frame_rate(found: Bwf | None) -> FrameRate | None:
    if found is None or found.frame_rate is None:
        return None
    for written in (found.frame_rate, f"{float(found.frame_rate):.3f}"):  # 23976/1000, too
        try:
            return FrameRate.parse(written)
        except BadValue:
            continue
    return None


def _side(name: str, channels: int, names: set[str]) -> str:
    """L or R of a mono file whose other side lies beside it."""
    match = _SIDE.fullmatch(name)
    if match is None or channels != 1:
        return ""
    side = match[2].upper()
    other = name[:-1] + ("R" if side == "L" else "L")
    return side if other.casefold() in names else ""


def _names(stems: list[str]) -> list[str]:
    """File names without what all of them begin with, which names the cue.

    >>> _names(["1m02_Bridge_Brass", "1m02_Bridge_Strings"]), _names(["kick", "kit"])
    (['Brass', 'Strings'], ['kick', 'kit'])
    """
    alike = takewhile(lambda letters: len(set(letters)) == 1, zip(*stems, strict=False))
    common = "".join(letters[0] for letters in alike) if len(stems) > 1 else ""
    words = 1 + max(common.rfind(apart) for apart in _APART)
    rests = [stem[words:] for stem in stems]
    telling = all(any(c.isalpha() for c in rest) and len(rest) > 1 for rest in rests)
    return rests if telling else stems


def _as_counted(path: Path) -> tuple[list[tuple[int, str]], str]:
    """Take 2 comes before Take 10, whatever the case."""
    parts = re.split(r"([0-9]{1,18})", path.name.casefold())
    return [(int(part), "") if part.isdecimal() else (0, part) for part in parts], path.name
