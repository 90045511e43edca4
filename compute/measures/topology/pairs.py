"""Pairs: which features of a surface are born and die together, by the elder rule: persistent homology of its sublevel sets."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .complex import Complex

NEVER = -1  # a death that does not come


@dataclass(frozen=True)
class Merges:
    """Of the sublevel sets of a graph: the components `died` (k,), by their lowest vertex, ended at `at` (k,) in `elder` (k,), in
    this order. roots: lowest vertices of the components that are left."""

    died: np.ndarray
    at: np.ndarray
    elder: np.ndarray
    roots: np.ndarray


@dataclass(frozen=True)
class Pairs:
    """Persistence pairs with birth < death in value; those of equal value are what simulation of simplicity makes of a plateau, and
    cancel. Components: low (minimum, vertex), at (the saddle, or on a line the maximum, where it ends; NEVER), elder (the minimum that
    goes on; itself where it never ends). Loops: born (saddle), high (the maximum that fills it; NEVER for one round a hole)."""

    low: np.ndarray
    at: np.ndarray
    elder: np.ndarray
    born: np.ndarray
    high: np.ndarray

    def spans(self, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Death − birth of components and of loops, in any increasing function of the vertices' values; inf where there is no death.
        Values that are −inf in it (0 under a logarithm) are as far from the others as can be."""
        found = []
        for born, died in ((self.low, self.at), (self.born, self.high)):
            with np.errstate(invalid="ignore"):
                span = np.where(died == NEVER, np.inf, values[np.maximum(died, 0)] - values[born])
            found.append(np.nan_to_num(span, nan=0.0, posinf=np.inf))
        return found[0], found[1]

    def kept(self, components: np.ndarray, loops: np.ndarray) -> Pairs:
        """Some of them. An elder one lives longer than what joins it, so a threshold of persistence takes no branch's stem away."""
        return Pairs(
            self.low[components], self.at[components], self.elder[components], self.born[loops], self.high[loops]
        )


def persistence(complex: Complex) -> Pairs:
    """All pairs of a complex, in dimension 0 from below, in dimension 1 from above by duality: loops of the sublevel set are
    components of what it leaves free (Alexander), the surroundings and holes among them."""
    value, rank, count = complex.values, complex.rank, len(complex.values)
    below = merges(rank, complex.edges)
    real = value[below.died] < value[below.at]
    low = np.concatenate([below.died[real], below.roots])
    at = np.concatenate([below.at[real], np.full(len(below.roots), NEVER)])
    elder = np.concatenate([below.elder[real], below.roots])
    if not complex.flat or not count:
        return Pairs(low, at, elder, low[:0], low[:0])
    holes = complex.regions
    turned = np.concatenate([holes + count - 1 - rank, np.arange(holes)])
    beside = complex.outside + np.array([0, count])
    above = merges(turned, np.concatenate([complex.edges, beside]))
    high = np.where(above.died >= count, NEVER, above.died)
    real = (high == NEVER) | (value[np.maximum(high, 0)] > value[above.at])
    return Pairs(low, at, elder, above.at[real], high[real])


def merges(rank: np.ndarray, edges: np.ndarray) -> Merges:
    """The merges of sublevel sets of a graph with vertices in the order rank (n,), a permutation, and edges (m, 2).

    Each vertex is first led down to its minimum; what is left to do is Kruskal's algorithm over the basins that touch."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import minimum_spanning_tree

    count = len(rank)
    vertex = np.empty(count, np.int64)
    vertex[rank] = np.arange(count)
    ends = rank[edges]
    low, high = ends.min(axis=1), ends.max(axis=1)
    down = np.arange(count)
    np.minimum.at(down, high, low)
    while True:
        further = down[down]
        if np.array_equal(further, down):
            break
        down = further
    basins = np.flatnonzero(down == np.arange(count))  # by rank: the first is the lowest
    number = np.empty(count, np.int64)
    number[basins] = np.arange(len(basins))
    x, y = number[down[low]], number[down[high]]
    across = x != y
    x, y, weight = np.minimum(x, y)[across], np.maximum(x, y)[across], high[across]
    order = np.argsort(weight, kind="stable")
    x, y, weight = x[order], y[order], weight[order]
    _, first = np.unique(x * len(basins) + y, return_index=True)
    shape = (len(basins),) * 2
    tree = minimum_spanning_tree(coo_array((weight[first] + 1.0, (x[first], y[first])), shape=shape).tocsr()).tocoo()
    order = np.argsort(tree.data, kind="stable")
    died, elder = _kruskal(len(basins), tree.row[order].tolist(), tree.col[order].tolist())
    at = np.rint(tree.data[order]).astype(np.int64) - 1
    left = np.ones(len(basins), bool)
    left[died] = False
    return Merges(vertex[basins[died]], vertex[at], vertex[basins[elder]], vertex[basins[left]])


def _kruskal(count: int, first: list[int], second: list[int]) -> tuple[np.ndarray, np.ndarray]:
    """For each edge of a forest, in order: which root ends (the higher number: it was born later), and which one goes on."""
    parent = list(range(count))

    def root(k: int) -> int:
        while parent[k] != k:
            parent[k] = parent[parent[k]]
            k = parent[k]
        return k

    died, elder = [], []
    for x, y in zip(first, second, strict=True):
        p, q = sorted((root(x), root(y)))
        parent[q] = p
        died.append(q)
        elder.append(p)
    return np.array(died, np.int64), np.array(elder, np.int64)
