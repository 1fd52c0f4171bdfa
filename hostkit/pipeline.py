"""The way through: session file → Session → Plan → prints → stems → mixes → delivery."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from pathlib import Path

from hostkit.delivery.certificate.certificate import Certificate
from hostkit.delivery.deliver import Before, deliver, look_at
from hostkit.delivery.manifest import Manifest, TrackEntry
from hostkit.delivery.profiles.order import Order, order_of
from hostkit.delivery.profiles.requests import request_of
from hostkit.delivery.underway import Underway
from hostkit.errors import Fault, InvalidInput, LostPrint, RequestError, WorkError
from hostkit.library.sessions.lock import drift, lock_path, read_lock
from hostkit.plan.build import build_plan
from hostkit.plan.environment import Environment
from hostkit.plan.mixes.wanted import FULL_ONLY, MixRequest
from hostkit.plan.plan import SessionPlan, TrackNode
from hostkit.plan.reasons import Reasons, parts
from hostkit.plan.remaining import further_problems
from hostkit.plan.ringing import Listen
from hostkit.render.outcome import Outcome, Resources
from hostkit.render.production import Production
from hostkit.render.repeating import unrepeatable_devices
from hostkit.render.ringing import listen
from hostkit.render.space import check_space, over_the_limit
from hostkit.session.load import LoadedSession, SessionText, session_in


@dataclass(frozen=True)
class Rendered:
    """A session that was rendered into `folder`; `written` are the audio files new in it."""

    order: Order
    folder: Path
    manifest: Manifest
    certificate: Certificate
    written: tuple[str, ...]
    lost: tuple[str, ...] = ()
    """What the store lost or the disk damaged, and was made again."""
    altered: tuple[str, ...] = ()
    """Files of the delivery that were not as they are made, a sentence each."""

    @property
    def files(self) -> tuple[Path, ...]:
        """Every file of the delivery but its manifest."""
        return tuple(self.folder / path for path in self.manifest.hashes)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What did not stop the render but is good to know."""
        return tuple(self.manifest.warnings)


class RenderFailed(WorkError):
    """Tracks or stems that failed; what could be done was done and kept."""

    def __init__(self, session: str, outcomes: tuple[Outcome, ...]) -> None:
        self.outcomes = outcomes
        names: dict[Fault, list[str]] = {}
        for outcome in outcomes:
            if outcome.fault is not None:
                names.setdefault(outcome.fault, []).append(outcome.name)
        named = {f"{session}: {', '.join(dict.fromkeys(n))}": why for why, n in names.items()}
        self.say_all(why.of(who) for who, why in named.items())


def plan_session(
    path: Path,
    environment: Environment,
    request: MixRequest = FULL_ONLY,
    hear: Listen = listen,
) -> SessionPlan:
    """Session file to plan: what `check` does. Raises InvalidInput with all problems."""
    return build_plan(load(path, environment), environment, request, hear)


def order_session(
    path: Path, environment: Environment, profile: str | None = None, trim_db: float = 0.0
) -> Order:
    """Session file to what is to be delivered of it, by a profile, its own, or none.

    `trim_db` is added to the level of every stem and mix.

    Raises InvalidInput with all problems, also of what the profile needs and it lacks.
    """
    return order_of(load(path, environment), profile, trim_db)


def load(path: Path, environment: Environment) -> LoadedSession:
    """Session file to session. Raises InvalidInput with all problems, of the plan too."""
    text = SessionText.read(path)
    try:
        return session_in(text)
    except InvalidInput as error:
        more = further_problems(text, environment)
        raise InvalidInput((*error.problems, *more)) from None


def plan_order(
    order: Order,
    environment: Environment,
    names: tuple[str, ...] | None = (),
    hear: Listen = listen,
) -> SessionPlan:
    """Order to plan, with the full mix and those of `names`; None are all there are.

    `hear` tells how long the music rings on where a form of fixed length is to end.
    Raises InvalidInput with all problems.
    """
    return build_plan(order.loaded, environment, request_of(order, names), hear)


def drift_from_lock(order: Order, environment: Environment, *, insist: bool) -> tuple[str, ...]:
    """What of a session differs from its lock (`hostkit lock`), a sentence each.

    Raises RequestError where it has drifted, or has no lock, and one insists on it.
    """
    session = order.loaded.path
    lock = read_lock(session)
    again = f"hostkit lock {shlex.quote(str(session))}"
    environment.seen.add(lock_path(session))
    if lock is None:
        if insist:
            raise RequestError(f"{session} has no lock to keep to", cure=f"{again} writes one")
        return ()
    drifted = tuple(drift(order.loaded, lock, environment))
    if drifted and insist:
        listed = [Fault(text).of(session) for text in drifted]
        raise RequestError.of([*listed, Fault(f"put it back, or lock it again: {again}")])
    return tuple(f"drifted from its lock: {text}" for text in drifted)


def render_session(
    order: Order,
    plan: SessionPlan,
    folder: Path,
    resources: Resources,
    notes: tuple[str, ...] = (),
) -> Rendered:
    """Plan to delivery; `notes` join its warnings. Raises RenderFailed, StorageError."""
    before = look_at(folder)
    nodes = {node.fingerprint: node for form in plan.plans for node in form.nodes}
    reasons = before.manifest.reasons_at(order.gain) if before.manifest else Reasons()
    check_space(plan, resources.store, folder)
    if said := over_the_limit(plan, resources.store):
        resources.progress.finished("store", plan.session, said, "done")
    Underway(resources.progress).expect(plan, order, before.manifest)
    production = Production(resources)
    again = _unrepeatable(plan, resources) if resources.twice else ()
    with resources.store.using(nodes):
        while True:
            production.make(nodes.values(), reasons)
            try:
                return _delivered(plan, order, production, (*notes, *again), folder, before)
            except LostPrint as loss:
                production.lose(loss)


def _delivered(
    plan: SessionPlan,
    order: Order,
    production: Production,
    notes: tuple[str, ...],
    folder: Path,
    before: Before,
) -> Rendered:
    """What was made to the folder. Raises RenderFailed, StorageError."""
    wanted = dict.fromkeys(node.fingerprint for form in plan.plans for node in form.nodes)
    outcomes = tuple(production.outcomes[fingerprint] for fingerprint in wanted)
    if any(outcome.print is None for outcome in outcomes):
        raise RenderFailed(plan.session, outcomes)
    entries = {
        track.name: _entry(track, production.outcomes[track.fingerprint])
        for track in plan.whole.tracks
    }
    made = {
        form.form.name: {
            stem.name: found
            for stem in form.stems
            if (found := production.print_of(stem.fingerprint)) is not None
        }
        for form in plan.plans
    }
    warnings = (*plan.warnings, *_device_warnings(outcomes), *notes)
    resources = production.resources
    done = deliver(plan, order, made, entries, warnings, folder, resources, before)
    return Rendered(
        order,
        folder,
        done.manifest,
        done.certificate,
        done.written,
        production.lost,
        tuple(f"{path} was not as it was made; written again" for path in done.altered),
    )


def _entry(track: TrackNode, outcome: Outcome) -> TrackEntry:
    seconds = outcome.print.seconds if outcome.print and outcome.status == "rendered" else 0.0
    device = " → ".join(device.name for device in track.plan.devices)
    return TrackEntry(outcome.status, outcome.reason, device, round(seconds, 3), parts(track.plan))


def _unrepeatable(plan: SessionPlan, resources: Resources) -> tuple[str, ...]:
    def moved(name: str, frames: int) -> None:
        resources.progress.moved("again", name, frames)

    found = unrepeatable_devices(plan.whole.tracks, resources.executor, moved)
    return tuple(
        f"{track}: {device} does not repeat: two renders of the same differ; bounce it once "
        "and keep the file if it has to stay as it is"
        for track, device in found.items()
    )


def _device_warnings(outcomes: tuple[Outcome, ...]) -> tuple[str, ...]:
    """What devices had to say, with the track or stem it is about."""
    said = [f"{o.name}: {text}" for o in outcomes if o.print for text in o.print.warnings]
    return tuple(dict.fromkeys(said))
