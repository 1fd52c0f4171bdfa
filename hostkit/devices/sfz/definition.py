"""What an SFZ is made of: regions and their samples, found and bounded before any is played."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from hostkit.audio.files.reader import AudioFile
from hostkit.devices.sfz.keyswitches import Keyswitches
from hostkit.devices.sfz.opcodes import (
    FILES_OF_EDITORS,
    HEADERS,
    RANDOM_GENERATORS,
    is_known,
    is_random,
)
from hostkit.devices.sfz.samples import LATE, cure_of_missing_sample, unplayable
from hostkit.devices.sfz.spelling import DiskSpelling
from hostkit.devices.sfz.switching import Switching
from hostkit.devices.sfz.text import (
    OUTSIDE,
    Header,
    Opcode,
    SfzText,
    Spot,
    is_one_value,
    read_text_of,
)
from hostkit.errors import Fault, InvalidInput, Problem, RequestError
from hostkit.ground.counted import counted
from hostkit.ground.named_file import LFS_POINTER, is_lfs_pointer
from hostkit.ground.places import is_inside

MAX_REGIONS = 100_000
MAX_MEMORY_BYTES = 4 * 10**9
SAID_FROM_BYTES = 500 * 10**6
"""From here on the memory that samples take is told."""
COPIES = 2
"""sfizz holds samples as 32-bit floats, and those that were played once more: 1.8 measured."""
FOR_SFIZZ = "<control> hint_ram_based=1 set_cc7=127"
"""All samples in memory, or two runs differ; volume up, where MIDI's default is 100."""

_OURS = frozenset({"sample", "default_path", "hint_ram_based", *FILES_OF_EDITORS})
_LEVELS = ("global", "master", "group", "region")


@dataclass(frozen=True)
class SfzDefinition:
    """An SFZ that can be played: every file it names is there, and audio.

    `text` is the whole of it for sfizz: no includes, no names, each region with its sample's
    path. `regions` are those that can sound. `files` are its text and what that includes, then
    `samples`, each once, in the order in which they are named. `sounds_at_release` says whether
    the end of a note starts anything. `memory_bytes` is what a job takes for the samples once all
    were played.
    """

    text: str
    regions: int
    files: tuple[Path, ...]
    samples: tuple[Path, ...]
    sample_bytes: int
    memory_bytes: int
    sounds_at_release: bool
    keyswitches: Keyswitches
    warnings: tuple[str, ...]


def read_sfz(path: Path, root: Path, *, to_the_end: bool = False) -> SfzDefinition:
    """Reads an SFZ, none of whose files may lie outside `root`.

    Where it has compressed samples, `to_the_end` looks whether they break off. Raises InvalidInput
    with every problem at its place: what is not there, not audio, or too much.
    """
    read = read_text_of(path, root)
    building = _Building(path, root, to_the_end=to_the_end)
    for header in read.headers:
        building.take(header)
    problems = (*read.problems, *building.problems)
    if more := building.missing[_SHOWN:]:
        message = f"{counted(len(more), 'sample')} from here on {_are(more)} not there either"
        problems += (more[0].problem(message),)
    if not problems and not building.regions:
        problems = (_without_regions(path, building.silent),)
    if problems:
        raise InvalidInput(problems)
    if building.memory_bytes > MAX_MEMORY_BYTES:
        raise RequestError(
            f"its samples take up to {_gigabytes(building.memory_bytes)} of memory, more than the "
            f"{_gigabytes(MAX_MEMORY_BYTES)} that an SFZ may have",
            cure="split it into several, one for each articulation that is played",
            file=path,
        )
    triggers = (opcode for opcode in _opcodes(read.headers) if opcode.name == "trigger")
    return SfzDefinition(
        text="\n".join([FOR_SFIZZ, *building.lines]) + "\n",
        regions=building.regions,
        files=read.files,
        samples=tuple(building.samples),
        sample_bytes=building.sample_bytes,
        memory_bytes=building.memory_bytes,
        sounds_at_release=any(opcode.value.startswith("release") for opcode in triggers),
        keyswitches=building.switching.found(),
        warnings=(*read.warnings, *_warnings(path.name, read, building)),
    )


def _without_regions(path: Path, silent: Sequence[Spot]) -> Problem:
    """What is wrong with an SFZ that has no region with a sample; others may be `silent`."""
    if silent:
        return silent[0].problem("no region names a sample", "write sample=FILE, without blanks")
    if is_lfs_pointer(path):
        return Problem(str(path), 0, 0, *LFS_POINTER)
    return Problem(str(path), 0, 0, "it has no region with a sample", "is it an SFZ?")


@dataclass
class _Building:
    """What was made of the headers so far."""

    path: Path
    root: Path
    lines: list[str] = field(default_factory=list)
    samples: dict[Path, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    silent: list[Spot] = field(default_factory=list)
    random: dict[str, None] = field(default_factory=dict)
    to_the_end: bool = False
    regions: int = 0
    missing: list[Spot] = field(default_factory=list)
    late: int = 0
    switching: Switching = field(default_factory=Switching)
    _default_path: str = ""
    _inherited: dict[str, tuple[Opcode, ...]] = field(default_factory=dict)
    _named: dict[str, str] = field(default_factory=dict)
    _spelling: DiskSpelling = field(default_factory=DiskSpelling)

    @property
    def sample_bytes(self) -> int:
        return sum(self.samples.values())

    @property
    def memory_bytes(self) -> int:
        """What a job needs for them once all were played."""
        return COPIES * self.sample_bytes

    def take(self, header: Header) -> None:
        """Takes the next header."""
        if header.name not in HEADERS:
            return
        if header.name == "control":
            paths = [op.value for op in header.opcodes if op.name == "default_path"]
            self._default_path = paths[-1].replace("\\", "/") if paths else ""
            self.switching.control(header.opcodes)
        kept = [op for op in header.opcodes if op.name not in _OURS]
        if header.name in _LEVELS:
            deeper = _LEVELS[_LEVELS.index(header.name) :]
            for level in deeper:
                self._inherited.pop(level, None)
            self._inherited[header.name] = header.opcodes
        if header.name == "region":
            kept = self._region(header, kept)
            if not kept:
                return
        self.random.update({op.name: None for op in kept if is_random(op.name, op.value)})
        self.lines.append(f"<{header.name}>")
        self.lines += (f"{op.name}={op.value}" for op in kept)

    def _region(self, header: Header, kept: list[Opcode]) -> list[Opcode]:
        """A region's own opcodes, its sample among them; none where it cannot sound."""
        effective: dict[str, Opcode] = {}
        for opcode in (op for level in _LEVELS for op in self._inherited.get(level, ())):
            effective.pop(opcode.name, None)  # so that they stand in the order in which they count
            effective[opcode.name] = opcode
        sample, end = effective.get("sample"), effective.get("end")
        if sample is None or not sample.value or (end is not None and end.value == "-1"):
            self.silent.append(header.spot)
            return []
        self.regions += 1
        if self.regions > MAX_REGIONS:
            if self.regions == MAX_REGIONS + 1:
                message = f"there are more than {MAX_REGIONS} regions"
                self._wrong(header.spot, message, "split it into several SFZs")
            return []
        self.switching.region(effective)
        if sample.value.startswith("*"):
            if sample.value in RANDOM_GENERATORS:
                self.random[f"sample={sample.value}"] = None
            return [*kept, sample]
        written = self._default_path + sample.value.replace("\\", "/")
        if written not in self._named:
            self._named[written] = self._found(written, sample)
        return [*kept, Opcode("sample", self._named[written], sample.spot)]

    def _found(self, written: str, sample: Opcode) -> str:
        """The path of a sample, for sfizz; '' after a problem.

        A slash before it is meant from the SFZ's folder, where no disk has such a path.
        """
        file = Path(os.path.normpath(self.path.parent / written))
        if written.startswith("/") and not file.exists():
            file = Path(os.path.normpath(self.path.parent / written.lstrip("/")))
        said = f"the sample {written!r}"
        try:
            if is_inside(self.root, file):
                file = self._spelling.of(file)
            if not is_inside(self.root, file):
                self._wrong(sample.spot, f"{said} lies outside {self.root.absolute()}", OUTSIDE)
                return ""
            file.stat()
            audio = AudioFile(file)
            if self.to_the_end:
                audio.check_end()
        except FileNotFoundError:
            self._missing(said, file, sample.spot)
            return ""
        except RequestError as error:
            self._wrong(sample.spot, *Fault(*error.problems[0].fault).of(said))
            return ""
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or error
            self._wrong(sample.spot, f"{said} cannot be read: {why}", "correct its name")
            return ""
        if fault := unplayable(audio):
            self._wrong(sample.spot, f"{said} {fault.message}", fault.cure)
            return ""
        self.samples[file] = audio.frames * audio.channels * 4
        self.late += audio.format == LATE
        path = file.absolute().as_posix()
        if not is_one_value(path) or "$" in path:
            self._wrong(sample.spot, f"sfizz cannot take the path {path!r}", "rename its folder")
        return path

    def _missing(self, said: str, file: Path, spot: Spot) -> None:
        """A sample that is not there; of a whole library that is not, the first are named."""
        self.missing.append(spot)
        if len(self.missing) <= _SHOWN:
            message, cure = f"{said} is not there", cure_of_missing_sample(file, self.path.parent)
            self._wrong(spot, message, cure)

    def _wrong(self, spot: Spot, message: str, cure: str) -> None:
        self.problems.append(spot.problem(message, cure))


def _warnings(name: str, read: SfzText, building: _Building) -> Iterator[str]:
    """What is good to know of it; each kind once."""
    headers = {header.name: header.spot for header in reversed(read.headers)}
    for header in [one for one in reversed(headers) if one not in HEADERS]:
        yield f"{headers[header]}: sfizz does not know <{header}>; it is left out"
    unknown = _first_of(read)
    if unknown:
        listed = ", ".join(f"{one} (line {spot.line})" for one, spot in unknown[:_SHOWN])
        more = f" and {len(unknown) - _SHOWN} more" if len(unknown) > _SHOWN else ""
        yield f"{name}: sfizz does not know, and leaves out: {listed}{more}"
    if building.silent:
        regions = counted(len(building.silent), "region")
        yield f"{building.silent[0]}: {regions} without a sample, or ended at once: never heard"
    if building.random:
        yield (
            f"{name} does not repeat: two renders differ by {', '.join(building.random)}; bounce "
            "it once and keep the file if it has to stay as it is"
        )
    if building.late:
        yield (
            f"{name}: {counted(building.late, 'sample')} in MP3 will sound up to 50 ms late; "
            "convert to WAV or FLAC"
        )
    if building.memory_bytes >= SAID_FROM_BYTES:
        needed = _gigabytes(building.memory_bytes)
        yield f"{name}: its samples take up to {needed} of memory in each job that plays it"


_SHOWN = 12


def _are(several: Sequence[object]) -> str:
    return "is" if len(several) == 1 else "are"


def _first_of(read: SfzText) -> list[tuple[str, Spot]]:
    """Unknown opcodes, each with the first place that it stands at."""
    known: dict[str, bool] = {}
    first: dict[str, Spot] = {}
    for opcode in _opcodes(read.headers):
        if opcode.name not in known:
            known[opcode.name] = is_known(opcode.name)
            if not known[opcode.name]:
                first[opcode.name] = opcode.spot
    return list(first.items())


def _opcodes(headers: Iterable[Header]) -> Iterator[Opcode]:
    for header in headers:
        if header.name in HEADERS and header.name != "effect":  # each kind has its own
            yield from header.opcodes


def _gigabytes(count: int) -> str:
    return f"{count / 1e9:.2g} GB"
