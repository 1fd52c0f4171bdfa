"""The best curve through a stretch: paths, smoothed, and kept within the limits where needed."""

from __future__ import annotations

from collections.abc import Iterable

from hostkit.picture.solver.stretch.course import Course, Curve
from hostkit.picture.solver.stretch.curves import smooth
from hostkit.picture.solver.stretch.hard_limits import within_limits
from hostkit.picture.solver.stretch.paths import find_paths
from hostkit.picture.solver.stretch.stretch import Stretch

_SMOOTHED = 8
_SKIPPED = 2
"""Hits in a row that are given up where not all can be met; more, where that is not enough."""


def best_curve(stretch: Stretch) -> Curve | None:
    """The curve that misses the least weight, then the best of those; it keeps every limit.

    None where no hit can be met, or the stretch's goal not be reached.
    """
    for most_skipped in dict.fromkeys((0, _SKIPPED, len(stretch.anchors))):
        paths = find_paths(stretch, most_skipped)
        best = _best(Course.of(stretch, path) for path in paths if path.landings)
        if best is not None:
            return best
    return None


def _best(courses: Iterable[Course]) -> Curve | None:
    tried = list(courses)
    smoothed = (smooth(course) for course in tried[:_SMOOTHED])
    best = min((c for c in smoothed if c.keeps_limits), key=lambda c: c.price, default=None)
    for course in tried:
        if best is None or course.path.skipped < best.course.path.skipped:
            found = within_limits(course)
            if found is not None and (best is None or found.price < best.price):
                best = found
    return best
