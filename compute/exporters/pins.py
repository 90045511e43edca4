"""Pins (of an export): the look's pins as points, and the way that two of them measure, over the surface."""

from __future__ import annotations

import numpy as np

from ..colors import hex_share
from ..drape import drape
from ..landscape import Landscape
from ..measure import STEPS, measured
from ..mesh import cut_lines
from ..reading import inside
from ..relief import place, to_scene
from ..style import Style
from ..surface import Mark
from .shape import Shape, resolved

COLOR, WAY = "#ff5c39", "#07131d"  # as they are drawn


class Ground:
    """The exported surface, or the curve of a line, to stand and lie on."""

    def __init__(self, landscape: Landscape, style: Style, raw: bool) -> None:
        surface, self.grid, self.raw = landscape.surface, landscape.surface.grid, raw
        self.surface, self.field = surface, style.relief.field or surface.main
        there = ~np.isin(surface.evaluated, (Mark.NOT_YET, Mark.FAILED))
        values = np.where(there, surface.values(self.field), np.nan)
        relief = resolved(style.relief, values, surface.evaluated)
        self.heights = np.where(np.isfinite(values), values, np.nan) if raw else relief.heights(values)
        clip = relief.clip
        self.top = np.inf if clip is None else float(clip if raw else relief.heights(np.array(clip)))

    def points(self, alpha: np.ndarray, beta: np.ndarray) -> np.ndarray:
        """(k, 3) where α, β (k,) are on it; heights NaN beside it and at holes."""
        grid = self.grid
        if grid.line:
            known = np.isfinite(self.heights[0])
            z = np.full(len(alpha), np.nan)
            if known.any():
                z = np.interp(alpha, grid.alpha, self.heights[0], left=np.nan, right=np.nan)
            x, y = alpha, np.zeros(len(alpha))
        else:
            z, x, y = drape(grid.alpha, grid.beta, self.heights, alpha, beta), alpha, beta
        if not self.raw:
            half_x, half_y = (abs(float(axis[0])) or 1.0 for axis in place(grid))
            x, y = to_scene(x, grid.alpha, half_x), y if grid.line else to_scene(y, grid.beta, half_y)
        return np.stack([x, y, z], axis=1)

    def data(self, alpha: np.ndarray, beta: np.ndarray) -> dict[str, np.ndarray]:
        """The field's values there, and α and β."""
        values = [self.surface.probe(a, b, self.field)[0] for a, b in zip(alpha.tolist(), beta.tolist(), strict=True)]
        return {self.field: np.array(values, float), "plane_alpha": alpha, "plane_beta": beta}


def pins_of(landscape: Landscape, style: Style, raw: bool) -> Shape | None:
    """Points (k, 3) with cells (k, 1); values: the field's, plane_alpha, plane_beta and `pin`, the place in the look's list, from 1. None
    where there are no pins, or all lie beside the surface or above the threshold."""
    surface, line = landscape.surface, landscape.surface.grid.line
    there = [(pin.alpha, 0.0 if line else pin.beta) for pin in style.pins]
    number = np.flatnonzero([inside(surface, *at) for at in there])
    if not len(number):
        return None
    ground = Ground(landscape, style, raw)
    alpha, beta = np.array(there, float)[number].T
    points = ground.points(alpha, beta)
    with np.errstate(invalid="ignore"):
        seen = points[:, 2] <= ground.top
    if not seen.any():
        return None
    data = {name: values[seen] for name, values in {**ground.data(alpha, beta), "pin": number + 1.0}.items()}
    points = points[seen]
    return Shape(points, np.arange(len(points))[:, None], data, _colors(COLOR, len(points)), landscape.title)


def measured_of(landscape: Landscape, style: Style, raw: bool) -> Shape | None:
    """The way between the two pins that measure, as segments on the surface; values: the field's, plane_alpha, plane_beta, and `share` of
    the way, 0 … 1. What lies above the threshold or over a hole is left out. None where nothing is measured or left."""
    way = measured(landscape, style.relief.field or landscape.surface.main, style.pair)
    if way is None:
        return None
    ground = Ground(landscape, style, raw)
    share = np.unique(np.append(np.linspace(0, 1, STEPS), way.spot))
    alpha, beta = way.at(share)
    points = ground.points(alpha, beta)
    first = np.arange(len(points) - 1)
    segments = np.stack([first, first + 1], axis=1)
    segments = segments[np.isfinite(points[segments, 2]).all(axis=1)]
    left = cut_lines(points[:, 2], segments, None if np.isinf(ground.top) else ground.top)
    if not len(left.cells):
        return None
    data = {name: left.carry(values) for name, values in {**ground.data(alpha, beta), "share": share}.items()}
    kept = left.carry(points)
    return Shape(kept, left.cells, data, _colors(WAY, len(kept)), landscape.title)


def _colors(ink: str, count: int) -> np.ndarray:
    return np.tile(np.r_[np.round(np.array(hex_share(ink)) * 255), 255], (count, 1)).astype(np.uint8)
