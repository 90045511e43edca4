"""The same few landscapes through every exporter, each read back by programs of others: as many points as are drawn, where they are drawn,
with the losses that they have."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import h5py
import meshio
import numpy as np
import pygltflib
import pytest
import pyvista
import trimesh
import xarray
from plyfile import PlyData

from lossvista.compute.exporters import export
from lossvista.compute.grid import Grid, ticks
from lossvista.compute.landscape import Axis, Landscape
from lossvista.compute.storage import save
from lossvista.compute.style import Style
from lossvista.compute.surface import Mark, Surface
from lossvista.compute.trajectory import Trajectory

LOOK = Style().replace(view="surface", axes=False)
LINEAR = LOOK.relieved(scale="linear")


def made(nx: int, ny: int, *, holes: bool = False, path: bool = False) -> Landscape:
    """A bowl with a tilt, so that no symmetry hides a swap of axes."""
    grid = Grid(ticks(-1, 1, nx), ticks(-0.5, 0.5, ny) if ny > 1 else np.zeros(1), line=ny == 1)
    loss = 0.5 + grid.alpha[None, :] ** 2 + 2 * grid.beta[:, None] ** 2 + 0.3 * grid.alpha[None, :]
    if holes:
        loss[1, 2], loss[ny - 1, nx - 2] = np.nan, np.inf
    surface = Surface(grid, {"train_loss": loss, "train_accuracy": 1 / (1 + loss)})
    surface.evaluated[:], surface.samples[:] = Mark.EVALUATED, 60
    landscape = Landscape(surface, "foreign", [Axis("δ"), Axis("η")][: 1 if ny == 1 else 2])
    if path:
        share = np.linspace(0, 1, 5)
        landscape.trajectories["run"] = Trajectory(
            {"alpha": 0.8 - 0.8 * share, "beta": 0.3 - 0.3 * share, "train_loss": 1.6 - share, "step": 10 * share}
        )
    return landscape


CASES = {
    "square": (made(9, 9), LINEAR),
    "not square": (made(7, 11), LINEAR),
    "holes": (made(8, 6, holes=True), LINEAR),
    "clipped": (made(9, 7), LINEAR.relieved(clip=0.9)),
    "log": (made(9, 7), LOOK.relieved(scale="log")),
    "path": (made(9, 7, path=True), LINEAR),
    "line": (made(13, 1), LINEAR),
}


def by_pyvista(path: Path) -> tuple[np.ndarray, np.ndarray]:
    mesh = pyvista.read(path)
    hidden = mesh.point_data.get("vtkGhostType", np.zeros(mesh.n_points))  # what a structured grid blanks
    return np.asarray(mesh.points)[hidden == 0], np.asarray(mesh.point_data["train_loss"])[hidden == 0]


def by_meshio(path: Path) -> tuple[np.ndarray, np.ndarray]:
    mesh = meshio.read(path)
    return mesh.points, np.ravel(mesh.point_data["train_loss"]) if mesh.point_data else np.array([])


def by_plyfile(path: Path) -> tuple[np.ndarray, np.ndarray]:
    vertex = PlyData.read(path)["vertex"]
    return np.stack([vertex[k] for k in "xyz"], axis=1), np.asarray(vertex["train_loss"])


def by_edges(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """A curve in a PLY has no losses beside its heights, which the export says."""
    file = PlyData.read(path)
    assert len(file["edge"]) == len(file["vertex"]) - 1
    return np.stack([file["vertex"][k] for k in "xyz"], axis=1), np.array([])


def by_trimesh(path: Path) -> tuple[np.ndarray, np.ndarray]:
    return np.asarray(trimesh.load(path, process=False).vertices), np.array([])


def by_pygltflib(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """The accessors of the part called `surface`, by the format's own words; y is up there."""
    file = pygltflib.GLTF2().load(str(path))
    if path.suffix == ".gltf":
        file.convert_buffers(pygltflib.BufferFormat.BINARYBLOB)
    node = next(node for node in file.nodes if node.name == "surface")
    attributes = file.meshes[node.mesh].primitives[0].attributes

    def read(index: int, width: int) -> np.ndarray:
        accessor = file.accessors[index]
        view = file.bufferViews[accessor.bufferView]
        start = (view.byteOffset or 0) + (accessor.byteOffset or 0)
        return np.frombuffer(file.binary_blob(), np.float32, accessor.count * width, start).reshape(-1, width)

    points = read(attributes.POSITION, 3)
    if node.matrix:
        points = points @ np.reshape(node.matrix, (4, 4))[:3, :3] + np.reshape(node.matrix, (4, 4))[3, :3]
    values = read(attributes._train_loss, 1)
    return np.stack([points[:, 0], -points[:, 2], points[:, 1]], axis=1), values[:, 0]


READERS = {
    "vtp": by_pyvista,
    "vts": by_pyvista,
    "vtk": by_pyvista,
    "vtkhdf": by_pyvista,
    "ply": by_plyfile,
    "obj": by_trimesh,
    "glb": by_pygltflib,
    "gltf": by_pygltflib,
}
SOLID = [*READERS.items(), ("ply", by_meshio), ("ply", by_trimesh)]  # meshio reads no OBJ with colours


PAIRS = [(suffix, reader, case) for suffix, reader in SOLID for case in CASES if case != "line" or reader is by_pyvista]
PAIRS.append(("ply", by_edges, "line"))  # in OBJ and GLB a curve is a tube


@pytest.mark.parametrize(("suffix", "reader", "case"), PAIRS, ids=lambda one: getattr(one, "__name__", one))
def test_a_mesh_has_the_points_that_are_drawn_with_their_losses(suffix, reader, case, tmp_path):
    landscape, look = CASES[case]
    target = tmp_path / f"out.{suffix}"
    export(landscape, target, look, raw=True)
    points, losses = reader(target)
    grid, values = landscape.surface.grid, landscape.surface.fields["train_loss"]
    nodes = {
        (round(float(a), 5), round(float(b), 5)): values[j, i]
        for j, b in enumerate(grid.beta)
        for i, a in enumerate(grid.alpha)
    }
    clip = look.relief.clip
    met = set()
    for k, (x, y, z) in enumerate(points):
        if clip is not None:
            assert z <= clip * (1 + 1e-5)
        key = (round(float(x), 5), round(float(y), 5))
        if key in nodes:
            met.add(key)
            assert z == pytest.approx(nodes[key], rel=1e-5)
            if len(losses):
                assert losses[k] == pytest.approx(nodes[key], rel=1e-5)
        else:
            assert clip is not None  # only the rim lies between nodes
    drawn = {key for key, value in nodes.items() if np.isfinite(value) and (clip is None or value <= clip)}
    # a node all of whose triangles have a hole is not drawn
    assert met <= drawn and len(drawn - met) <= (2 if case == "holes" else 0)


@pytest.mark.parametrize("case", [case for case in CASES if case != "line"])
def test_a_solid_is_closed(case, tmp_path):
    landscape, look = CASES[case]
    export(landscape, tmp_path / "out.stl", look)
    body = trimesh.load(tmp_path / "out.stl")
    shared = np.unique(body.edges_sorted, axis=0, return_counts=True)[1]
    assert (shared % 2 == 0).all() and body.volume > 0
    assert (shared == 2).all() or case == "holes"  # where two parts meet in one point, four walls meet in an edge
    assert len(meshio.read(tmp_path / "out.stl").cells[0].data) == len(body.faces)


@pytest.mark.parametrize("case", CASES)
def test_tables_and_summaries_hold_all_values_whatever_the_look(case, tmp_path):
    landscape, look = CASES[case]
    grid, values = landscape.surface.grid, landscape.surface.fields["train_loss"]
    for suffix in ("csv", "npz", "json"):
        export(landscape, tmp_path / f"out.{suffix}", look)
    with (tmp_path / "out.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(line for line in file if not line.startswith("#")))
    table = np.array([float(row["train_loss"] or "nan") for row in rows]).reshape(values.shape)
    np.testing.assert_array_equal(table, values)
    with np.load(tmp_path / "out.npz", allow_pickle=False) as arrays:
        np.testing.assert_array_equal(arrays["train_loss"].reshape(values.shape), values)
        np.testing.assert_array_equal(arrays["alpha"], grid.alpha)
    told = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert told["title"] == "foreign"


@pytest.mark.parametrize("case", CASES)
def test_the_landscape_s_own_file_opens_in_h5py_and_xarray(case, tmp_path):
    landscape, _ = CASES[case]
    save(landscape, tmp_path / "out.h5")
    values = landscape.surface.fields["train_loss"]
    with h5py.File(tmp_path / "out.h5") as file:
        np.testing.assert_array_equal(file["fields/train_loss"], values)
    with xarray.open_datatree(tmp_path / "out.h5", engine="h5netcdf", phony_dims="access") as tree:
        loss = tree["fields/train_loss"]
        assert loss.dims == ("beta", "alpha")
        np.testing.assert_array_equal(loss, values)
        np.testing.assert_array_equal(loss["alpha"], landscape.surface.grid.alpha)
