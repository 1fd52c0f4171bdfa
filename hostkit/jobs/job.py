"""What is handed to a process: a node to make."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

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
