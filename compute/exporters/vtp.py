"""VTP: VTK's XML PolyData with every field in full precision, for ParaView and PyVista."""

from __future__ import annotations

from pathlib import Path

from vtkmodules.vtkIOXML import vtkXMLPolyDataWriter, vtkXMLWriter

from ..storage.disk import put
from .beside import put_beside
from .seen import Seen
from .shape import Shape
from .vtk_data import polydata


def write(seen: Seen, target: Path) -> list[str]:
    """Point arrays: the shown field (the active scalars), plane_alpha, plane_beta, all other fields, evaluated, samples, and
    `color` (RGBA). The descent path becomes `NAME-path.vtp`, with its columns; contour lines `NAME-contours.vtp`."""
    put(target, packed(seen.shape, seen.ascii))
    return put_beside(seen, target, lambda shape: packed(shape, seen.ascii))


def packed(shape: Shape, ascii: bool = False) -> bytes:
    """The bytes of a .vtp file."""
    writer = vtkXMLPolyDataWriter()
    writer.SetInputData(polydata(shape))
    return xml(writer, ascii)


def xml(writer: vtkXMLWriter, ascii: bool) -> bytes:
    """What an XML writer makes of its input."""
    if ascii:
        writer.SetDataModeToAscii()
    writer.SetCompressionLevel(1)  # twice as fast as the default, and hardly larger
    writer.WriteToOutputStringOn()
    writer.Write()
    return writer.GetOutputString().encode()
