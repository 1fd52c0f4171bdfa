"""What `render --solo`, `--mute`, `--from` and `--to` do: a quick listen to each session."""

from __future__ import annotations

import time
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from hostkit.batch import SessionProgress, SessionTask
from hostkit.cli.show.document import print_document, problem_objects
from hostkit.cli.show.length import length_in_words
from hostkit.cli.show.lines import tell, tell_error
from hostkit.cli.show.progress import showing
from hostkit.cli.work.plan import print_tracks, track_rows
from hostkit.cli.work.render import executor_for, store_for, tasks_of
from hostkit.errors import HostkitError, RequestError
from hostkit.ground.counted import counted
from hostkit.plan.environment import Environment
from hostkit.preview import Preview, PreviewRequest, make_preview, plan_preview
from hostkit.render.outcome import Resources

if TYPE_CHECKING:
    from pathlib import Path

    from hostkit.cli.take.options import RenderOptions

NOT_WITH = {
    "profile": "--profile",
    "mixes": "--mix",
    "twice": "--twice",
}
"""Options that are about deliveries, and how they are written."""


@dataclass(frozen=True)
class Listened:
    """What became of a session's quick listen: it was made, or `error` says why not."""

    session: Path
    preview: Preview | None
    error: HostkitError | None = None


def preview_all(sessions: list[Path], request: PreviewRequest, options: RenderOptions) -> int:
    """Makes a quick listen of each session, one after the other; returns the exit code.

    One that fails does not stop the others. Raises RequestError for options of deliveries.
    """
    if options.dry_run:
        return preview_plans(sessions, request, options)
    _refuse_options_of_deliveries(options)
    heard = []
    with ExitStack() as stack:
        store = stack.enter_context(store_for(options))
        executor, _ = stack.enter_context(executor_for(options, store))
        progress = stack.enter_context(showing(options.how, brief=options.quiet))
        tasks, environment = tasks_of(sessions, options), Environment(options.plugin_dirs)
        for task in tasks:
            resources = Resources(executor, store, progress)
            began = time.monotonic()
            heard.append(_hear(task, request, resources, environment, alone=len(tasks) == 1))
            with progress.aside():
                _tell(heard[-1], time.monotonic() - began, options)
        if not options.no_cache:
            store.prune()
        reports = [_report(each) for each in heard]
        code = _exit_code(heard)
        progress.result = {"exit_code": code, "sessions": reports}
    if options.json:
        print_document({"sessions": reports})
    return code


def preview_plans(sessions: list[Path], request: PreviewRequest, options: RenderOptions) -> int:
    """Tells what would be made for each, and its file; 0. Raises what would stop it."""
    _refuse_options_of_deliveries(options)
    environment, documents = Environment(options.plugin_dirs), []
    for task in tasks_of(sessions, options):
        each = plan_preview(task.session, request, task.folder, environment)
        rows = track_rows(each.plan, task.folder)
        documents.append({"file": str(each.path), "tracks": rows})
        if not options.json:
            print_tracks(rows, quiet=options.quiet)
            length = length_in_words(each.plan.whole, each.stretch.start, each.stretch.end)
            tell(f"{each.path}: would be written, {length}")
    if options.json:
        print_document({"sessions": documents})
    return 0


def _refuse_options_of_deliveries(options: RenderOptions) -> None:
    if used := [name for key, name in NOT_WITH.items() if getattr(options, key)]:
        raise RequestError(
            f"{used[0]} is about what is delivered, and a quick listen is not",
            cure=("leave it out, or leave --solo, --mute, --from and --to out"),
        )


def _hear(
    task: SessionTask,
    request: PreviewRequest,
    resources: Resources,
    environment: Environment,
    *,
    alone: bool,
) -> Listened:
    try:
        planned = plan_preview(task.session, request, task.folder, environment)
        name = "" if alone else planned.plan.session
        view = SessionProgress(resources.progress, name, planned.plan.sample_rate)
        return Listened(task.session, make_preview(planned, replace(resources, progress=view)))
    except HostkitError as error:
        return Listened(task.session, None, error)


def _tell(heard: Listened, seconds: float, options: RenderOptions) -> None:
    """Where it lies, how long it is and how long it took."""
    if heard.preview is None:
        tell_error(str(heard.error))
        return
    if options.json:
        return
    preview = heard.preview
    for text in preview.warnings:
        tell(f"  warning: {text}")
    clipping, level = preview.written.clipping, preview.written.measures.loudness
    if clipping.samples:
        trim_db = round(options.trim_db - clipping.lower_db, 2)
        cure = f"lower by {clipping.lower_db:g} dB: --trim {trim_db:g}"
        tell(f"  warning: {counted(clipping.samples, 'sample')} clipped; {cure}")
    tell(
        f"{preview.path}: {preview.seconds:.1f} s, {level.integrated_lufs:.1f} LUFS, "
        f"{level.true_peak_dbtp:.1f} dBTP, done in {seconds:.1f} s"
    )


def _report(heard: Listened) -> dict[str, Any]:
    """What --json says of it."""
    session, preview = str(heard.session), heard.preview
    if preview is None:
        problems = problem_objects(heard.error)
        return {"session": session, "status": "failed", "problems": problems}
    loudness = preview.written.measures.loudness
    return {
        "session": session,
        "status": "done",
        "file": str(preview.path),
        "start_seconds": preview.start / preview.sample_rate,
        "seconds": preview.seconds,
        "sample_rate": preview.sample_rate,
        "integrated_lufs": _or_null(loudness.integrated_lufs),
        "true_peak_dbtp": _or_null(loudness.true_peak_dbtp),
        "clipped_samples": preview.written.clipping.samples,
        "warnings": list(preview.warnings),
    }


def _or_null(level: float) -> float | None:
    return level if abs(level) < float("inf") else None


def _exit_code(heard: list[Listened]) -> int:
    failed = [each.error.exit_code for each in heard if each.error is not None]
    return max(failed) if len(failed) == len(heard) else int(bool(failed))
