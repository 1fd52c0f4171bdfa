"""What is odd in a session's credits, or lacking in what is made of them; it stops nothing."""

from __future__ import annotations

from collections.abc import Iterator

from hostkit.delivery.names.music import credits_of
from hostkit.delivery.profiles.order import Order
from hostkit.plan.mixes.kinds import KINDS
from hostkit.plan.plan import FULL, SessionPlan
from hostkit.session.suggest import did_you_mean


def credits_notes(plan: SessionPlan, order: Order) -> Iterator[str]:
    """A sentence for each number whose check digits do not fit, each ISRC of no mix, each blank."""
    credits_ = credits_of(order)
    for number in credits_.odd_ipis:
        yield (
            f"credits: the last two digits of the IPI {number} do not follow from the others; "
            "look it up, or the money goes to somebody else"
        )
    planned = [mix.name for form in plan.plans for mix in form.mixes]
    known = {FULL, *planned, *order.session.mixes, *KINDS, *(name for name, _ in plan.lacking)}
    for mix in credits_.isrcs:
        if mix not in known:
            cure = did_you_mean(mix, sorted(known))
            yield f"credits: an ISRC is given to {mix!r}, which is no mix here; {cure}"
    if "metadata_sheet" in order.profile.documents:
        from hostkit.delivery.documents.metadata_sheet import sheet_notes  # few deliveries have one

        yield from sheet_notes(order)
