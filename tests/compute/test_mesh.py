"""The height field's triangles, and the cut along an iso-line."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from lossvista.compute.grid import Grid, ticks
from lossvista.compute.mesh import cut, cut_lines, height_field, triangulate
from lossvista.compute.relief import Relief, place

surfaces = arrays(
    float,
    st.tuples(st.integers(1, 7), st.integers(2, 7)),
    elements=st.one_of(st.integers(-3, 9).map(float), st.floats(-5, 5), st.just(np.nan)),
)


def grid_of(values):
    ny, nx = values.shape
    return Grid(ticks(-1, 1, nx), ticks(-2, 2, ny))


def test_a_quad_is_split_along_its_flatter_diagonal():
    ridge = np.array([[0.0, 5.0], [5.0, 9.0]])  # the diagonal of the fives is flat
    assert {tuple(sorted(t)) for t in triangulate(ridge).tolist()} == {(0, 1, 2), (1, 2, 3)}
    assert {tuple(sorted(t)) for t in triangulate(ridge[:, ::-1]).tolist()} == {(0, 1, 3), (0, 2, 3)}


def test_a_hole_takes_only_the_triangles_that_touch_it():
    values = np.zeros((3, 4))
    values[0, 0] = np.nan
    values[2, 3] = np.inf
    triangles = triangulate(values)
    assert len(triangles) == 2 * 6 - 2
    assert not {0, 11} & set(triangles.ravel().tolist())


@given(surfaces)
@settings(deadline=None, max_examples=30)
def test_the_mesh_stands_over_its_nodes_and_faces_up(values):
    grid, relief = grid_of(values), Relief(scale="linear")
    mesh = height_field(grid, values, relief)
    x, y = place(grid)
    j, i = np.divmod(mesh.node, values.shape[1])
    np.testing.assert_allclose(mesh.points[:, 0], x[i], atol=1e-6)
    np.testing.assert_allclose(mesh.points[:, 1], y[j], atol=1e-6)
    heights = relief.resolved(values).heights(values)
    np.testing.assert_allclose(mesh.points[:, 2], heights[j, i], atol=1e-6)
    a, b, c = (mesh.points[mesh.triangles[:, k]].astype(float) for k in range(3))
    assert (np.cross(b - a, c - a)[:, 2] > 0).all()


def test_an_unknown_node_is_a_hole():
    values = np.arange(9.0).reshape(3, 3)
    known = np.ones((3, 3), bool)
    known[1, 1] = False
    mesh = height_field(grid_of(values), values, Relief(scale="linear"), known)
    assert 4 not in mesh.node
    assert mesh.points.dtype == np.float32
    assert mesh.triangles.dtype == np.int32


@given(surfaces, st.floats(-5, 6))
@settings(deadline=None, max_examples=30)
def test_the_cut_leaves_nothing_above_and_everything_below(values, level):
    flat, triangles = values.ravel(), triangulate(values)
    left = cut(flat, triangles, level)
    here = left.carry(flat)
    assert (here[~left.on_line] <= level).all()
    np.testing.assert_allclose(here[left.on_line], level, atol=1e-9)
    kept = set(left.start[~left.on_line].tolist())
    drawn = set(triangles.ravel().tolist())
    assert {n for n in drawn if flat[n] < level} <= kept <= {n for n in drawn if flat[n] <= level}
    # The area that is left, in the plane, is the area where the linear interpolation is below the level.
    j, i = np.divmod(np.arange(values.size), values.shape[1])
    points = np.stack([i, j], 1).astype(float)
    a, b, c = (left.carry(points)[left.cells[:, k]] for k in range(3))
    u, v = b - a, c - a
    area = (u[:, 0] * v[:, 1] - u[:, 1] * v[:, 0]) / 2
    assert (area > -1e-9).all()
    assert all(len(set(t)) == 3 for t in left.cells.tolist())
    low, high = cut(flat, triangles, level), cut(-flat, triangles, -level)
    total = sum(_area(points, piece) for piece in (low, high))
    whole = _area(points, cut(flat, triangles, None))
    level_plateaus = sum(1 for t in triangles if (flat[t] == level).all()) / 2
    np.testing.assert_allclose(total, whole + level_plateaus, atol=1e-9)


def _area(points, piece):
    a, b, c = (piece.carry(points)[piece.cells[:, k]] for k in range(3))
    u, v = b - a, c - a
    return float(np.abs(u[:, 0] * v[:, 1] - u[:, 1] * v[:, 0]).sum() / 2)


def test_an_uncut_mesh_is_only_renumbered():
    values = np.array([[np.nan, 1.0, 2.0], [3.0, 4.0, 5.0]])
    left = cut(values.ravel(), triangulate(values), None)
    assert left.start.tolist() == [1, 2, 3, 4, 5]
    assert not left.on_line.any()


def test_lines_are_cut_where_they_cross_the_level():
    values = np.array([0.0, 2.0, 0.5, 3.0, 4.0])
    segments = np.array([[0, 1], [1, 2], [2, 3], [3, 4]])
    left = cut_lines(values, segments, 1.0)
    where = left.carry(np.arange(5.0))
    np.testing.assert_allclose(sorted(where), [0.0, 0.5, 1 + 2 / 3, 2.0, 2.2])
    assert len(left.cells) == 3
    np.testing.assert_allclose(np.ptp(where[left.cells], axis=1), [0.5, 1 / 3, 0.2])
    np.testing.assert_allclose(left.carry(values)[left.on_line], 1.0)
    assert len(cut_lines(values, segments, None).cells) == 4
