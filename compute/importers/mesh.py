"""Mesh: surfaces from PLY, VTP, VTS, VTK, VTKHDF, OBJ and STL files, by VTK, PyVista and trimesh. Runs in a child process: VTK's readers
can crash on damaged files."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import LossvistaError
from ..storage.foreign import foreign
from ..storage.layout import FILE_LIMIT
from ..storage.reader import read_file
from ..surface import Mark
from .heights import grid_of
from .imported import Imported, landscape_of

OURS = ("plane_alpha", "plane_beta")  # in our own exports: α and β beside the scene's coordinates
NOT_FIELDS = {"plane_alpha", "plane_beta", "evaluated", "samples", "color", "vtkGhostType", "RGBA", "RGB", "Normals"}
LARGEST = 50_000_000  # points


def read_mesh(path: Path) -> Imported:
    """A height field over a grid. Raises LossvistaError for any other mesh, and for damaged files."""
    points, arrays = _by_trimesh(path) if path.suffix.lower() in (".obj", ".stl", ".ply") else _by_vtk(path)
    if not len(points):
        raise LossvistaError(f"'{path.name}' holds no points.", "Check which file was meant.")
    if len(points) > LARGEST:
        raise LossvistaError(f"'{path.name}' claims {len(points):,} points; at most {LARGEST:,} are read.")
    said, arrays = [], {name: values for name, values in arrays.items() if _is_scalar(values)}
    ours = all(name in arrays for name in OURS)
    if ours:
        plane = np.stack([arrays[name] for name in OURS] + [points[:, 2]], axis=1)
        rim = (arrays["evaluated"] == Mark.INTERPOLATED) if "evaluated" in arrays else np.zeros(len(points), bool)
        on_grid = ~(rim & (arrays.get("samples", np.ones(len(points))) == 0))
        if not on_grid.all():
            said.append(
                f"{int((~on_grid).sum())} points on the line of the threshold are no grid points; they are left out."
            )
        arrays = {name: values[on_grid] for name, values in arrays.items()}
        points = plane[on_grid]
    elif path.suffix.lower() == ".stl" or abs(float(np.ptp(points[:, 2]))) == 0:
        said.append("The values are the heights of the mesh.")
    alpha, beta, index, there = grid_of(points, path.name)
    fields = {name: np.asarray(values, float)[index] for name, values in arrays.items() if name not in NOT_FIELDS}
    if not ours or not fields:
        fields = {"height": points[:, 2][index], **fields}
        said.append("The field 'height' is the mesh's height; α and β are its x and y.")
    made = landscape_of(alpha, beta, fields, path.name, known=there, title=path.stem)
    marks, samples = arrays.get("evaluated"), arrays.get("samples")
    if ours and marks is not None and np.isin(marks, [int(mark) for mark in Mark]).all():
        made.surface.evaluated[:] = np.where(there, marks[index], Mark.NOT_YET)
    if ours and samples is not None and samples.dtype.kind in "iu" and (samples >= 0).all():
        made.surface.samples[:] = np.where(there, samples[index], 0)
    missing = int((~there).sum())
    said.insert(0, f"A grid of {len(alpha)} × {len(beta)} points was recognised.")
    if missing:
        said.append(f"{missing} of its points are not in the file: they count as not evaluated.")
    return Imported(made, said)


def _by_vtk(path: Path) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    data = by_pyvista(path)
    try:
        points = np.asarray(getattr(data, "points", np.zeros((0, 3))), float)
        named = [name for name in data.point_data if isinstance(name, str)]  # VTK lets an array go without a name
        arrays = {name: np.asarray(data.point_data[name]) for name in named}
    except Exception as error:  # whatever pyvista makes of arrays that VTK half read
        raise damaged(path, error) from None
    return points.reshape(-1, 3), {name: values for name, values in arrays.items() if len(values) == len(points)}


def by_pyvista(path: Path) -> Any:
    """The data set in a file of VTK's formats. Raises LossvistaError for damage, and for what lies in other files."""
    import pyvista

    if path.suffix.lower() == ".vtkhdf":
        with foreign(path):  # VTK's reader follows links into other files; here they are refused
            pass
    try:
        data: Any = pyvista.read(path)
    except Exception as error:  # whatever VTK makes of a damaged file
        raise damaged(path, error) from None
    if isinstance(data, pyvista.MultiBlock):
        data = data.combine()
    return data


def _by_trimesh(path: Path) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    loaded = by_trimesh(path)
    try:
        points = np.asarray(loaded.vertices, float).reshape(-1, 3)
        raw = dict(getattr(loaded, "vertex_attributes", {}) or {})
        held = (
            loaded.metadata.get("_ply_raw", {}).get("vertex", {}).get("data") if path.suffix.lower() == ".ply" else None
        )
        if held is not None and getattr(held, "dtype", None) is not None and held.dtype.names:
            raw |= {name: held[name] for name in held.dtype.names if name not in ("x", "y", "z")}
        elif isinstance(held, dict):
            raw |= {name: values for name, values in held.items() if name not in ("x", "y", "z")}
    except Exception as error:  # whatever trimesh made of damaged bytes
        raise damaged(path, error) from None
    names = {"red", "green", "blue", "alpha", "nx", "ny", "nz"}
    arrays = {str(name): np.asarray(values).squeeze() for name, values in raw.items() if name not in names}
    return points, {name: values for name, values in arrays.items() if values.shape[:1] == (len(points),)}


def by_trimesh(path: Path) -> Any:
    """The mesh in a PLY, OBJ or STL file. Raises LossvistaError for damage."""
    import trimesh

    # The bytes, not the path: with a path, trimesh opens the materials and textures that the file names, wherever they are.
    data = io.BytesIO(read_file(path, FILE_LIMIT))
    try:
        return trimesh.load(data, file_type=path.suffix[1:].lower(), process=False, force="mesh")
    except Exception as error:  # trimesh raises anything on damaged bytes
        raise damaged(path, error) from None


def damaged(path: Path, error: BaseException) -> LossvistaError:
    """The sentence for a file that its reader does not get through."""
    return LossvistaError(
        f"'{path.name}' could not be read: it is damaged, or not what its suffix says.",
        "Write it again with the program that made it.",
        details=f"{type(error).__name__}: {error}",
    )


def _is_scalar(values: np.ndarray) -> bool:
    return values.ndim == 1 and values.dtype.kind in "fiub"
