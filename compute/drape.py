"""Drape: heights of a surface between its nodes, on the very triangles that are drawn and exported; so that things can lie on it."""

from __future__ import annotations

import numpy as np

from .mesh import splits


def drape(x_axis: np.ndarray, y_axis: np.ndarray, z: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """(k,) heights over x, y (k,) of the triangles of z (ny, nx), whose nodes are at x_axis (nx,), y_axis (ny,), both rising; NaN beside
    the grid and where there is no triangle."""
    if min(z.shape) < 2:
        return np.full(len(x), np.nan)
    covered = np.ones(len(x), bool)
    for at, axis in ((x, x_axis), (y, y_axis)):
        slack = 1e-9 * (axis[-1] - axis[0])
        covered &= (at >= axis[0] - slack) & (at <= axis[-1] + slack)
    i = np.clip(np.searchsorted(x_axis, x, "right") - 1, 0, len(x_axis) - 2)
    j = np.clip(np.searchsorted(y_axis, y, "right") - 1, 0, len(y_axis) - 2)
    u, v = _share(x, x_axis, i), _share(y, y_axis, j)
    a, b, c, d = z[j, i], z[j, i + 1], z[j + 1, i + 1], z[j + 1, i]
    rising = splits(a, b, c, d)
    lower = np.where(rising, v <= u, u + v <= 1)
    along = np.where(lower, _on(a, u, b, a, v, c, b), _on(a, v, d, a, u, c, d))
    across = np.where(lower, _on(a, u, b, a, v, d, a), _on(c, 1 - u, d, c, 1 - v, b, c))
    node = np.isin(u, (0.0, 1.0)) & np.isin(v, (0.0, 1.0))  # its own height, whatever its neighbours are
    between = np.where(rising, along, across)
    return np.where(covered, np.where(node, z[j + (v == 1), i + (u == 1)], between), np.nan)


def _share(at: np.ndarray, axis: np.ndarray, cell: np.ndarray) -> np.ndarray:
    """How far through its cell each place is, 0…1; what is off a node by rounding alone is on it."""
    share = np.clip((at - axis[cell]) / (axis[cell + 1] - axis[cell]), 0.0, 1.0)
    return np.where(share < 1e-9, 0.0, np.where(share > 1 - 1e-9, 1.0, share))


def _on(
    corner: np.ndarray, s: np.ndarray, p: np.ndarray, q: np.ndarray, t: np.ndarray, r: np.ndarray, w: np.ndarray
) -> np.ndarray:
    """corner + s·(p − q) + t·(r − w), where a share of 0 takes nothing of a hole."""
    with np.errstate(invalid="ignore"):
        return corner + np.where(s == 0, 0.0, s * (p - q)) + np.where(t == 0, 0.0, t * (r - w))
