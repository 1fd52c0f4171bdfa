"""The way through, whole: session file → Session → Order → Plan → prints and stems → delivery.

`plan_delivery` and `make_delivery` are that list. Each step takes the frozen values before it and
gives the next; nothing flows back. What delivers is imported when the jobs have begun: on the
way to the first of them each import is waited for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from hostkit.delivery.before import Before, look_at
from hostkit.delivery.credited import credits_notes
from hostkit.delivery.folder.claimed import delivered_before
from hostkit.delivery.profiles.order import Order, order_of
from hostkit.delivery.profiles.requests import request_of
from hostkit.delivery.underway import Underway
from hostkit.delivery.writing.ahead import FilesAhead
from hostkit.delivery.writing.pre_roll import count_ins_cut_short
from hostkit.errors import InvalidInput
from hostkit.plan.arranging.ringing import Listen
from hostkit.plan.build import build_plan
from hostkit.plan.environment import Environment
from hostkit.plan.locked import drift_from_lock
from hostkit.plan.mixes.wanted import FULL_ONLY, MixRequest
from hostkit.plan.plan import Plan, SessionPlan
from hostkit.plan.reasons import Reasons
from hostkit.render.outcome import Outcome, Outcomes, Resources
from hostkit.render.production import Production
from hostkit.render.repeating import unrepeatable
from hostkit.render.ringing import listen
from hostkit.render.space import check_space, over_the_limit
from hostkit.session.load import LoadedSession, SessionText, session_in

if TYPE_CHECKING:  # nothing of them is called here
    from hostkit.delivery.certificate.certificate import Certificate
    from hostkit.delivery.manifest.manifest import Manifest
    from hostkit.jobs.following import InProgress


@dataclass(frozen=True)
class RenderRequest:
    """What is asked of a session: by which profile, which mixes, at what level.

    `names` are the mixes wanted besides the full one, None all of them. `trim_db` is added to
    every level. `locked` refuses a session that has drifted from its lock.
    """

    profile: str | None = None
    names: tuple[str, ...] | None = ()
    trim_db: float = 0.0
    locked: bool = False


@dataclass(frozen=True)
class PlannedDelivery:
    """What is to be delivered of a session, where to, and all that is to be made for it."""

    order: Order
    plan: SessionPlan
    folder: Path
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rendered:
    """A session that was rendered into `folder`; `written` are the audio files new in it."""

    order: Order
    folder: Path
    manifest: Manifest
    certificate: Certificate
    written: tuple[str, ...]
    tracks: tuple[Outcome, ...]
    """What became of each track, in all forms."""
    lost: tuple[str, ...] = ()
    """What the store lost or the disk damaged, and was made again."""
    altered: tuple[str, ...] = ()
    """Files of the delivery that were not as they are made, a sentence each."""
    gone: tuple[str, ...] = ()
    """Files of the delivery before that are no part of this one."""

    @property
    def files(self) -> tuple[Path, ...]:
        """Every file of the delivery but its manifest."""
        return tuple(self.folder / path for path in self.manifest.hashes)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What did not stop the render but is good to know."""
        return tuple(self.manifest.warnings)


def plan_delivery(
    session: Path,
    folder: Path,
    request: RenderRequest,
    environment: Environment,
    hear: Listen = listen,
) -> PlannedDelivery:
    """Session file → Session → Order → Plan: what `render --dry-run` does.

    Mixes that the folder holds already and the session still has are wanted again, so that a
    delivery never holds mixes of one day and stems of another.

    Raises InvalidInput with all problems, RequestError for a folder that is somebody else's.
    """
    loaded = load(session, environment)
    order = order_of(loaded, request.profile, request.trim_db)
    before = delivered_before(folder, order.loaded.name, order.profile_name)
    names = request.names
    if names is not None and before is not None:
        there = [name for name in before.mixes if name in order.session.mixes]
        names = tuple(dict.fromkeys((*names, *there)))
    plan = plan_order(order, environment, names, hear)
    drifted = drift_from_lock(loaded, environment, insist=request.locked)
    notes = (*drifted, *count_ins_cut_short(plan.whole, order), *credits_notes(plan, order))
    return PlannedDelivery(order, plan, folder, notes)


def make_delivery(
    planned: PlannedDelivery, resources: Resources, before: Before | None = None
) -> Rendered:
    """Plan → prints and stems → delivery. Raises RenderFailed, StorageError.

    `before` is what lay in the folder, where somebody looked at it already.
    """
    order, plan, folder = planned.order, planned.plan, planned.folder
    before = before or look_at(folder, order.loaded.path)
    reasons = before.manifest.reasons_at(order.gain) if before.manifest else Reasons()
    check_space(plan, resources.store, folder)
    if said := over_the_limit(plan, resources.store):
        resources.progress.finished("store", plan.session, said, "done")
    Underway(resources.progress).expect(plan, order, before.manifest)
    production = Production(resources)
    notes = (*planned.notes, *unrepeatable(plan.whole.tracks, resources))

    def begun(outcomes: Outcomes, in_progress: Mapping[str, InProgress]) -> None:
        ahead.begin(outcomes, in_progress)
        import hostkit.delivery.deliver  # noqa: F401  # beside the jobs, not when they have ended

    def delivered(outcomes: Outcomes) -> Rendered:
        from hostkit.delivery.deliver import deliver

        done = deliver(plan, order, outcomes, notes, folder, resources, before, ahead)
        altered = tuple(f"{path} was not as it was made; written again" for path in done.altered)
        return Rendered(
            order,
            folder,
            done.manifest,
            done.certificate,
            done.written,
            tuple(outcomes[track.fingerprint] for track in plan.tracks),
            production.lost,
            altered,
            done.gone,
        )

    with FilesAhead(plan, order, folder, resources) as ahead:
        return production.use(plan.session, plan.nodes, reasons, delivered, begun)


def load(path: Path, environment: Environment) -> LoadedSession:
    """Session file → Session. Raises InvalidInput with all problems, of the plan too."""
    text = SessionText.read(path)
    try:
        return session_in(text)
    except InvalidInput as error:
        from hostkit.plan.remaining import further_problems  # a session that is right needs none

        more = further_problems(text, environment)
        raise InvalidInput((*error.problems, *more)) from None


def order_session(
    path: Path, environment: Environment, profile: str | None = None, trim_db: float = 0.0
) -> Order:
    """Session file → Session → Order: by a profile, the session's own, or none.

    `trim_db` is added to the level of every stem and mix.

    Raises InvalidInput with all problems, also of what the profile needs and it lacks.
    """
    return order_of(load(path, environment), profile, trim_db)


def plan_order(
    order: Order,
    environment: Environment,
    names: tuple[str, ...] | None = (),
    hear: Listen = listen,
) -> SessionPlan:
    """Order → Plan, with the full mix and those of `names`; None are all there are.

    `hear` tells how long the music rings on where a form of fixed length is to end.
    Raises InvalidInput with all problems.
    """
    return build_plan(order.loaded, environment, request_of(order, names), hear)


def plan_session(
    path: Path,
    environment: Environment,
    request: MixRequest = FULL_ONLY,
    hear: Listen = listen,
) -> SessionPlan:
    """Session file → Session → Plan, without a profile. Raises InvalidInput with all problems."""
    return build_plan(load(path, environment), environment, request, hear)


def hearing_with(resources: Resources) -> Listen:
    """Listens for endings with what a render works with."""

    def hear(plan: Plan) -> Mapping[str, int]:
        return listen(plan, resources.executor, resources.store)

    return hear
