"""A montage of any size: no word covers another or leaves the picture, maps keep most of the room, and with room nothing is missing."""

from __future__ import annotations

from copy import deepcopy

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Annotation, Text

from lossvista.compute.figures import draw_montage, draw_overlay
from lossvista.compute.figures.bars import spaced_ticks
from lossvista.compute.figures.comparison import natural_size
from lossvista.compute.figures.squeeze import LEVELS, title
from lossvista.compute.landscape import Axis
from lossvista.compute.relief import Relief
from lossvista.compute.style import Style

SIZES = [(2.4, 1.6), (3.3, 2.2), (8.3, 2.2), (2.4, 6.0), (8.75, 4.7), (6.3, 3.4), (12.0, 8.0), (1.9, 1.3)]


@pytest.fixture
def several(small_landscape, tilted_landscape):
    """Four with long names and axes of different kinds, one with a path, one whose losses span decades."""
    pca, wide = deepcopy(tilted_landscape), deepcopy(small_landscape)
    pca.axes = [Axis(f"PCA direction {k}  (21.2% of variance)", "pca", 0, "none", 1.5) for k in (1, 2)]
    wide.surface.fields["train_loss"] = 10.0 ** (3 * wide.surface.fields["train_loss"] - 4)
    tilted_landscape.title = "ResNet-56 without skip connections"
    return [small_landscape, pca, wide, tilted_landscape]


def words(figure: Figure) -> list[Text]:
    """What is written beside the maps, where it is written."""
    found = [text for text in figure.findobj(Text) if text.get_visible() and text.get_text().strip()]
    inside = {text for axes in figure.axes for text in axes.texts}
    ticks = set()
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            low, high = sorted(axis.get_view_interval())
            drawn = [t for t in axis.get_major_ticks() if low - 1e-9 <= t.get_loc() <= high + 1e-9]
            gone = {one for tick in axis.get_major_ticks() for one in (tick.label1, tick.label2)}
            kept = {one for tick in drawn for one in (tick.label1, tick.label2)} if axis.get_visible() else set()
            ticks |= gone - kept
            ticks.add(axis.offsetText)
    return [text for text in found if text not in inside | ticks and not isinstance(text, Annotation)]


def overlaps(figure: Figure) -> list[tuple[str, str]]:
    FigureCanvasAgg(figure).draw()
    found = words(figure)
    boxes = [text.get_window_extent().padded(-1.0) for text in found]
    told = []
    for k, box in enumerate(boxes):
        assert box.x0 >= -1 and box.y0 >= -1, found[k]
        assert box.x1 <= figure.bbox.x1 + 1 and box.y1 <= figure.bbox.y1 + 1, found[k]
        for n in range(k):
            other = boxes[n]
            if box.x0 < other.x1 and other.x0 < box.x1 and box.y0 < other.y1 and other.y0 < box.y1:
                told.append((found[n].get_text(), found[k].get_text()))
    return told


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("count", [2, 3, 4])
def test_no_word_covers_another(several, size, count) -> None:
    figure = Figure(size)
    panels = draw_montage(figure, several[:count], Style(), notes=False)
    assert not overlaps(figure)
    filled = sum(panel.get_position().width * panel.get_position().height for panel in panels)
    assert filled > 0.05


def test_many_small_panels_are_bare(several) -> None:
    figure = Figure((4.4, 2.4))
    panels = draw_montage(figure, several * 6, Style())
    assert len(panels) == 24 and not overlaps(figure)


def test_with_room_all_words_are_there(several) -> None:
    figure = Figure(natural_size(several))
    panels = draw_montage(figure, several, Style())
    assert not overlaps(figure)
    assert panels[1].get_xlabel() == "PCA direction 1  (21.2% of variance)" and "of variance" in panels[1].get_ylabel()
    assert panels[3].get_title() == "(d)  ResNet-56 without skip connections"
    assert {"training loss (nats)", "path's true loss"} <= {axes.get_ylabel() for axes in figure.axes}


def test_less_and_less_is_written_as_room_gets_less(several) -> None:
    counts = []
    for side in (14.0, 6.5, 4.5, 2.4, 1.2):
        figure = Figure((side, side / 1.6))
        draw_montage(figure, several[:2], Style(), notes=False)
        assert not overlaps(figure)
        counts.append(len(words(figure)))
    assert counts == sorted(counts, reverse=True) and counts[0] > 30 and counts[-1] <= 2


def test_a_title_keeps_its_letter() -> None:
    assert title("(a)  a bowl", LEVELS[0], 3.0) == "(a)  a bowl"
    assert title("(a)  a bowl with a very long name", LEVELS[-2], 1.6) == "(a)  a bowl with…"
    assert title("(a)  a bowl with a very long name", LEVELS[-2], 0.5) == "(a)"
    assert title("(a)  a bowl", LEVELS[-1], 3.0) == ""


def test_a_bar_has_as_many_numbers_as_have_room() -> None:
    relief = Relief(scale="log", low=1e-4, high=100.0)
    for room in (0.0, 0.1, 0.2, 0.4, 0.9):
        losses, texts = spaced_ticks(relief, 6, room)
        assert len(losses) == len(texts) >= 1
        assert len(losses) < 2 or np.diff(np.sort(relief.share(losses))).min() >= room


@pytest.mark.parametrize("size", [(8.3, 2.2), (3.3, 2.2), (6.3, 3.4)])
def test_the_names_of_an_overlay_s_axes_go_where_the_axes_are_shorter(line_landscape, size) -> None:
    figure = Figure(size)
    draw_overlay(figure, [line_landscape, deepcopy(line_landscape)], Style(), notes=False)
    FigureCanvasAgg(figure).draw()
    for axes in figure.axes:
        box = axes.yaxis.label.get_window_extent()
        assert box.y0 >= -2 and box.y1 <= figure.bbox.y1 + 2
    assert bool(figure.axes[0].get_ylabel()) == (size == (6.3, 3.4))


def test_what_was_found_for_a_size_is_kept_while_it_is_that_size(several) -> None:
    figure = Figure((6.3, 3.4))
    draw_montage(figure, several[:3], Style(), notes=False)
    first = [text.get_text() for text in words(figure)]
    draw_montage(figure, several[:3], Style(), notes=False)
    assert [text.get_text() for text in words(figure)] == first and not overlaps(figure)
    figure.set_size_inches(14, 8)
    panels = draw_montage(figure, several[:3], Style(), notes=False)
    assert all(panel.get_xlabel() for panel in panels)
