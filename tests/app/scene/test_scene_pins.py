"""Pins in the scene: on the drawn surface, named with their values, found under the pointer, and in stills too."""

from __future__ import annotations

import numpy as np
import pytest

from lossvista.app.scene.camera import Projection
from lossvista.app.scene.still import render
from lossvista.compute.pins import Pin, pinned
from lossvista.compute.style import Style
from lossvista.compute.surface import Mark


def texts(scene) -> list[str]:
    return [text.GetInput().strip() for text in scene._pins.labels if text.GetVisibility()]


def test_a_pin_stands_on_the_surface_with_its_value(scene, draw, small_landscape) -> None:
    bare = Style(view="surface", path=False)
    scene.show(small_landscape, bare)
    before = draw()
    grid = small_landscape.surface.grid
    alpha, beta = float(grid.alpha[2]), float(grid.beta[7])
    scene.show(
        small_landscape, bare.replace(pins=(Pin(alpha=alpha, beta=beta, text="here"), Pin(alpha=0.07, text="2")))
    )
    assert (draw() != before).any()
    stored = small_landscape.surface.fields["train_loss"][7, 2]
    first, second = texts(scene)
    assert first == f"here  {stored:.3f}".rstrip("0") and second.startswith("2  ≈ 0.1")
    foot = scene._pins._feet[0]
    sheet = scene._sheet
    np.testing.assert_allclose(foot, [sheet.x[2], sheet.y[7], sheet.heights[7, 2]], atol=1e-9)
    scene.show(small_landscape, bare)
    np.testing.assert_array_equal(draw(), before)


def test_a_pin_is_found_under_the_pointer(scene, draw, small_landscape) -> None:
    scene.show(small_landscape, Style(pins=(Pin(alpha=-0.5, beta=-0.5, text="1"), Pin(alpha=0.5, beta=0.5, text="2"))))
    draw()
    seen = Projection(scene._renderer)
    for k, (x, y) in enumerate(seen.pixels(scene._pins._tops)):
        assert scene.pin_at(x, y) == k and scene.pin_at(x + 3, y + 2) == k
    assert scene.pin_at(2, 2) is None


def test_what_is_cut_away_beside_the_grid_or_a_hole_has_no_needle(scene, draw, holed_landscape) -> None:
    pins = tuple(
        Pin(alpha=a, beta=b, text=t) for a, b, t in ((1, 1, "high"), (3, 0, "far"), (-0.4, -0.6, "hole"), (0, 0, "ok"))
    )
    scene.show(holed_landscape, Style(pins=pins).relieved(clip=1.0, high=5.0))
    draw()
    assert [pins[k].text for k in scene._pins.drawn] == ["ok"]
    assert len(texts(scene)) == 1


def test_labels_do_not_cover_one_another(scene, draw, small_landscape) -> None:
    pins = ()
    for k in range(6):
        pins = pinned(pins, 0.01 * k, 0.0)
    scene.show(small_landscape, Style(pins=pins))
    draw()
    from lossvista.app.scene.text import extent

    boxes = []
    for text in scene._pins.labels:
        wide, high = extent(text, scene._dpi)
        x, y = text.GetPosition()
        boxes.append((x - wide / 2, y, x + wide / 2, y + high))
    for k, (a, b, c, d) in enumerate(boxes):
        for e, f, g, h in boxes[k + 1 :]:
            assert c <= e or g <= a or d <= f or h <= b


def test_values_that_arrive_are_told(scene, draw, partly_landscape) -> None:
    surface = partly_landscape.surface
    alpha, beta = surface.grid.points(surface.missing[:1])[0].tolist()
    scene.show(partly_landscape, Style(pins=(Pin(alpha=alpha, beta=beta, text="1"),)))
    draw()
    assert texts(scene) == ["1  –"]
    index = surface.missing[:1]
    surface.fields["train_loss"].flat[index], surface.evaluated.flat[index] = 0.75, Mark.EVALUATED
    scene.refresh()
    draw()
    assert texts(scene) == ["1  0.75"]


@pytest.mark.parametrize("view", ["contours", "map"])
def test_pins_are_in_stills(small_landscape, view) -> None:
    style = Style(view=view, path=False)
    pinned_style = style.replace(pins=(Pin(alpha=0.3, beta=0.6, text="a $\\frac{ name"),))
    plain, marked = (render(small_landscape, s, (400, 300)) for s in (style, pinned_style))
    assert (plain != marked).any()
    orange = (np.abs(marked.astype(int) - [255, 92, 57]) < 60).all(axis=2)
    assert orange.sum() > 3 + (np.abs(plain.astype(int) - [255, 92, 57]) < 60).all(axis=2).sum()
