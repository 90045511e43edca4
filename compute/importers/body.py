"""Body: a mesh that is no height field over a grid, to be looked at as it is. Runs in a child process, as all foreign reading does."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from ..errors import LossvistaError
from ..progress import Job, Progress
from .job import expect_file, limit
from .mesh import by_pyvista, by_trimesh, damaged

LARGEST = 10_000_000  # triangles


@dataclass(frozen=True)
class Body:
    """points (n, 3) float32. triangles (m, 3) int32. values: name → (n,) float64 of scalar point data. title: the file's name."""

    points: np.ndarray
    triangles: np.ndarray
    values: dict[str, np.ndarray] = field(default_factory=dict)
    title: str = ""


def body_job(path: str) -> Job[Body]:
    """Read any mesh of PLY, VTP, VTS, VTK, VTKHDF, OBJ or STL. Raises LossvistaError for damaged files, and where there is no face."""
    file = Path(path).expanduser()
    yield Progress(f"reading {file.name}")
    expect_file(file)
    limit([file])
    try:
        made = _by_trimesh(file) if file.suffix.lower() in (".obj", ".stl", ".ply") else _by_vtk(file)
    except LossvistaError:
        raise
    except Exception as error:  # readers raise anything on damaged bytes
        raise damaged(file, error) from None
    return _checked(made, file.name)


def _checked(made: Body, name: str) -> Body:
    """What a renderer may be given: finite points, faces between points that there are. Raises LossvistaError for anything else."""
    faces = made.triangles
    if not len(faces) or not len(made.points):
        raise LossvistaError(f"'{name}' holds no faces, so there is nothing to look at.", "Check which file was meant.")
    if len(faces) > LARGEST:
        raise LossvistaError(f"'{name}' has {len(faces):,} triangles; at most {LARGEST:,} are shown.", "Simplify it.")
    if int(faces.min()) < 0 or int(faces.max()) >= len(made.points):
        raise LossvistaError(f"'{name}' is damaged: a face names a point that there is not.", "Write it again.")
    finite = np.asarray(np.isfinite(made.points).all(axis=1))
    faces = faces[finite[faces].all(axis=1)]
    if not len(faces):
        raise LossvistaError(f"'{name}' holds no face with finite points.", "Write it again.")
    used, cells = np.unique(faces, return_inverse=True)
    values = {key: np.asarray(array, float)[used] for key, array in made.values.items()}
    return Body(
        np.asarray(made.points[used], np.float32), cells.reshape(faces.shape).astype(np.int32), values, made.title
    )


def _by_trimesh(file: Path) -> Body:
    loaded = by_trimesh(file)
    return Body(
        np.asarray(loaded.vertices, float).reshape(-1, 3), np.asarray(loaded.faces).reshape(-1, 3), {}, file.name
    )


def _by_vtk(file: Path) -> Body:
    data = by_pyvista(file)
    surface = data.extract_surface(algorithm="dataset_surface").triangulate()
    faces = np.asarray(surface.faces).reshape(-1, 4)[:, 1:] if len(surface.faces) else np.zeros((0, 3), int)
    arrays = {name: np.asarray(surface.point_data[name]) for name in surface.point_data}
    count = len(surface.points)
    values = {
        n: v for n, v in arrays.items() if v.shape == (count,) and v.dtype.kind in "fiub" and not n.startswith("vtk")
    }
    return Body(np.asarray(surface.points, float), faces, values, file.name)
