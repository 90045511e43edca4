"""What is drawn: the height field the right way round, contour lines that lie on it, holes, and what is not computed yet."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lossvista.app.scene.isolines import isolines, ranks
from lossvista.app.scene.sheet import Sheet
from lossvista.app.scene.surface import wires
from lossvista.compute.landscape import Landscape
from lossvista.compute.mesh import height_field, triangulate
from lossvista.compute.relief import Relief, place
from lossvista.compute.surface import Mark


def test_the_mesh_is_that_of_the_exporters(tilted_landscape: Landscape) -> None:
    surface = tilted_landscape.surface
    sheet = Sheet(tilted_landscape, Relief())
    exported = height_field(surface.grid, surface.fields["train_loss"], Relief())
    np.testing.assert_array_equal(sheet.solid, exported.triangles)
    np.testing.assert_allclose(sheet.points, exported.points, atol=1e-6)


def test_alpha_runs_along_x_and_beta_along_y(tilted_landscape: Landscape) -> None:
    sheet = Sheet(tilted_landscape, Relief(scale="linear"))
    points = sheet.points.reshape(*tilted_landscape.surface.grid.shape, 3)
    x, y = place(tilted_landscape.surface.grid)
    np.testing.assert_allclose(points[..., 0], np.broadcast_to(x, (5, 7)), atol=1e-6)
    np.testing.assert_allclose(points[..., 1], np.broadcast_to(y[:, None], (5, 7)), atol=1e-6)
    rise = np.diff(points[..., 2], axis=0).mean() / np.diff(points[..., 2], axis=1).mean()
    assert rise == pytest.approx(10 * 0.5 / 0.5)  # both steps are 0.5 of their axis


@pytest.mark.parametrize("scale", ["log", "linear", "symlog"])
def test_heights_are_the_reliefs(small_landscape: Landscape, scale: str) -> None:
    losses = small_landscape.surface.fields["train_loss"]
    before = losses.copy()
    relief = Relief(scale=scale, height=1.7)  # type: ignore[arg-type]
    sheet = Sheet(small_landscape, relief)
    np.testing.assert_allclose(sheet.heights, relief.resolved(losses).heights(losses), atol=1e-12)
    assert sheet.relief == relief.resolved(losses)
    np.testing.assert_array_equal(losses, before)


def test_normals_are_those_of_a_plane(tilted_landscape: Landscape) -> None:
    sheet = Sheet(tilted_landscape, Relief(scale="linear"))
    a, b, c = sheet.points[[0, 1, 7]]
    normal = np.cross(b - a, c - a)
    np.testing.assert_allclose(sheet.normals, np.broadcast_to(normal / np.linalg.norm(normal), (35, 3)), atol=1e-5)


def test_values_that_cannot_be_drawn_are_holes_and_their_neighbours_keep_finite_normals(
    holed_landscape: Landscape,
) -> None:
    sheet = Sheet(holed_landscape, Relief())
    hole = ~np.isfinite(sheet.shown.ravel())
    assert hole.sum() == 4 + 2 + 2
    assert not hole[sheet.solid].any()
    assert np.isfinite(sheet.normals[np.unique(sheet.solid)]).all()
    assert np.isfinite(sheet.points).all()


def test_what_is_not_computed_is_kept_apart(partly_landscape: Landscape) -> None:
    sheet = Sheet(partly_landscape, Relief())
    waiting = (partly_landscape.surface.evaluated == Mark.NOT_YET).ravel()
    assert not waiting[sheet.solid].any()
    assert waiting[sheet.ghost].any(axis=1).all()
    assert len(sheet.solid) + len(sheet.ghost) == 2 * 10 * 10


def test_interpolated_points_are_not_solid(small_landscape: Landscape) -> None:
    small_landscape.surface.evaluated[5, 5] = Mark.INTERPOLATED
    sheet = Sheet(small_landscape, Relief())
    assert len(sheet.ghost) > 0
    assert (sheet.ghost == 5 * 11 + 5).any(axis=1).all()


def test_a_draft_has_fewer_triangles_over_the_same_ground(small_landscape: Landscape) -> None:
    sheet = Sheet(small_landscape, Relief())
    draft = sheet.draft(most=5)
    assert len(draft) == 2 * 4 * 4
    assert {0, 10, 110, 120} <= set(draft.ravel().tolist())


@given(seed=st.integers(0, 10**6), count=st.integers(1, 9))
def test_contour_lines_lie_on_the_triangles_at_their_level(seed: int, count: int) -> None:
    rng = np.random.default_rng(seed)
    heights = rng.normal(size=(5, 6))
    x, y = np.meshgrid(np.arange(6.0), np.arange(5.0))
    points = np.stack([x, y, heights], axis=-1).reshape(-1, 3).astype(np.float32)
    shown, triangles = points[:, 2].astype(float), triangulate(heights)
    levels = np.sort(rng.normal(size=count))
    found = isolines(points, shown, triangles, levels, ranks(shown, levels))
    np.testing.assert_allclose(found.points[:, 2], found.shown, atol=1e-5)
    # As many segments as (triangle, level) pairs with corners on both sides.
    above = shown[triangles][:, :, None] > levels
    assert len(found.points) == 2 * int((above.any(axis=1) & ~above.all(axis=1)).sum())
    # Inside the grid each point is shared by two segments: lines do not break.
    names, first, uses = np.unique(found.edge, return_index=True, return_counts=True)
    inner = ((found.points[first, :2] > 1e-6) & (found.points[first, :2] < [5 - 1e-6, 4 - 1e-6])).all(axis=1)
    assert len(names) == 0 or (uses[inner] == 2).all()


def test_contour_lines_of_a_whole_surface_and_of_its_triangles_one_by_one_agree(small_landscape: Landscape) -> None:
    sheet = Sheet(small_landscape, Relief())
    levels = sheet.levels(12)
    shown = sheet.shown.ravel()
    every = isolines(sheet.points, shown, sheet.solid, levels, ranks(shown, levels))
    np.testing.assert_array_equal(sheet.contours(12).points, every.points)
    assert sheet.contours(12) is sheet.contours(12)


def test_wires_run_along_the_grid_and_stop_at_holes() -> None:
    heights = np.zeros((4, 5))
    assert len(wires(heights)) == 4 * 4 + 3 * 5
    heights[1, 2] = np.nan
    assert len(wires(heights)) == 4 * 4 + 3 * 5 - 4
    assert len(wires(np.zeros((201, 201)), most=51)) == 2 * 51 * 200
