"""Exporters: a landscape as a file of another program; an export is what one sees. DOOR 4: suffix → exporter.

To add a format: one function(seen, target) in a module here that returns what the format could not hold, and one line below.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from ..doors import Door, find
from ..errors import LossvistaError
from ..landscape import Landscape
from ..style import Style
from .seen import Seen
from .shape import lost

_HERE = __name__
EXPORTERS: dict[str, Door] = {
    ".ply": Door(
        f"{_HERE}.ply:write", "PLY mesh", "Triangles with colours and values; MeshLab, Blender, CloudCompare."
    ),
    ".vtp": Door(
        f"{_HERE}.vtp:write", "VTK PolyData", "Triangles with every field in full precision; ParaView, PyVista."
    ),
    ".vts": Door(
        f"{_HERE}.vts:write", "VTK StructuredGrid", "The whole grid with every field; ParaView's grid filters."
    ),
    ".vtk": Door(f"{_HERE}.vtk_legacy:write", "VTK legacy", "As VTP, for older programs; binary or text."),
    ".vtkhdf": Door(f"{_HERE}.vtkhdf:write", "VTKHDF", "As VTP, in HDF5; ParaView 5.10 and newer."),
    ".pvd": Door(
        f"{_HERE}.pvd:write", "ParaView time series", "The surface, and the descent path as it grows, step by step."
    ),
    ".obj": Door(f"{_HERE}.obj:write", "OBJ mesh", "Triangles with colours; nearly every 3-D program."),
    ".glb": Door(f"{_HERE}.glb:write", "GLB scene", "glTF with colours; Blender, browsers, headsets."),
    ".gltf": Door(f"{_HERE}.glb:write", "glTF scene", "As GLB, as one text file that can be read and edited."),
    ".stl": Door(
        f"{_HERE}.stl:write", "STL solid", "A closed body on a base with a legend, in millimetres; 3-D printers."
    ),
    ".csv": Door(f"{_HERE}.table:write_csv", "CSV table", "All values, a row for each point; spreadsheets, pandas, R."),
    ".npz": Door(f"{_HERE}.table:write_npz", "NumPy arrays", "All values as arrays; numpy.load."),
    ".json": Door(
        f"{_HERE}.summary:write", "JSON summary", "Recipe, axes, trust figures and ranges; no values of points."
    ),
}


def export(
    landscape: Landscape,
    path: str | os.PathLike[str],
    style: Style | None = None,
    raw: bool = False,
    *,
    ascii: bool = False,
    paraview: bool = False,
) -> list[str]:
    """Write a landscape as seen in `style`: its field, scale, height, threshold (cut exactly along the iso-line), colours, path and
    contour lines; tables and summaries hold all values, whatever the look. Lines go into `NAME-path.SUFFIX`,
    `NAME-contours.SUFFIX` and `NAME-axes.SUFFIX` beside it where the format has no room for them.

    raw: coordinates (α, β, value) instead of the scene's. ascii: text, in formats that have both (PLY and VTK's). paraview: also
    `NAME-paraview.py`, which shows the file in ParaView as one sees it here.

    Returns what the format could not hold, in sentences. Raises LossvistaError for an unknown suffix, where nothing is left
    to draw, or where the file cannot be written (OutOfSpace: the disk is full); then an old file is as it was."""
    target, seen = Path(path), Seen(landscape, style or Style(), raw, ascii)
    write = find("export format", EXPORTERS, target.suffix.lower())
    write_script = None
    if paraview:
        from .paraview import expect_readable, write_script

        expect_readable(target)  # before anything is written
    told = write(seen, target)
    if write_script is not None:
        told += write_script(seen, target)
    return [*(lost(landscape, seen.style, seen.shape) if "shape" in vars(seen) else []), *told]


def export_series(
    landscapes: Sequence[Landscape],
    path: str | os.PathLike[str],
    style: Style | None = None,
    raw: bool = False,
    *,
    ascii: bool = False,
    paraview: bool = False,
) -> list[str]:
    """Several landscapes as the steps of one time series for ParaView, NAME.pvd; the rest as of `export`."""
    target = Path(path)
    if target.suffix.lower() != ".pvd":
        raise LossvistaError(
            f"{target.suffix or 'This format'} holds one landscape, not {len(landscapes)}.",
            "Write a time series for ParaView, NAME.pvd, or export them one by one.",
        )
    from .pvd import write_series

    told = write_series(landscapes, target, style, raw, ascii=ascii)
    if paraview:
        from .paraview import write_script

        told += write_script(Seen(landscapes[-1], style or Style(), raw, ascii), target)
    return told
