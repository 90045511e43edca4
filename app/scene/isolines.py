"""Isolines: where a mesh of triangles crosses given levels, exactly as it is drawn, by marching triangles in numpy."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from vtkmodules.vtkCommonDataModel import vtkPolyData
from vtkmodules.vtkFiltersCore import vtkStripper, vtkTubeFilter

from .polydata import fill, pairs


@dataclass(frozen=True)
class Isolines:
    """points (2m, 3) float32: segment k runs from point 2k to 2k + 1. shown (2m,): the level. edge (2m,) int64: names the
    mesh edge and level on which a point lies, so that equal names are equal points."""

    points: np.ndarray
    shown: np.ndarray
    edge: np.ndarray

    def lines(self, data: vtkPolyData) -> None:
        """As loose lines, which cost least."""
        fill(data, self.points, lines=pairs(len(self.points) // 2), scalars=self.shown)

    def tubes(self, data: vtkPolyData, radius: float) -> None:
        """Joined, as round tubes."""
        _, first, name = np.unique(self.edge, return_index=True, return_inverse=True)
        joined = vtkPolyData()
        fill(joined, self.points[first], lines=name.reshape(-1, 2), scalars=self.shown[first])
        data.ShallowCopy(tube(joined, radius))


def isolines(
    points: np.ndarray, shown: np.ndarray, triangles: np.ndarray, levels: np.ndarray, rank: np.ndarray
) -> Isolines:
    """points (N, 3), shown (N,), triangles (m, 3), levels (k,) increasing, in units of `shown`, rank (N,) as
    `ranks` gives it. On each triangle the lines
    are those of linear interpolation, so that they lie on it; a plateau at a level has none."""
    corners = [rank[triangles[:, k]] for k in range(3)]
    low = np.minimum(np.minimum(corners[0], corners[1]), corners[2])
    high = np.maximum(np.maximum(corners[0], corners[1]), corners[2])
    crossed = np.flatnonzero(high > low)
    many = (high - low)[crossed].astype(np.int64)
    which = np.repeat(crossed, many)
    level = np.arange(len(which)) - np.repeat(np.cumsum(many) - many - low[crossed], many)
    first, second, third = (corner[which] > level for corner in corners)
    lone = np.where(first == second, 2, np.where(first == third, 1, 0))  # the corner that is alone on its side
    flat = triangles.ravel()
    apex, left, right = (flat[3 * which + (lone + k) % 3] for k in range(3))
    segments, edges = [], []
    for foot in (left, right):
        # From the smaller index to the larger one, so that both triangles of an edge find the very same point.
        a, b = np.minimum(apex, foot), np.maximum(apex, foot)
        share = ((levels[level] - shown[a]) / (shown[b] - shown[a])).astype(np.float32)[:, None]
        start = points[a]
        segments.append(start + share * (points[b] - start))
        edges.append((a.astype(np.int64) * len(points) + b) * len(levels) + level)
    return Isolines(
        np.stack(segments, axis=1).reshape(-1, 3), np.repeat(levels[level], 2), np.stack(edges, axis=1).ravel()
    )


def ranks(shown: np.ndarray, levels: np.ndarray) -> np.ndarray:
    """How many of the levels lie below each value; one can only be crossed where neighbours differ in this."""
    return np.searchsorted(levels, shown).astype(np.int16)


def tube(lines: vtkPolyData, radius: float, sides: int = 8) -> vtkPolyData:
    """Lines → tubes, in scene units, with the lines' scalars."""
    strips = vtkStripper()
    strips.SetInputData(lines)
    strips.SetMaximumLength(100_000)
    round_ = vtkTubeFilter()
    round_.SetInputConnection(strips.GetOutputPort())
    round_.SetRadius(radius)
    round_.SetNumberOfSides(sides)
    round_.CappingOn()
    round_.Update()
    return round_.GetOutput()
