"""Nodes that are being made, and the jobs that make them."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field
from queue import SimpleQueue

from hostkit.ground.process.threads import take
from hostkit.jobs.prints import Print
from hostkit.plan.nodes.node import AnyNode


@dataclass(frozen=True)
class BegunNode:
    """A node that is being made, by a job with that token, and why.

    The job reads what is still being made of `follows`, by fingerprint.
    """

    node: AnyNode
    token: str
    reason: str
    follows: tuple[str, ...] = ()


@dataclass
class Running:
    """The jobs of one production that have not ended; true while there are any."""

    _jobs: dict[Future[Print], BegunNode] = field(default_factory=dict)
    _ended: SimpleQueue[Future[Print]] = field(default_factory=SimpleQueue)
    _early: list[Future[Print]] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self._jobs)

    def begin(self, future: Future[Print], begun: BegunNode) -> None:
        """Counts a job in."""
        self._jobs[future] = begun
        future.add_done_callback(self._ended.put)

    @property
    def by_fingerprint(self) -> dict[str, BegunNode]:
        """What is being made, in the order in which it was begun."""
        return {begun.node.fingerprint: begun for begun in self._jobs.values()}

    def ended(self) -> Iterator[tuple[Future[Print], BegunNode]]:
        """Waits until at least one has ended; each that has is counted out as it is given.

        One that followed another is given after that: what the other made may turn out wrong.
        """
        while True:
            future = take(self._ended)
            if not self.by_fingerprint.keys().isdisjoint(self._jobs[future].follows):
                self._early.append(future)
                continue
            begun = self._jobs.pop(future)
            while self._early:
                self._ended.put(self._early.pop())
            yield future, begun
            if self._ended.empty():
                return
