"""VTK legacy: the old .vtk format, which every program of that world reads."""

from __future__ import annotations

from pathlib import Path

from vtkmodules.vtkIOLegacy import vtkPolyDataWriter

from ..storage.disk import put
from .beside import put_beside
from .seen import Seen
from .shape import Shape
from .vtk_data import polydata


def write(seen: Seen, target: Path) -> list[str]:
    """As VTP, in one block of binary or text."""
    put(target, _packed(seen.shape, seen.ascii))
    return put_beside(seen, target, lambda shape: _packed(shape, seen.ascii))


def _packed(shape: Shape, ascii: bool) -> bytes:
    writer = vtkPolyDataWriter()
    writer.SetInputData(polydata(shape))
    writer.SetHeader("Loss landscape")
    writer.SetFileTypeToASCII() if ascii else writer.SetFileTypeToBinary()
    writer.WriteToOutputStringOn()
    writer.Write()
    text = writer.GetOutputStdString()
    return text.encode() if isinstance(text, str) else text
