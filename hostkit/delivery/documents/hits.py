"""The report of hits as documents: a table, and a page."""

from __future__ import annotations

from hostkit.delivery.manifest.manifest import Manifest
from hostkit.delivery.profiles.order import Order
from hostkit.picture.cueing.report import hit_report, hits_csv
from hostkit.picture.cueing.report_page import report_page
from hostkit.plan.plan import SessionPlan


def hits_document(plan: SessionPlan, order: Order, manifest: Manifest) -> bytes:
    """Every hit as a row of a CSV file."""
    del manifest
    return hits_csv(hit_report(order.loaded, plan.whole.tempo_map))


def hit_page_document(plan: SessionPlan, order: Order, manifest: Manifest) -> bytes:
    """The same as a page."""
    del manifest
    return report_page(hit_report(order.loaded, plan.whole.tempo_map)).encode()
