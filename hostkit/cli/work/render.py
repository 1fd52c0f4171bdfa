"""What `render` and `mixes` do with their sessions, and how they tell of it."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hostkit.batch import Batch, Result, SessionTask
from hostkit.cli.show.document import print_document, problem_objects
from hostkit.cli.show.lines import tell, tell_error
from hostkit.cli.show.progress import cached_line, showing
from hostkit.cli.show.summary import gone_in_words, print_summary, verdict_of, verdicts
from hostkit.cli.show.telling import done_line
from hostkit.cli.take.options import RenderOptions
from hostkit.delivery.snapshot import forget, request_of, write_snapshot
from hostkit.errors import RequestError
from hostkit.ground.counted import counted
from hostkit.ground.levels import SILENCE_DB
from hostkit.jobs.executors import LocalExecutor
from hostkit.jobs.store import Store, default_store, temporary_store
from hostkit.pipeline import Rendered
from hostkit.plan.environment import Environment
from hostkit.render.outcome import Resources

if TYPE_CHECKING:
    from hostkit.delivery.certificate.findings import Finding
    from hostkit.jobs.dask_executor import DaskExecutor


def render_all(sessions: list[Path], options: RenderOptions) -> int:
    """Renders all sessions through one pool; returns the exit code.

    A session that fails does not stop the others: 1 when some failed and some did not,
    else what they failed with.
    """
    began_ns = time.time_ns()
    tasks = tasks_of(sessions, options)
    results: dict[Path, Result] = {}
    with ExitStack() as stack:
        store = stack.enter_context(store_for(options))
        executor, workers = stack.enter_context(executor_for(options, store))
        progress = stack.enter_context(showing(options.how, brief=options.quiet))
        batch = Batch(
            resources=Resources(executor, store, progress, options.twice, follow=len(tasks) == 1),
            environment=Environment(options.plugin_dirs),
            at_once=workers + 1,
            request=options.request,
        )
        for result in batch.run(tasks):
            results[result.task.session] = result
            if result.error is None and not (options.no_cache or options.profile):
                _leave_snapshot(result, batch, options, began_ns)
            with progress.aside():
                _tell(result, len(results), len(tasks), options)
        if not options.no_cache:
            store.prune()
        ordered = [results[task.session] for task in tasks]
        code = _exit_code(ordered)
        reports = [_report(result, bare=True) for result in ordered]
        progress.result = {"exit_code": code, "sessions": reports}
    if options.json:
        print_document({"sessions": [_report(result) for result in ordered]})
    elif options.table:
        print_summary(ordered)
    if not options.json and any(result.rendered for result in ordered):
        tell(_last_line(ordered, (time.time_ns() - began_ns) / 1e9))
    return code


def _last_line(results: list[Result], seconds: float) -> str:
    """Where it is, how long it took, and what its certificate says unless all is well."""
    folders = [str(result.rendered.folder) for result in results if result.rendered]
    where = folders[0] if len(folders) == 1 else f"{os.path.commonpath(folders)} and below"
    return done_line(where, seconds) + verdicts(results)


def tasks_of(sessions: list[Path], options: RenderOptions) -> list[SessionTask]:
    """Each session with its folder. Raises RequestError where two would share one."""
    tasks: dict[str, SessionTask] = {}
    for session in dict.fromkeys(sessions):
        if options.scheduler:
            session = session.absolute()  # workers are in other folders
        task = SessionTask(session, options.folder_of(session, sessions))
        taken = tasks.setdefault(str(task.folder.absolute()).casefold(), task)
        if taken is not task:
            raise RequestError(
                f"{taken.session} and {session} would both be delivered to {task.folder}",
                cure="rename one, or render them one by one with -o",
            )
    return list(tasks.values())


def store_for(options: RenderOptions) -> Any:
    if options.no_cache:
        return temporary_store()
    from contextlib import nullcontext

    store = default_store()
    return nullcontext(Store(store.root.absolute(), store.limit_bytes / 1e9))


def executor_for(options: RenderOptions, store: Store) -> Any:
    """The executor and how many jobs it does at once, as a context manager."""
    from contextlib import contextmanager

    @contextmanager
    def opened() -> Iterator[tuple[LocalExecutor | DaskExecutor, int]]:
        if options.scheduler is None:
            workers = options.jobs or os.cpu_count() or 1
            with LocalExecutor(workers, options.timeout_seconds, options.memory_bytes) as local:
                yield local, workers
            return
        from hostkit.jobs.dask_executor import DaskExecutor

        with DaskExecutor(options.scheduler, store.root, options.timeout_seconds) as remote:
            yield remote, options.jobs or remote.workers

    return opened()


def _leave_snapshot(result: Result, batch: Batch, options: RenderOptions, began_ns: int) -> None:
    """So that the next run need not look, while nothing changes."""
    rendered = result.rendered
    if rendered is None or options.mixes is None or rendered.order.profile_name is not None:
        return
    request = request_of(
        result.task.session,
        rendered.folder,
        options.mixes,
        options.plugin_dirs,
        options.trim_db,
    )
    if _falls_short(rendered):
        forget(rendered.folder, request)
        return
    manifest = rendered.manifest.unchanged()
    as_next = replace(rendered, written=(), lost=(), altered=(), gone=())
    write_snapshot(
        rendered.folder,
        request,
        {*rendered.order.files, *batch.environment.seen},
        {rendered.folder / path: known for path, known in rendered.manifest.hashes.items()},
        {
            "manifest": manifest.text,
            "report": _report(replace(result, rendered=as_next), bare=True),
            "progress": [cached_line(name) for name in manifest.tracks],
            "lines": _lines(as_next),
            "verdict": verdicts([result]),
        },
        began_ns,
    )


def _failures(rendered: Rendered) -> list[Finding]:
    """What makes the certificate, and so the render, fail."""
    return [found for found in rendered.certificate.findings if found.verdict == "fail"]


def _tell(result: Result, number: int, total: int, options: RenderOptions) -> None:
    """A finished session, in words; what failed goes to standard error."""
    if result.error is not None:
        tell_error(str(result.error))
        return
    assert result.rendered is not None
    for finding in _failures(result.rendered):
        where = result.rendered.folder / finding.path
        tell_error(f"{where}: {finding.check}: {finding.text}")
    if options.json:
        return
    if options.table:
        certificate = result.rendered.certificate
        told = bool(_failures(result.rendered))  # what failed stands right above
        verdict = certificate.verdict if told else verdict_of(certificate)
        new = len(result.rendered.written)
        name = result.rendered.manifest.session
        tell_error(f"[{number}/{total}] {name}: {counted(new, 'new file')}, certificate: {verdict}")
        return
    tell("\n".join(_lines(result.rendered)))


def _exit_code(results: list[Result]) -> int:
    failed = [result.error.exit_code for result in results if result.error is not None]
    if failed and len(failed) == len(results):
        return max(failed)
    unproved = any(result.rendered and _falls_short(result.rendered) for result in results)
    return 1 if failed or unproved else 0


def _falls_short(rendered: Rendered) -> bool:
    """Whether something failed, or a mix that the session itself asks for was left out."""
    own = rendered.order.session.mixes
    return bool(_failures(rendered)) or any(name in own for name in rendered.manifest.left_out)


def _report(result: Result, *, bare: bool = False) -> dict[str, Any]:
    """What --json says of a session; `bare` without its manifest."""
    session = str(result.task.session)
    if result.error is not None or result.rendered is None:
        return {
            "session": session,
            "status": "failed",
            "error": str(result.error),
            "problems": problem_objects(result.error),
        }
    rendered = result.rendered
    return {
        **({} if bare else rendered.manifest.as_json()),
        "session": session,
        "status": "done",
        "folder": str(rendered.folder),
        "written": list(rendered.written),
        "rendered_again": list(rendered.lost),
        "written_again": list(rendered.altered),
        "gone": list(rendered.gone),
        "verdict": rendered.certificate.verdict,
    }


def _lines(rendered: Rendered) -> list[str]:
    from hostkit.delivery.certificate.findings import BY_ITSELF  # there since the certificate is

    manifest = rendered.manifest
    seconds = manifest.frames / manifest.sample_rate
    length = f"{seconds:.1f} s at {manifest.sample_rate} Hz"
    lines = [f"{manifest.session}: {length} in {rendered.folder}"]
    wide = max(28, *(len(entry.path) for entry in manifest.files))  # levels stand in a column
    for entry in manifest.files:
        loudness, lost = entry.measures.loudness, entry.clipping.samples
        level = f"{loudness.integrated_lufs:6.1f} LUFS {loudness.true_peak_dbtp:6.1f} dBTP"
        clipped = f"  {counted(lost, 'sample')} clipped" if lost else ""
        lines.append(f"  {entry.path:{wide}} {level}{clipped}")
    lines += [f"  {document.path}" for document in manifest.documents.values()]
    for name, mix in manifest.mixes.items():
        exact = mix.null_residual_dbfs == SILENCE_DB
        residual = "exactly" if exact else f"to {mix.null_residual_dbfs:.0f} dBFS"
        sum_of_stems = f"the sum of its stems {residual}"
        said = BY_ITSELF if manifest.is_by_itself(name) else sum_of_stems
        lines.append(f"  {name} is {said} ({mix.null})")
    for name, ducked in manifest.ducking.items():
        lines.append(f"  {name}: {ducked.in_words} ({ducked.documents['duck.svg'].path})")
    lines += [
        f"  warning: {text}" for text in (*manifest.warnings, *rendered.lost, *rendered.altered)
    ]
    lines += [f"  {text}" for text in gone_in_words(rendered.gone)]
    told = _failures(rendered)
    for finding in rendered.certificate.findings:
        if finding not in told:
            lines.append(f"  note: {finding.path}: {finding.text}")
    return lines
