"""The axes' names: both are in every picture, inside it; what explains one goes below it, or goes, where there is no room."""

from __future__ import annotations

import pytest

from lossvista.app.scene.still import off_screen
from lossvista.app.scene.text import extent
from lossvista.compute.style import Style


@pytest.mark.parametrize(
    ("size", "larger", "whole"),
    [((900, 700), 1.0, True), ((250, 330), 3.2, False)],
)
def test_both_names_are_shown_in_any_size(small_landscape, size, larger, whole):
    for number, axis in enumerate(small_landscape.axes, 1):
        axis.label, axis.explained = f"PCA direction {number}", 0.123
    with off_screen(size, larger) as (plotter, scene):
        scene.show(small_landscape, Style(view="surface"))
        plotter.screenshot(return_img=True)
        names = scene._axes.names
        assert all(name.GetVisibility() for name in names)
        assert [name.GetInput().startswith(f"PCA direction {k}") for k, name in enumerate(names, 1)] == [True, True]
        assert ("(12.3% of variance)" in names[0].GetInput()) == whole
        for name in names:
            (x, y), (width, height) = name.GetPosition(), extent(name, plotter.render_window.GetDPI())
            assert width / 2 <= x <= plotter.window_size[0] - width / 2
            assert height / 2 <= y <= plotter.window_size[1] - height / 2
