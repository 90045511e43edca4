"""Complex: the graph over which the bilinear interpolant of a grid changes its topology: nodes, their edges, and saddles inside cells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Complex:
    """n vertices: the finite nodes, row by row, then the saddles inside cells. values (n,). at (n, 2): row j and column i, fractional
    inside a cell. rank (n,): a total order by value and, where values are equal, by number (simulation of simplicity, Edelsbrunner and
    Mücke 1990). edges (m, 2). outside (k, 2): vertex and the region beside it that holds nothing; region 0 is what lies around
    the grid, the others are holes. regions: how many. rim (n,): on the grid's outermost rows and columns, or beside a hole. flat: whether
    it is a plane; of a line, merges are maxima and there are no loops."""

    values: np.ndarray
    at: np.ndarray
    rank: np.ndarray
    edges: np.ndarray
    outside: np.ndarray
    regions: int
    rim: np.ndarray
    flat: bool


def complex_of(values: np.ndarray) -> Complex:
    """The complex of values (ny, nx); what is not finite is a hole. A cell with a hole at one corner is half there, as it is drawn.

    Four values that alternate round a cell (a, c below b, d) have a saddle inside it, at (ac − bd) / (a + c − b − d). All
    other cells are regular: no connection through them comes sooner than one along their edges."""
    z = np.asarray(values, float)
    ny, nx = z.shape
    there = np.isfinite(z)
    name = np.full(z.shape, -1, np.int64)
    name[there] = np.arange(int(there.sum()))
    own = z[there]
    rank = _ranks(own)
    edges = [_kept(name[:, :-1], name[:, 1:]), _kept(name[:-1], name[1:])]
    at = np.stack(np.nonzero(there), axis=1).astype(float)
    if min(ny, nx) == 1:
        ends = np.zeros(z.shape, bool)
        ends.flat[[0, -1]] = True
        rim = (ends | _beside(~there, False))[there]
        return Complex(own, at, rank, np.concatenate(edges), np.zeros((0, 2), int), 1, rim, False)
    a, b, c, d = (name[s] for s in (np.s_[:-1, :-1], np.s_[:-1, 1:], np.s_[1:, 1:], np.s_[1:, :-1]))
    edges += [_half(a, c, b, d), _half(b, d, a, c)]
    cells = np.flatnonzero(((a >= 0) & (b >= 0) & (c >= 0) & (d >= 0)).ravel())
    corners = np.stack([one.ravel()[cells] for one in (a, b, c, d)], axis=1)
    around = rank[corners]
    first, second = around[:, [0, 2]], around[:, [1, 3]]
    low_first = first.max(axis=1) < second.min(axis=1)
    odd = low_first | (second.max(axis=1) < first.min(axis=1))
    cells, corners, low_first = cells[odd], corners[odd], low_first[odd]
    low = np.where(low_first[:, None], corners[:, [0, 2]], corners[:, [1, 3]])
    high = np.where(low_first[:, None], corners[:, [1, 3]], corners[:, [0, 2]])
    value = _saddle(own[low], own[high])
    inside = (own[low].max(axis=1) < value) & (value < own[high].min(axis=1))
    edges.append(low[~inside])  # alternating by number only: either diagonal will do
    corners, cells, value = corners[inside], cells[inside], value[inside]
    new = len(own) + np.arange(len(cells))
    edges.append(np.stack([np.repeat(new, 4), corners.ravel()], axis=1))
    j, i = np.divmod(cells, nx - 1)
    u, v = _where(own[corners])
    at = np.concatenate([at, np.stack([j + v, i + u], axis=1)])
    whole = np.concatenate([own, value])
    outside, regions = _outside(there, name)
    rim = np.zeros(len(whole), bool)
    rim[outside[:, 0]] = True
    return Complex(whole, at, _ranks(whole), np.concatenate(edges).reshape(-1, 2), outside, regions, rim, True)


def _ranks(values: np.ndarray) -> np.ndarray:
    """(n,) place of each value in their order; of equal ones, the first comes first."""
    rank = np.empty(len(values), np.int64)
    rank[np.argsort(values, kind="stable")] = np.arange(len(values))
    return rank


def _kept(first: np.ndarray, last: np.ndarray) -> np.ndarray:
    """(m, 2) edges whose two ends are there."""
    both = (first >= 0) & (last >= 0)
    return np.stack([first[both], last[both]], axis=1)


def _half(first: np.ndarray, last: np.ndarray, one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """The diagonals first–last of cells with a hole at exactly one of the other corners."""
    half = (first >= 0) & (last >= 0) & ((one >= 0) != (other >= 0))
    return np.stack([first[half], last[half]], axis=1)


def _saddle(low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """(k,) the bilinear saddle's value between two low (k, 2) and two high (k, 2) corners, without overflow."""
    base, least = low.max(axis=1), low.min(axis=1)
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        one, two, down = (x / 4 - base / 4 for x in (high[:, 0], high[:, 1], least))
        return base + 4 * (one * (two / (one + two - down)))


def _where(corners: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Shares (u, v) of the way through their cells at which saddles lie; corners (k, 4): a, b, c, d counterclockwise."""
    a, b, c, d = (corners / 4).T
    twist = a - b + c - d
    with np.errstate(invalid="ignore", divide="ignore"):
        u, v = (a - d) / twist, (a - b) / twist
    return tuple(np.clip(np.nan_to_num(share, nan=0.5), 0.0, 1.0) for share in (u, v))  # type: ignore[return-value]


def _outside(there: np.ndarray, name: np.ndarray) -> tuple[np.ndarray, int]:
    """(k, 2) of vertex and the empty region beside it, and how many regions there are."""
    from scipy.ndimage import label

    empty = np.pad(~there, 1, constant_values=True)
    labelled: Any = label(empty, np.ones((3, 3)))
    regions, many = labelled
    regions = regions - 1  # the corner of the padding comes first, so what lies around is 0
    middle, found = (slice(1, -1), slice(1, -1)), []
    for dj, di in ((0, 1), (0, -1), (1, 0), (-1, 0)):
        beside = np.roll(regions, (dj, di), (0, 1))[middle]
        touch = there & (beside >= 0)
        found.append(np.stack([name[touch], beside[touch]], axis=1))
    return np.unique(np.concatenate(found), axis=0), many


def _beside(empty: np.ndarray, edge: bool) -> np.ndarray:
    """Whether one of the four neighbours is empty; edge: what counts beyond the grid."""
    padded = np.pad(empty, 1, constant_values=edge)
    return padded[:-2, 1:-1] | padded[2:, 1:-1] | padded[1:-1, :-2] | padded[1:-1, 2:]
