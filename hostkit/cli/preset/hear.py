"""`hostkit preset audition`, `compare`, `level` and `verify`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hostkit.cli.preset.capturing import commit_of, would
from hostkit.cli.saying import tell_error
from hostkit.cli.show.telling import How, counting_of, done_line, how_of
from hostkit.cli.take import completion
from hostkit.cli.take import parameters as take
from hostkit.counted import counted

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from hostkit.audition.compare import Comparison
    from hostkit.audition.level import Levelled
    from hostkit.audition.studio import Studio, Told

All = Annotated[bool, typer.Option("--all", help="Every preset there is.")]


def audition(
    names: take.PresetNames = None,
    everything: All = False,
    family: take.Family = None,
    out: take.OutFolder = Path("auditions"),
    jobs: take.Jobs = None,
    plugin_dir: take.PluginDirs = None,
    json: take.Json = False,
    quiet: take.Quiet = False,
    progress: take.Progress = How.AUTO,
) -> None:
    """Render a short phrase with each preset: a WAV, a picture, and for many a page."""
    import time

    from hostkit.audition.files import write_page
    from hostkit.cli.show.document import print_document

    began = time.monotonic()
    chosen = _chosen(names, everything, family)
    how = how_of(progress, as_json=json or quiet)
    with _studio(jobs, plugin_dir) as studio, _heard(chosen, how) as told:
        files, failures = studio.audition(chosen, out, told)
    page = write_page(files, out, failures) if everything or family else None
    if json:
        entries = [
            {
                "name": file.loaded.name,
                "path": str(file.audio),
                "picture": str(file.picture),
                "integrated_lufs": file.heard.loudness.integrated_lufs,
                "true_peak_dbtp": file.heard.loudness.true_peak_dbtp,
            }
            for file in files
        ]
        document = {"presets": entries, "page": str(page) if page else None, "failures": failures}
        print_document(document)
    else:
        for file in () if quiet else files:
            loud = file.heard.loudness
            levels = f"{loud.integrated_lufs:.1f} LUFS, {loud.true_peak_dbtp:.1f} dBTP"
            print(f"{file.audio}: {levels}")
        for failure in failures:
            tell_error(failure)
        if page:
            print(f"open {page} in a browser")
        if files:
            print(done_line(out, time.monotonic() - began))
    raise typer.Exit(1 if failures else 0)


def compare(
    first: Annotated[
        str, typer.Argument(metavar="NAME", help="A preset.", autocompletion=completion.presets)
    ],
    second: Annotated[
        str, typer.Argument(metavar="OTHER", help="Another.", autocompletion=completion.presets)
    ],
    plugin_dir: take.PluginDirs = None,
    json: take.Json = False,
) -> None:
    """Show what is set, and what is heard, otherwise in a second preset."""
    from hostkit.cli.show.document import print_document

    _known([first, second])
    with _studio(2, plugin_dir) as studio:
        result = studio.compare(first, second)
    if json:
        print_document({"first": first, "second": second, **result.as_json()})
    else:
        _print_comparison(second, result)


def _print_comparison(second: str, result: Comparison) -> None:
    for difference in result.settings:
        print(difference)
    if not result.settings:
        print("all is set alike")
    print(result.phrase)
    low, high = result.brightness_hz
    loudness = _apart(result.loudness_lu, "LU", "softer", "louder")
    peak = _apart(result.true_peak_db, "dB", "lower", "higher")
    print(f"{second} is {loudness}; its true peak is {peak}")
    print(f"the middle of the spectrum goes from {low:.0f} to {high:.0f} Hz")
    for hz, db in result.bands:
        bar = ("+" if db > 0 else "-") * min(round(abs(db)), 40)
        print(f"{hz:8.0f} Hz {db:+6.1f} dB {bar}".rstrip())


def _apart(amount: float, unit: str, less: str, more: str) -> str:
    """How far one is from another, in words.

    >>> _apart(-0.42, "LU", "softer", "louder"), _apart(0.04, "dB", "lower", "higher")
    ('0.4 LU softer', 'no dB higher or lower')
    """
    if not (shown := round(abs(amount), 1)):
        return f"no {unit} {more} or {less}"
    return f"{shown:.1f} {unit} {less if amount < 0 else more}"


def level(
    names: take.PresetNames = None,
    everything: All = False,
    family: take.Family = None,
    target: Annotated[
        float | None,
        typer.Option(
            "--target", metavar="LUFS", help="Default: −23 LUFS; inserts, as without them."
        ),
    ] = None,
    others: take.Libraries = None,
    jobs: take.Jobs = None,
    plugin_dir: take.PluginDirs = None,
    json: take.Json = False,
    quiet: take.Quiet = False,
    progress: take.Progress = How.AUTO,
    dry_run: take.DryRun = False,
) -> None:
    """Match presets in loudness, by the gain_db of their files (undo takes it back)."""
    from hostkit.cli.show.document import tell

    chosen = _chosen(names, everything, family)
    if everything:
        chosen = _own_of(chosen, others or ())
    with (
        _studio(jobs, plugin_dir) as studio,
        _heard(chosen, counting_of(progress, silent=json or quiet)) as told,
    ):
        commit = commit_of(dry_run)
        results, failures = studio.level(chosen, target, told, others or (), commit=commit)
    changed = sum(result.after_db != result.before_db for result in results)
    entries = [
        {
            "name": result.loaded.name,
            "measured_lufs": result.measured_lufs,
            "before_db": result.before_db,
            "after_db": result.after_db,
            "held_back": result.held_back,
        }
        for result in results
    ]
    lines = [] if quiet else [_level_line(result) for result in results]
    if results:
        lines += would(commit)
        verb = "would be changed" if dry_run else "changed"
        lines.append(f"{changed} of {len(chosen)} presets {verb}")
    tell({"presets": entries, "failures": failures}, lines, as_json=json)
    for failure in failures:
        tell_error(failure)
    raise typer.Exit(1 if failures else 0)


def _level_line(result: Levelled) -> str:
    held = ", held back by its peaks" if result.held_back else ""
    gain = f"gain_db {result.before_db:g} → {result.after_db:g}{held}"
    return f"{result.loaded.name}: {result.measured_lufs:.1f} LUFS, {gain}"


def _own_of(names: list[str], others: Sequence[Path]) -> list[str]:
    """Those of one's own libraries; the rest is counted."""
    import sys

    from hostkit.library.folders import Libraries

    libraries = Libraries.around(Path.cwd())
    sealed = libraries.sealed(others)
    own = [name for name in names if libraries.find(name)[0].folder not in sealed]
    if rest := len(names) - len(own):
        print(
            f"left as they are: {counted(rest, 'preset')} of libraries that are not yours "
            f"(--in {sealed[-1]} changes them)",
            file=sys.stderr,
        )
    return own


def verify(
    names: take.PresetNames = None,
    jobs: take.Jobs = None,
    plugin_dir: take.PluginDirs = None,
    json: take.Json = False,
    quiet: take.Quiet = False,
    progress: take.Progress = How.AUTO,
) -> None:
    """Load and play presets (default: all) in worker processes, and report what is wrong."""
    import sys
    from functools import partial

    from hostkit.audition.verify import verify as verified
    from hostkit.cli.show.document import print_document
    from hostkit.cli.show.progress import showing

    failed = 0
    entries = []
    chosen = _known(names) if names else _every(None)
    with (
        _studio(jobs, plugin_dir) as studio,
        showing(counting_of(progress, silent=json or quiet)) as view,
    ):
        for name in chosen:
            view.expected("preset", name, 1)
            view.moved("preset", name, 0)
        loads = [(name, partial(studio.load, name)) for name in chosen]
        for verdict in verified(loads, studio.folder, studio.environment, studio.executor):
            failed += not verdict.passed
            view.finished("preset", verdict.name)
            entries.append(
                {
                    "name": verdict.name,
                    "passed": verdict.passed,
                    "problems": [{"kind": k, "message": m} for k, m in verdict.problems],
                    "notes": [{"kind": k, "message": m} for k, m in verdict.notes],
                    "peak_dbfs": verdict.peak_dbfs if verdict.passed else None,
                }
            )
            if not json:
                with view.aside():
                    for kind, message in verdict.problems:
                        print(f"{verdict.name}: {kind}: {message}", file=sys.stderr)
                    for kind, message in () if quiet else verdict.notes:
                        print(f"{verdict.name}: note: {kind}: {message}")
    if json:
        print_document({"presets": entries})
    else:
        print(f"{len(entries) - failed} of {len(entries)} presets are sound")
    raise typer.Exit(1 if failed else 0)


def _studio(jobs: int | None, plugin_dir: list[Path] | None) -> AbstractContextManager[Studio]:
    import os

    from hostkit.audition.studio import open_studio
    from hostkit.jobs.store import default_store

    workers = jobs or os.cpu_count() or 1
    return open_studio(Path.cwd(), tuple(plugin_dir or ()), workers, default_store())


def _chosen(names: list[str] | None, everything: bool, family: str | None) -> list[str]:
    from hostkit.errors import RequestError

    if bool(names) == (everything or family is not None):
        raise RequestError("name presets, or give --family NAME or --all")
    return _known(names) if names else _every(family)


def _known(names: Sequence[str]) -> list[str]:
    """Each name once; one that no preset has is told before any work."""
    from hostkit.library.folders import Libraries

    Libraries.around(Path.cwd()).require(names)
    return list(dict.fromkeys(names))


def _every(family: str | None) -> list[str]:
    from hostkit.errors import RequestError
    from hostkit.library.finding.search import Query, search
    from hostkit.library.folders import Libraries

    found = search(Libraries.around(Path.cwd()), Query(family=family)).presets
    if not found:
        raise RequestError(
            f"there are no presets{f' of the family {family!r}' if family else ''}",
            cure="hostkit preset tree shows what there is",
        )
    return [preset.name for preset in found]


@contextmanager
def _heard(names: list[str], how: How) -> Iterator[Told]:
    """Counts presets as they are heard; what failed is told at the end."""
    from hostkit.cli.show.progress import showing

    with showing(how) as view:
        for name in names:
            view.expected("preset", name, 1)
            view.moved("preset", name, 0)

        def told(name: str, problem: str) -> None:
            became = ("not heard", "failed") if problem else ("heard", "done")
            view.finished("preset", name, *became)

        yield told
