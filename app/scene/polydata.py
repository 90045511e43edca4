"""Polydata: numpy arrays → VTK's meshes, colour tables and actors. All arrays are copied, so nothing dangles."""

from __future__ import annotations

from typing import cast

import numpy as np
from vtkmodules.util.numpy_support import numpy_to_vtk
from vtkmodules.vtkCommonCore import vtkDataArray, vtkLookupTable, vtkPoints, vtkUnsignedCharArray
from vtkmodules.vtkCommonDataModel import vtkCellArray, vtkPolyData
from vtkmodules.vtkRenderingCore import vtkActor, vtkMapper, vtkPolyDataMapper

# Lines on a surface are drawn a little nearer than they are, or they would stitch through it. VTK switches this for all
# mappers of a process; the amounts below are each mapper's own.
vtkMapper.SetResolveCoincidentTopologyToPolygonOffset()
vtkMapper.SetResolveCoincidentTopologyPolygonOffsetParameters(0.0, 0.0)
vtkMapper.SetResolveCoincidentTopologyLineOffsetParameters(0.0, 0.0)
vtkMapper.SetResolveCoincidentTopologyPointOffsetParameter(0.0)


def array(values: np.ndarray, name: str = "") -> vtkDataArray:
    made = numpy_to_vtk(np.ascontiguousarray(values), deep=True)
    made.SetName(name)
    return made


def cells(index: np.ndarray) -> vtkCellArray:
    """index (m, k) int → m cells of k points each."""
    made = vtkCellArray()
    made.SetData(index.shape[1], array(index.astype(np.int32, copy=False).ravel()))
    return made


def fill(
    data: vtkPolyData,
    points: np.ndarray,
    *,
    triangles: np.ndarray | None = None,
    lines: np.ndarray | None = None,
    verts: np.ndarray | None = None,
    scalars: np.ndarray | None = None,
    normals: np.ndarray | None = None,
) -> None:
    """Put new contents into a polydata that mappers already show. points (n, 3); cells (m, 3), (m, 2), (m,)."""
    made = vtkPoints()
    made.SetData(array(np.asarray(points, np.float32).reshape(-1, 3)))
    data.Initialize()
    data.SetPoints(made)
    if triangles is not None:
        data.SetPolys(cells(triangles))
    if lines is not None:
        data.SetLines(cells(lines))
    if verts is not None:
        data.SetVerts(cells(verts.reshape(-1, 1)))
    if scalars is not None:
        data.GetPointData().SetScalars(array(np.asarray(scalars, np.float32), "shown"))
    if normals is not None:
        data.GetPointData().SetNormals(array(np.asarray(normals, np.float32), "normals"))


def pairs(count: int) -> np.ndarray:
    """(count, 2): lines between the points 0–1, 2–3, …"""
    return np.arange(2 * count, dtype=np.int32).reshape(-1, 2)


def table(colors: np.ndarray, span: tuple[float, float], nothing: float = 0.6) -> vtkLookupTable:
    """(n, 4) uint8 colours spread over a range. nothing: the grey of NaN."""
    low, high = span
    made = vtkLookupTable()
    made.SetNumberOfTableValues(len(colors))
    made.SetTable(cast(vtkUnsignedCharArray, array(colors.astype(np.uint8, copy=False))))
    made.SetNanColor(nothing, nothing, nothing, 1.0)
    made.SetTableRange(low, high if high > low else low + 1.0)
    return made


def actor(data: vtkPolyData | None = None, *, lit: bool = False, scalars: bool = True, nearer: float = 0.0) -> vtkActor:
    """An actor with a mapper of its own. nearer: how far in front of its true depth lines and points are drawn."""
    mapper = vtkPolyDataMapper()
    if data is not None:
        mapper.SetInputData(data)
    mapper.SetScalarVisibility(scalars)
    mapper.SetInterpolateScalarsBeforeMapping(True)  # a colour between two nodes is that of the value between them
    mapper.UseLookupTableScalarRangeOn()
    mapper.SetRelativeCoincidentTopologyLineOffsetParameters(-2.0 * bool(nearer), -nearer)
    mapper.SetRelativeCoincidentTopologyPointOffsetParameter(-nearer)
    mapper.SetRelativeCoincidentTopologyPolygonOffsetParameters(0.0, -nearer)
    made = vtkActor()
    made.SetMapper(mapper)
    made.PickableOff()
    made.GetProperty().SetLighting(lit)
    return made
