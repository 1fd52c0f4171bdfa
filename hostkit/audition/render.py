"""Auditions to prints: those not yet in the store are made."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from hostkit.audition.resolve import Audition
from hostkit.errors import HostkitError, WorkError
from hostkit.jobs.executors import Executor
from hostkit.jobs.prints import Print
from hostkit.jobs.store import Store
from hostkit.plan.plan import Node, TrackNode
from hostkit.plan.reasons import Reasons
from hostkit.render.outcome import Outcome, Resources, Unwatched
from hostkit.render.production import Production

OnHeard = Callable[[str, Print | HostkitError], None]


def render_auditions(
    auditions: Iterable[Audition],
    executor: Executor,
    store: Store,
    heard: OnHeard = lambda _name, _result: None,
) -> dict[str, Print | HostkitError]:
    """A print, or why there is none, for each preset by name.

    `heard` is told of each as it is done. Presets that sound alike share a print.
    """
    nodes = [
        Node(audition.loaded.name, audition.print, audition.fingerprint, (), ())
        for audition in auditions
    ]
    for node in nodes:
        if known := store.get(node.fingerprint):
            known.is_sound()  # removed where it is not, and so made again
    production = Production(Resources(executor, store, _Listener(_alike(nodes), heard)))
    with store.using([node.fingerprint for node in nodes]):
        production.make(nodes, Reasons())
    return {node.name: _result(production.outcomes[node.fingerprint]) for node in nodes}


def _alike(nodes: Iterable[TrackNode]) -> dict[str, list[str]]:
    """The names of those that share a print, by each of them."""
    names: dict[str, list[str]] = {}
    for node in nodes:
        names.setdefault(node.fingerprint, []).append(node.name)
    return {name: shared for shared in names.values() for name in shared}


@dataclass(frozen=True)
class _Listener(Unwatched):
    """Passes on what is done, of all presets that share a print."""

    alike: Mapping[str, Sequence[str]]
    heard: OnHeard

    def done(self, kind: str, outcome: Outcome) -> None:
        del kind
        for name in self.alike[outcome.name]:
            self.heard(name, _result(outcome))


def _result(outcome: Outcome) -> Print | HostkitError:
    return outcome.print or WorkError(outcome.reason)
