"""`hostkit preset verify`."""

from __future__ import annotations

import typer

from hostkit.cli.commands.preset.chosen import known_presets, opened_studio, presets_of
from hostkit.cli.show.lines import tell, tell_error
from hostkit.cli.show.telling import How, counting_of
from hostkit.cli.take import parameters as take


def verify(
    names: take.PresetNames = None,
    jobs: take.Jobs = None,
    plugin_dir: take.PluginDirs = None,
    json: take.Json = False,
    quiet: take.Quiet = False,
    progress: take.Progress = How.AUTO,
) -> None:
    """Load and play presets (default: all) in worker processes, and report what is wrong."""
    from functools import partial

    from hostkit.audition.verify import verify as verified
    from hostkit.cli.show.document import print_document
    from hostkit.cli.show.progress import showing

    failed = 0
    entries = []
    chosen = known_presets(names) if names else presets_of(None)
    with (
        opened_studio(jobs, plugin_dir) as studio,
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
                        tell_error(f"{verdict.name}: {kind}: {message}")
                    for kind, message in () if quiet else verdict.notes:
                        tell(f"{verdict.name}: warning: {kind}: {message}")
    if json:
        print_document({"presets": entries})
    else:
        tell(f"{len(entries) - failed} of {len(entries)} presets are sound")
    raise typer.Exit(1 if failed else 0)
