"""What two pins measure, on maps, curves, sections and montages: between the pins, with its top and its words, and nowhere else."""

from __future__ import annotations

import math

import numpy as np
import pytest
from matplotlib.figure import Figure

from lossvista.app.scene.draw import render
from lossvista.compute.figures import draw, draw_montage
from lossvista.compute.figures.measured import BRIGHT, DARK
from lossvista.compute.figures.pins import COLOR
from lossvista.compute.measure import crest, measure, measured, words
from lossvista.compute.pins import Pin, measuring, pair
from lossvista.compute.style import Style

PINS = (Pin(alpha=-0.6, beta=0.2, text="1"), Pin(alpha=0.7, beta=-0.4, text="2"))


def ways(axes) -> list[np.ndarray]:
    """(k, 2) corners of what is drawn between pins."""
    lines = [one for one in axes.lines if one.get_color() in (BRIGHT, COLOR) and one.get_linestyle() != "None"]
    return [np.asarray(one.get_xydata()) for one in lines]


def told(axes) -> list[str]:
    return [text.get_text() for text in axes.texts if text.get_text().startswith("distance")]


def test_two_chosen_pins_measure_or_all_where_these_are_two() -> None:
    three = (*PINS, Pin(alpha=0.0, beta=0.0, text="3"))
    assert measuring(PINS) == (0, 1) and measuring(three) == () and measuring(PINS[:1]) == ()
    assert measuring(three, (2, 0)) == (2, 0) and measuring(three, (2,)) == () and measuring(PINS, ()) == ()
    assert measuring(PINS, (0, 5)) == () and measuring(PINS, (-1, 0)) == ()  # a pin that was taken out
    assert pair(three, (2, 0)) == (three[2], three[0]) == Style(pins=three, measured=(2, 0)).pair
    assert Style(pins=three).pair is None


def test_a_map_has_the_way_its_top_and_its_words(small_landscape) -> None:
    small_landscape.surface.fields["train_loss"][:, 5] += 2.0  # a ridge along α = 0
    figure = Figure((8, 6))
    axes = draw(figure, small_landscape, Style(view="map", path=False, pins=PINS))
    (way,) = ways(axes)
    np.testing.assert_allclose(way[[0, -1]], [[-0.6, 0.2], [0.7, -0.4]])
    highest, at, _ = crest(small_landscape.surface, "train_loss", (-0.6, 0.2), (0.7, -0.4))
    (bead,) = [one for one in axes.lines if one.get_color() == DARK and one.get_marker() == "o"]
    np.testing.assert_allclose(np.asarray(bead.get_xydata())[0], [-0.6 + 1.3 * at, 0.2 - 0.6 * at], atol=1e-9)
    found = measure(small_landscape, "train_loss", *PINS)
    assert found.highest == highest and told(axes) == [f"distance 1.43\nbarrier {found.barrier:.3f}"]


def test_the_words_stay_in_the_picture_and_off_the_pins_names(small_landscape) -> None:
    ends = [(-0.95, 0.0), (0.95, 0.0), (0.0, 0.95), (0.0, -0.95), (-0.9, -0.9), (0.9, 0.9), (-0.3, 0.1), (0.4, -0.2)]
    for first in ends:
        for last in ends:
            if math.dist(first, last) < 1.0:
                continue
            figure = Figure((6, 5))
            pins = tuple(Pin(alpha=a, beta=b, text=str(k)) for k, (a, b) in enumerate((first, last), 1))
            axes = draw(figure, small_landscape, Style(view="map", path=False, pins=pins))
            figure.draw_without_rendering()
            names = [text for text in axes.texts if text.get_text().startswith(("1  ", "2  "))]
            (words_,) = [text for text in axes.texts if text.get_text().startswith("distance")]
            box, inside = words_.get_window_extent(), axes.get_window_extent()
            assert inside.x0 - 6 <= box.x0 and box.x1 <= inside.x1 + 6, (first, last)
            assert not any(box.overlaps(name.get_window_extent()) for name in names), (first, last)


def test_a_curve_is_marked_between_its_pins(line_landscape) -> None:
    line_landscape.surface.fields["train_loss"][0, 10] += 2.0
    pins = (Pin(alpha=0.72, beta=5.0, text="b"), Pin(alpha=-0.63, text="a"))
    axes = draw(Figure((8, 6)), line_landscape, Style(pins=pins))
    (way,) = ways(axes)
    assert way[0, 0] == 0.72 and way[-1, 0] == pytest.approx(-0.63)
    np.testing.assert_allclose(
        way[:, 1], [line_landscape.surface.probe(float(a), 0.0, "train_loss")[0] for a in way[:, 0]]
    )
    assert set(np.round(line_landscape.surface.grid.alpha[4:18], 9)) <= set(np.round(way[:, 0], 9))
    assert told(axes)[0].startswith("distance 1.35\nbarrier")


def test_a_section_measures_where_both_pins_are_on_it(small_landscape) -> None:
    on = (Pin(alpha=-0.6, text="1"), Pin(alpha=0.6, text="2"), Pin(alpha=0.5, beta=0.3, text="off"))
    for chosen, expected in ((None, 0), ((1, 0), 1), ((0, 2), 0)):
        figure = Figure((8, 4))
        draw(figure, small_landscape, Style(view="curves", pins=on, measured=chosen))
        assert sum(len(ways(axes)) for axes in figure.axes) == expected
    figure = Figure((8, 4))
    axes = draw(figure, small_landscape, Style(view="curves", pins=on[:2]))
    np.testing.assert_allclose(ways(axes)[0][[0, -1], 0], [-0.6, 0.6])


def test_each_plane_of_a_montage_has_its_own_words(small_landscape, tilted_landscape) -> None:
    small_landscape.surface.fields["train_loss"][:, 5] += 2.0
    figure = Figure((9, 5))
    panels = draw_montage(figure, [small_landscape, tilted_landscape], Style(pins=PINS))
    assert all(len(ways(panel)) == 1 for panel in panels) and len({told(panel)[0] for panel in panels}) == 2


def test_nothing_is_drawn_beside_the_grid_and_no_barrier_told_of_an_accuracy(small_landscape, holed_landscape) -> None:
    far = (PINS[0], Pin(alpha=4.0, beta=0.0))
    assert not ways(draw(Figure(), small_landscape, Style(view="map", pins=far)))
    assert measured(small_landscape, "no_such_field", PINS) is None
    assert words(measure(small_landscape, "train_accuracy", *PINS), "train_accuracy") == ("distance 1.43",)
    across = (Pin(alpha=-0.6, beta=-0.8), Pin(alpha=0.2, beta=-0.2))  # over a hole
    assert "barrier ≥ " in told(draw(Figure(), holed_landscape, Style(view="map", pins=across)))[0]
    draw(Figure(), holed_landscape, Style(view="map", pins=(Pin(alpha=-0.4, beta=-0.6), Pin(alpha=-0.4, beta=-0.6))))


def test_vector_files_have_the_words_as_text(small_landscape, tmp_path) -> None:
    render(small_landscape, tmp_path / "it.svg", Style(view="map", pins=PINS))
    assert "distance 1.43" in (tmp_path / "it.svg").read_text("utf-8")
    for suffix in ("pdf", "eps", "png"):
        render(small_landscape, tmp_path / f"it.{suffix}", Style(view="map", pins=PINS), width=85)
        assert (tmp_path / f"it.{suffix}").stat().st_size > 5000
