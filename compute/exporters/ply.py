"""PLY: triangles with a colour and every field's value at each vertex, binary or text, by trimesh."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import trimesh
from trimesh.exchange.ply import export_ply

from ..errors import LossvistaError
from ..storage.disk import put
from .beside import put_beside
from .seen import Seen
from .shape import Shape

_TAKEN = {"x", "y", "z", "nx", "ny", "nz", "red", "green", "blue", "alpha", "s", "t"}


def write(seen: Seen, target: Path) -> list[str]:
    """Vertices float32, the values as properties of float64. The colour's opacity is called alpha in PLY, so the coordinates
    are plane_alpha and plane_beta. The descent path becomes `NAME-path.ply` (vertices and edges)."""
    shape, told = seen.shape, []
    if shape.cells.shape[1] == 2:
        put(target, _edges(shape))
        told.append("PLY holds the curve as vertices and edges, without its values and colours; VTP holds them.")
    else:
        names = {name: _property(name) for name in shape.data}
        if len(set(names.values())) < len(names):
            raise LossvistaError("Two fields have the same name in PLY, which takes only letters, digits and '_'.")
        put(target, _triangles(shape, names, "ascii" if seen.ascii else "binary"))
        told += [f"The field '{name}' is called '{new}' in PLY." for name, new in names.items() if new != name]
    told.append("PLY keeps coordinates in single precision (7 digits).")
    beside = put_beside(seen, target, _edges)
    if beside:
        told.append("PLY holds lines as vertices and edges only; VTP holds their steps and losses too.")
    return told + beside


def _triangles(shape: Shape, names: dict[str, str], encoding: str) -> bytes:
    mesh = trimesh.Trimesh(
        single(shape.points, "PLY"),
        shape.cells,
        process=False,
        validate=False,
        vertex_attributes={names[name]: values for name, values in shape.data.items()},
        vertex_colors=shape.colors,
    )
    return export_ply(mesh, encoding=encoding, vertex_normal=False)  # type: ignore[arg-type]


def _edges(shape: Shape) -> bytes:
    if shape.cells.shape[1] == 1:
        return trimesh.PointCloud(single(shape.points, "PLY"), shape.colors).export(file_type="ply")  # type: ignore[return-value]
    return export_ply(trimesh.load_path(single(shape.points, "PLY")[shape.cells]))


def single(points: np.ndarray, format: str) -> np.ndarray:
    """Coordinates in single precision, heights rounded down: a point of the threshold is not to rise above it. Raises
    LossvistaError where a value is too large for that."""
    with np.errstate(over="ignore"):
        rounded = points.astype(np.float32)
    if not np.isfinite(rounded).all():
        raise LossvistaError(
            f"Some values are too large for {format}, which keeps 38 digits.", "Set a threshold, or use VTP."
        )
    z = rounded[:, 2]
    rounded[:, 2] = np.where(z > points[:, 2], np.nextafter(z, np.float32(-np.inf)), z)
    return rounded


def _property(name: str) -> str:
    """A name that PLY's header can hold."""
    word = re.sub(r"\W", "_", name, flags=re.ASCII) or "_"
    return f"{word}_" if word in _TAKEN else word
