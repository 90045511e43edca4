"""The read-out under the mouse: exact at nodes, bilinear between them, the right way round, and blind to what is cut away."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lossvista.app.scene.march import march
from lossvista.app.scene.scene import Scene
from lossvista.app.scene.sheet import Sheet
from lossvista.compute.grid import Grid, ticks
from lossvista.compute.landscape import Landscape
from lossvista.compute.mesh import triangulate
from lossvista.compute.relief import Relief
from lossvista.compute.style import Style
from lossvista.compute.surface import Mark, Patch, Surface

Pixel = Callable[[int, int], tuple[float, float]]


def landscape(losses: np.ndarray) -> Landscape:
    ny, nx = losses.shape
    surface = Surface(Grid(ticks(-1, 1, nx), ticks(-1, 2, ny)))
    surface.add(Patch(np.arange(losses.size), {"train_loss": losses.ravel()}, samples=1))
    return Landscape(surface)


@pytest.mark.parametrize("preset", ["iso", "top", "right"])
def test_every_visible_node_reads_its_stored_value_the_right_way_round(
    scene: Scene, project: Pixel, tilted_landscape: Landscape, preset: str
) -> None:
    scene.show(tilted_landscape, Style())
    scene.look(preset)  # type: ignore[arg-type]
    grid = tilted_landscape.surface.grid
    read = 0
    for j in range(grid.shape[0]):
        for i in range(grid.shape[1]):
            x, y = project(j, i)
            found = scene.pick(x, y)
            if found is None:  # a node on the silhouette may fall beside the surface by a rounding error
                assert j in (0, grid.shape[0] - 1) or i in (0, grid.shape[1] - 1)
                continue
            assert found.at_node
            assert (found.alpha, found.beta) == (grid.alpha[i], grid.beta[j])
            assert found.value == 12 + found.alpha + 10 * found.beta
            assert found.mark == Mark.EVALUATED
            read += 1
    assert read >= (grid.shape[0] - 2) * (grid.shape[1] - 2)


def test_between_nodes_the_bilinear_value_is_read_and_said_to_be_so(
    scene: Scene, project: Pixel, tilted_landscape: Landscape
) -> None:
    scene.show(tilted_landscape, Style())
    scene.look("top")
    (x0, y0), (x1, y1) = project(2, 3), project(3, 4)
    found = scene.pick(x0 + 0.4 * (x1 - x0), y0 + 0.55 * (y1 - y0))
    assert found is not None
    assert not found.at_node
    assert found.node is None
    assert found.value == pytest.approx(12 + found.alpha + 10 * found.beta, abs=1e-12)
    grid = tilted_landscape.surface.grid
    assert found.alpha == pytest.approx(grid.alpha[3] + 0.4 * (grid.alpha[4] - grid.alpha[3]), abs=1e-6)
    assert found.beta == pytest.approx(grid.beta[2] + 0.55 * (grid.beta[3] - grid.beta[2]), abs=1e-6)


def test_what_the_threshold_cuts_away_is_looked_through(
    scene: Scene, project: Pixel, small_landscape: Landscape
) -> None:
    scene.show(small_landscape, Style())
    scene.look("top")
    at = project(0, 10)
    found = scene.pick(*at)
    assert found is not None
    assert found.value == small_landscape.surface.fields["train_loss"][0, 10] > 2
    scene.show(small_landscape, Style().relieved(clip=2.0))
    assert scene.pick(*at) is None
    inside = scene.pick(*project(5, 6))
    assert inside is not None
    assert inside.value == small_landscape.surface.fields["train_loss"][5, 6]


def test_holes_and_the_background_give_nothing(scene: Scene, project: Pixel, small_landscape: Landscape) -> None:
    small_landscape.surface.fields["train_loss"][4:7, 4:7] = np.nan
    scene.show(small_landscape, Style())
    scene.look("top")
    (x0, y0), (x1, y1) = project(3, 3), project(7, 7)
    assert scene.pick((x0 + x1) / 2, (y0 + y1) / 2) is None
    assert scene.pick(1, 1) is None
    assert scene.pick(*project(3, 3)) is not None


def test_a_point_not_yet_evaluated_is_not_read_as_computed(
    scene: Scene, project: Pixel, partly_landscape: Landscape
) -> None:
    scene.show(partly_landscape, Style())
    scene.look("top")
    j, i = np.argwhere(partly_landscape.surface.evaluated[1:-1, 1:-1] == Mark.NOT_YET)[0] + 1
    found = scene.pick(*project(j, i))
    assert found is not None
    assert found.mark == Mark.NOT_YET
    assert np.isnan(found.value)


@given(seed=st.integers(0, 10**6), ny=st.integers(2, 6), nx=st.integers(2, 6), holes=st.booleans())
def test_a_ray_meets_the_surface_where_brute_force_over_all_triangles_does(
    seed: int, ny: int, nx: int, holes: bool
) -> None:
    rng = np.random.default_rng(seed)
    losses = rng.uniform(0.1, 5.0, (ny, nx))
    if holes:
        losses[rng.integers(ny), rng.integers(nx)] = np.nan
    sheet = Sheet(landscape(losses), Relief(scale="linear"))
    points = np.stack([*np.meshgrid(sheet.x, sheet.y), np.nan_to_num(sheet.heights)], axis=-1).reshape(-1, 3)
    for _ in range(8):
        near = np.array([*rng.uniform(-3, 3, 2), rng.uniform(1.5, 4)])
        target = np.array([rng.uniform(-1, 1), rng.uniform(-1, 1), rng.uniform(0, 1)])
        far = near + 3 * (target - near)
        expected = _first(points[triangulate(sheet.heights)], near, far)
        found = march(sheet, near, far)
        if expected is None:
            assert found is None
        else:
            assert found is not None
            np.testing.assert_allclose(found, expected, atol=1e-7)


def _first(corners: np.ndarray, near: np.ndarray, far: np.ndarray) -> np.ndarray | None:
    """Möller and Trumbore's test of a segment against each triangle (m, 3, 3)."""
    hits = []
    way = far - near
    for a, b, c in corners:
        matrix = np.stack([-way, b - a, c - a], axis=1)
        if abs(np.linalg.det(matrix)) < 1e-12:
            continue
        t, u, v = np.linalg.solve(matrix, near - a)
        if 0 <= t <= 1 and u >= -1e-9 and v >= -1e-9 and u + v <= 1 + 1e-9:
            hits.append(t)
    return near + min(hits) * way if hits else None
