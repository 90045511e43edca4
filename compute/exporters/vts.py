"""VTS: VTK's XML StructuredGrid: the grid itself, all of its points, for ParaView's filters that want rows and columns."""

from __future__ import annotations

from pathlib import Path

from vtkmodules.vtkIOXML import vtkXMLStructuredGridWriter

from ..storage.disk import put
from .beside import put_beside
from .seen import Seen
from .vtk_data import structured
from .vtp import packed, xml


def write(seen: Seen, target: Path) -> list[str]:
    """Point arrays as in VTP. A grid cannot be cut along a line: points above the threshold are hidden (vtkGhostType), and so are
    those that cannot be drawn. The descent path becomes `NAME-path.vtp`."""
    seen.shape  # noqa: B018  # where there is nothing to draw it says so, before a file is written
    data, above = structured(seen)
    writer = vtkXMLStructuredGridWriter()
    writer.SetInputData(data)
    put(target, xml(writer, seen.ascii))
    told = [] if not above else [f"VTS keeps the whole grid: {above} points above the threshold are hidden, not cut."]
    told.append("VTS keeps no colours: ParaView colours by the field.")
    return told + put_beside(seen, target.with_suffix(".vtp"), lambda shape: packed(shape, seen.ascii))
