"""Colours by another field than that of the heights: what they are between known points, in figures and exports, and on the scene."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from lossvista.compute.colors import rgb
from lossvista.compute.errors import LossvistaError
from lossvista.compute.exporters.shape import shape_of
from lossvista.compute.figures import draw, draw_montage
from lossvista.compute.style import Style
from lossvista.compute.surface import FieldInfo
from lossvista.compute.tint import tint_of

TINTED = Style(color_field="ratio", view="map")


@pytest.fixture
def landscape(small_landscape):
    """11 × 11 points; ratio = α + 2β, known on the nine inner points of every second line."""
    grid = small_landscape.surface.grid
    values = np.full(grid.shape, np.nan)
    a, b = np.meshgrid(grid.alpha, grid.beta)
    inner = np.ix_([3, 5, 7], [3, 5, 7])
    values[inner] = (a + 2 * b)[inner]
    small_landscape.surface.fields["ratio"] = values
    small_landscape.surface.info["ratio"] = FieldInfo("train", "1", "|a|")
    return small_landscape


def test_between_known_points_it_is_interpolated_and_nothing_beyond(landscape) -> None:
    tint = tint_of(landscape, TINTED)
    grid = landscape.surface.grid
    a, b = np.meshgrid(grid.alpha, grid.beta)
    inside = np.zeros(grid.shape, bool)
    inside[3:8, 3:8] = True
    assert np.allclose(tint.shown[inside], (a + 2 * b)[inside]) and np.isnan(tint.shown[~inside]).all()
    assert tint.known == 9 and "9 of 121 points" in tint.note and tint.name == "|a|"
    known = landscape.surface.fields["ratio"][3:8:2, 3:8:2]
    assert (tint.relief.low, tint.relief.high) == (known.min(), known.max())
    assert np.isnan(landscape.surface.fields["ratio"]).sum() == 112  # nothing stored has changed
    landscape.surface.fields["ratio"][3, 3] = np.nan  # the lattice is not whole yet
    assert np.isfinite(tint_of(landscape, TINTED).shown).sum() == 25 - 3  # without its corner's triangle
    landscape.surface.fields["ratio"][:] = np.nan
    landscape.surface.fields["ratio"][5, [3, 7]] = 1.0  # on one line
    assert np.isfinite(tint_of(landscape, TINTED).shown).sum() == 2


def test_when_there_is_none(landscape) -> None:
    assert tint_of(landscape, Style()) is None
    assert tint_of(landscape, Style(color_field="train_loss")) is None  # the heights are its own
    assert tint_of(landscape, Style(color_field="train_accuracy")).relief.scale == "linear"
    assert tint_of(landscape, TINTED.relieved(field="ratio")) is None
    tint = tint_of(landscape, Style(color_field="ratio", color_low=0.0, color_high=9.0))
    assert tint.span == (0.0, 9.0)
    with pytest.raises(LossvistaError, match="nonsense"):
        tint_of(landscape, Style(color_field="nonsense"))


def test_the_map_and_the_mesh_have_its_colours(landscape) -> None:
    figure = Figure(figsize=(8, 6), dpi=100)
    FigureCanvasAgg(figure)
    axes = draw(figure, landscape, TINTED)
    figure.canvas.draw()
    assert "|a|" in [child.get_ylabel() for child in axes.child_axes]
    pixels = np.asarray(figure.canvas.buffer_rgba())[..., :3]  # type: ignore[attr-defined]
    grid, tint = landscape.surface.grid, tint_of(landscape, TINTED)
    x, y = axes.transData.transform((grid.alpha[6] + 0.003, grid.beta[4] + 0.003))
    at = np.median(
        pixels[len(pixels) - int(y) - 3 : len(pixels) - int(y) + 4, int(x) - 3 : int(x) + 4].reshape(-1, 3), axis=0
    )
    assert np.abs(at - rgb("viridis", tint.share[4, 6])).max() < 30

    mesh = shape_of(landscape, TINTED, False)
    assert (mesh.colors[grid.shape[1] * 4 + 6, :3] == rgb("viridis", tint.share[4, 6])).all()
    assert (mesh.colors[0, :3] == 128).all()  # grey: nothing is known there
    assert mesh.points[:, 2] == pytest.approx(shape_of(landscape, Style(), False).points[:, 2])

    panels = draw_montage(figure, [landscape, landscape], TINTED)  # whose one bar is that of the loss
    assert len(panels) == 2


def test_a_range_that_has_no_logarithm_makes_the_colours_of_a_loss_linear(small_landscape) -> None:
    small_landscape.surface.fields["test_loss"] = small_landscape.surface.fields["train_loss"] + 1.0
    style = Style(color_field="test_loss")
    assert tint_of(small_landscape, style).relief.scale == "log"
    tint = tint_of(small_landscape, style.replace(color_low=-1.0))  # as beside a landscape with losses below 0
    assert tint.relief.scale == "linear" and tint.span[0] == -1.0 and np.isfinite(tint.shown).all()
