"""The marker: it lies on the drawn surface wherever that is, follows what is shown, and leaves nothing behind."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from lossvista.app.scene.drape import drape, places, spot
from lossvista.app.scene.march import march
from lossvista.app.scene.sheet import Sheet
from lossvista.compute.grid import Grid, ticks
from lossvista.compute.landscape import Landscape
from lossvista.compute.relief import Relief
from lossvista.compute.style import Style
from lossvista.compute.surface import Patch, Surface


@given(st.lists(st.floats(0.1, 9.0), min_size=20, max_size=20), st.floats(-1, 1), st.floats(-1, 1))
def test_a_thing_lies_on_the_triangles_that_are_drawn(losses, alpha, beta) -> None:
    surface = Surface(Grid(ticks(-1, 1, 5), ticks(-1, 1, 4)))
    surface.add(Patch(np.arange(20), {"train_loss": np.array(losses)}))
    sheet = Sheet(Landscape(surface), Relief())
    point = spot(sheet, alpha, beta)
    (low, high), (x, y) = sheet.rise, point[:2]
    met = march(sheet, np.array([x, y, high + 1]), np.array([x, y, low - 1]))
    assert met is not None
    assert abs(met[2] - point[2]) < 1e-6


def test_at_a_node_it_is_the_nodes_height_and_beside_the_grid_nothing(holed_landscape) -> None:
    sheet = Sheet(holed_landscape, Relief())
    grid = sheet.grid
    a, b = (v.ravel() for v in np.meshgrid(grid.alpha, grid.beta))
    heights = drape(sheet, *places(sheet, a, b)).reshape(grid.shape)
    known = np.isfinite(sheet.heights)
    np.testing.assert_allclose(heights[known], sheet.heights[known], atol=1e-9)
    assert np.isnan(spot(sheet, 1.2, 0.0)[2])


def test_it_is_drawn_where_it_is_and_goes_again(scene, draw, small_landscape) -> None:
    scene.show(small_landscape, Style(view="surface", path=False))
    bare = draw()
    scene.marker.show(-0.5, 0.25)
    marked = draw()
    assert (marked != bare).any()
    scene.marker.show(0.5, -0.25)
    assert (draw() != marked).any()
    scene.marker.hide()
    assert scene.marker.at is None
    np.testing.assert_array_equal(draw(), bare)


def test_it_follows_a_change_of_height_and_is_not_drawn_above_the_threshold(scene, draw, small_landscape) -> None:
    scene.show(small_landscape, Style(path=False))
    scene.marker.show(1.0, 1.0)
    before = scene.marker.cross.GetBounds()
    scene.show(small_landscape, Style(path=False).relieved(height=2.0))
    assert scene.marker.cross.GetBounds()[5] > 1.5 * before[5]
    scene.show(small_landscape, Style(path=False).relieved(clip=1.0))
    assert not scene.marker.cross.GetVisibility()
    scene.show(small_landscape, Style(path=False))
    assert scene.marker.cross.GetVisibility()


def test_nothing_is_marked_where_nothing_is_drawn(scene, nan_landscape) -> None:
    scene.show(nan_landscape, Style())
    scene.marker.show(0.0, 0.0)
    assert not scene.marker.cross.GetVisibility()
    scene.show(None, Style())
    scene.marker.show(0.1, 0.0)
    assert not scene.marker.cross.GetVisibility()
