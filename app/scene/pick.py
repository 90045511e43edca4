"""Pick: what lies under a pixel, read out exactly at the nodes of the grid."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...compute.surface import Mark, Surface, least_certain
from .camera import Projection
from .march import march
from .sheet import Sheet

NEAR = 7.0  # a node so many 72-dpi pixels away is meant


@dataclass(frozen=True)
class Pick:
    """The read-out at a point. value: in the field's units; NaN where it is not known. at_node: stored, else the bilinear
    one of the four nodes around. mark: how it came to be; between nodes, that of the least certain of the four.
    position: in scene units. node: flat grid index, or None."""

    alpha: float
    beta: float
    value: float
    at_node: bool
    mark: Mark
    position: tuple[float, float, float]
    node: int | None = None


def pick(
    sheet: Sheet, surface: Surface, clip: float | None, seen: Projection, at: tuple[float, float], scale: float
) -> Pick | None:
    """The nearest thing drawn under the pixel `at`, or None. What the threshold has cut away is looked through."""
    cut = sheet.cut(clip)
    hit = march(sheet, *seen.ray(*at), np.inf if cut is None else cut)
    if hit is None:
        return None
    j, i = (
        int(np.clip(np.searchsorted(axis, v, "right") - 1, 0, len(axis) - 2))
        for axis, v in ((sheet.y, hit[1]), (sheet.x, hit[0]))
    )
    rows, columns = np.array([j, j, j + 1, j + 1]), np.array([i, i + 1, i, i + 1])
    corners = np.stack([sheet.x[columns], sheet.y[rows], sheet.heights[rows, columns]], axis=1)
    away = np.linalg.norm(seen.pixels(corners) - np.array(at), axis=1)
    drawn = np.isfinite(corners[:, 2]) & (corners[:, 2] <= (np.inf if cut is None else cut))
    away = np.where(drawn & np.isfinite(away), away, np.inf)
    best = int(away.argmin())
    grid = sheet.grid
    if away[best] <= NEAR * scale:
        row, column = int(rows[best]), int(columns[best])
        value, _ = surface.probe(float(grid.alpha[column]), float(grid.beta[row]), sheet.field)
        return Pick(
            float(grid.alpha[column]),
            float(grid.beta[row]),
            value,
            True,
            Mark(int(surface.evaluated[row, column])),
            tuple(corners[best].tolist()),
            row * len(grid.alpha) + column,
        )
    alpha = float(np.interp(hit[0], sheet.x, grid.alpha))
    beta = float(np.interp(hit[1], sheet.y, grid.beta))
    value, exact = surface.probe(alpha, beta, sheet.field)
    return Pick(alpha, beta, value, exact, least_certain(surface, rows, columns), tuple(hit.tolist()))
