"""What a delivered file is made of, in parts that can be told apart when one changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from hostkit.delivery.names.layout import WantedFile
from hostkit.delivery.profiles.order import Order
from hostkit.delivery.writing.metadata import metadata_of
from hostkit.delivery.writing.pre_roll import pre_roll_for
from hostkit.plan.nodes.fingerprint import fingerprint
from hostkit.plan.plan import Plan

WORDS = {
    "music": "its music",
    "level": "its level",
    "length": "its length",
    "format": "the format",
    "lead": "the pre-roll",
    "details": "title, version, credits, timecode or markers",
}
"""The parts as manifests name them, in the words used for them.

Another name would make every file delivered so far count as changed.
"""


@dataclass(frozen=True)
class MadeOf:
    """Short fingerprints of the parts; equal parts make equal files."""

    parts: Mapping[str, str]

    @property
    def key(self) -> str:
        return fingerprint("file", tuple(self.parts[name] for name in WORDS))

    def changed(self, before: Mapping[str, str]) -> tuple[str, ...]:
        """The parts that are not as they were."""
        return tuple(name for name in WORDS if self.parts[name] != before.get(name))


def made_of(wanted: WantedFile, form: Plan, order: Order, frames: int, step: int) -> MadeOf:
    """What a file of `frames` would be made of, in multiples of `step` integer samples.

    Nothing has to be rendered to know it, where length and step are as they were.
    """
    pre_roll = pre_roll_for(form, order, wanted.stems)
    pieces = {
        "music": tuple(form.stems_by_name[name].fingerprint for name in wanted.stems),
        "level": order.gain.total_db,
        "length": frames,
        "format": (form.sample_rate, form.sample_format, order.profile.container, step),
        "lead": repr(pre_roll),
        "details": repr(metadata_of(wanted, form, order, frames)),
    }
    return MadeOf({name: fingerprint(name, piece)[:32] for name, piece in pieces.items()})
