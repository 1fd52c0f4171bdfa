"""What `check` and `schema` do."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from hostkit.cli.show.document import print_document, problem_objects
from hostkit.cli.show.length import length_in_words, seconds_of
from hostkit.cli.show.lines import tell, tell_error
from hostkit.cli.show.table import print_table
from hostkit.cli.work.under_dialogue import (
    HEADS,
    densest,
    density_objects,
    density_rows,
    under_dialogue,
)
from hostkit.delivery.credited import credits_notes
from hostkit.delivery.names.layout import wanted_files
from hostkit.delivery.profiles.order import Order
from hostkit.delivery.writing.lengths import expected_frames
from hostkit.errors import HostkitError, QualityError, RequestError
from hostkit.ground.counted import counted
from hostkit.pipeline import order_session, plan_order
from hostkit.plan.density import UnderPhrase
from hostkit.plan.environment import Environment
from hostkit.plan.plan import SessionPlan


@dataclass(frozen=True)
class Checked:
    """What was found of a session: an error stops it, the rest does not.

    It `fails` where a mix of its own cannot be made, or a promise to a client be kept: the rest
    is delivered. Of what is `lacking` only a profile would make more.
    """

    session: Path
    error: HostkitError | None = None
    fails: tuple[str, ...] = ()
    lacking: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    summary: str = ""
    seconds: float | None = None
    tracks: int = 0
    under_dialogue: tuple[UnderPhrase, ...] = ()

    @property
    def exit_code(self) -> int:
        return self.error.exit_code if self.error else int(bool(self.fails))

    @property
    def as_json(self) -> dict[str, object]:
        return {
            "session": str(self.session),
            "seconds": self.seconds,
            "problems": problem_objects(self.error),
            "fails": self.fails,
            "lacking": (*self.fails, *self.lacking),
            "warnings": self.warnings,
            "under_dialogue": density_objects(self.under_dialogue),
        }


def check_all(
    sessions: list[Path],
    profile: str | None,
    plugin_dirs: tuple[Path, ...],
    *,
    trim_db: float = 0.0,
    as_json: bool,
    quiet: bool = False,
) -> int:
    """Checks every session; 2 when anything is wrong with one, 1 when one falls short."""
    environment = Environment(plugin_dirs, reads_takes=True)
    found = [_check(session, profile, environment, trim_db) for session in sessions]
    if as_json:
        print_document({"sessions": [checked.as_json for checked in found]})
    else:
        for checked in found:
            _tell(checked, quiet=quiet)
    return max((checked.exit_code for checked in found), default=0)


def _tell(checked: Checked, *, quiet: bool) -> None:
    if checked.error is not None:
        tell_error(str(checked.error))
    elif checked.fails or not quiet:
        verdict = "falls short" if checked.fails else "fine"
        tell(f"{checked.session}: {verdict} ({checked.summary})")
    for text in checked.fails:
        tell(f"  fails: {text}")
    for text in checked.lacking:
        tell(f"  lacks: {text}")
    for text in () if quiet else checked.warnings:
        tell(f"  warning: {text}")
    if checked.under_dialogue and not quiet:
        tell(f"  under dialogue, by the notes: {densest(checked.under_dialogue)}")
        print_table(
            HEADS, density_rows(checked.under_dialogue, checked.tracks), numbers=("tracks",)
        )


def _check(session: Path, profile: str | None, environment: Environment, trim_db: float) -> Checked:
    """Everything that can be known of a session, and of its delivery by a profile."""
    try:
        order = order_session(session, environment, profile, trim_db)
        plan = plan_order(order, environment, None)
        frames = expected_frames(plan, order, None)
        wanted_files(plan, order, frames)
        under, untold = _under_dialogue(plan, order, frames[plan.whole.form.name])
    except HostkitError as error:
        return Checked(session, error)
    own = order.session.mixes
    fails = tuple(f"mix {name}: {why}" for name, why in plan.lacking if name in own)
    lacking = tuple(f"mix {name}: {why}" for name, why in plan.lacking if name not in own)
    if fault := order.stem_count_fault:
        fails = (str(fault), *fails)
    whole = plan.whole
    parts = (
        length_in_words(whole),
        counted(len({name for node in whole.tracks for name in node.tracks}), "track"),
        counted(len(whole.mixes[0].stems), "stem"),
        counted(sum(len(form.mixes) for form in plan.plans), "mix"),
    )
    return Checked(
        session,
        fails=fails,
        lacking=lacking,
        warnings=(*plan.warnings, *credits_notes(plan, order), *untold),
        summary=", ".join(parts),
        seconds=seconds_of(whole),
        tracks=len(whole.tracks),
        under_dialogue=under,
    )


def _under_dialogue(
    plan: SessionPlan, order: Order, frames: int
) -> tuple[tuple[UnderPhrase, ...], tuple[str, ...]]:
    """The music under each phrase, and a warning where there is no telling.

    Where a mix is ducked, that is an error: it could not be rendered either.
    """
    try:
        return under_dialogue(plan, order.session, frames), ()
    except (RequestError, QualityError) as error:
        if any(mix.curve for form in plan.plans for mix in form.mixes):
            raise
        return (), (str(error),)
