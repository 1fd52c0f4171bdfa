"""What `check`, `plan` and `schema` do."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import typer

from hostkit.delivery.board import expected_frames
from hostkit.delivery.manifest import read_manifest
from hostkit.delivery.names.layout import wanted_files
from hostkit.engine.store import default_store
from hostkit.errors import HostkitError, InvalidInput
from hostkit.pipeline import order_session, plan_order, plan_session
from hostkit.plan.reasons import UNCHANGED, parts, why
from hostkit.plan.surroundings import Surroundings


@dataclass(frozen=True)
class Checked:
    """What was found of a session: problems stop it, the rest is good to know."""

    session: Path
    problems: tuple[str, ...] = ()
    lacking: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    summary: str = ""
    exit_code: int = 0


def check_all(
    sessions: list[Path], profile: str | None, plugin_dirs: tuple[Path, ...], *, as_json: bool
) -> int:
    """Checks every session; 2 when anything is wrong with one."""
    surroundings = Surroundings(plugin_dirs)
    found = [_check(session, profile, surroundings) for session in sessions]
    if as_json:
        reports = [
            {
                "session": str(checked.session),
                "problems": checked.problems,
                "lacking": checked.lacking,
                "warnings": checked.warnings,
            }
            for checked in found
        ]
        typer.echo(json.dumps({"sessions": reports}, indent=2))
        return max((checked.exit_code for checked in found), default=0)
    for checked in found:
        for problem in checked.problems:
            typer.echo(problem, err=True)
        if not checked.problems:
            typer.echo(f"{checked.session}: fine ({checked.summary})")
        for lack in checked.lacking:
            typer.echo(f"  lacks: {lack}")
        for note in checked.warnings:
            typer.echo(f"  note: {note}")
    return max((checked.exit_code for checked in found), default=0)


def _check(session: Path, profile: str | None, surroundings: Surroundings) -> Checked:
    """Everything that can be known of a session, and of its delivery by a profile."""
    try:
        order = order_session(session, surroundings, profile)
        plan = plan_order(order, surroundings, None)
        wanted_files(plan, order, expected_frames(plan, order, None))
    except InvalidInput as error:
        problems = tuple(str(problem) for problem in error.problems)
        return Checked(session, problems, exit_code=error.exit_code)
    except HostkitError as error:
        return Checked(session, (str(error),), exit_code=error.exit_code)
    mixes = sum(len(form.mixes) for form in plan.plans)
    whole = plan.whole
    summary = f"{len(whole.tracks)} tracks, {len(whole.mixes[0].stems)} stems, {mixes} mixes"
    lacking = [f"mix {name}: {reason}" for name, reason in plan.lacking]
    if note := order.stem_count_note:
        lacking.insert(0, note)
    return Checked(session, (), tuple(lacking), plan.warnings, summary)


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
        reason = UNCHANGED if cached else why(known.parts if known else None, parts(track.print))
        rows.append(
            {
                "track": track.name,
                "status": "cached" if cached else "to render",
                "reason": reason,
                "devices": [device.name for device in track.devices],
                "events": track.print.score.count,
                "seconds": track.print.score.end / plan.sample_rate,
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
