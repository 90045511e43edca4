"""Tubes: lines as thin round bodies, for formats and programs that show no lines."""

from __future__ import annotations

import numpy as np
from vtkmodules.util.numpy_support import vtk_to_numpy
from vtkmodules.vtkFiltersCore import vtkStripper, vtkTriangleFilter, vtkTubeFilter

from .shape import Shape
from .vtk_data import polydata

SIDES = 10
RADIUS = {"path": 0.0125, "contours": 0.002, "axes": 0.003, "measured": 0.005}  # in scene units, as they are drawn


def tubes(shape: Shape, radius: float) -> Shape:
    """The segments of a shape as triangles around them; values and colours are those of the nearest point of the line."""
    joined = vtkStripper()
    joined.SetInputData(polydata(shape))
    joined.JoinContiguousSegmentsOn()
    tube = vtkTubeFilter()
    tube.SetInputConnection(joined.GetOutputPort())
    tube.SetRadius(radius)
    tube.SetNumberOfSides(SIDES)
    tube.CappingOn()
    triangles = vtkTriangleFilter()
    triangles.SetInputConnection(tube.GetOutputPort())
    triangles.Update()
    made = triangles.GetOutput()
    data = made.GetPointData()
    values = {name: vtk_to_numpy(data.GetArray(name)) for name in shape.data}
    return Shape(
        vtk_to_numpy(made.GetPoints().GetData()).astype(float),
        vtk_to_numpy(made.GetPolys().GetConnectivityArray()).reshape(-1, 3),
        values,
        np.asarray(vtk_to_numpy(data.GetArray("color")), np.uint8),
        shape.title,
    )
