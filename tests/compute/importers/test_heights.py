"""Heights: meshes of others whose points stand in rows and columns are landscapes; all others are refused."""

from __future__ import annotations

import numpy as np
import pytest
import pyvista
import trimesh
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from ramp_to_import import ALPHA, BETA, RAMP, is_the_ramp

from lossvista.compute.errors import LossvistaError
from lossvista.compute.exporters.stl import solid
from lossvista.compute.importers import body
from lossvista.compute.importers.heights import grid_of
from lossvista.compute.importers.mesh import read_mesh
from lossvista.compute.mesh import triangulate


@pytest.mark.parametrize("kind", ["sheet.obj", "sheet.stl", "solid.stl"])
def test_bare_meshes_come_in_as_heights(kind, tmp_path):
    x, y = np.tile(ALPHA, 7), np.repeat(BETA, 4)
    points, triangles = np.stack([x, y, RAMP.ravel()], axis=1), triangulate(RAMP)
    body = solid(points, triangles) if kind == "solid.stl" else trimesh.Trimesh(points, triangles, process=False)
    body.export(tmp_path / kind)
    found = read_mesh(tmp_path / kind)
    is_the_ramp(found.landscape.surface, "height")
    assert any("height" in line for line in found.said)


@given(
    arrays(float, (4, 5), elements=st.floats(-1e6, 1e6)),
    st.floats(1e-3, 1e3),
    st.floats(-100, 100),
    st.integers(0, 2**16),
)
@settings(deadline=None)
def test_any_height_field_is_recognised_in_any_order(heights, scale, shift, seed):
    x, y = np.linspace(-1, 1, 5) * scale + shift, np.linspace(0, 1, 4) ** 2 * scale - shift
    points = np.stack([np.tile(x, 4), np.repeat(y, 5), heights.ravel()], axis=1)
    order = np.random.default_rng(seed).permutation(20)
    alpha, _, index, there = grid_of(points[order].astype(np.float32).astype(float), "m")
    assert there.all() and index.shape == (4, 5)
    np.testing.assert_array_equal(order[index], np.arange(20).reshape(4, 5))
    np.testing.assert_allclose(alpha, x, rtol=1e-5, atol=1e-5 * scale + 1e-6 * abs(shift))


def test_a_sphere_is_no_height_field(tmp_path):
    trimesh.creation.icosphere(subdivisions=3).export(tmp_path / "ball.ply")
    with pytest.raises(LossvistaError, match="rows and columns"):
        read_mesh(tmp_path / "ball.ply")


@pytest.mark.parametrize("faces", [[[0, 1, 9]], [[0, 1, -1]], np.zeros((0, 3), int)])
def test_faces_between_points_that_there_are_not_are_refused(faces):
    with pytest.raises(LossvistaError, match=r"damaged|no faces"):
        body._checked(body.Body(np.zeros((3, 3)), np.array(faces)), "a.ply")


def test_faces_without_a_place_go(tmp_path):
    points = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0], [np.nan, 0, 0]], float)
    made = body._checked(body.Body(points, np.array([[0, 1, 2], [1, 2, 3]]), {"v": np.arange(4)}), "a")
    assert made.triangles.tolist() == [[0, 1, 2]] and made.values["v"].tolist() == [0, 1, 2]


def test_a_grid_of_pyvistas(tmp_path):
    x, y = np.meshgrid(ALPHA, BETA)
    grid = pyvista.StructuredGrid(x[..., None], y[..., None], RAMP[..., None])
    grid["wells"] = RAMP.ravel(order="F")
    grid.save(tmp_path / "a.vts")
    found = read_mesh(tmp_path / "a.vts").landscape.surface
    is_the_ramp(found, "height")
    is_the_ramp(found, "wells")
