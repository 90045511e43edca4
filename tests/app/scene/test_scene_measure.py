"""The measured way: it lies on the drawn surface from pin to pin, with a bead at its top, and leaves nothing behind."""

from __future__ import annotations

import numpy as np

from lossvista.app.scene.drape import spot
from lossvista.compute.measure import crest
from lossvista.compute.style import Style


def test_the_way_lies_on_the_surface_with_its_top_marked(scene, draw, small_landscape) -> None:
    small_landscape.surface.fields["train_loss"][:, 5] += 3.0  # a ridge along α = 0
    style = Style(view="surface", path=False, floor=False)
    scene.show(small_landscape, style)
    bare = draw()
    first, last = (-0.6, 0.2), (0.6, -0.2)
    highest, at, whole = crest(small_landscape.surface, "train_loss", first, last)
    assert whole and 0.4 < at < 0.6 and highest > 3
    scene.measure.show((first, last, at))
    assert (draw() != bare).any()
    ends = [spot(scene.shot.sheet, *end) for end in (first, last)]
    bounds = np.array(scene.measure.line.GetBounds()).reshape(3, 2)
    np.testing.assert_allclose(bounds[:2, 0], np.min(ends, axis=0)[:2], atol=1e-6)
    np.testing.assert_allclose(bounds[:2, 1], np.max(ends, axis=0)[:2], atol=1e-6)
    top = np.array(scene.measure.top.GetBounds()).reshape(3, 2).mean(axis=1)
    np.testing.assert_allclose(top, spot(scene.shot.sheet, 0.0, 0.0), atol=0.02)
    scene.show(small_landscape, style.relieved(height=2.0))
    assert scene.measure.line.GetBounds()[5] > 1.5 * bounds[2, 1]
    scene.show(small_landscape, style)
    scene.measure.hide()
    np.testing.assert_array_equal(draw(), bare)


def test_a_hole_leaves_a_gap_and_a_way_beside_the_grid_is_none(scene, draw, holed_landscape) -> None:
    scene.show(holed_landscape, Style())
    scene.measure.show(((-0.6, -0.6), (0.6, -0.4), 0.0))
    assert 0 < scene.measure._line.GetNumberOfLines() < 192
    scene.measure.show(((2.0, 2.0), (3.0, 2.0), 0.5))
    assert scene.measure._line.GetNumberOfLines() == 0
    draw()
