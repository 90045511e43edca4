"""Grid: the points (α_i, β_j) of a plane, or of a line, at which the loss is evaluated."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np


def ticks(low: float, high: float, count: int) -> np.ndarray:
    """`count` evenly spaced values from low to high, mirror-symmetric. What differs from 0 by rounding alone is exactly 0."""
    if count == 1:
        return np.array([float(low)])
    share = np.arange(count) / (count - 1)
    values = low * share[::-1] + high * share  # 1 − share would not be the mirror image to the last bit
    return np.where(np.abs(values) < 1e-12 * (abs(low) + abs(high)), 0.0, values)


def through_zero(low: float, high: float, count: int) -> tuple[float, float]:
    """The range low…high around 0, widened by about a step at most, so that 0 is one of its `count` ticks."""
    steps = count - 1
    place = min(max(-low / (high - low) * steps, 0.0), float(steps))  # of 0, in steps from the low end
    least, most = int(low < 0), steps - int(high > 0)
    ways = []
    for before in {min(max(way, least), most) for way in (math.floor(place), math.ceil(place))}:
        step = max(-low / before if before else 0.0, high / (steps - before) if before < steps else 0.0)
        ways.append((step, before))
    step, before = min(ways)
    return -before * step, (steps - before) * step


@dataclass(frozen=True)
class Grid:
    """alpha (nx,), beta (ny,): increasing. A line has beta = [0.] and `line` set. Arrays of the grid are (ny, nx): [j, i] = (α_i, β_j)."""

    alpha: np.ndarray
    beta: np.ndarray
    line: bool = False

    @property
    def shape(self) -> tuple[int, int]:
        return len(self.beta), len(self.alpha)

    @property
    def size(self) -> int:
        return len(self.beta) * len(self.alpha)

    def points(self, index: np.ndarray) -> np.ndarray:
        """(k, 2) coordinates (α, β) of flat indices (k,) in row-major order."""
        j, i = np.divmod(index, len(self.alpha))
        return np.stack([self.alpha[i], self.beta[j]], axis=1)

    @cached_property
    def levels(self) -> list[tuple[np.ndarray, np.ndarray]]:
        """Nested lattices (rows, columns), coarse to fine; the last is the whole grid."""
        nested, count = [], 2
        rows, columns = np.zeros(0, int), np.zeros(0, int)
        while len(rows) < len(self.beta) or len(columns) < len(self.alpha):
            rows, columns = (
                np.union1d(old, _spread(n, count)) for old, n in ((rows, self.shape[0]), (columns, self.shape[1]))
            )
            nested.append((rows, columns))
            count = 2 * count - 1
        return nested

    def sparse(self, most: int) -> np.ndarray:
        """(ny, nx) bool: every n-th row and column, at most `most` each way: for marks that must not run together."""
        rows, columns = (np.arange(n) % -(-n // most) == 0 for n in self.shape)
        return rows[:, None] & columns[None, :]

    def coarse_to_fine(self) -> np.ndarray:
        """All flat indices (nx·ny,), each once: the corners and the centre first, then ever finer lattices."""
        order, seen = [], np.zeros(self.shape, bool)
        for rows, columns in self.levels:
            fresh = np.zeros(self.shape, bool)
            fresh[np.ix_(rows, columns)] = True
            order.append(np.flatnonzero(fresh & ~seen))
            seen |= fresh
        return np.concatenate(order)


def _spread(length: int, count: int) -> np.ndarray:
    return np.unique(np.round(np.linspace(0, length - 1, min(count, length))).astype(int))
