"""VTK data: a shape as polydata, and the grid of a surface as a structured grid, with every field in full precision."""

from __future__ import annotations

import numpy as np
from vtkmodules.util.numpy_support import numpy_to_vtk, numpy_to_vtkIdTypeArray
from vtkmodules.vtkCommonCore import vtkPoints, vtkStringArray
from vtkmodules.vtkCommonDataModel import vtkCellArray, vtkPointSet, vtkPolyData, vtkStructuredGrid

from ..relief import place
from ..surface import Mark
from .seen import Seen
from .shape import Shape, resolved

HIDDEN = 2  # vtkDataSetAttributes::HIDDENPOINT, in the array that VTK calls vtkGhostType


def polydata(shape: Shape) -> vtkPolyData:
    """Triangles, segments or points. Point arrays: all values, the shown field active, and `color` (RGBA)."""
    corners = shape.cells.shape[1]
    cells = vtkCellArray()
    offsets = np.arange(0, shape.cells.size + 1, corners, dtype=np.int64)
    cells.SetData(
        numpy_to_vtkIdTypeArray(offsets, deep=True),
        numpy_to_vtkIdTypeArray(shape.cells.ravel().astype(np.int64), deep=True),
    )
    data = vtkPolyData()
    data.SetPoints(_points(shape.points))
    {3: data.SetPolys, 2: data.SetLines, 1: data.SetVerts}[corners](cells)
    _fill(data, {**shape.data, "color": shape.colors}, shape.title)
    return data


def structured(seen: Seen) -> tuple[vtkStructuredGrid, int]:
    """All points of the grid, those that cannot be drawn or lie above the threshold as hidden ones; and how many of the latter.
    Hidden points that have no height lie at the bottom."""
    surface, grid = seen.landscape.surface, seen.landscape.surface.grid
    name = seen.style.relief.field or surface.main
    there = ~np.isin(surface.evaluated, (Mark.NOT_YET, Mark.FAILED))
    values = np.where(there, surface.values(name), np.nan)
    relief = resolved(seen.style.relief, values, surface.evaluated)
    heights = values if seen.raw else relief.heights(values)
    drawn = np.isfinite(heights)
    above = drawn & (values > (np.inf if relief.clip is None else relief.clip))
    x, y = (grid.alpha, grid.beta) if seen.raw else place(grid)
    y = np.zeros(1) if grid.line else y
    low = float(heights[drawn].min()) if drawn.any() else 0.0
    points = np.stack([np.tile(x, len(y)), np.repeat(y, len(x)), np.where(drawn, heights, low).ravel()], axis=1)
    data = vtkStructuredGrid()
    data.SetDimensions(len(x), len(y), 1)
    data.SetPoints(_points(points))
    alpha, beta = np.tile(grid.alpha, len(y)), np.repeat(grid.beta, len(x))
    fields = {key: field.ravel() for key, field in surface.fields.items()}
    arrays = {name: fields.pop(name), "plane_alpha": alpha, "plane_beta": beta, **fields}
    arrays |= {"evaluated": surface.evaluated.ravel(), "samples": surface.samples.ravel()}
    hidden = ~drawn | above
    if hidden.any():
        arrays["vtkGhostType"] = np.where(hidden, HIDDEN, 0).astype(np.uint8).ravel()
    _fill(data, arrays, seen.landscape.title)
    return data, int(above.sum())


def _points(points: np.ndarray) -> vtkPoints:
    made = vtkPoints()
    made.SetDataTypeToDouble()
    made.SetData(numpy_to_vtk(np.ascontiguousarray(points, np.float64), deep=True))
    return made


def _fill(data: vtkPointSet, arrays: dict[str, np.ndarray], title: str) -> None:
    """arrays: the active scalars first."""
    for name, values in arrays.items():
        array = numpy_to_vtk(np.ascontiguousarray(values), deep=True)
        array.SetName(name)
        data.GetPointData().AddArray(array)
    data.GetPointData().SetActiveScalars(next(iter(arrays)))
    words = vtkStringArray()
    words.SetName("title")
    words.InsertNextValue(title)
    data.GetFieldData().AddArray(words)
