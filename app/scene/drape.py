"""Drape (of a scene): places and heights on the drawn surface, in scene units."""

from __future__ import annotations

import numpy as np

from ...compute import drape as triangles
from ...compute.relief import to_scene
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
    return triangles.drape(sheet.x, sheet.y, sheet.heights, x, y)
