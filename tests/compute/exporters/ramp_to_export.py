"""A ramp to export, with a path on it, and its points as programs that are not ours read them."""

from __future__ import annotations

import numpy as np
import pyvista
import trimesh

from lossvista.compute.grid import Grid, ticks
from lossvista.compute.landscape import Axis, Landscape
from lossvista.compute.style import Style
from lossvista.compute.surface import Mark, Surface
from lossvista.compute.trajectory import Trajectory

LINEAR = Style().relieved(scale="linear")


ALONE = LINEAR.replace(view="surface", path=False, axes=False)  # nothing beside the surface


def ramp(nx: int = 4, ny: int = 7) -> Landscape:
    """Invariant 32: L = 100 + x + 10 y, nx ≠ ny."""
    grid = Grid(ticks(-1, 1, nx), ticks(-3, 1, ny))
    surface = Surface(grid, {"train_loss": 100 + grid.alpha[None, :] + 10 * grid.beta[:, None]})
    surface.evaluated[:], surface.samples[:] = Mark.EVALUATED, 60
    return Landscape(surface, "Täst, a ramp", [Axis("δ"), Axis("η")])


def descent(made: Landscape, count: int = 6) -> Landscape:
    share = np.linspace(0, 1, count)
    columns = {"alpha": 0.9 - 0.9 * share, "beta": 0.8 - 0.8 * share, "train_loss": 109 - 9 * share, "step": 10 * share}
    made.trajectories["run, 1"] = Trajectory(columns)
    return made


def points_of(path) -> np.ndarray:
    """(n, 3), by pyvista or trimesh, z upwards."""
    if path.suffix in (".glb", ".gltf"):
        scene = trimesh.load(path)
        transform, name = scene.graph["surface"]
        points = trimesh.transformations.transform_points(scene.geometry[name].vertices, transform)
        return np.stack([points[:, 0], -points[:, 2], points[:, 1]], axis=1)  # glTF's y is up
    if path.suffix in (".obj", ".ply"):
        return np.asarray(trimesh.load(path, process=False).vertices)
    return np.asarray(pyvista.read(path).points)
