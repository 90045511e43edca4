"""Heights: recognises the grid in the points of a mesh, so that a height field becomes a surface again."""

from __future__ import annotations

import numpy as np

from ..errors import NoHeightField

SAME = 1e-5  # of the range: coordinates nearer than that are one
SHARE = 0.6  # of the points that must lie on the grid


def grid_of(points: np.ndarray, name: str) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """points (n, 3) → alpha (nx,) and beta (ny,), increasing; index (ny, nx) of the point at each place, and whether there is one. Where
    several lie at a place (the base of a solid) the highest counts. Raises LossvistaError where the points are no height field over a
    grid."""
    finite = np.isfinite(points).all(axis=1)
    use = np.flatnonzero(finite)
    alpha, i = _lines(points[use, 0])
    beta, j = _lines(points[use, 1])
    on = (i >= 0) & (j >= 0)
    if len(alpha) < 2 or len(beta) < 2 or on.mean() < SHARE:
        raise _no_height_field(name)
    use, i, j = use[on], i[on], j[on]
    index = np.zeros((len(beta), len(alpha)), int)
    there = np.zeros(index.shape, bool)
    order = np.argsort(points[use, 2], kind="stable")  # the highest comes last and stays
    index[j[order], i[order]] = use[order]
    there[j, i] = True
    if there.mean() < 0.1 or there.sum() < 4:
        raise _no_height_field(name)
    return alpha, beta, index, there


def _lines(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The coordinates that many points share (k,), and for each point which of them is its own (n,), −1 for none."""
    if not len(values):
        return np.zeros(0), np.zeros(0, int)
    step = SAME * (float(np.ptp(values)) or 1.0)
    order = np.argsort(values)
    fresh = np.r_[True, np.diff(values[order]) > step]
    group = np.empty(len(values), int)
    group[order] = np.cumsum(fresh) - 1
    counts = np.bincount(group)
    kept = counts >= max(2, 0.1 * counts.max())
    middle = np.bincount(group, values) / counts
    return middle[kept], np.where(kept, np.cumsum(kept) - 1, -1)[group]


def _no_height_field(name: str) -> NoHeightField:
    return NoHeightField(
        f"'{name}' is not the surface of a function over a grid: its points do not lie in rows and columns.",
        "A landscape can be made of meshes with one height at each grid point; the window shows any other mesh as it is.",
    )
