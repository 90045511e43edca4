"""VTP: VTK's XML PolyData with every field in full precision, for ParaView and PyVista."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from vtkmodules.util.numpy_support import numpy_to_vtk, numpy_to_vtkIdTypeArray
from vtkmodules.vtkCommonCore import vtkPoints, vtkStringArray
from vtkmodules.vtkCommonDataModel import vtkCellArray, vtkPolyData
from vtkmodules.vtkIOXML import vtkXMLPolyDataWriter

from ..storage.disk import put
from .shape import Shape


def write(shape: Shape, path: Shape | None, target: Path) -> list[str]:
    """Point arrays: the shown field (the active scalars), plane_alpha, plane_beta, all other fields, evaluated, samples, and
    `color` (RGBA). The descent path becomes `NAME-path.vtp`, with its columns."""
    put(target, _bytes(shape))
    if path is None:
        return []
    beside = target.with_name(f"{target.stem}-path{target.suffix}")
    put(beside, _bytes(path))
    return [f"The descent path is in {beside.name}."]


def _bytes(shape: Shape) -> bytes:
    points = vtkPoints()
    points.SetDataTypeToDouble()
    points.SetData(numpy_to_vtk(np.ascontiguousarray(shape.points, np.float64), deep=True))
    corners = shape.cells.shape[1]
    cells = vtkCellArray()
    offsets = np.arange(0, shape.cells.size + 1, corners, dtype=np.int64)
    cells.SetData(
        numpy_to_vtkIdTypeArray(offsets, deep=True),
        numpy_to_vtkIdTypeArray(shape.cells.ravel().astype(np.int64), deep=True),
    )
    data = vtkPolyData()
    data.SetPoints(points)
    (data.SetPolys if corners == 3 else data.SetLines)(cells)
    for name, values in [*shape.data.items(), ("color", shape.colors)]:
        array = numpy_to_vtk(np.ascontiguousarray(values), deep=True)
        array.SetName(name)
        data.GetPointData().AddArray(array)
    data.GetPointData().SetActiveScalars(next(iter(shape.data)))
    title = vtkStringArray()
    title.SetName("title")
    title.InsertNextValue(shape.title)
    data.GetFieldData().AddArray(title)
    writer = vtkXMLPolyDataWriter()
    writer.SetInputData(data)
    writer.SetCompressionLevel(1)  # twice as fast as the default, and hardly larger
    writer.WriteToOutputStringOn()
    writer.Write()
    return writer.GetOutputString().encode()
