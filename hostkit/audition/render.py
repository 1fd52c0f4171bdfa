"""Auditions to prints: each in a process of its own, those known already from the store."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import Future, as_completed

from hostkit.audition.resolve import Audition
from hostkit.engine.executors import Executor
from hostkit.engine.in_use import name_of_this
from hostkit.engine.printing import PrintJob, render_print
from hostkit.engine.prints import Print
from hostkit.engine.store import Store
from hostkit.errors import HostkitError


def render_auditions(
    auditions: Iterable[Audition],
    executor: Executor,
    store: Store,
    heard: Callable[[str, Print | HostkitError], None] = lambda _name, _result: None,
) -> dict[str, Print | HostkitError]:
    """A print, or why there is none, for each preset by name.

    `heard` is told of each as it is done.
    """
    results: dict[str, Print | HostkitError] = {}
    running: dict[Future[Print], tuple[str, str]] = {}

    def settle(name: str, result: Print | HostkitError) -> None:
        results[name] = result
        heard(name, result)

    for audition in auditions:
        name = audition.loaded.name
        if (known := store.get(audition.fingerprint)) and known.is_sound():
            settle(name, known)
            continue
        token = name_of_this()
        job = PrintJob(audition.print, audition.fingerprint, store.root, token)
        running[executor.submit(render_print, job, lambda _frames: None)] = (name, token)
    for future in as_completed(running):
        name, token = running[future]
        try:
            settle(name, future.result())
        except HostkitError as error:
            settle(name, error)
        finally:
            store.discard(token)
    return results
