"""Making everything a plan asks for: each node as soon as what it needs is there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias, TypeVar

from hostkit.devices.spec import keys_of, memory_of
from hostkit.errors import HostkitError, LostPrint, StorageError
from hostkit.jobs.following import CAN_FOLLOW, InProgress
from hostkit.jobs.in_use import name_of_this
from hostkit.jobs.isolate import Cancelled
from hostkit.jobs.job import Job, NamedTask
from hostkit.jobs.prints import Print
from hostkit.plan.nodes.click import ClickPlan
from hostkit.plan.nodes.contents import contents_of
from hostkit.plan.nodes.ducking import CurvePlan, DuckedPlan
from hostkit.plan.nodes.node import (
    AnyNode,
    NodePlan,
    devices_of,
    is_straight,
    is_track,
)
from hostkit.plan.nodes.outputs import OutputsPlan
from hostkit.plan.nodes.prints import PrintPlan
from hostkit.plan.nodes.stems import MasteredPlan, MasterPlan, ResidualPlan, ResponsePlan, StemPlan
from hostkit.plan.reasons import Reasons, some
from hostkit.render.expected import expected_frames, most_work_first
from hostkit.render.losses import Losses
from hostkit.render.outcome import Outcome, Outcomes, RenderFailed, Resources, Status
from hostkit.render.running import BegunNode, Running

TASKS: dict[type[Any], NamedTask] = {
    PrintPlan: NamedTask("hostkit.render.track.printing:render_print"),
    OutputsPlan: NamedTask("hostkit.render.track.outputs:render_outputs"),
    StemPlan: NamedTask("hostkit.render.stem.stem:render_stem"),
    MasterPlan: NamedTask("hostkit.render.master.master:run_master"),
    ResponsePlan: NamedTask("hostkit.render.master.linear_part:estimate_response"),
    MasteredPlan: NamedTask("hostkit.render.master.master:master_stem"),
    ResidualPlan: NamedTask("hostkit.render.master.residual:make_residual"),
    CurvePlan: NamedTask("hostkit.render.ducked:make_curve"),
    DuckedPlan: NamedTask("hostkit.render.ducked:duck_stem"),
    ClickPlan: NamedTask("hostkit.render.click:make_click"),
}
"""What makes which plan. The process server imports these modules (`jobs.isolate.PRELOAD`)."""

Used = TypeVar("Used")
Ahead: TypeAlias = Callable[[Outcomes, Mapping[str, InProgress]], None]
"""Is told what is there, and what of the rest is being written, by fingerprint."""


@dataclass
class Production:
    """One session's nodes in the making; `outcomes` by fingerprint.

    What the store lost or the disk damaged is made again, and `lost` says so.
    """

    resources: Resources
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    _running: Running = field(default_factory=Running)
    _losses: Losses = field(init=False)
    _names: dict[str, list[str]] = field(default_factory=dict)
    """Of each fingerprint: tracks that sound alike share a print."""
    _told_of_memory: bool = False

    def __post_init__(self) -> None:
        self._losses = Losses(self.resources.store.root, self._name_of)

    def use(
        self,
        session: str,
        nodes: Iterable[AnyNode],
        reasons: Reasons,
        work: Callable[[Outcomes], Used],
        ahead: Ahead | None = None,
    ) -> Used:
        """Makes a session's nodes, and gives what `work` makes of them.

        `ahead` is called as soon as all are there or being made, where that can be followed.
        Nobody prunes them meanwhile, and what `work` finds lost is made again. Raises
        RenderFailed where some failed.
        """
        wanted = {node.fingerprint: node for node in nodes}
        with self.resources.store.using(wanted):
            while True:
                self.make(wanted.values(), reasons, ahead)
                outcomes = {fingerprint: self.outcomes[fingerprint] for fingerprint in wanted}
                if not all(outcome.is_there for outcome in outcomes.values()):
                    raise RenderFailed(session, tuple(outcomes.values()))
                try:
                    return work(outcomes)
                except LostPrint as loss:
                    self.lose(loss)

    def make(
        self,
        nodes: Iterable[AnyNode],
        reasons: Reasons,
        ahead: Ahead | None = None,
    ) -> None:
        """Fills `outcomes` where they lack; what is wanted twice is made once.

        Raises only when cancelled.
        """
        wanted: dict[str, AnyNode] = {}
        for node in nodes:
            wanted.setdefault(node.fingerprint, node)
            known = self._names.setdefault(node.fingerprint, [])
            if node.name not in known and (is_track(node) or not known):
                known.append(node.name)
        in_order = most_work_first(wanted.values())
        self._expect(wanted)
        try:
            while True:
                for follow in (False, True):
                    for node in in_order:
                        if not self._is_begun(node.fingerprint):
                            self._start(node, self._in_progress(node) if follow else {}, reasons)
                all_begun = all(map(self._is_begun, wanted))
                if all_begun and not self._running:
                    return
                if all_begun and self._can_follow and ahead is not None:
                    ahead(self.outcomes, self._all_in_progress())
                    ahead = None
                if not self._running:  # other sessions' jobs hold the memory
                    self.resources.memory.wait()
                else:
                    for future, begun in self._running.ended():
                        self._finish(future, begun)
        except BaseException:
            self.resources.executor.cancel()
            for begun in self._running.by_fingerprint.values():
                self._let_go(begun)
            raise

    @property
    def lost(self) -> tuple[str, ...]:
        """What was made again because the store lost it, a sentence each."""
        return self._losses.said

    def lose(self, loss: LostPrint) -> None:
        """Notes that something made or found is no more, so that `make` makes it again.

        Raises StorageError where that happens again and again.
        """
        if loss.fingerprint not in self._names:
            raise loss
        if self.outcomes.pop(loss.fingerprint, None) is None:
            return  # somebody else missed it first, and it is being made
        self._losses.check(loss)
        self._losses.note(loss)

    def _is_begun(self, fingerprint: str) -> bool:
        """Whether it is being made, or settled."""
        return fingerprint in self.outcomes or fingerprint in self._running.by_fingerprint

    def _found(self, fingerprint: str) -> Print | None:
        """What the store has; what is damaged there is noted as lost."""
        try:
            return self.resources.store.find(fingerprint)
        except LostPrint as loss:
            self._losses.note(loss)
            return None

    def _name_of(self, fingerprint: str) -> str:
        """What it is called, by all tracks that share it."""
        return some(self._names[fingerprint])

    def _expect(self, nodes: Mapping[str, AnyNode]) -> None:
        """Tells of all there is to make."""
        for fingerprint, frames in expected_frames(nodes).items():
            if fingerprint not in self.outcomes:
                node, name = nodes[fingerprint], self._name_of(fingerprint)
                work = 0 if is_straight(node) else frames
                self.resources.progress.expected(node.kind, name, work)

    def print_of(self, fingerprint: str) -> Print | None:
        """What was made under that fingerprint; None when it failed."""
        return self.outcomes[fingerprint].print

    def _start(self, node: AnyNode, in_progress: Mapping[str, BegunNode], reasons: Reasons) -> None:
        """Starts or settles a node if all it needs is settled or in progress."""
        if any(need not in self.outcomes and need not in in_progress for need in node.needs):
            return
        if skipped := self._skipped(node):
            self._note(node, skipped)
        elif is_straight(node):
            self._note(node, self._read_where_needed(node, reasons))
        elif found := self._found(node.fingerprint):
            self._note(node, self._outcome(node, "cached", reasons.kept(node), found))
        else:
            changed = [
                self._name_of(need)
                for need in node.needs
                if need in in_progress or self.outcomes[need].status == "rendered"
            ]
            reason = self._losses.reason(node.fingerprint) or reasons.made(node, changed)
            self._submit(node, in_progress, reason)

    def _read_where_needed(self, node: AnyNode, reasons: Reasons) -> Outcome:
        """The outcome of a track whose print is not kept: there is nothing to wait for."""
        changed = reasons.differs(node)
        if changed is None:
            return self._outcome(node, "cached", reasons.kept(node))
        return self._outcome(node, "rendered", changed)

    @property
    def _can_follow(self) -> bool:
        return self.resources.follow and CAN_FOLLOW

    def _all_in_progress(self) -> dict[str, InProgress]:
        """Everything that is being written, to be followed."""
        store, written = self.resources.store, {}
        for key, begun in self._running.by_fingerprint.items():
            store.expect(begun.token)
            written[key] = InProgress(store.root, self._name_of(key), key, begun.token)
        return written

    def _in_progress(self, node: AnyNode) -> dict[str, BegunNode]:
        """The last print that a stem needs, where it is being written and a core is idle."""
        follows = self._can_follow and _is_of_prints_alone(node.plan)
        unsettled = [need for need in node.needs if need not in self.outcomes]
        if not follows or len(unsettled) != 1 or not self.resources.executor.idle:
            return {}
        if self._skipped(node):
            return {}  # what failed is told when all is settled
        running = self._running.by_fingerprint
        return {need: running[need] for need in unsettled if need in running}

    def _skipped(self, node: AnyNode) -> Outcome | None:
        """The outcome of a node that cannot be made because something it needs failed."""
        settled = [self.outcomes[need] for need in node.needs if need in self.outcomes]
        failed = dict.fromkeys(outcome.name for outcome in settled if not outcome.is_there)
        return self._outcome(node, "skipped", f"{', '.join(failed)} failed") if failed else None

    def _submit(self, node: AnyNode, in_progress: Mapping[str, BegunNode], reason: str) -> None:
        name = self._name_of(node.fingerprint)
        store, progress, token = self.resources.store, self.resources.progress, name_of_this()
        needed, memory = memory_of(devices_of(node.plan)), self.resources.memory
        if not memory.take(token, needed):
            if self.resources.executor.idle and not self._told_of_memory:
                progress.finished("memory", name, memory.waits(name, needed), "done")
                self._told_of_memory = True
            return
        for begun in in_progress.values():
            store.expect(begun.token)
        tokens = tuple((need, begun.token) for need, begun in in_progress.items())
        job = Job(node.plan, node.fingerprint, store.root, token, tokens, needed)

        def moved(frames: int) -> None:
            progress.moved(node.kind, name, frames)

        try:
            future = self.resources.executor.submit(TASKS[type(node.plan)], job, moved)
        except BaseException:  # cancelled
            memory.give_back(token)
            raise
        self._running.begin(future, BegunNode(node, token, reason, (*in_progress,)))
        progress.started(node.kind, name)

    def _finish(self, future: Future[Print], begun: BegunNode) -> None:
        node = begun.node
        outcome: Outcome | None
        try:
            made = future.result()
            _check_unchanged(node.plan, made)
            outcome = self._skipped(node)  # where it followed what is not to be kept
            if outcome is not None:
                made.remove()
            else:
                outcome = self._outcome(node, "rendered", begun.reason, made)
        except Cancelled:
            raise
        except LostPrint as loss:
            # What was lost is made again, and then this, which needs it.
            outcome = self._lost(node, loss)
        except HostkitError as error:
            outcome = self._skipped(node) or self._failed(node, error)
        finally:
            self._let_go(begun)
        if outcome is not None:
            if outcome.print is not None:
                self.resources.store.grew(outcome.print)
            self._note(node, outcome)

    def _let_go(self, begun: BegunNode) -> None:
        """What a job held, now that it has ended."""
        self.resources.store.discard(begun.token)
        self.resources.memory.give_back(begun.token)

    def _lost(self, node: AnyNode, loss: LostPrint) -> Outcome | None:
        try:
            self.lose(loss)
        except StorageError as error:
            return self._failed(node, error)
        return None

    def _outcome(
        self, node: AnyNode, status: Status, reason: str, made: Print | None = None
    ) -> Outcome:
        return Outcome(self._name_of(node.fingerprint), status, reason, made)

    def _failed(self, node: AnyNode, error: HostkitError) -> Outcome:
        return replace(self._outcome(node, "failed", str(error)), fault=error.fault)

    def _note(self, node: AnyNode, outcome: Outcome) -> None:
        self.outcomes[node.fingerprint] = outcome
        self.resources.progress.done(node.kind, outcome)


def _check_unchanged(plan: NodePlan, made: Print) -> None:
    """That the files it is made of are still those that its fingerprint says.

    Raises StorageError where they are not, and removes what may be made of others.
    """
    try:
        for content in contents_of(plan):
            content.check_unchanged()
    except StorageError:
        made.remove()
        raise


def _is_of_prints_alone(plan: NodePlan) -> bool:
    """Whether it is a stem of prints alone: what keys a bus is read from the store."""
    return isinstance(plan, StemPlan) and not any(keys_of(bus.effects) for bus in plan.buses)
