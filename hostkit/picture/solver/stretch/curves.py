"""The smoothest tempo along a course, each landing as near to its hit as that is worth.

A quadratic programme: the sum of the squared per cent of change of every beat, and of the misses
in frames by weight, is as small as can be; no miss is more than is tolerated.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import lsq_linear

from hostkit.picture.solver.stretch.course import Course, Curve, Floats

_MISS_PRICES = (8.0, 2.0, 0.5, 0.1, 0.0)
"""Of a frame's square against a per cent's, one after the other until the limit holds."""
_ROUNDS = 4
"""And as often the largest changes are made dearer."""
_MARGIN = 0.985
"""Of the limit: ramps of tempo are a little steeper than those of a beat's seconds."""
_FIRM = 1e-10
"""What every miss costs besides, in parts of the dearest: rounding cannot make it a gain."""
_CORRECTIONS = 3
"""After which landings are within a microsecond of their aim."""


def smooth(course: Course) -> Curve:
    """The best curve that is found by making misses cheaper, then large changes dearer."""
    limit = 100 * _MARGIN * course.stretch.tempi.max_change
    dear = np.ones(len(course.lengths))
    shape = even = _Shape.of(course, dear)
    for price in _MISS_PRICES:
        beat_seconds = shape.best(price)
        percents = _percents(course, beat_seconds)
        if percents.max(initial=0.0) <= limit:
            break
    for _ in range(_ROUNDS):
        if percents.max(initial=0.0) <= limit:
            break
        dear = dear * (1 + (percents / limit) ** 4)
        shape = _Shape.of(course, dear)
        beat_seconds = shape.best(0.0)
        percents = _percents(course, beat_seconds)
    return Curve(course, even.exactly(beat_seconds))


def _percents(course: Course, beat_seconds: Floats) -> Floats:
    percents: Floats = np.abs(np.diff(beat_seconds)) * course.percents_of_change
    return percents


@dataclass(frozen=True)
class _Shape:
    """The smoothest curve for any landings: linear in them, so worked out once.

    What is given are the gaps and what is held, `given` as wanted. `to_nodes` @ given are seconds
    a beat at the nodes. As misses in frames move the gaps, `bent` is how the squared changes grow
    with them, and `pull` their slope where all misses are 0.
    """

    course: Course
    given: Floats
    to_nodes: Floats
    bent: Floats
    pull: Floats

    @classmethod
    def of(cls, course: Course, dear: Floats) -> _Shape:
        """`dear` is what a squared per cent of change costs, in each ramp.

        With the first node and the changes from node to node as what is looked for, only as many
        equations are left as there are gaps.
        """
        ties = np.concatenate([course.landing_sums, np.eye(len(course.nodes))[list(course.held)]])
        given = np.concatenate([course.gaps, list(course.held.values())])
        count, gaps = len(ties), len(course.gaps)
        from_changes = np.cumsum(ties[:, :0:-1], axis=1)[:, ::-1]
        ease = 1 / (dear * course.lengths * course.percents_of_change**2)
        eased = from_changes * ease
        system = np.zeros((count + 1, count + 1))
        system[:count, :count] = eased @ from_changes.T
        system[:count, count] = system[count, :count] = ties.sum(axis=1)
        solved = np.linalg.solve(system, np.eye(count + 1)[:, :count])
        forces, first = solved[:count], solved[count]
        to_nodes = np.concatenate([first[None, :], first + np.cumsum(eased.T @ forces, axis=0)])
        moved = (np.eye(count, gaps) - np.eye(count, gaps, k=-1)) * course.stretch.frame_seconds
        moved[gaps:] = 0.0
        bent, pull = moved.T @ forces @ moved, moved.T @ (forces @ given)
        return cls(course, given, to_nodes, bent, pull)

    def best(self, miss_price: float) -> Floats:
        """Seconds a beat at the nodes, where a frame's square costs `miss_price` by weight."""
        misses = self._misses(miss_price)
        moved = np.diff(misses, prepend=0.0) * self.course.stretch.frame_seconds
        moved = np.concatenate([moved, np.zeros(len(self.given) - len(moved))])
        seconds: Floats = self.to_nodes @ (self.given + moved)
        return seconds

    def exactly(self, beat_seconds: Floats) -> Floats:
        """The same curve, so that its ramps of tempo land where it was to land."""
        sums, exact = self.course.landing_sums, beat_seconds
        aim = sums @ beat_seconds
        for _ in range(_CORRECTIONS):
            off = aim - self.course.gap_seconds(exact)
            exact = exact + self.to_nodes[:, : len(off)] @ off
        return exact

    def _misses(self, price: float) -> Floats:
        """In frames, within what is tolerated."""
        early, late = self.course.bounds_frames
        free = late > early
        firm = 1e-6 + _FIRM * self.bent.diagonal().max(initial=0.0)
        square = self.bent + np.diag(price * self.course.weights + firm)
        misses = np.zeros(len(early))
        square, pull = square[np.ix_(free, free)], self.pull[free]
        misses[free] = np.linalg.solve(square, -pull)
        if np.any((misses < early) | (misses > late)):
            factor = np.linalg.cholesky(square)
            aim = np.linalg.solve(factor, -pull)
            bounds = early[free], late[free]
            misses[free] = lsq_linear(factor.T, aim, bounds, method="bvls").x
        return misses
