"""Listening for how long stems ring on: they are made, or were, and their lengths told."""

from __future__ import annotations

import os
from collections.abc import Mapping

from hostkit.jobs.executors import Executor, LocalExecutor
from hostkit.jobs.store import Store, default_store
from hostkit.plan.plan import Plan
from hostkit.plan.reasons import Reasons
from hostkit.render.outcome import Resources, Unwatched
from hostkit.render.production import Production


def listen(
    plan: Plan, executor: Executor | None = None, store: Store | None = None
) -> Mapping[str, int]:
    """The frames of each stem of a plan, by its name; those that failed are left out.

    Without an executor or a store, processes of this machine and the user's store.
    """
    store = store or default_store()
    known = {stem.stem: store.get(stem.fingerprint) for stem in plan.stems}
    if all(known.values()):
        return {name: found.frames for name, found in known.items() if found}
    if executor is not None:
        return _made(plan, Resources(executor, store, Unwatched(), follow=False))
    with LocalExecutor(os.cpu_count() or 1) as here:
        return _made(plan, Resources(here, store, Unwatched(), follow=False))


def _made(plan: Plan, resources: Resources) -> Mapping[str, int]:
    production = Production(resources)
    production.make(plan.nodes, Reasons())
    made = {stem.stem: production.print_of(stem.fingerprint) for stem in plan.stems}
    return {name: found.frames for name, found in made.items() if found}
