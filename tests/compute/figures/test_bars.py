"""What is written on a map's bars and axes: as much as there is room for, at every size, also when that changes."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from lossvista.compute.figures import draw_map
from lossvista.compute.style import Style


def bars(figure: Figure) -> list[Axes]:
    return [bar for axes in figure.axes for bar in axes.child_axes if isinstance(bar, Axes)]


@pytest.mark.parametrize("size", [(2.7, 3.6), (2.7, 2.4), (5.0, 3.0), (8.0, 6.0), (12.0, 4.0)])
def test_no_word_of_the_bars_covers_another(small_landscape, size):
    figure = Figure(figsize=size, dpi=100)
    canvas = FigureCanvasAgg(figure)
    draw_map(figure, small_landscape, Style(view="map", path=True, path_color="loss"))
    canvas.draw()
    first, second = bars(figure)
    names = [bar.yaxis.label for bar in (first, second)]
    boxes = [name.get_window_extent() for name in names]
    assert not all(name.get_text() for name in names) or not boxes[0].overlaps(boxes[1])
    for bar in (first, second):
        numbers = [tick.label2.get_window_extent() for tick in bar.yaxis.get_major_ticks()]
        middles = np.sort([(box.y0 + box.y1) / 2 for box in numbers])
        heights = [box.height for box in numbers]
        assert not len(middles) > 1 or np.diff(middles).min() > 0.9 * min(heights)


def test_words_come_back_when_the_picture_grows(small_landscape):
    for axis in small_landscape.axes:
        axis.label, axis.explained = "PCA direction", 0.5
    figure = Figure(figsize=(8, 6), dpi=100)
    canvas = FigureCanvasAgg(figure)
    axes = draw_map(figure, small_landscape, Style(view="map", path=True, path_color="loss"))
    canvas.draw()
    whole = axes.get_xlabel(), *(bar.get_ylabel() for bar in bars(figure))
    assert "50.0% of variance" in whole[0] and "true loss" in whole[2]
    figure.set_size_inches(2.2, 2.0)
    canvas.draw()
    small = axes.get_xlabel(), *(bar.get_ylabel() for bar in bars(figure))
    assert small[0] == "PCA direction" and all(len(now) < len(then) for now, then in zip(small, whole, strict=True))
    figure.set_size_inches(8, 6)
    canvas.draw()
    assert (axes.get_xlabel(), *(bar.get_ylabel() for bar in bars(figure))) == whole
