"""Making a page, step by step: look through, choose a size, read and encode, write."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from hostkit.audio.files.whole_file import whole_file
from hostkit.ground.clock import clock
from hostkit.ground.counted import counted
from hostkit.jobs.executors import Executor
from hostkit.listening.review.contents import contents
from hostkit.listening.review.page import Coded, page, segment_scripts
from hostkit.listening.review.reading import ReadSound, SoundJob, read_sound
from hostkit.listening.review.size import PageSize, choose_size
from hostkit.listening.review.sounds import PageSound, Programme, page_rate, programmes, sounds_of
from hostkit.listening.review.target import Target, put_apart
from hostkit.listening.review.versions import DeliveredVersion, read_versions


@dataclass(frozen=True)
class ReviewPlan:
    """What a page will hold, and how large it becomes at most."""

    versions: tuple[DeliveredVersion, ...]
    heard: tuple[Programme, ...]
    sample_rate: int
    size: PageSize

    @property
    def sounds(self) -> tuple[PageSound, ...]:
        return sounds_of(self.heard)

    @property
    def in_words(self) -> str:
        """What it will be, for who waits for it."""
        seconds = sum(sound.seconds for sound in self.sounds)
        kind = "a folder of at most" if self.size.apart else "at most"
        return (
            f"{kind} {self.size.megabytes:.1f} MB: {counted(len(self.sounds), 'sound')} of "
            f"{clock(round(seconds))} together, as MP3 of {self.size.bitrate_kbps} kbit/s"
        )

    @property
    def as_json(self) -> dict[str, Any]:
        """The same for programs."""
        return {
            "is_folder": self.size.apart,
            "most_bytes": round(self.size.megabytes * 1e6),
            "bitrate_kbps": self.size.bitrate_kbps,
            "sample_rate": self.sample_rate,
            "deliveries": [str(version.folder) for version in self.versions],
            "programmes": [one.name for one in self.heard],
            "sounds": [sound.entry.path for sound in self.sounds],
        }


@dataclass(frozen=True)
class ReviewPage:
    """A page as it was written: its sound is in it, or, `apart`, in the folder around it."""

    path: Path
    size_bytes: int
    apart: bool
    bitrate_kbps: int


@dataclass(frozen=True)
class PageProgress:
    """Who is told how it goes: of each file by name its frames, how far it is, that it is done."""

    expected: Callable[[str, float], None]
    moved: Callable[[str, float], None]
    done: Callable[[str], None]


def plan_review(folders: Sequence[Path], max_mb: float | None) -> ReviewPlan:
    """Looks through deliveries. Raises RequestError, InvalidInput."""
    versions = read_versions(folders)
    heard = programmes(versions)
    sounds = sounds_of(heard)
    rate = page_rate(sounds)
    return ReviewPlan(versions, heard, rate, choose_size(sounds, rate, max_mb))


def make_review(plan: ReviewPlan, target: Target, executor: Executor, follow: PageProgress) -> int:
    """Writes the page; gives its size in bytes, with the sound beside it.

    Raises RequestError for files that cannot be played, StorageError.
    """
    with tempfile.TemporaryDirectory(prefix="hostkit-review-") as room:
        read = _read(plan, Path(room), executor, follow)
        coded = [Coded(s.id, Path(room) / s.id, read[s.path].segments) for s in plan.sounds]
        told = contents(plan.versions, plan.heard, read, plan.sample_rate, plan.size)
        parts = page(told, coded, apart=plan.size.apart)
        if plan.size.apart:
            scripts = (one for sound in coded for one in segment_scripts(sound))
            return put_apart(target, parts, scripts)
        with whole_file(target.path) as file:
            return sum(file.write(part.encode()) for part in parts)


def _read(
    plan: ReviewPlan, room: Path, executor: Executor, follow: PageProgress
) -> Mapping[Path, ReadSound]:
    """Every sound encoded and every other mix measured, each file in a process of its own."""
    rate, kbps = plan.sample_rate, plan.size.bitrate_kbps
    jobs = {one.path: SoundJob(one.path, rate, kbps, None) for one in plan.heard if one.path}
    jobs |= {s.path: SoundJob(s.path, rate, kbps, room / s.id) for s in plan.sounds}
    seconds = {one.path: one.seconds for one in plan.heard if one.path}
    seconds |= {sound.path: sound.seconds for sound in plan.sounds}
    begun: dict[Path, Future[ReadSound]] = {}
    for path, job in jobs.items():
        follow.expected(path.name, seconds[path] * rate)
        begun[path] = executor.submit(read_sound, job, partial(follow.moved, path.name))
    read = {}
    for path, future in begun.items():
        read[path] = future.result()
        follow.done(path.name)
    return read
