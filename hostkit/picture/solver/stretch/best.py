"""The best curve through a stretch: paths, smoothed, and kept within the limits where needed."""

from __future__ import annotations

from collections.abc import Iterable

from hostkit.picture.solver.stretch.course import Course, Curve
from hostkit.picture.solver.stretch.curves import smooth
from hostkit.picture.solver.stretch.hard_limits import within_limits
from hostkit.picture.solver.stretch.paths import find_paths
from hostkit.picture.solver.stretch.stretch import TempoStretch

_SMOOTHED = 8
_SKIPPED = (0, 2, 6)
"""Hits in a row that are given up at most: more of them, where fewer lead nowhere."""
_MOST_NODES = 1700
"""In all curves that are tried together, so that a long cue takes seconds, not minutes."""


def best_curve(stretch: TempoStretch) -> Curve | None:
    """The curve that misses the least weight, then the best of those; it keeps every limit.

    None where no hit can be met, or the stretch's goal not be reached.
    """
    for most_skipped in _SKIPPED:
        paths = find_paths(stretch, most_skipped)
        best = _best(Course.of(stretch, path) for path in paths if path.landings)
        if best is not None:
            return best
    return None


def _best(courses: Iterable[Course]) -> Curve | None:
    tried = list(courses)
    most = max((len(course.nodes) for course in tried), default=1)
    smoothed = (smooth(course) for course in tried[: max(1, min(_SMOOTHED, _MOST_NODES // most))])
    best = min((c for c in smoothed if c.keeps_limits), key=lambda c: c.price, default=None)
    left = _MOST_NODES
    for course in tried:
        if left > 0 and (best is None or course.path.skipped < best.course.path.skipped):
            left -= len(course.nodes)
            found = within_limits(course)
            if found is not None and (best is None or found.price < best.price):
                best = found
    return best
