"""What `render` does with its sessions, and how it tells of it."""

from __future__ import annotations

import json
import os
import sys
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import typer

from hostkit.cli.progress import showing
from hostkit.engine.executors import LocalExecutor
from hostkit.engine.store import default_store, temporary_store
from hostkit.errors import GivenUp, HostkitError
from hostkit.mixing.production import Workshop
from hostkit.pipeline import Rendered, order_session, plan_order, render_session
from hostkit.plan.mixes import FULL_ONLY
from hostkit.plan.surroundings import Surroundings


@dataclass(frozen=True)
class RenderOptions:
    out: Path | None
    jobs: int | None
    no_cache: bool
    plugin_dirs: tuple[Path, ...]
    timeout_seconds: float
    json: bool
    profile: str | None = None


def render_all(sessions: list[Path], options: RenderOptions) -> int:
    """Renders each session in turn; the exit code is the worst of them. Raises GivenUp."""
    try:
        return _render_all(sessions, options)
    except KeyboardInterrupt:
        raise GivenUp from None


def _render_all(sessions: list[Path], options: RenderOptions) -> int:
    worst = 0
    reports: list[dict[str, Any]] = []
    surroundings = Surroundings(options.plugin_dirs)
    with ExitStack() as stack:
        workers = options.jobs or os.cpu_count() or 1
        executor = stack.enter_context(LocalExecutor(workers, options.timeout_seconds))
        store = stack.enter_context(temporary_store()) if options.no_cache else default_store()
        for session in sessions:
            try:
                order = order_session(session, options.profile)
                plan = plan_order(order, surroundings, FULL_ONLY)
                with showing(plan.sample_rate, quiet=options.json) as progress:
                    workshop = Workshop(executor, store, progress)
                    folder = _folder(session, sessions, options)
                    rendered = render_session(order, plan, folder, workshop)
                reports.append(_report(session, rendered))
                if not options.json:
                    _show(rendered)
            except HostkitError as error:
                worst = max(worst, error.exit_code)
                reports.append({"session": str(session), "error": str(error)})
                typer.echo(str(error), err=True)
        if not options.no_cache:
            store.prune()
    if options.json:
        json.dump({"sessions": reports}, sys.stdout, indent=2)
        print()
    return worst


def _folder(session: Path, sessions: list[Path], options: RenderOptions) -> Path:
    if options.out is None:
        return session.parent / "renders" / session.stem
    return options.out / session.stem if len(sessions) > 1 else options.out


def _report(session: Path, rendered: Rendered) -> dict[str, Any]:
    return {"session": str(session), "folder": str(rendered.folder), **rendered.manifest.as_json()}


def _show(rendered: Rendered) -> None:
    manifest = rendered.manifest
    seconds = manifest.frames / manifest.sample_rate
    print(f"{manifest.session}: {seconds:.1f} s at {manifest.sample_rate} Hz in {rendered.folder}")
    for entry in manifest.files:
        level = f"{entry.integrated_lufs:6.1f} LUFS {entry.true_peak_dbtp:6.1f} dBTP"
        clipped = f"  {entry.clipped_samples} samples clipped" if entry.clipped_samples else ""
        print(f"  {entry.path:28} {level}{clipped}")
    for name, mix in manifest.mixes.items():
        residual = (
            "exactly" if mix.null_residual_dbfs < -400 else f"to {mix.null_residual_dbfs:.0f} dBFS"
        )
        print(f"  {name} is the sum of its stems {residual} ({mix.null})")
    for warning in manifest.warnings:
        print(f"  note: {warning}")
