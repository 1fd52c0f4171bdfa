"""How far the files of a delivery are: each is written, each mix proved, previews encoded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from hostkit.delivery.manifest.manifest import Manifest
from hostkit.delivery.names.layout import WantedFile, wanted_files
from hostkit.delivery.profiles.order import Order
from hostkit.delivery.writing.lengths import expected_frames
from hostkit.plan.plan import SessionPlan
from hostkit.render.outcome import Progress

SHARES = {"file": 0.5, "proof": 0.25, "preview": 0.5}
"""How long a frame takes to write, to prove or to encode, where one of a track takes 1: about."""


@dataclass(frozen=True)
class Underway:
    """Tells a progress view of files, proofs and previews, in frames as a render counts them."""

    progress: Progress

    def expect(self, plan: SessionPlan, order: Order, before: Manifest | None) -> None:
        """Tells of all there is to write and prove. Raises NamingError."""
        frames = expected_frames(plan, order, before)
        for wanted in wanted_files(plan, order, frames):
            kinds = ["file", "proof"] if wanted.kind == "mix" else ["file"]
            for kind in [*kinds, "preview"] if wanted.preview else kinds:
                expected = int(frames[wanted.form] * SHARES[kind])
                self.progress.expected(kind, _name(wanted), expected)

    def moving(self, kind: str, *those: WantedFile) -> Callable[[int], None]:
        """What a job on those files is to be given, which tells how far it is with them."""

        def moved(frames: int) -> None:
            for wanted in those:
                self.progress.moved(kind, _name(wanted), int(frames * SHARES[kind]))

        return moved

    def done(self, kind: str, wanted: WantedFile) -> None:
        self.progress.finished(kind, _name(wanted), "", "done")

    def kept(self, kind: str, wanted: WantedFile) -> None:
        """It was there already, and is as it should be."""
        self.progress.finished(kind, _name(wanted), "as it was", "cached")


def _name(wanted: WantedFile) -> str:
    """Without its path, which may tell a length that is not known before."""
    return f"{wanted.kind} {wanted.name}"
