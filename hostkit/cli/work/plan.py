"""What `plan` does, and `render --dry-run`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hostkit.cli.show.document import print_document, problem_objects
from hostkit.cli.show.length import length_in_words, seconds_of
from hostkit.cli.show.lines import tell, tell_error
from hostkit.cli.show.summary import gone_in_words
from hostkit.cli.take.options import RenderOptions
from hostkit.delivery.board import Cell, board
from hostkit.delivery.manifest.manifest import Manifest
from hostkit.delivery.manifest.read import read_manifest
from hostkit.errors import HostkitError
from hostkit.ground.counted import counted
from hostkit.jobs.store import default_store
from hostkit.pipeline import order_session, plan_delivery, plan_order
from hostkit.plan.environment import Environment
from hostkit.plan.nodes.node import is_straight
from hostkit.plan.plan import Plan, SessionPlan
from hostkit.plan.reasons import Reasons


@dataclass(frozen=True)
class Planned:
    """A session's plan as `plan` shows it: a row for each track, its stems, files to write.

    Mixes that are wanted and cannot be made are `left_out`; `short` says that one is its own.
    """

    session: str
    folder: Path
    whole: Plan
    forms: tuple[Plan, ...]
    tracks: list[dict[str, Any]]
    stems: dict[str, tuple[str, ...]]
    files: tuple[Cell, ...]
    gone: tuple[str, ...]
    left_out: tuple[str, ...]
    short: bool
    hosted: dict[str, str]
    paced: dict[str, float]
    warnings: tuple[str, ...]

    @property
    def as_json(self) -> dict[str, Any]:
        return {
            "session": self.session,
            "folder": str(self.folder),
            "seconds": seconds_of(self.whole),
            "tracks": self.tracks,
            "forms": [
                {
                    "mixes": [mix.name for mix in plan.mixes],
                    "kind": plan.form.kind,
                    "sections": plan.form.sections,
                    "tempo_change_percent": plan.form.tempo_change_percent,
                    "seconds": seconds_of(plan),
                }
                for plan in self.forms
            ],
            "files": [{"path": cell.path, "reason": cell.reason} for cell in self.files],
            "gone": self.gone,
            "hosted": [f"{device}: {host}" for device, host in self.hosted.items()],
            "paced": [{"device": name, "seconds": least} for name, least in self.paced.items()],
            "left_out": self.left_out,
            "warnings": self.warnings,
        }


@dataclass(frozen=True)
class Unplanned:
    """One of several sessions, which cannot be planned; the others are shown."""

    session: str
    error: HostkitError

    @property
    def as_json(self) -> dict[str, Any]:
        return {"session": self.session, "problems": problem_objects(self.error)}


def show_plans(sessions: list[Path], options: RenderOptions) -> int:
    """Prints what a render would make, and why; `quiet` leaves out what is there.

    Returns what a render by this plan would exit with, as far as can be known.
    """
    environment = Environment(options.plugin_dirs)
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
            tell(f"{plan.session}:")
        _tell(plan, options)
    return code


def _tell(plan: Planned, options: RenderOptions) -> None:
    print_tracks(plan.tracks, quiet=options.quiet)
    if not options.quiet:
        for name, tracks in plan.stems.items():
            tell(f"stem {name}: {', '.join(tracks)}")
        for form in plan.forms:
            for mix in form.mixes:
                tell(f"mix {mix.name}: {form.form.in_words}; {length_in_words(form)}")
        for device, host in plan.hosted.items():
            tell(f"{device}: hosted by {host}")
        for device, least in plan.paced.items():
            tell(f"{device}: played in real time; takes {least:.1f} s or more")
        tell(f"length: {length_in_words(plan.whole)}")
    if options.dry_run or not options.quiet:
        files = counted(len(plan.files), "audio file")
        tell(f"{plan.folder}: {files} would be written")
        for cell in plan.files:
            tell(f"  {cell.path}: {cell.reason}")
        for text in gone_in_words(plan.gone, "would be"):
            tell(f"  {text}")
    for text in plan.left_out:
        tell(f"left out: {text}")
    for text in () if options.quiet else plan.warnings:
        tell(f"warning: {text}")


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
        tell(f"{row['track']}: {row['status']} ({row['reason']}); {devices}")


def _planned(
    session: Path, folder: Path, options: RenderOptions, environment: Environment
) -> Planned:
    if options.dry_run:
        planned = plan_delivery(session, folder, options.request, environment)
        order, plan = planned.order, planned.plan
    else:
        order = order_session(session, environment, options.profile, options.trim_db)
        plan = plan_order(order, environment, options.mixes)
    cells = board(plan, order, folder)
    return Planned(
        session=plan.session,
        folder=folder,
        whole=plan.whole,
        forms=plan.plans[1:],
        tracks=track_rows(plan, folder),
        stems={stem.name: tuple(stem.tracks) for stem in plan.whole.stems},
        files=tuple(cell for cell in cells if cell.state != "exists"),
        gone=_renamed(cells, read_manifest(folder)),
        left_out=tuple(f"mix {name}: {reason}" for name, reason in plan.lacking),
        short=any(name in order.session.mixes for name, _ in plan.lacking),
        hosted=plan.hosted,
        paced=plan.paced,
        warnings=plan.warnings,
    )


def _renamed(cells: Iterable[Cell], before: Manifest | None) -> tuple[str, ...]:
    """Files of the delivery before whose stem or mix has another path now."""
    now = {(cell.kind, cell.name): cell.path for cell in cells}
    entries = (
        (
            (kind, name, entry.file.path)
            for kind, part in (("stem", before.stems), ("mix", before.mixes))
            for name, entry in part.items()
        )
        if before
        else ()
    )
    return tuple(path for kind, name, path in entries if now.get((kind, name), path) != path)


def track_rows(plan: SessionPlan, folder: Path) -> list[dict[str, Any]]:
    """Each track's print, of all forms: whether the store has it, and why not.

    That goes by what lies in `folder`.
    """
    store, before = default_store(), read_manifest(folder)
    reasons = before.reasons if before else Reasons()
    rows = []
    for track in plan.tracks:
        if is_straight(track):  # stems read its takes: nothing of it is in the store
            cached = reasons.differs(track) is None
        else:
            cached = store.get(track.fingerprint) is not None
        reason = reasons.kept(track) if cached else reasons.made(track)
        rows.append(
            {
                "track": track.name,
                "status": "cached" if cached else "to render",
                "reason": reason,
                "devices": [*track.plan.signal],
                "events": track.plan.source.events,
                "seconds": track.plan.source.end / plan.sample_rate,
            }
        )
    return rows
