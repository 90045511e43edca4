"""Anchors: the points that are evaluated on all samples; their samples' losses, interpolated, are the control variate of the others.

A point's loss is estimated as C̄ + mean of (ℓ_i − c_i) over a random subset, where c_i is sample i's loss interpolated between the
anchors around the point and C̄ the mean of c over all samples, which is known. What has to be sampled is only how the landscape
differs from the interpolation, sample by sample (control variates: Hammersley and Handscomb, Monte Carlo Methods, 1964, §5.5)."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from ..grid import Grid

STEP = 5  # grid steps from anchor to anchor, at least
SIDE = 21  # anchors a side, at most
MEMORY = 256 * 2**20  # bytes of the anchors' losses, at most


def anchor_lattice(grid: Grid, numbers: int) -> tuple[np.ndarray, np.ndarray]:
    """(rows, columns) of the anchors: every k-th grid line and the last one. numbers: measures × samples, of which each anchor
    keeps one float32 a piece."""
    step = STEP
    while True:
        rows, columns = (_every(length, step) for length in grid.shape)
        if max(len(rows), len(columns)) <= SIDE and 4 * len(rows) * len(columns) * numbers <= MEMORY:
            return rows, columns
        if step >= max(grid.shape):
            return rows, columns
        step += 1


def _every(length: int, step: int) -> np.ndarray:
    count = max(1, math.ceil((length - 1) / step))
    return np.unique(np.round(np.linspace(0, length - 1, count + 1)).astype(int)) if length > 1 else np.zeros(1, int)


class Anchors:
    """rows, columns: of the lattice. index: flat grid indices of the anchors, coarse to fine. each: flat index → (measures, n)
    float32, the losses and metrics of all samples, in drawn order."""

    def __init__(self, grid: Grid, measures: int, samples: int) -> None:
        self.grid, self.measures, self.samples = grid, measures, samples
        self.rows, self.columns = anchor_lattice(grid, measures * samples)
        order, ours = grid.coarse_to_fine(), np.zeros(grid.shape, bool)
        ours[np.ix_(self.rows, self.columns)] = True
        self.index = order[ours.flat[order]]
        self._each: dict[int, np.ndarray] = {}
        self._means: dict[int, np.ndarray] = {}

    def add(self, each: Mapping[int, np.ndarray]) -> None:
        """Enter anchors' losses; what has another shape is not ours and is left out."""
        for index, table in each.items():
            if table.shape == (self.measures, self.samples):
                self._each[index] = table
                self._means[index] = table.mean(1, dtype=np.float64)

    @property
    def missing(self) -> np.ndarray:
        """Flat indices of the anchors whose losses are not known."""
        return np.array([k for k in self.index if int(k) not in self._each], int)

    def control(self, index: int, spans: Sequence[slice]) -> tuple[np.ndarray, np.ndarray]:
        """(c, C̄) of a point: (measures, m) interpolated values of the samples in these spans, and (measures,) their means over
        all samples. Zeros where they are not finite: there is nothing to compare with then."""
        part, mean = np.zeros((self.measures, sum(span.stop - span.start for span in spans))), np.zeros(self.measures)
        for anchor, weight in self._around(index):
            part += weight * np.concatenate([self._each[anchor][:, span] for span in spans], axis=1) if spans else 0.0
            mean += weight * self._means[anchor]
        if not np.isfinite(mean).all():
            return np.zeros_like(part), np.zeros_like(mean)
        return part, mean

    def cells(self) -> np.ndarray:
        """(grid.size,): which cell of the lattice each grid point lies in."""
        rows, columns = (
            np.searchsorted(lattice, np.arange(length), side="right")
            for lattice, length in zip((self.rows, self.columns), self.grid.shape, strict=True)
        )
        return (rows[:, None] * (len(self.columns) + 1) + columns[None, :]).ravel()

    def _around(self, index: int) -> Iterator[tuple[int, float]]:
        """The anchors around a point with their bilinear weights."""
        nx = len(self.grid.alpha)
        j, i = divmod(int(index), nx)
        for row, v in _ends(self.rows, self.grid.beta, j):
            for column, u in _ends(self.columns, self.grid.alpha, i):
                yield row * nx + column, u * v


def _ends(lattice: np.ndarray, axis: np.ndarray, at: int) -> list[tuple[int, float]]:
    """The lattice lines around grid line `at`, with their linear weights."""
    place = int(np.searchsorted(lattice, at))
    if lattice[place] == at:
        return [(at, 1.0)]
    low, high = int(lattice[place - 1]), int(lattice[place])
    share = float((axis[at] - axis[low]) / (axis[high] - axis[low]))
    return [(low, 1 - share), (high, share)]
