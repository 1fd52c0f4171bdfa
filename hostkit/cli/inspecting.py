"""What `check`, `plan` and `schema` do."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import typer

from hostkit.batch import refuse_others
from hostkit.cli.saying import tell_error
from hostkit.cli.show.document import print_document, problem_objects
from hostkit.cli.take.options import RenderOptions
from hostkit.delivery.board import Cell, board, expected_frames
from hostkit.delivery.manifest import read_manifest
from hostkit.delivery.names.layout import wanted_files
from hostkit.errors import HostkitError, RequestError
from hostkit.jobs.store import default_store
from hostkit.pipeline import drift_from_lock, order_session, plan_order
from hostkit.plan.environment import Environment
from hostkit.plan.plan import SessionPlan
from hostkit.plan.reasons import Reasons
from hostkit.session.folder import session_files
from hostkit.session.suggest import did_you_mean


@dataclass(frozen=True)
class Checked:
    """What was found of a session: problems stop it, the rest is good to know."""

    session: Path
    error: HostkitError | None = None
    lacking: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    summary: str = ""
    short: bool = False

    @property
    def exit_code(self) -> int:
        return self.error.exit_code if self.error else int(self.short)


def check_all(
    paths: list[Path],
    profile: str | None,
    plugin_dirs: tuple[Path, ...],
    *,
    trim_db: float = 0.0,
    as_json: bool,
    quiet: bool = False,
) -> int:
    """Checks every session; 2 when anything is wrong with one."""
    environment = Environment(plugin_dirs)
    found = [_check(session, profile, environment, trim_db) for session in session_files(paths)]
    if as_json:
        reports = [
            {
                "session": str(checked.session),
                "problems": problem_objects(checked.error),
                "lacking": checked.lacking,
                "warnings": checked.warnings,
            }
            for checked in found
        ]
        print_document({"sessions": reports})
        return max((checked.exit_code for checked in found), default=0)
    for checked in found:
        if checked.error is not None:
            tell_error(str(checked.error))
        elif not quiet:
            typer.echo(f"{checked.session}: fine ({checked.summary})")
        for lack in checked.lacking:
            typer.echo(f"  lacks: {lack}")
        for note in () if quiet else checked.warnings:
            typer.echo(f"  note: {note}")
    return max((checked.exit_code for checked in found), default=0)


def _check(session: Path, profile: str | None, environment: Environment, trim_db: float) -> Checked:
    """Everything that can be known of a session, and of its delivery by a profile."""
    try:
        order = order_session(session, environment, profile, trim_db)
        plan = plan_order(order, environment, None)
        wanted_files(plan, order, expected_frames(plan, order, None))
    except HostkitError as error:
        return Checked(session, error)
    mixes = sum(len(form.mixes) for form in plan.plans)
    whole = plan.whole
    summary = f"{len(whole.tracks)} tracks, {len(whole.mixes[0].stems)} stems, {mixes} mixes"
    lacking = [f"mix {name}: {reason}" for name, reason in plan.lacking]
    short = any(name in order.session.mixes for name, _ in plan.lacking)
    if fault := order.stem_count_fault:
        lacking.insert(0, fault)
        short = True
    return Checked(session, None, tuple(lacking), plan.warnings, summary, short)


@dataclass(frozen=True)
class Planned:
    """A session's plan as `plan` shows it: a row for each track, its stems, files to write.

    `short` says that a mix of its own is left out.
    """

    session: str
    folder: Path
    tracks: list[dict[str, Any]]
    stems: dict[str, tuple[str, ...]]
    files: tuple[Cell, ...]
    short: bool

    @property
    def as_json(self) -> dict[str, Any]:
        return {
            "session": self.session,
            "folder": str(self.folder),
            "tracks": self.tracks,
            "files": [{"path": cell.path, "reason": cell.reason} for cell in self.files],
        }


@dataclass(frozen=True)
class Unplanned:
    """One of several sessions, which cannot be planned; the others are shown."""

    session: str
    error: HostkitError

    @property
    def as_json(self) -> dict[str, Any]:
        return {"session": self.session, "problems": problem_objects(self.error)}


def show_plans(paths: list[Path], options: RenderOptions) -> int:
    """Prints a line for each track: cached or to render, and why; `quiet` is of the latter.

    A dry run tells of files, too. Returns what a render by this plan would exit with, as far
    as can be known.
    """
    sessions, environment = session_files(paths), Environment(options.plugin_dirs)
    plans: list[Planned | Unplanned] = []
    for session in sessions:
        try:
            folder = options.folder_of(session, sessions)
            plans.append(_planned(session, folder, options, environment))
        except HostkitError as error:
            if len(sessions) == 1:
                raise
            plans.append(Unplanned(str(session), error))
    code = _exit_code(plans, dry_run=options.dry_run)
    if options.json:
        entries = [plan.as_json for plan in plans]
        print_document(entries[0] if len(entries) == 1 else {"sessions": entries})
        return code
    for plan in plans:
        if isinstance(plan, Unplanned):
            tell_error(str(plan.error))
            continue
        if len(plans) > 1:
            typer.echo(f"{plan.session}:")
        print_tracks(plan.tracks, quiet=options.quiet)
        for name, tracks in () if options.quiet else plan.stems.items():
            typer.echo(f"stem {name}: {', '.join(tracks)}")
        if options.dry_run:
            typer.echo(f"{plan.folder}: {len(plan.files)} audio files would be written")
            for cell in plan.files:
                typer.echo(f"  {cell.path}: {cell.reason}")
    return code


def _exit_code(plans: list[Planned | Unplanned], *, dry_run: bool) -> int:
    """As of the render: all failed, some failed, or a mix of their own is left out."""
    failed = [plan.error.exit_code for plan in plans if isinstance(plan, Unplanned)]
    if failed and len(failed) == len(plans):
        return max(failed)
    short = dry_run and any(isinstance(plan, Planned) and plan.short for plan in plans)
    return 1 if failed or short else 0


def print_tracks(rows: list[dict[str, Any]], *, quiet: bool) -> None:
    """A line for each track: cached or to render, and why; `quiet` is of the latter."""
    for row in rows:
        if quiet and row["status"] == "cached":
            continue
        devices = " → ".join(row["devices"])
        typer.echo(f"{row['track']}: {row['status']} ({row['reason']}); {devices}")


def _planned(
    session: Path, folder: Path, options: RenderOptions, environment: Environment
) -> Planned:
    order = order_session(session, environment, options.profile, options.trim_db)
    plan = plan_order(order, environment, options.mixes)
    if options.dry_run:
        refuse_others(folder, read_manifest(folder), order)
        drift_from_lock(order, environment, insist=options.locked)
    return Planned(
        plan.session,
        folder,
        track_rows(plan, folder),
        {stem.name: tuple(stem.tracks) for stem in plan.whole.stems},
        tuple(cell for cell in board(plan, order, folder) if cell.state != "exists"),
        any(name in order.session.mixes for name, _ in plan.lacking),
    )


def track_rows(plan: SessionPlan, folder: Path) -> list[dict[str, Any]]:
    """Each track's print: whether the store has it, and why not, by what lies in `folder`."""
    store, before = default_store(), read_manifest(folder)
    reasons = before.reasons if before else Reasons()
    rows = []
    for track in plan.whole.tracks:
        cached = store.get(track.fingerprint) is not None
        reason = reasons.kept(track) if cached else reasons.made(track)
        rows.append(
            {
                "track": track.name,
                "status": "cached" if cached else "to render",
                "reason": reason,
                "devices": [device.name for device in track.plan.devices],
                "events": track.plan.source.events,
                "seconds": track.plan.source.end / plan.sample_rate,
            }
        )
    return rows


def print_schema(kind: str) -> None:
    """Prints the schema of a kind of document. Raises RequestError for an unknown kind."""
    from hostkit.schemas.make import KINDS, schema_text

    if kind not in KINDS:
        raise RequestError(f"there is no schema {kind!r}{did_you_mean(kind, KINDS)}")
    typer.echo(schema_text(kind), nl=False)
