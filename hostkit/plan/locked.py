"""Whether a session is still what it was when it was locked (`hostkit lock`)."""

from __future__ import annotations

import shlex

from hostkit.errors import Fault, RequestError
from hostkit.library.sessions.lock_file import has_lock, lock_path
from hostkit.plan.environment import Environment
from hostkit.session.load import LoadedSession


def drift_from_lock(
    loaded: LoadedSession, environment: Environment, *, insist: bool
) -> tuple[str, ...]:
    """What of a session differs from its lock, a sentence each; () where it has none.

    Raises RequestError where it has drifted, or has no lock, and one insists on it.
    """
    session = loaded.path
    again = f"hostkit lock {shlex.quote(str(session))}"
    environment.seen.add(lock_path(session))
    if not has_lock(session):
        if insist:
            raise RequestError("has no lock to keep to", cure=f"{again} writes one", file=session)
        return ()
    from hostkit.library.sessions.lock import drift, read_lock  # most sessions have none

    lock = read_lock(session)
    drifted = tuple(drift(loaded, lock, environment)) if lock else ()
    if drifted and insist:
        listed = [Fault(text).of(session) for text in drifted]
        raise RequestError.of([*listed, Fault(f"put it back, or lock it again: {again}")])
    return tuple(f"drifted from its lock: {text}" for text in drifted)
