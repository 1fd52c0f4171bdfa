"""A path as something to bend: the nodes of its tempo, and when it lands as they are moved.

Between two nodes the seconds that a beat takes are taken to grow evenly. So every landing is a
weighted sum of what they are at the nodes, and the change per beat is a difference of two. In
what is written the tempo grows evenly, which `gap_seconds` knows.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from hostkit.picture.solver.stretch.paths import Path
from hostkit.picture.solver.stretch.stretch import TempoStretch

Floats = NDArray[np.float64]

_ROUNDING_FRAMES = 0.005
"""Of every tolerance: left for rounding bpm."""


@dataclass(frozen=True)
class Course:
    """A path of a stretch, with its bar lines and nodes in ticks; the first node is 0."""

    stretch: TempoStretch
    path: Path
    lines: tuple[int, ...]
    nodes: tuple[int, ...]

    @classmethod
    def of(cls, stretch: TempoStretch, path: Path) -> Course:
        lattice, landings = stretch.lattice, path.landings
        odd = [(landing.tick, landing.odd) for landing in landings if landing.odd]
        end = landings[-1].tick if landings else 0
        lines = lattice.lines(odd, end)
        last = lines[-1] if stretch.goal is None else end
        nodes = {0, last, *(line for line in lines if line <= last)}
        places = [0, *(landing.tick for landing in landings)]
        for first, after in pairwise(places):
            if not any(first < line < after for line in lines):  # a bar has no room to bend in
                nodes.update(range(first, after, lattice.ticks_per_beat))
        return cls(stretch, path, tuple(lines), tuple(sorted(nodes)))

    @cached_property
    def beats(self) -> Floats:
        """Where the nodes are, in beats."""
        return np.array(self.nodes) / self.stretch.lattice.ticks_per_beat

    @cached_property
    def lengths(self) -> Floats:
        """Beats from each node to the next."""
        return np.diff(self.beats)

    @cached_property
    def aims(self) -> Floats:
        """Seconds from the start at which to land."""
        return np.array([landing.anchor.at for landing in self.path.landings])

    @cached_property
    def gaps(self) -> Floats:
        """Seconds from each landing to the next, as wanted."""
        return np.diff(self.aims, prepend=0.0)

    @cached_property
    def mean_beats(self) -> Floats:
        """Seconds a beat between each node and the next, if each gap kept its own tempo."""
        ticks = np.array([landing.tick for landing in self.path.landings])
        means = self.gaps / np.diff(ticks, prepend=0) * self.stretch.lattice.ticks_per_beat
        gap = np.searchsorted(ticks, np.array(self.nodes[:-1]), side="right")
        each: Floats = means[np.minimum(gap, len(ticks) - 1)]
        return each

    @cached_property
    def landing_sums(self) -> Floats:
        """(gaps, nodes): the weights with which seconds a beat at the nodes make up each gap."""
        count = len(self.nodes)
        halves = np.zeros((count, count))
        index = np.arange(count - 1)
        halves[index + 1, index] += self.lengths / 2
        halves[index + 1, index + 1] += self.lengths / 2
        to_nodes = np.cumsum(halves, axis=0)
        at, into = self._places
        part = into / self.lengths[at]
        sums = to_nodes[at]
        rows = np.arange(len(at))
        sums[rows, at] += into * (1 - part / 2)
        sums[rows, at + 1] += into * part / 2
        return np.diff(sums, axis=0, prepend=np.zeros((1, count)))

    @cached_property
    def _places(self) -> tuple[NDArray[np.int64], Floats]:
        """Behind which node each landing is, and how many beats."""
        ticks = np.array([landing.tick for landing in self.path.landings])
        node = np.searchsorted(np.array(self.nodes), ticks, side="right") - 1
        node = np.minimum(node, len(self.nodes) - 2)
        return node, ticks / self.stretch.lattice.ticks_per_beat - self.beats[node]

    def node_seconds(self, beat_seconds: Floats) -> Floats:
        """When the nodes are reached, in ramps of tempo."""
        ends = _ramp_seconds(beat_seconds[:-1], beat_seconds[1:], self.lengths, self.lengths)
        return np.concatenate([[0.0], np.cumsum(ends)])

    def gap_seconds(self, beat_seconds: Floats) -> Floats:
        """How long the gaps are in ramps of tempo."""
        node, into = self._places
        first, last = beat_seconds[node], beat_seconds[node + 1]
        landings = self.node_seconds(beat_seconds)[node]
        landings = landings + _ramp_seconds(first, last, self.lengths[node], into)
        return np.diff(landings, prepend=0.0)

    @cached_property
    def percents_of_change(self) -> Floats:
        """Per cent per beat in each ramp, for each second a beat that it changes by."""
        percents: Floats = 100.0 / (self.lengths * self.mean_beats)
        return percents

    @cached_property
    def bounds_frames(self) -> tuple[Floats, Floats]:
        """By how many frames each landing may be off its aim: at least (≤ 0) and at most (≥ 0)."""
        frame = self.stretch.frame_seconds
        anchors = [landing.anchor for landing in self.path.landings]
        early = np.array([(anchor.early - anchor.at) / frame for anchor in anchors])
        late = np.array([(anchor.late - anchor.at) / frame for anchor in anchors])
        return np.minimum(early + _ROUNDING_FRAMES, 0.0), np.maximum(late - _ROUNDING_FRAMES, 0.0)

    @cached_property
    def weights(self) -> Floats:
        return np.array([landing.anchor.weight for landing in self.path.landings])

    @cached_property
    def held(self) -> dict[int, float]:
        """Nodes whose seconds a beat are fixed, by what stays before and behind the stretch."""
        held = {}
        if self.stretch.first_beat_seconds is not None:
            held[0] = self.stretch.first_beat_seconds
        if self.stretch.goal is not None:
            held[len(self.nodes) - 1] = self.stretch.goal.beat_seconds
        return held


def _ramp_seconds(first: Floats, last: Floats, length: Floats, into: Floats) -> Floats:
    """Seconds from a ramp's start to `into` beats of its `length`; tempo grows evenly per beat."""
    growth = (first / last - 1) / length
    x = growth * into
    small = np.abs(x) < 1e-9
    part: Floats = np.where(small, 1 - x / 2, np.log1p(x) / np.where(small, 1.0, x))
    return first * into * part


@dataclass(frozen=True)
class Curve:
    """Seconds a beat at the nodes of a course, between which the tempo grows evenly."""

    course: Course
    beat_seconds: Floats

    @cached_property
    def steepest(self) -> float:
        """The largest change per beat, in parts of the slower tempo."""
        tempo = 1 / self.beat_seconds
        changes = np.abs(np.diff(tempo)) / self.course.lengths / np.minimum(tempo[1:], tempo[:-1])
        return float(changes.max(initial=0.0))

    @cached_property
    def over_range(self) -> float:
        """How far the tempo leaves the range, in parts of its ends."""
        tempi, beat = self.course.stretch.tempi, self.beat_seconds
        return float(max(tempi.quickest / beat.min() - 1, beat.max() / tempi.slowest - 1, 0.0))

    @cached_property
    def worst_frames(self) -> float:
        misses = np.cumsum(self.course.gap_seconds(self.beat_seconds)) - self.course.aims
        return float(np.abs(misses).max(initial=0.0) / self.course.stretch.frame_seconds)

    @property
    def keeps_limits(self) -> bool:
        limit = self.course.stretch.tempi.max_change
        return self.steepest <= limit * (1 + 1e-9) and self.over_range <= 1e-9

    @property
    def price(self) -> float:
        """What is wrong with it, the lower the better."""
        excess = max(0.0, self.steepest - self.course.stretch.tempi.max_change)
        return (
            1000 * self.course.path.skipped
            + 20_000 * excess
            + 300 * self.over_range
            + self.course.path.cost
            + 0.5 * self.worst_frames
        )
