"""A long dialogue is listened to in a process of its own, while the music is listened to here."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from hostkit.audio.files.reader import open_audio
from hostkit.ducking.alignment import Layout
from hostkit.ducking.dialogue import HeardDialogue, HeardElsewhere, hear_dialogue
from hostkit.ducking.listening.stem import Clock, MusicStem
from hostkit.ducking.phrase import Phrase
from hostkit.ducking.settings import DuckSettings
from hostkit.jobs.executors import LocalExecutor
from hostkit.jobs.isolate import Report
from hostkit.render.ducked import Reporting

WORTH_A_PROCESS_SECONDS = 300
"""For less, starting one takes longer than listening; a reel of 20 minutes gains a fifth."""


@dataclass(frozen=True)
class DialogueToHear:
    """What is listened to, and what for."""

    path: Path
    name: str
    start_seconds: Fraction
    clock: Clock
    settings: DuckSettings
    phrases: tuple[Phrase, ...] | None


@contextmanager
def heard_beside(
    layout: Layout, settings: DuckSettings, phrases: Sequence[Phrase] | None
) -> Iterator[HeardElsewhere | None]:
    """Starts listening, and gives what waits for its end; None where it is not worth it."""
    stem = layout.dialogue.stem
    source = stem.source
    if source.frames < WORTH_A_PROCESS_SECONDS * source.sample_rate or os.cpu_count() == 1:
        yield None
        return
    listed = None if phrases is None else tuple(phrases)
    clock = Clock.of(layout.stems)
    file = DialogueToHear(source.path, stem.name, stem.start_seconds, clock, settings, listed)
    with LocalExecutor(workers=1) as executor:
        heard: Future[HeardDialogue] = executor.submit(hear_file, file, layout.dialogue.follow)
        yield heard.result


def hear_file(job: DialogueToHear, report: Report) -> HeardDialogue:
    """The task of that process. Raises as `hear_dialogue`."""
    source = Reporting(open_audio(job.path), report)
    stem = MusicStem(job.name, source, job.start_seconds)
    return hear_dialogue(stem, job.clock, job.settings, job.phrases)
