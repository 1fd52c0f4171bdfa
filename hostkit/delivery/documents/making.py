"""Which documents a profile asks for, made from the session."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from hostkit.delivery.documents.click import click_document
from hostkit.delivery.documents.cue_sheet import cue_sheet
from hostkit.delivery.documents.hits import hit_page_document, hits_document
from hostkit.delivery.documents.metadata_sheet import metadata_sheet, sheet_ending
from hostkit.delivery.documents.mix_notes import mix_notes
from hostkit.delivery.documents.tempo_map import tempo_map_midi
from hostkit.delivery.manifest.manifest import Manifest
from hostkit.delivery.names.layout import document_path
from hostkit.delivery.profiles.order import Order
from hostkit.plan.plan import SessionPlan

Maker = Callable[[SessionPlan, Order, Manifest], bytes]

MAKERS: dict[str, tuple[str, str | Callable[[Order], str], Maker]] = {
    "cue_sheet": ("cue-sheet", ".csv", cue_sheet),
    "tempo_map": ("tempo-map", ".mid", tempo_map_midi),
    "mix_notes": ("mix-notes", ".md", mix_notes),
    "click": ("click", ".mid", click_document),
    "hits": ("hits", ".csv", hits_document),
    "hit_report": ("hit-report", ".html", hit_page_document),
    "metadata_sheet": ("metadata", sheet_ending, metadata_sheet),
}
"""Each document's part of its name, its ending, which the profile may choose, and what makes it."""


@dataclass(frozen=True)
class DocumentFile:
    """A document, and where in the folder of the delivery it goes."""

    path: str
    content: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def make_documents(plan: SessionPlan, order: Order, manifest: Manifest) -> dict[str, DocumentFile]:
    """The documents of a delivery by name; the same session gives the same bytes."""
    made: dict[str, DocumentFile] = {}
    for name in order.profile.documents:
        part, ending, make = MAKERS[name]
        path = document_path(order, part, ending if isinstance(ending, str) else ending(order))
        made[name] = DocumentFile(path, make(plan, order, manifest))
    return made
