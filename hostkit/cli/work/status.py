"""What `status` does: the board of sessions and mixes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from hostkit.cli.show.document import print_document, problem_objects
from hostkit.cli.show.lines import tell, tell_error
from hostkit.cli.show.progress import showing
from hostkit.cli.show.table import print_table
from hostkit.cli.show.telling import How
from hostkit.delivery.board import Cell, board
from hostkit.delivery.folder.default import default_folder, folder_name
from hostkit.delivery.manifest import MANIFEST
from hostkit.delivery.manifest.read import read_manifest
from hostkit.errors import HostkitError
from hostkit.pipeline import order_session, plan_order
from hostkit.plan.environment import Environment

MARKS = {"exists": "✓", "stale": "stale", "missing": "–"}


@dataclass(frozen=True)
class BoardRow:
    """A session, its folder, its files and the trim they are held against, or what is wrong."""

    session: Path
    folder: Path
    cells: tuple[Cell, ...] = ()
    trim_db: float = 0.0
    error: HostkitError | None = None


def show_status(
    sessions: Sequence[Path],
    out: Path | None,
    profile: str | None,
    plugin_dirs: tuple[Path, ...],
    *,
    trim_db: float | None,
    as_json: bool,
    quiet: bool,
    how: How,
) -> int:
    """Prints the board, `quiet` only what is wrong with it; 2 when a session cannot be planned."""
    environment = Environment(plugin_dirs)
    with showing(how) as view:
        rows = [
            _row(session, len(sessions), out, profile, environment, trim_db)
            for session in view.each("session", sessions)
        ]
    if as_json:
        print_document({"sessions": [_as_json(row) for row in rows]})
    else:
        if not quiet:
            _print_board(rows)
        _print_reasons(rows)
    for row in rows:
        if row.error is not None:
            tell_error(str(row.error))
    return max((row.error.exit_code for row in rows if row.error), default=0)


def _row(
    session: Path,
    count: int,
    out: Path | None,
    profile: str | None,
    environment: Environment,
    trim_db: float | None,
) -> BoardRow:
    folder = default_folder(session, profile)
    if out is not None:
        own = out / folder_name(session)
        folder = own if count > 1 or (own / MANIFEST).is_file() else out
    try:
        before = read_manifest(folder)
        if trim_db is None:  # a delivery made with --trim is not stale for want of it here
            trim_db = before.gain.trim_db if before is not None else 0.0
        order = order_session(session, environment, profile, trim_db)
        plan = plan_order(order, environment, None)
        return BoardRow(session, folder, board(plan, order, folder), trim_db)
    except HostkitError as error:
        return BoardRow(session, folder, error=error)


def _print_board(rows: Sequence[BoardRow]) -> None:
    mixes = list(dict.fromkeys(c.name for row in rows for c in row.cells if c.kind == "mix"))
    lines = []
    for row in rows:
        states = {cell.name: MARKS[cell.state] for cell in row.cells if cell.kind == "mix"}
        cells = [states.get(mix, "") for mix in mixes]
        lines.append((row.session.stem, "cannot be read" if row.error else _stems(row), *cells))
    print_table(("session", "stems", *mixes), lines)


def _print_reasons(rows: Sequence[BoardRow]) -> None:
    for row in rows:
        for reason, names in _reasons(row).items():
            tell(f"{row.session.stem}: {', '.join(names)}: {reason}")
        if row.trim_db:
            tell(f"{row.session.stem}: held against --trim {row.trim_db:g}")
    counts = {s: sum(c.state == s for row in rows for c in row.cells) for s in MARKS}
    tell(", ".join(f"{number} {state}" for state, number in counts.items()))


def _stems(row: BoardRow) -> str:
    states = [cell.state for cell in row.cells if cell.kind == "stem"]
    return f"{states.count('exists')} of {len(states)}"


def _reasons(row: BoardRow) -> dict[str, list[str]]:
    """Why files are stale or missing, with the files of each reason together."""
    reasons: dict[str, list[str]] = {}
    for cell in row.cells:
        if cell.state != "exists":
            name = f"preview of {cell.name}" if cell.kind == "preview" else cell.name
            reasons.setdefault(f"{cell.state}, {cell.reason}", []).append(name)
    return reasons


def _as_json(row: BoardRow) -> dict[str, Any]:
    known: dict[str, Any] = {"session": str(row.session), "folder": str(row.folder)}
    if row.error is not None:
        return {**known, "error": str(row.error), "problems": problem_objects(row.error)}
    return {**known, "trim_db": row.trim_db, "files": [asdict(cell) for cell in row.cells]}
