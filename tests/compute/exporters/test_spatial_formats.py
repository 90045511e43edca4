"""Spatial formats, read back by readers that are not ours: orientation, counts, values, and what goes along beside the surface."""

from __future__ import annotations

import json

import h5py
import numpy as np
import pytest
import pyvista
import trimesh
from ramp_to_export import ALONE, LINEAR, descent, points_of, ramp

from lossvista.compute.exporters import export
from lossvista.compute.grid import Grid, ticks
from lossvista.compute.landscape import Axis, Landscape
from lossvista.compute.mesh import compact
from lossvista.compute.relief import place
from lossvista.compute.surface import Mark, Surface

SPATIAL = (".ply", ".vtp", ".vts", ".vtk", ".vtkhdf", ".obj", ".glb", ".gltf")


@pytest.mark.parametrize("suffix", SPATIAL)
def test_the_orientation_is_that_of_the_loss(suffix, tmp_path):
    target = tmp_path / f"out{suffix}"
    export(ramp(), target, ALONE, raw=True)
    points = points_of(target)
    assert len(points) == 28
    np.testing.assert_allclose(points[:, 2], 100 + points[:, 0] + 10 * points[:, 1], atol=2e-5)
    assert sorted(set(np.round(points[:, 0], 4))) == [-1, -0.3333, 0.3333, 1]


@pytest.mark.parametrize("suffix", SPATIAL)
def test_nothing_but_the_file_where_nothing_else_is_seen(suffix, tmp_path):
    export(descent(ramp()), tmp_path / f"out{suffix}", ALONE)
    assert [file.name for file in tmp_path.iterdir()] == [f"out{suffix}"]


def test_a_structured_grid_hides_what_is_cut_and_what_is_a_hole(tmp_path):
    made = ramp()
    made.surface.fields["train_loss"][0, 0] = np.nan
    made.surface.evaluated[3, 1] = Mark.NOT_YET
    told = export(made, tmp_path / "a.vts", LINEAR.relieved(clip=95.0).replace(view="surface"))
    grid = pyvista.read(tmp_path / "a.vts")
    assert grid.dimensions == (4, 7, 1)
    hidden = np.asarray(grid["vtkGhostType"]).reshape(7, 4) > 0
    losses = made.surface.fields["train_loss"]
    expected = ~(losses <= 95)
    expected[3, 1] = True
    np.testing.assert_array_equal(hidden, expected)
    assert np.isfinite(grid.points).all()
    assert any("hidden, not cut" in line for line in told)


@pytest.mark.parametrize("suffix", [".ply", ".vtp", ".vts", ".vtk"])
def test_text_holds_what_binary_holds(suffix, tmp_path):
    for name, text in (("a", True), ("b", False)):
        export(descent(ramp()), tmp_path / f"{name}{suffix}", LINEAR, ascii=text)
    np.testing.assert_allclose(points_of(tmp_path / f"a{suffix}"), points_of(tmp_path / f"b{suffix}"), atol=1e-6)
    assert (tmp_path / f"a{suffix}").read_bytes().isascii()


def test_vtkhdf_needs_no_vtk(tmp_path):
    export(ramp(), tmp_path / "a.vtkhdf", ALONE)
    with h5py.File(tmp_path / "a.vtkhdf") as file:
        assert file["VTKHDF"].attrs["Type"] == b"UnstructuredGrid" and file.attrs["title"] == "Täst, a ramp"
        np.testing.assert_array_equal(file["VTKHDF/PointData/train_loss"], ramp().surface.fields["train_loss"].ravel())
    assert pyvista.read(tmp_path / "a.vtkhdf").active_scalars_name == "train_loss"


def test_contour_lines_go_along_in_the_views_that_have_them(tmp_path):
    made = ramp()
    told = export(made, tmp_path / "a.vtp", LINEAR.replace(levels=5), raw=True)
    assert any("a-contours.vtp" in line for line in told)
    lines = pyvista.read(tmp_path / "a-contours.vtp")
    assert len(np.unique(lines["train_loss"])) == 5
    np.testing.assert_allclose(lines.points[:, 2], lines["train_loss"])
    np.testing.assert_allclose(100 + lines.points[:, 0] + 10 * lines.points[:, 1], lines["train_loss"], atol=1e-9)
    segments = lines.lines.reshape(-1, 3)[:, 1:]
    assert (lines["train_loss"][segments[:, 0]] == lines["train_loss"][segments[:, 1]]).all()


@pytest.mark.parametrize("raw", [True, False])
def test_the_axes_go_along_below_the_surface(raw, tmp_path):
    made = ramp()
    told = export(made, tmp_path / "a.vtp", LINEAR, raw=raw)
    assert "The axes are in a-axes.vtp." in told
    lines, surface = pyvista.read(tmp_path / "a-axes.vtp"), pyvista.read(tmp_path / "a.vtp")
    assert (lines.points[:, 2] <= surface.points[:, 2].min() + 1e-12).all()
    feet = lines.lines.reshape(-1, 3)[:, 1]
    x, y = (made.surface.grid.alpha, made.surface.grid.beta) if raw else place(made.surface.grid)
    for axis, values, scene in ((0, made.surface.grid.alpha, x), (1, made.surface.grid.beta, y)):
        own = feet[lines["axis"][feet] == axis]
        assert len(own) > 3
        np.testing.assert_allclose(lines.points[own, axis], np.interp(lines["tick"][own], values, scene), atol=1e-12)
    export(made, tmp_path / "b.vtp", LINEAR.replace(axes=False))
    assert not (tmp_path / "b-axes.vtp").exists()


def test_separate_pieces_of_a_contour_line_are_not_joined(tmp_path):
    grid = Grid(ticks(-1, 1, 41), ticks(-1, 1, 21))
    wells = np.minimum(
        np.hypot(grid.alpha[None] - 0.5, grid.beta[:, None]), np.hypot(grid.alpha[None] + 0.5, grid.beta[:, None])
    )
    made = Landscape(Surface(grid, {"train_loss": wells}, np.ones(wells.shape, np.uint8)), axes=[Axis("δ"), Axis("η")])
    export(made, tmp_path / "a.vtp", LINEAR.relieved(low=0.0, high=0.6).replace(levels=2), raw=True)
    lines = pyvista.read(tmp_path / "a-contours.vtp")
    segments = lines.lines.reshape(-1, 3)[:, 1:]
    lengths = np.linalg.norm(np.diff(lines.points[segments], axis=1)[:, 0], axis=1)
    assert lengths.max() < 0.2  # a join would be half the plane long


def test_a_glb_is_a_scene_of_named_matt_parts_with_values(tmp_path):
    export(descent(ramp()), tmp_path / "a.glb", LINEAR)
    scene = trimesh.load(tmp_path / "a.glb", process=False)
    assert set(scene.geometry) == {"surface", "path", "contours", "axes"}
    raw = (tmp_path / "a.glb").read_bytes()
    assert raw[:4] == b"glTF"
    tree = json.loads(raw[20 : 20 + int.from_bytes(raw[12:16], "little")])
    assert tree["materials"][0]["pbrMetallicRoughness"]["metallicFactor"] == 0
    assert all("COLOR_0" in p["attributes"] for mesh in tree["meshes"] for p in mesh["primitives"])
    assert any("_train_loss" in p["attributes"] for mesh in tree["meshes"] for p in mesh["primitives"])


def test_an_obj_has_its_colours(tmp_path):
    export(ramp(), tmp_path / "a.obj", ALONE.replace(colormap="gray"))
    mesh = trimesh.load(tmp_path / "a.obj", process=False)
    red = mesh.visual.vertex_colors[:, 0].astype(int)
    assert (red.min(), red.max()) == (0, 255)
    assert (np.diff(red[np.argsort(mesh.vertices[:, 2])]) >= 0).all()


def test_what_is_seen_is_compact(tmp_path):
    """No points that no cell uses."""
    export(ramp(), tmp_path / "a.vtp", ALONE.relieved(clip=90.0))
    mesh = pyvista.read(tmp_path / "a.vtp")
    used, _ = compact(mesh.regular_faces)
    assert len(used) == mesh.n_points
