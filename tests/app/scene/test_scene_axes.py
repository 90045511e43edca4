"""The axes' names: both are in every picture, inside it; what explains one goes below it, or goes, where there is no room."""

from __future__ import annotations

import pytest

from lossvista.app.scene.still import off_screen
from lossvista.app.scene.text import extent
from lossvista.compute.style import Style


@pytest.mark.parametrize(
    ("size", "larger", "first"),
    [
        ((900, 700), 1.0, "PCA direction 1 (12.3% of variance)"),
        ((250, 330), 2.0, "PCA direction 1\n(12.3% of variance)"),
        ((250, 330), 3.2, "PCA direction 1"),
    ],
)
def test_both_names_are_shown_in_any_size(small_landscape, size, larger, first):
    for number, axis in enumerate(small_landscape.axes, 1):
        axis.label, axis.explained = f"PCA direction {number}", 0.123
    with off_screen(size, larger) as (plotter, scene):
        scene.show(small_landscape, Style(view="surface"))
        plotter.screenshot(return_img=True)
        names = scene._axes.names
        assert all(name.GetVisibility() for name in names)
        assert " ".join(names[0].GetInput().split(" " * 2)) == first
        assert names[1].GetInput().startswith("PCA direction 2")
        for name in names:
            (x, y), (width, height) = name.GetPosition(), extent(name, plotter.render_window.GetDPI())
            assert width / 2 <= x <= plotter.window_size[0] - width / 2
            assert height / 2 <= y <= plotter.window_size[1] - height / 2
