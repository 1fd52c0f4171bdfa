"""Auditions to prints: those not yet in the store are made."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from hostkit.audition.resolve import Audition
from hostkit.errors import HostkitError, WorkError
from hostkit.jobs.executors import Executor
from hostkit.jobs.prints import Print
from hostkit.jobs.store import Store
from hostkit.plan.nodes.node import Node, TrackNode
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
    names: dict[str, list[str]] = {}
    nodes: dict[str, TrackNode] = {}
    for audition in auditions:
        name, key = audition.loaded.name, audition.fingerprint
        names.setdefault(key, []).append(name)
        nodes.setdefault(key, Node(name, audition.print, key, (), ()))
    for key in nodes:
        if known := store.get(key):
            known.is_sound()  # removed where it is not, and so made again
    alike = {shared[0]: shared for shared in names.values()}
    production = Production(Resources(executor, store, _Listener(alike, heard)))
    with store.using(nodes):
        production.make(nodes.values(), Reasons())
    results = {key: _result(production.outcomes[key]) for key in nodes}
    return {name: results[key] for key, shared in names.items() for name in shared}


@dataclass(frozen=True)
class _Listener(Unwatched):
    """Passes on what is done, of all presets that share the print of the first."""

    alike: Mapping[str, Sequence[str]]
    heard: OnHeard

    def done(self, kind: str, outcome: Outcome) -> None:
        del kind
        for name in self.alike[outcome.name]:
            self.heard(name, _result(outcome))


def _result(outcome: Outcome) -> Print | HostkitError:
    return outcome.print or WorkError(*(outcome.fault or (outcome.reason,)))
