"""The most even tempo along a course that keeps every limit: a linear programme.

For what `curves` could not bring within range, change per beat and tolerance together.
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import linprog

from hostkit.picture.solver.stretch.course import Course, Curve, Floats

_MARGIN = 1 - 1e-3
"""Of every limit: for what is made up for, and for rounding to what is written."""
_CORRECTIONS = 2
"""Each makes up for how much longer ramps of tempo are than they were taken to be."""
_CHANGE_PRICE = 1.0
"""Of a per cent per beat in the steepest ramp, against a frame of a miss of weight 1."""


def within_limits(course: Course) -> Curve | None:
    """The curve, or None where there is none within the limits."""
    correction = np.zeros(len(course.gaps))
    curve = None
    for _ in range(1 + _CORRECTIONS):
        beat_seconds = _solved(course, course.gaps + correction)
        if beat_seconds is None:
            return None
        curve = Curve(course, beat_seconds)
        correction = course.landing_sums @ beat_seconds - course.gap_seconds(beat_seconds)
    return curve if curve is not None and curve.keeps_limits else None


def _solved(course: Course, gaps: Floats) -> Floats | None:
    """Seconds a beat at the nodes.

    Unknown are those, the misses in frames, their amounts, and the largest change per beat.
    """
    nodes, landings = len(course.nodes), len(gaps)
    tempi, frame = course.stretch.tempi, course.stretch.frame_seconds
    every = nodes + 2 * landings + 1
    beat, miss = slice(0, nodes), slice(nodes, nodes + landings)
    amount, largest = slice(nodes + landings, every - 1), every - 1

    lands = np.zeros((landings, every))
    lands[:, beat] = course.landing_sums
    lands[:, miss] = -frame * (np.eye(landings) - np.eye(landings, k=-1))

    change = np.eye(nodes - 1, nodes, k=1) - np.eye(nodes - 1, nodes)
    most = (_MARGIN * tempi.max_change * course.lengths)[:, None]
    limits = []
    for sign in (1.0, -1.0):
        for end in (0, 1):
            rows = np.zeros((nodes - 1, every))
            rows[:, beat] = sign * change - most * np.eye(nodes - 1, nodes, k=end)
            limits.append(rows)
        rows = np.zeros((nodes - 1, every))
        rows[:, beat] = sign * change * course.percents_of_change[:, None]
        rows[:, largest] = -1.0
        limits.append(rows)
        rows = np.zeros((landings, every))
        rows[:, miss] = sign * np.eye(landings)
        rows[:, amount] = -np.eye(landings)
        limits.append(rows)
    above = np.concatenate(limits)

    early, late = course.bounds_frames
    within = (tempi.quickest / _MARGIN, tempi.slowest * _MARGIN)
    bounds: list[tuple[float, float | None]] = [within] * nodes
    for node, seconds in course.held.items():
        bounds[node] = (seconds, seconds)
    bounds += [*zip(early, late, strict=True), *[(0.0, None)] * (landings + 1)]
    price = np.zeros(every)
    price[amount], price[largest] = course.weights + 1e-3, _CHANGE_PRICE
    found = linprog(price, above, np.zeros(len(above)), lands, gaps, bounds, method="highs-ds")
    return np.asarray(found.x[beat], dtype=np.float64) if found.status == 0 else None
