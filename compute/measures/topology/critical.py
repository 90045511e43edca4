"""Critical points: the minima, saddles and maxima of a surface, each with the persistence that says how much it counts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .complex import Complex
from .pairs import NEVER, Pairs

MINIMUM, SADDLE, MAXIMUM = 0, 1, 2
KINDS = ("minimum", "saddle", "maximum")


@dataclass(frozen=True)
class Critical:
    """k points, those of the most persistent pairs first. kind (k,): MINIMUM, SADDLE or MAXIMUM. at (k, 2): row j and column i,
    fractional for a saddle inside a cell. value, birth, death (k,): in the field's units; birth and death are the values between which
    the feature lives that begins or ends here, the death of one that stays inf. partner (k,): the point at its other end, −1 where there
    is none. many (k,): how many pairs a saddle belongs to. plateau (k,): how many nodes of equal value are one with it. rim (k,): of an
    extremum whether that touches the rim of the domain, where it may go on; of a saddle, whose level lines run to the rim in any case,
    whether all of it lies there. row: (a pair's vertex, its kind) → the point that it is part of."""

    kind: np.ndarray
    at: np.ndarray
    value: np.ndarray
    birth: np.ndarray
    death: np.ndarray
    partner: np.ndarray
    many: np.ndarray
    plateau: np.ndarray
    rim: np.ndarray
    row: dict[tuple[int, int], int]

    def __len__(self) -> int:
        return len(self.kind)

    @property
    def persistence(self) -> np.ndarray:
        """(k,) death − birth; inf for what never ends."""
        return self.death - self.birth

    def counts(self, rim: bool = False) -> tuple[int, int, int]:
        """Minima, saddles (each as often as it joins) and maxima; without those of the rim unless these are asked for as well."""
        these = self.rim <= rim
        found = [int(self.many[these & (self.kind == kind)].sum()) for kind in (MINIMUM, SADDLE, MAXIMUM)]
        return found[0], found[1], found[2]


def critical_points(complex: Complex, pairs: Pairs, measured: np.ndarray | None = None) -> Critical:
    """The points of these pairs: one for each kind and plateau, at the plateau's node that is nearest to its middle. measured (n,):
    an increasing function of the values by which the most persistent one is found; the values themselves unless it is given."""
    value = complex.values
    merging = SADDLE if complex.flat else MAXIMUM
    first = np.concatenate([pairs.low, pairs.born])
    last = np.concatenate([pairs.at, pairs.high])
    kinds = np.repeat([[MINIMUM, merging], [SADDLE, MAXIMUM]], [len(pairs.low), len(pairs.born)], axis=0)
    death = np.where(last == NEVER, np.inf, value[np.maximum(last, 0)])
    ended = last != NEVER
    vertex = np.concatenate([first, last[ended]])
    kind = np.concatenate([kinds[:, 0], kinds[ended, 1]])
    pair = np.concatenate([np.arange(len(first)), np.flatnonzero(ended)])
    labels, sizes, middles, touched, within = _plateaus(complex, vertex)
    on_rim = np.where(kind == SADDLE, within, touched)
    lasting = np.concatenate(pairs.spans(value if measured is None else measured))[pair]
    order = np.lexsort((np.arange(len(vertex)), -lasting))
    key = labels[order] * 3 + kind[order]
    _, chosen, group = np.unique(key, return_index=True, return_inverse=True)
    many = np.bincount(group.ravel(), minlength=len(chosen))
    rows = order[chosen]  # the most persistent of each group
    again = np.lexsort((labels[rows], kind[rows], value[vertex[rows]], -lasting[rows]))
    rows, many = rows[again], many[again]
    place = np.full(3 * (int(labels.max(initial=-1)) + 1), -1)
    place[labels[rows] * 3 + kind[rows]] = np.arange(len(rows))
    row = dict(zip(zip(vertex.tolist(), kind.tolist(), strict=True), place[labels * 3 + kind].tolist(), strict=True))
    begins = rows < len(first)
    other = np.where(begins, last[pair[rows]], first[pair[rows]]).tolist()
    other_kind = np.where(begins, kinds[pair[rows], 1], kinds[pair[rows], 0]).tolist()
    partner = np.array([row.get(one, -1) for one in zip(other, other_kind, strict=True)], np.int64)
    return Critical(
        kind[rows],
        complex.at[middles[rows]],
        value[vertex[rows]],
        value[first][pair[rows]],
        death[pair[rows]],
        partner,
        many,
        sizes[rows],
        on_rim[rows],
        row,
    )


def _plateaus(complex: Complex, vertex: np.ndarray) -> tuple[np.ndarray, ...]:
    """Of each vertex (k,): the label of its plateau, how many nodes that has, the node nearest to its middle, and whether it touches
    the rim, or lies there wholly."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    count = len(complex.values)
    level = complex.edges[complex.values[complex.edges[:, 0]] == complex.values[complex.edges[:, 1]]]
    ones = np.ones(len(level), np.int8)
    graph = coo_array((ones, (level[:, 0], level[:, 1])), shape=(count, count))
    _, label = connected_components(graph, directed=False)
    size = np.bincount(label)
    on_rim = np.bincount(label, complex.rim)
    middle = np.stack([np.bincount(label, complex.at[:, k]) for k in (0, 1)], axis=1) / size[:, None]
    away = np.linalg.norm(complex.at - middle[label], axis=1)
    order = np.lexsort((away, label))
    nearest = order[np.r_[0, np.cumsum(size)[:-1]]] if count else order
    of = label[vertex]
    return of, size[of], nearest[of], on_rim[of] > 0, on_rim[of] == size[of]
