"""OBJ: triangles with a colour at each vertex, which nearly every 3-D program opens, by trimesh."""

from __future__ import annotations

from pathlib import Path

import trimesh
from trimesh.exchange.obj import export_obj

from ..storage.disk import put
from .beside import put_beside
from .glb import CURVE, body
from .seen import Seen
from .shape import Shape
from .tubes import tubes


def write(seen: Seen, target: Path) -> list[str]:
    """Vertices with their colours behind the coordinates (an extension that MeshLab, Blender and others know). Lines are tubes."""
    shape = seen.shape if seen.shape.cells.shape[1] == 3 else tubes(seen.shape, CURVE)
    put(target, _packed(shape))
    told = ["OBJ holds colours, but no values: VTP and PLY hold them."]
    beside = {name: body(lines, name, 1.0) for name, lines in seen.beside.items()}
    return told + put_beside(seen, target, _packed, beside)


def _packed(shape: Shape) -> bytes:
    mesh = trimesh.Trimesh(shape.points, shape.cells, process=False, validate=False, vertex_colors=shape.colors)
    return export_obj(mesh, include_normals=False, include_color=True, header="Loss landscape", digits=9).encode()
