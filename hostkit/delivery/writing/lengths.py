"""How long files will be, before anything is made."""

from __future__ import annotations

from hostkit.delivery.manifest.manifest import Manifest
from hostkit.delivery.profiles.order import Order
from hostkit.delivery.writing.pre_roll import pre_roll_of
from hostkit.plan.plan import SessionPlan


def expected_frames(plan: SessionPlan, order: Order, before: Manifest | None) -> dict[str, int]:
    """The length of each form's files: fixed, else as it was, else up to the last event."""
    frames = {}
    for form in plan.plans:
        name, pre_roll = form.form.name, pre_roll_of(form, order).frames
        if form.frames is not None:
            frames[name] = pre_roll + form.frames
        elif before and name in before.forms:
            frames[name] = before.forms[name].frames
        else:
            frames[name] = pre_roll + form.last_event
    return frames
