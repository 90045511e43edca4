"""Isolines: where a mesh of triangles crosses given levels, exactly as it is drawn, by marching triangles in numpy."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from vtkmodules.vtkCommonDataModel import vtkPolyData
from vtkmodules.vtkFiltersCore import vtkStripper, vtkTubeFilter

from .polydata import fill, pairs


@dataclass(frozen=True)
class Isolines:
    """points (2m, 3) float32: segment k runs from point 2k to 2k + 1. shown (2m,): the level. start, end (2m,): the corners of the
    mesh edge on which a point lies, the smaller index first; level (2m,): which of `count` levels; of `corners` corners."""

    points: np.ndarray
    shown: np.ndarray
    start: np.ndarray
    end: np.ndarray
    level: np.ndarray
    corners: int
    count: int

    @property
    def edge(self) -> np.ndarray:
        """(2m,) int64: equal names are equal points."""
        return (self.start.astype(np.int64) * self.corners + self.end) * self.count + self.level

    @cached_property
    def loose(self) -> vtkPolyData:
        """As loose lines, which cost least."""
        data = vtkPolyData()
        fill(data, self.points, lines=pairs(len(self.points) // 2), scalars=self.shown)
        return data

    def lines(self, data: vtkPolyData) -> None:
        """The loose lines, in a polydata that mappers already show."""
        data.ShallowCopy(self.loose)

    def tubes(self, data: vtkPolyData, radius: float) -> None:
        """Joined, as round tubes."""
        _, first, name = np.unique(self.edge, return_index=True, return_inverse=True)
        joined = vtkPolyData()
        fill(joined, self.points[first], lines=name.reshape(-1, 2), scalars=self.shown[first])
        data.ShallowCopy(tube(joined, radius))


# The two corners at which a line through a triangle enters and leaves from the third one, by which of them lie above the level.
_LONE = np.array([0, 2, 1, 0, 0, 1, 2, 0], np.int8)  # the corner alone on its side; 4·first + 2·second + third
_TURN = np.array([[0, 1, 2], [1, 2, 0], [2, 0, 1]], np.int32)


def isolines(
    points: np.ndarray, shown: np.ndarray, triangles: np.ndarray, levels: np.ndarray, rank: np.ndarray
) -> Isolines:
    """points (N, 3), shown (N,), triangles (m, 3), levels (k,) increasing, in units of `shown`, rank (N,) as
    `ranks` gives it. On each triangle the lines
    are those of linear interpolation, so that they lie on it; a plateau at a level has none."""
    at = rank.take(triangles)  # (m, 3)
    low = np.minimum(np.minimum(at[:, 0], at[:, 1]), at[:, 2])
    many = np.maximum(np.maximum(at[:, 0], at[:, 1]), at[:, 2]) - low
    crossed = np.flatnonzero(many)
    many = many[crossed].astype(np.int32)
    which = np.repeat(crossed.astype(np.int32), many)
    before = np.cumsum(many, dtype=np.int32) - many
    level = np.arange(len(which), dtype=np.int32) - np.repeat(before - low[crossed], many)
    above = (at.take(which, axis=0) > level[:, None]).view(np.int8)
    lone = _LONE.take(4 * above[:, 0] + 2 * above[:, 1] + above[:, 2])
    corners = triangles.ravel().take(3 * which[:, None] + _TURN.take(lone, axis=0))  # (s, 3): the lone one first
    apex, feet = corners[:, :1], corners[:, 1:]
    # From the smaller index to the larger one, so that both triangles of an edge find the very same point.
    a, b = np.minimum(apex, feet).ravel(), np.maximum(apex, feet).ravel()
    level = np.repeat(level, 2)
    from_, height = shown.take(a), levels.take(level)
    share = ((height - from_) / (shown.take(b) - from_)).astype(np.float32)
    found, way = points.take(a, axis=0), points.take(b, axis=0)
    way -= found
    way *= share[:, None]
    found += way
    return Isolines(found, height, a, b, level, len(points), len(levels))


def ranks(shown: np.ndarray, levels: np.ndarray) -> np.ndarray:
    """How many of the levels lie below each value; one can only be crossed where neighbours differ in this."""
    if len(levels) == 1:  # what a moving threshold asks for
        return (shown > levels[0]).view(np.int8)
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
