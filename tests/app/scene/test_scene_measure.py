"""The measured way: it lies on the drawn surface from pin to pin, with a bead at its top and its words, and leaves nothing behind."""

from __future__ import annotations

import numpy as np
import pytest

from lossvista.app.scene.drape import spot
from lossvista.app.scene.still import render
from lossvista.app.scene.text import extent
from lossvista.compute.pins import Pin
from lossvista.compute.style import Style


def two(first: tuple[float, float], last: tuple[float, float]) -> tuple[Pin, ...]:
    return tuple(Pin(alpha=a, beta=b, text=str(k)) for k, (a, b) in enumerate((first, last), 1))


def test_the_way_lies_on_the_surface_with_its_top_marked(scene, draw, small_landscape) -> None:
    small_landscape.surface.fields["train_loss"][:, 5] += 3.0  # a ridge along α = 0
    style = Style(view="surface", path=False, floor=False)
    scene.show(small_landscape, style)
    bare = draw()
    first, last = (-0.6, 0.2), (0.6, -0.2)
    pinned = style.replace(pins=two(first, last))
    scene.show(small_landscape, pinned)
    assert (draw() != bare).any()
    ends = [spot(scene.shot.sheet, *end) for end in (first, last)]
    bounds = np.array(scene.measure.line.GetBounds()).reshape(3, 2)
    np.testing.assert_allclose(bounds[:2, 0], np.min(ends, axis=0)[:2], atol=1e-6)
    np.testing.assert_allclose(bounds[:2, 1], np.max(ends, axis=0)[:2], atol=1e-6)
    top = np.array(scene.measure.top.GetBounds()).reshape(3, 2).mean(axis=1)
    np.testing.assert_allclose(top, spot(scene.shot.sheet, 0.0, 0.0), atol=0.02)
    found = scene.measure.shown.found
    assert found.whole and found.highest > 3
    assert scene.measure.label.GetInput().strip() == "distance 1.26 · barrier 1.37"
    scene.show(small_landscape, pinned.relieved(height=2.0))
    assert scene.measure.line.GetBounds()[5] > 1.5 * bounds[2, 1]
    scene.show(small_landscape, style)
    np.testing.assert_array_equal(draw(), bare)


def test_a_hole_leaves_a_gap_and_a_pin_beside_the_grid_no_way(scene, draw, holed_landscape) -> None:
    scene.show(holed_landscape, Style(pins=two((-0.6, -0.6), (0.6, -0.4))))
    draw()
    assert 0 < scene.measure._line.GetNumberOfLines() < 192 and scene.measure.line.GetVisibility()
    scene.show(holed_landscape, Style(pins=two((0.0, 0.0), (3.0, 2.0))))
    draw()
    assert not scene.measure.line.GetVisibility() and not scene.measure.label.GetVisibility()


def test_the_words_stand_where_the_way_is_seen(scene, draw, small_landscape) -> None:
    style = Style(pins=two((-1.0, -1.0), (0.2, -0.2)), path=False)
    scene.show(small_landscape, style.relieved(clip=0.5, high=5.0))
    draw()
    assert scene.measure._spot[0, 2] <= scene.shot.sheet.cut(0.5)
    scene.show(small_landscape, style.relieved(clip=0.01, high=5.0))
    draw()
    assert not scene.measure.label.GetVisibility()


def test_the_words_keep_clear_of_the_pins_names(scene, draw, small_landscape) -> None:
    scene.show(small_landscape, Style(pins=two((-0.05, 0.0), (0.05, 0.0)), path=False))
    draw()
    wide, high = extent(scene.measure.label, scene._dpi)
    x, y = scene.measure.label.GetPosition()
    assert len(scene._pins.boxes) == 2
    for left, low, right, top in scene._pins.boxes:
        assert x + wide / 2 <= left or right <= x - wide / 2 or y + high <= low or top <= y


@pytest.mark.parametrize("view", ["contours", "surface", "wireframe", "lines", "map"])
def test_stills_show_what_two_pins_measure_in_every_view(small_landscape, view) -> None:
    pins = (*two((-0.6, 0.2), (0.6, -0.2)), Pin(alpha=0.0, beta=0.8, text="3"))
    style = Style(view=view, path=False, pins=pins)
    three, chosen = (render(small_landscape, s, (400, 300)) for s in (style, style.replace(measured=(0, 2))))
    assert (three != chosen).any()
