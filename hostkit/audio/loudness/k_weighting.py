"""The K-weighting of BS.1770-4, Annex 1: a high shelf, then a high-pass.

The filter is computed block by block as matrix products, which is five times quicker than
sample by sample. With its four states s at the start of a block of L samples x:

    y = x·H + s·O          (the block's response to its own samples, and to the past)
    s' = x·R + s·M         (the states at the start of the next block)

The recursion s → s' runs over blocks inside a hop, then over hops inside a chunk, each
level again as one product (`_Recursion`).
"""

from __future__ import annotations

import math
from functools import cache

import numpy as np
from numpy.typing import NDArray

from hostkit.audio.loudness.hops import HOPS_PER_CHUNK, MAX_SMALL_PRODUCT, HopGrid

Matrix = NDArray[np.float64]

_STATES = 4
_DENORMAL = 1e-30  # states below are silence; arithmetic on denormal numbers is slow


class KWeighting:
    """K-weights channels, chunk after chunk, and measures the energy of each hop.

    Large arrays are kept and written again: allocating them anew for every chunk costs
    more than the arithmetic. One instance serves any number of channels, in one thread.
    """

    def __init__(self, grid: HopGrid) -> None:
        self._grid = grid
        response, free, self._reach, _ = _block_matrices(grid)
        self._of_both = np.vstack([response, free])
        self._in_hop, self._in_chunk = _recursions(grid)
        blocks = HOPS_PER_CHUNK * grid.blocks_per_hop
        self._rows = np.empty((blocks, grid.block_frames + _STATES))  # samples, then states
        self._reached = np.empty((blocks, _STATES))
        self._weighted = np.empty((blocks, grid.block_frames))

    @staticmethod
    def at_rest() -> Matrix:
        """The states before the first sample."""
        return np.zeros((1, _STATES))

    def hop_energies(self, chunk: NDArray[np.float32], states: Matrix) -> tuple[Matrix, Matrix]:
        """Sums of squares of the weighted samples of each hop, and the states afterwards.

        `chunk` is one channel, `(grid.chunk_frames,)`.
        """
        if not states.any() and not chunk.any():  # silence after silence
            return np.zeros(HOPS_PER_CHUNK), states
        size = self._grid.block_frames
        samples = self._rows[:, :size]
        np.copyto(samples, chunk.reshape(-1, size))
        reached = _small_products(samples, self._reach, self._reached)
        reached = reached.reshape(HOPS_PER_CHUNK, -1)
        hop_ends = reached @ self._in_hop.end_of_inputs
        hop_states, end = self._in_chunk.states(hop_ends.reshape(1, -1), states)
        block_states, _ = self._in_hop.states(reached, hop_states.reshape(-1, _STATES))
        np.copyto(self._rows[:, size:], block_states.reshape(-1, _STATES))
        weighted = _small_products(self._rows, self._of_both, self._weighted)
        weighted = weighted.reshape(HOPS_PER_CHUNK, -1)
        end[np.abs(end) < _DENORMAL] = 0.0
        return np.einsum("hf,hf->h", weighted, weighted), end


class _Recursion:
    """s[k+1] = s[k]·M + r[k], over `count` steps, as products with constant matrices."""

    def __init__(self, step: Matrix, count: int) -> None:
        powers = [np.eye(_STATES)]
        for _ in range(count):
            powers.append(powers[-1] @ step)
        self._of_start = np.hstack(powers)
        zero = np.zeros((_STATES, _STATES))
        self._of_inputs = np.vstack(
            [
                np.hstack([powers[k - 1 - j] if j < k else zero for k in range(count + 1)])
                for j in range(count)
            ]
        )
        self.end_of_inputs = np.ascontiguousarray(self._of_inputs[:, -_STATES:])

    def states(self, inputs: Matrix, start: Matrix) -> tuple[Matrix, Matrix]:
        """States before each step, and after the last, for rows of inputs and their starts."""
        every = start @ self._of_start
        every += _small_products(inputs, self._of_inputs)
        return every[:, :-_STATES], every[:, -_STATES:]


@cache
def _recursions(grid: HopGrid) -> tuple[_Recursion, _Recursion]:
    """Over the blocks of a hop, and over the hops of a chunk: short files come by hundreds."""
    _, _, _, step = _block_matrices(grid)
    per_hop = np.linalg.matrix_power(step, grid.blocks_per_hop)
    return _Recursion(step, grid.blocks_per_hop), _Recursion(per_hop, HOPS_PER_CHUNK)


def k_weighting_sections(sample_rate: int) -> Matrix:
    """The two second-order sections (b0 b1 b2 1 a1 a2) at any sample rate.

    BS.1770-4 tabulates them at 48 kHz only; these are the analogue prototypes behind that
    table, bilinear-transformed (parameters after libebur128), equal to it to 1e-12.
    """
    shelf_hz, shelf_db, shelf_q = 1681.974450955533, 3.999843853973347, 0.7071752369554196
    k = math.tan(math.pi * shelf_hz / sample_rate)
    high = 10.0 ** (shelf_db / 20.0)
    band = high**0.4996667741545416
    a0 = 1.0 + k / shelf_q + k * k
    shelf = [
        (high + band * k / shelf_q + k * k) / a0,
        2.0 * (k * k - high) / a0,
        (high - band * k / shelf_q + k * k) / a0,
        1.0,
        2.0 * (k * k - 1.0) / a0,
        (1.0 - k / shelf_q + k * k) / a0,
    ]
    pass_hz, pass_q = 38.13547087602444, 0.5003270373238773
    k = math.tan(math.pi * pass_hz / sample_rate)
    a0 = 1.0 + k / pass_q + k * k
    high_pass = [1.0, -2.0, 1.0, 1.0, 2.0 * (k * k - 1.0) / a0, (1.0 - k / pass_q + k * k) / a0]
    return np.array([shelf, high_pass])


def _state_space(sections: Matrix) -> tuple[Matrix, Matrix, Matrix, float]:
    """Step, input, output and pass-through of two sections in series (transposed form II)."""
    (b0, b1, b2, _, a1, a2), (c0, c1, c2, _, d1, d2) = sections
    step = np.array(
        [
            [-a1, 1.0, 0.0, 0.0],
            [-a2, 0.0, 0.0, 0.0],
            [c1 - d1 * c0, 0.0, -d1, 1.0],
            [c2 - d2 * c0, 0.0, -d2, 0.0],
        ]
    )
    second = np.array([c1 - d1 * c0, c2 - d2 * c0]) * b0
    into = np.array([b1 - a1 * b0, b2 - a2 * b0, *second])
    out = np.array([c0, 0.0, 1.0, 0.0])
    return step, into, out, b0 * c0


@cache
def _block_matrices(grid: HopGrid) -> tuple[Matrix, Matrix, Matrix, Matrix]:
    """H, O, R and M of the module's docstring, for row vectors."""
    step, into, out, through = _state_space(k_weighting_sections(grid.sample_rate))
    size = grid.block_frames
    impulse = np.zeros(size)
    impulse[0] = through
    free = np.empty((_STATES, size))
    reach = np.empty((size, _STATES))
    row, column = out.copy(), into.copy()
    for frame in range(size):
        free[:, frame] = row
        reach[size - 1 - frame] = column
        if frame + 1 < size:
            impulse[frame + 1] = row @ into
        row, column = row @ step, step @ column
    lags = np.arange(size)[None, :] - np.arange(size)[:, None]
    response = np.where(lags >= 0, impulse[np.maximum(lags, 0)], 0.0)
    return response, free, reach, np.linalg.matrix_power(step, size).T


def _small_products(rows: Matrix, matrix: Matrix, out: Matrix | None = None) -> Matrix:
    """`rows @ matrix`, in portions that BLAS keeps on this thread."""
    product = np.empty((rows.shape[0], matrix.shape[1])) if out is None else out
    portion = max(1, MAX_SMALL_PRODUCT // matrix.size)
    for start in range(0, rows.shape[0], portion):
        end = start + portion
        np.matmul(rows[start:end], matrix, out=product[start:end])
    return product
