"""Exporters: a landscape as a file of another program; an export is what one sees. DOOR 4: suffix → exporter.

To add a format: one function(shape, paths, path) in a module here that returns what the format could not hold, and one line below.
"""

from __future__ import annotations

import os
from pathlib import Path

from ..doors import Door, find
from ..landscape import Landscape
from ..style import Style
from .shape import lost, path_of, shape_of

_HERE = __name__
EXPORTERS: dict[str, Door] = {
    ".ply": Door(
        f"{_HERE}.ply:write", "PLY mesh", "Triangles with colours and values; MeshLab, Blender, CloudCompare."
    ),
    ".vtp": Door(
        f"{_HERE}.vtp:write", "VTK PolyData", "Triangles with every field in full precision; ParaView, PyVista."
    ),
}


def export(
    landscape: Landscape, path: str | os.PathLike[str], style: Style | None = None, raw: bool = False
) -> list[str]:
    """Write a landscape as seen in `style`: its field, scale, height, threshold (cut exactly along the iso-line), colours and
    path. raw: coordinates (α, β, value) instead of the scene's. The descent path goes into `NAME-path.SUFFIX` beside it.

    Returns what the format could not hold, in sentences. Raises LossvistaError for an unknown suffix, where nothing is left
    to draw, or where the file cannot be written (OutOfSpace: the disk is full); then an old file is as it was."""
    target, style = Path(path), style or Style()
    write = find("export format", EXPORTERS, target.suffix.lower())
    shape = shape_of(landscape, style, raw)
    paths = path_of(landscape, style, raw)
    return [*lost(landscape, style, shape), *write(shape, paths, target)]
