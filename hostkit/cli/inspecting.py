"""What `check`, `plan` and `schema` do."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import typer

from hostkit.delivery.manifest import read_manifest
from hostkit.engine.store import default_store
from hostkit.errors import HostkitError, InvalidInput
from hostkit.pipeline import plan_session
from hostkit.plan.reasons import parts, why
from hostkit.plan.surroundings import Surroundings


def check_all(sessions: list[Path], plugin_dirs: tuple[Path, ...], *, as_json: bool) -> int:
    """Checks every session; 2 when anything is wrong with one."""
    surroundings = Surroundings(plugin_dirs)
    reports: list[dict[str, Any]] = []
    worst = 0
    for session in sessions:
        problems: list[str] = []
        try:
            plan = plan_session(session, surroundings)
            notes = list(plan.warnings)
            summary = f"{len(plan.whole.tracks)} tracks, {len(plan.whole.stems)} stems"
        except InvalidInput as error:
            problems, notes, summary = [str(problem) for problem in error.problems], [], ""
            worst = max(worst, error.exit_code)
        except HostkitError as error:
            problems, notes, summary = [str(error)], [], ""
            worst = max(worst, error.exit_code)
        reports.append({"session": str(session), "problems": problems, "warnings": notes})
        if not as_json:
            for problem in problems:
                typer.echo(problem, err=True)
            if not problems:
                typer.echo(f"{session}: fine ({summary})")
            for note in notes:
                typer.echo(f"  note: {note}")
    if as_json:
        typer.echo(json.dumps({"sessions": reports}, indent=2))
    return worst


def show_plan(
    session: Path, out: Path | None, plugin_dirs: tuple[Path, ...], *, as_json: bool
) -> None:
    """Prints a line for each track: cached or to render, and why."""
    plan = plan_session(session, Surroundings(plugin_dirs))
    store = default_store()
    before = read_manifest(out or session.parent / "renders" / session.stem)
    rows = []
    for track in plan.whole.tracks:
        known = before.tracks.get(track.name) if before else None
        cached = store.get(track.fingerprint) is not None
        reason = (
            "nothing it depends on changed"
            if cached
            else why(known.parts if known else None, parts(track.print))
        )
        rows.append(
            {
                "track": track.name,
                "status": "cached" if cached else "to render",
                "reason": reason,
                "devices": [device.name for device in track.devices],
                "events": len(track.print.events),
                "seconds": track.print.events.end / plan.sample_rate,
            }
        )
    if as_json:
        typer.echo(json.dumps({"session": plan.session, "tracks": rows}, indent=2))
        return
    for row in rows:
        devices = " → ".join(row["devices"])  # type: ignore[arg-type]  # a list of names
        typer.echo(f"{row['track']}: {row['status']} ({row['reason']}); {devices}")
    for stem in plan.whole.stems:
        typer.echo(f"stem {stem.name}: {', '.join(stem.tracks)}")


def print_schema() -> None:
    from hostkit.session.schema import session_schema

    typer.echo(json.dumps(session_schema(), indent=2))
