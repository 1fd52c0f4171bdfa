"""What is handed to a process: a node to make, and the task that makes it, by name."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, Generic, TypeVar

from hostkit.jobs.isolate import Report, Task
from hostkit.jobs.store import Store

SomePlan = TypeVar("SomePlan")


@dataclass(frozen=True)
class Job(Generic[SomePlan]):
    """A node to make: what, under which fingerprint, from and into which store.

    `token` names the folder it is written in until it is done.
    """

    plan: SomePlan
    fingerprint: str
    store_root: Path
    token: str
    in_progress: tuple[tuple[str, str], ...] = ()
    """Prints that are being written: fingerprint and token."""
    memory_bytes: int = 0
    """What its samples take, as far as that is known before."""

    @property
    def store(self) -> Store:
        return Store(self.store_root)


@dataclass(frozen=True)
class NamedTask:
    """A task by where it is, as "module:function": only the job's process imports it."""

    home: str

    def __call__(self, job: Any, report: Report) -> Any:
        return self.found(job, report)

    @property
    def found(self) -> Task[Any, Any]:
        """The function itself."""
        module, _, name = self.home.partition(":")
        return getattr(import_module(module), name)  # type: ignore[no-any-return]  # a test looks at all of them
