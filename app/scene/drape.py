"""Drape: heights of the surface between its nodes, on the very triangles that are drawn; so that things can lie on it."""

from __future__ import annotations

import numpy as np

from ...compute.relief import to_scene
from .march import splits
from .sheet import Sheet


def spot(sheet: Sheet, alpha: float, beta: float) -> np.ndarray:
    """(3,) the point of the drawn surface at (α, β), in scene units. Height NaN beside the grid and at holes."""
    x, y = places(sheet, np.array([alpha]), np.array([beta]))
    return np.array([x[0], y[0], drape(sheet, x, y)[0]])


def places(sheet: Sheet, alpha: np.ndarray, beta: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Scene coordinates x, y (k,) of α, β (k,)."""
    half_x, half_y = sheet.size
    return to_scene(alpha, sheet.grid.alpha, half_x), to_scene(beta, sheet.grid.beta, half_y)


def drape(sheet: Sheet, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """(k,) heights of the drawn triangles over x, y (k,), in scene units; NaN beside the grid and where there is no triangle."""
    if min(sheet.heights.shape) < 2:
        return np.full(len(x), np.nan)
    inside = (np.abs(x) <= abs(sheet.x[0]) + 1e-9) & (np.abs(y) <= abs(sheet.y[0]) + 1e-9)
    i = np.clip(np.searchsorted(sheet.x, x, "right") - 1, 0, len(sheet.x) - 2)
    j = np.clip(np.searchsorted(sheet.y, y, "right") - 1, 0, len(sheet.y) - 2)
    u, v = _share(x, sheet.x, i), _share(y, sheet.y, j)
    z = sheet.heights
    a, b, c, d = z[j, i], z[j, i + 1], z[j + 1, i + 1], z[j + 1, i]
    rising = splits(a, b, c, d)
    lower = np.where(rising, v <= u, u + v <= 1)
    along = np.where(lower, _on(a, u, b, a, v, c, b), _on(a, v, d, a, u, c, d))
    across = np.where(lower, _on(a, u, b, a, v, d, a), _on(c, 1 - u, d, c, 1 - v, b, c))
    node = np.isin(u, (0.0, 1.0)) & np.isin(v, (0.0, 1.0))  # its own height, whatever its neighbours are
    between = np.where(rising, along, across)
    return np.where(inside, np.where(node, z[j + (v == 1), i + (u == 1)], between), np.nan)


def _share(at: np.ndarray, axis: np.ndarray, cell: np.ndarray) -> np.ndarray:
    """How far through its cell each place is, 0…1; what is off a node by rounding alone is on it."""
    share = np.clip((at - axis[cell]) / (axis[cell + 1] - axis[cell]), 0.0, 1.0)
    return np.where(share < 1e-9, 0.0, np.where(share > 1 - 1e-9, 1.0, share))


def _on(corner, s, p, q, t, r, w) -> np.ndarray:
    """corner + s·(p − q) + t·(r − w), where a share of 0 takes nothing of a hole."""
    with np.errstate(invalid="ignore"):
        return corner + np.where(s == 0, 0.0, s * (p - q)) + np.where(t == 0, 0.0, t * (r - w))
