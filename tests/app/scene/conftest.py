"""Shared by the scene's tests: a small off-screen plotter with a scene in it, and pixels of points."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pytest
import pyvista

from lossvista.app.scene.camera import Projection
from lossvista.app.scene.scene import Scene


@pytest.fixture
def scene() -> Iterator[Scene]:
    plotter = pyvista.Plotter(off_screen=True, window_size=[300, 200], lighting="none")
    made = Scene(plotter)
    yield made
    made.close()
    plotter.close()


@pytest.fixture
def draw(scene: Scene) -> Callable[[], np.ndarray]:
    """Draws the scene: (200, 300, 3) uint8."""
    return lambda: np.asarray(scene._plotter.screenshot(return_img=True))


@pytest.fixture
def project(scene: Scene) -> Callable[[float, float], tuple[float, float]]:
    """The pixel, origin bottom left, at which the surface is drawn over the grid's node (j, i)."""

    def pixel(j: int, i: int) -> tuple[float, float]:
        sheet = scene._sheet
        assert sheet is not None
        point = np.array([[sheet.x[i], sheet.y[j], sheet.heights[j, i]]])
        x, y = Projection(scene._renderer).pixels(point)[0]
        return float(x), float(y)

    return pixel
