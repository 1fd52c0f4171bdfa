"""`hostkit preset level`."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hostkit.cli.commands.preset.capturing import commit_of, would
from hostkit.cli.commands.preset.chosen import All, chosen_presets, counted_presets, opened_studio
from hostkit.cli.show.lines import tell_error
from hostkit.cli.show.telling import How, counting_of
from hostkit.cli.take import parameters as take
from hostkit.cli.take.repeated import given
from hostkit.ground.counted import counted

if TYPE_CHECKING:
    from hostkit.audition.level import Levelled


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
    from hostkit.cli.show.document import tell_result

    chosen = chosen_presets(names, everything, family)
    if everything:
        chosen = _own_of(chosen, given(others))
    with (
        opened_studio(jobs, plugin_dir) as studio,
        counted_presets(chosen, counting_of(progress, silent=json or quiet)) as told,
    ):
        commit = commit_of(dry_run)
        results, failures = studio.level(chosen, target, told, given(others), commit=commit)
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
    tell_result({"presets": entries, "failures": failures}, lines, as_json=json)
    for failure in failures:
        tell_error(failure)
    raise typer.Exit(1 if failures else 0)


def _level_line(result: Levelled) -> str:
    if not math.isfinite(result.measured_lufs):
        return f"{result.loaded.name}: nothing is heard, so its gain_db stays {result.before_db:g}"
    held = ", held back by its peaks" if result.held_back else ""
    gain = f"gain_db {result.before_db:g} → {result.after_db:g}{held}"
    return f"{result.loaded.name}: {result.measured_lufs:.1f} LUFS, {gain}"


def _own_of(names: list[str], others: Sequence[Path]) -> list[str]:
    """Those of one's own libraries; the rest is counted."""
    from hostkit.library.folders import Libraries

    libraries = Libraries.around(Path.cwd())
    sealed = libraries.sealed(others)
    own = [name for name in names if libraries.find(name)[0].folder not in sealed]
    if rest := len(names) - len(own):
        tell_error(
            f"left as they are: {counted(rest, 'preset')} of libraries that are not yours "
            f"(--in {sealed[-1]} changes them)"
        )
    return own
