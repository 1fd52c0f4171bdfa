"""hostkit as calls: each takes files, does one job and returns one frozen value.

Paths are `str` or `Path`. What is wrong with a session raises `InvalidInput`, whose
`problems` have file, line, column, message and cure; all else that hostkit raises on purpose
is a `HostkitError`, too (`hostkit.errors`).
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Sequence
from functools import wraps
from pathlib import Path
from typing import ParamSpec, TypeAlias, TypeVar

from hostkit.audio.loudness.report import FileLoudness, measure_file
from hostkit.batch import Batch, Result, SessionProgress, SessionTask
from hostkit.delivery.certificate.certificate import Certificate
from hostkit.delivery.ducking.bundle import Extras, duck_files
from hostkit.delivery.ducking.ducked_folder import ducked_folder
from hostkit.delivery.ducking.report import DuckReport
from hostkit.delivery.folder.default import default_folder, folder_name
from hostkit.delivery.folder.inside import finish_around, music_files
from hostkit.delivery.verifying.verify import verify as verify_folder
from hostkit.ducking.alignment import lay_out
from hostkit.ducking.phrase_file import read_phrases
from hostkit.ducking.settings import DuckSettings
from hostkit.errors import HostkitError, InvalidInput, Problem, RequestError, WorkError
from hostkit.events import Event, Telling
from hostkit.jobs.executors import LocalExecutor
from hostkit.jobs.store import default_store
from hostkit.listening.review.make import PageProgress, ReviewPage, make_review, plan_review
from hostkit.listening.review.target import PAGE, choose_target
from hostkit.pipeline import Rendered, RenderRequest, order_session, plan_order
from hostkit.plan.environment import Environment
from hostkit.plan.plan import SessionPlan
from hostkit.preview import Preview, PreviewRequest, make_preview, plan_preview
from hostkit.render.outcome import Resources

File: TypeAlias = str | os.PathLike[str]

TIMEOUT_SECONDS = 60.0


_ARGUMENTS = {
    "--solo": "solo",
    "--mute": "mute",
    "--from": "start",
    "--to": "end",
    "--trim": "trim_db",
    "--profile": "profile",
    "--dialogue-at": "dialogue_at",
}
"""What an option of the command line is called as an argument of these calls."""
P = ParamSpec("P")
R = TypeVar("R")


def said_in_arguments(call: Callable[P, R]) -> Callable[P, R]:
    """A call whose errors speak of its arguments, where a command's speak of options."""

    @wraps(call)
    def calling(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return call(*args, **kwargs)
        except HostkitError as error:
            error.reword(
                lambda text: re.sub(
                    r"(?<![\w-])--[a-z-]+", lambda found: _ARGUMENTS.get(found[0], found[0]), text
                )
            )
            raise

    return calling


class BatchFailed(WorkError):
    """Some of several sessions failed: `errors` by session file; `rendered` are the others."""

    def __init__(self, rendered: tuple[Rendered, ...], errors: dict[Path, HostkitError]) -> None:
        self.rendered = rendered
        self.errors = errors
        self.say_all(error.fault for error in errors.values())


@said_in_arguments
def check(
    session: File,
    *,
    profile: str | None = None,
    trim_db: float = 0.0,
    plugin_dirs: Iterable[File] = (),
) -> tuple[Problem, ...]:
    """Everything that is wrong with a session, or lacks for a profile; empty when fine.

    Raises RequestError for a profile that is not there.
    """
    try:
        environment = Environment(_paths(plugin_dirs), reads_takes=True)
        plan_order(order_session(Path(session), environment, profile, trim_db), environment, None)
    except InvalidInput as error:
        return error.problems
    return ()


@said_in_arguments
def plan(
    session: File,
    *,
    mixes: Sequence[str] | None = None,
    profile: str | None = None,
    trim_db: float = 0.0,
    plugin_dirs: Iterable[File] = (),
) -> SessionPlan:
    """What would be rendered of a session, in samples; with all mixes, or those named.

    Raises InvalidInput with all problems, RequestError for a profile that is not there.
    """
    environment = Environment(_paths(plugin_dirs))
    order = order_session(Path(session), environment, profile, trim_db)
    return plan_order(order, environment, None if mixes is None else tuple(mixes))


@said_in_arguments
def render(
    session: File,
    out: File | None = None,
    mixes: Sequence[str] = (),
    profile: str | None = None,
    jobs: int | None = None,
    progress: Callable[[Event], None] | None = None,
    *,
    trim_db: float = 0.0,
    plugin_dirs: Iterable[File] = (),
    timeout_seconds: float = TIMEOUT_SECONDS,
) -> Rendered:
    """Renders a session's stems, its full mix and the `mixes` named, as `hostkit render` does.

    `out` is the delivery's folder, by default in renders/ beside the session. With a
    `profile` its mixes are made. `jobs` processes work at once, by default one for each
    core; a device that makes no progress for `timeout_seconds` is stopped. `trim_db` is added
    to the level of every stem and mix.

    Raises InvalidInput, RequestError, RenderFailed, StorageError.
    """
    path = Path(session)
    folder = default_folder(path, profile) if out is None else Path(out)
    names = None if profile and not mixes else tuple(mixes)
    (result,) = _run(
        [SessionTask(path, folder)],
        names,
        profile,
        trim_db,
        jobs,
        progress,
        plugin_dirs,
        timeout_seconds,
    )
    if result.error is not None:
        raise result.error
    assert result.rendered is not None
    return result.rendered


@said_in_arguments
def preview(
    session: File,
    *,
    solo: str | Sequence[str] = (),
    mute: str | Sequence[str] = (),
    start: str | None = None,
    end: str | None = None,
    out: File | None = None,
    jobs: int | None = None,
    progress: Callable[[Event], None] | None = None,
    trim_db: float = 0.0,
    plugin_dirs: Iterable[File] = (),
    timeout_seconds: float = TIMEOUT_SECONDS,
) -> Preview:
    """A quick listen, as `hostkit render --solo …` makes it: one file, beside the delivery.

    `solo` and `mute` name tracks, stems or tags. `start` and `end` are positions (`9|1`,
    `01:00:42:10`, `12.5s`), or names of sections and hits, which stand for where they begin.
    The file is in preview/ of `out`, by default the folder that `render` delivers to; the
    delivery stays as it is, and prints are shared with it.

    Raises InvalidInput, RequestError for names and positions that there are not, RenderFailed,
    StorageError.

    >>> import mido, tempfile
    >>> note = [mido.Message("note_on", note=69), mido.Message("note_off", note=69, time=960)]
    >>> text = "{hostkit: 1, midi: cue.mid, tracks: {flute: {instrument: {tone: {}}}}}"
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     mido.MidiFile(tracks=[mido.MidiTrack(note)]).save(f"{folder}/cue.mid")
    ...     cue = Path(folder, "cue.yaml")
    ...     heard = preview(cue, end="0.5s") if cue.write_text(text) else None
    >>> heard.path.name, heard.seconds
    ('cue - preview - all to 0.5s.wav', 0.5)
    """
    path = Path(session)
    folder = default_folder(path, None) if out is None else Path(out)
    request = PreviewRequest(_names(solo), _names(mute), start, end, trim_db=trim_db)
    planned = plan_preview(path, request, folder, Environment(_paths(plugin_dirs)))
    view = SessionProgress(_telling(progress), "", planned.plan.sample_rate)
    store = default_store()
    with LocalExecutor(jobs or os.cpu_count() or 1, timeout_seconds) as executor:
        heard = make_preview(planned, Resources(executor, store, view))
    store.prune()
    return heard


@said_in_arguments
def mixes(
    sessions: File | Iterable[File],
    out: File | None = None,
    profile: str | None = None,
    jobs: int | None = None,
    progress: Callable[[Event], None] | None = None,
    *,
    trim_db: float = 0.0,
    plugin_dirs: Iterable[File] = (),
    timeout_seconds: float = TIMEOUT_SECONDS,
) -> tuple[Rendered, ...]:
    """Renders the stems and every mix of all sessions through one pool, in their order.

    Each goes to a folder of its own in `out`, by default to renders/ beside its session.

    Raises BatchFailed once all are done, with those that could be rendered.
    """
    given = [sessions] if isinstance(sessions, (str, os.PathLike)) else list(sessions)
    paths = list(dict.fromkeys(Path(each) for each in given))
    tasks = [
        SessionTask(
            path, default_folder(path, profile) if out is None else Path(out) / folder_name(path)
        )
        for path in paths
    ]
    if len({str(task.folder.absolute()).casefold() for task in tasks}) < len(tasks):
        raise RequestError(
            "two sessions would be delivered to one folder", cure="rename one of them"
        )
    results = _run(tasks, None, profile, trim_db, jobs, progress, plugin_dirs, timeout_seconds)
    rendered = tuple(result.rendered for result in results if result.rendered is not None)
    errors = {r.task.session: r.error for r in results if r.error is not None}
    if errors:
        raise BatchFailed(rendered, errors)
    return rendered


@said_in_arguments
def duck(
    music: File | Iterable[File],
    dialogue: File,
    out: File | None = None,
    *,
    settings: DuckSettings | None = None,
    phrases: File | None = None,
    dialogue_at: str | None = None,
    frame_rate: str | None = None,
    intelligibility: bool = False,
) -> DuckReport:
    """Lowers music under dialogue to a target in LU; the inputs are only read.

    Several files of music move together; a folder stands for the audio in it, a delivery for
    the stems of its full mix. `out` is by default ducked/ beside the
    music, or beside the delivery that the music is in.
    `settings` say the target and how the music moves (12 LU unless told), `phrases` is a
    CSV file of phrases to use instead of looking for them; `dialogue_at` is where the
    dialogue starts: "12.5s" into the music, or timecode at `frame_rate`.

    Phrases that miss the target are no error: `report.result` has each of them. Raises
    RequestError for material that cannot be ducked, StorageError where it cannot be written.
    """
    given = [music] if isinstance(music, (str, os.PathLike)) else list(music)
    if not given:
        raise RequestError("there is no music to duck", cure="name a file of it")
    finish_around((Path(dialogue), *_paths(given)))
    files = music_files(_paths(given), Path(dialogue))
    layout = lay_out(Path(dialogue), files, dialogue_at, frame_rate)
    folder = ducked_folder(files[0]) if out is None else Path(out)
    spoken = read_phrases(Path(phrases)) if phrases is not None else None
    chosen = (settings or DuckSettings()).checked(place="hostkit.duck")
    return duck_files(layout, chosen, folder, spoken, Extras(intelligibility=intelligibility))


@said_in_arguments
def review(
    deliveries: File | Iterable[File],
    out: File | None = None,
    max_mb: float | None = None,
    jobs: int | None = None,
    progress: Callable[[Event], None] | None = None,
    *,
    force: bool = False,
) -> ReviewPage:
    """Writes one page of deliveries that plays offline, as `hostkit review` does.

    Several deliveries are versions that are heard against each other. `out` is the page, by
    default beside the first delivery and named after it. `max_mb` chooses the bitrate (about 25
    without, at 96 kbit/s or more); past it a folder is written, whose page `path` then is. With
    `force` a file that is no page of hostkit's is written over.

    Raises RequestError for a folder that is no delivery, has changed since it was made or has
    nothing to play, and for a place that is somebody else's; StorageError.
    """
    given = [deliveries] if isinstance(deliveries, (str, os.PathLike)) else list(deliveries)
    if not given:
        raise RequestError("there is no delivery to review", cure="name its folder")
    planned = plan_review(_paths(given), max_mb)
    apart, rate, tell = planned.size.apart, planned.sample_rate, _telling(progress).tell
    place = None if out is None else Path(out)
    target = choose_target(place, planned.versions[0].folder, apart=apart, force=force)
    follow = PageProgress(
        lambda name, frames: tell(Event("file", name, "expected", frames / rate)),
        lambda name, frames: tell(Event("file", name, "moving", frames / rate)),
        lambda name: tell(Event("file", name, "done")),
    )
    with LocalExecutor(jobs or os.cpu_count() or 1) as executor:
        size_bytes = make_review(planned, target, executor, follow)
    page = target.folder / PAGE if apart else target.path
    return ReviewPage(page, size_bytes, apart, planned.size.bitrate_kbps)


def verify(folder: File, jobs: int | None = None) -> Certificate:
    """Repeats every check on a delivered folder: `.verdict` is pass, warn or fail.

    Raises RequestError for a folder without audio.
    """
    with LocalExecutor(jobs or os.cpu_count() or 1) as executor:
        return verify_folder(Path(folder), executor)


def loudness(file: File) -> FileLoudness:
    """An audio file's loudness (LUFS, LU) and peaks (dBTP, dBFS) by BS.1770-4 and EBU R 128.

    Raises RequestError for a file that cannot be read.

    >>> import numpy, soundfile, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     soundfile.write(f"{folder}/a.wav", numpy.full((48000, 2), 0.5), 48000, "PCM_24")
    ...     loudness(f"{folder}/a.wav").loudness.sample_peak_dbfs
    -6.020599913279624
    """
    finish_around([Path(file)])
    return measure_file(Path(file))


def _run(
    tasks: list[SessionTask],
    names: tuple[str, ...] | None,
    profile: str | None,
    trim_db: float,
    jobs: int | None,
    progress: Callable[[Event], None] | None,
    plugin_dirs: Iterable[File],
    timeout_seconds: float,
) -> list[Result]:
    """What became of each task, in their order."""
    workers = jobs or os.cpu_count() or 1
    store = default_store()
    with LocalExecutor(workers, timeout_seconds) as executor:
        telling = _telling(progress)
        batch = Batch(
            resources=Resources(executor, store, telling, follow=len(tasks) == 1),
            environment=Environment(_paths(plugin_dirs)),
            at_once=workers + 1,
            request=RenderRequest(profile, names, trim_db),
        )
        done = {result.task: result for result in batch.run(tasks)}
    store.prune()
    return [done[task] for task in tasks]


def _telling(progress: Callable[[Event], None] | None) -> Telling:
    return Telling(progress or (lambda _event: None))


def _names(given: str | Sequence[str]) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else tuple(dict.fromkeys(given))


def _paths(given: Iterable[File]) -> tuple[Path, ...]:
    return tuple(Path(each) for each in given)
