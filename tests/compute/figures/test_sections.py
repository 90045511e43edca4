"""Sections and layers in flat pictures: stored values along both axes, and layers that come and go."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.contour import QuadContourSet
from matplotlib.figure import Figure
from matplotlib.text import Text

from lossvista.compute.figures import draw, draw_map, place_of, save_figure
from lossvista.compute.figures.sections import section
from lossvista.compute.landscape import Landscape
from lossvista.compute.pins import Pin
from lossvista.compute.style import Style
from lossvista.compute.trajectory import Trajectory


def canvas() -> Figure:
    figure = Figure(figsize=(8, 6), dpi=80)
    FigureCanvasAgg(figure)
    return figure


def texts(figure: Figure) -> str:
    figure.canvas.draw()
    return "\n".join(artist.get_text() for artist in figure.findobj(Text) if artist.get_visible())


def contour_sets(axes) -> tuple[list, list]:
    """Filled ones without a hatch, and lines."""
    sets = [c for c in axes.collections if isinstance(c, QuadContourSet)]
    return [c for c in sets if c.filled and not c.hatches[0]], [c for c in sets if not c.filled]


def test_sections_are_the_stored_values_through_the_centre(tilted_landscape: Landscape) -> None:
    losses, grid = tilted_landscape.surface.fields["train_loss"], tilted_landscape.surface.grid
    figure = canvas()
    left = draw(figure, tilted_landscape, Style(view="curves").relieved(scale="linear"))
    right = next(axes for axes in figure.axes if axes.get_title() == "α = 0")
    np.testing.assert_array_equal(left.lines[0].get_ydata(), losses[2, :])
    np.testing.assert_array_equal(left.lines[0].get_xdata(), grid.alpha)
    np.testing.assert_array_equal(right.lines[0].get_ydata(), losses[:, 2])
    np.testing.assert_array_equal(right.lines[0].get_xdata(), grid.beta)
    assert left.get_ylim() == right.get_ylim()
    assert place_of(left, 1.5, 99.0) == (1.5, 0.0)
    assert place_of(right, 0.5, 99.0) == (0.0, 0.5)
    accuracies = [axes for axes in figure.axes if axes.get_ylabel() == "accuracy"]
    assert len(accuracies) == 2 and place_of(accuracies[1], 0.5, 0.9) == (0.0, 0.5)


def test_marks_and_fields_come_along(bounded_landscape: Landscape) -> None:
    line = section(bounded_landscape, 1)
    assert line.surface.grid.line and list(line.surface.fields) == list(bounded_landscape.surface.fields)
    np.testing.assert_array_equal(line.surface.evaluated[0], bounded_landscape.surface.evaluated[:, 5])


def test_sections_of_anything_can_be_drawn_and_saved(any_landscape: Landscape, tmp_path) -> None:
    save_figure(any_landscape, Style(view="curves"), tmp_path / "a.svg", (400, 300))
    assert (tmp_path / "a.svg").stat().st_size > 1000


def test_the_map_is_filled_lined_or_both(small_landscape: Landscape) -> None:
    for filled, lined in ((True, True), (True, False), (False, True), (False, False)):
        figure = canvas()
        bands, lines = contour_sets(draw_map(figure, small_landscape, Style(surface=filled, isolines=lined)))
        assert (bool(bands), bool(lines)) == (filled, lined)
    figure = canvas()
    _, (lines,) = contour_sets(draw_map(figure, small_landscape, Style(surface=False)))
    assert len({tuple(c) for c in lines.get_edgecolor()}) > 5  # without bands, each line has its loss's colour


def test_the_plateau_is_a_tint_and_a_hatch_is_a_hatch(small_landscape: Landscape) -> None:
    for kind, says in (("remove", "cut away"), ("hatch", "cut away"), ("cap", "flattened")):
        figure = canvas()
        axes = draw_map(figure, small_landscape, Style(path=False).relieved(clip=1.0, clip_style=kind))
        assert f"loss > 1 ({says})" in texts(figure)
        hatched = [c for c in axes.collections if isinstance(c, QuadContourSet) and c.filled and c.hatches[0]]
        assert bool(hatched) == (kind != "cap")


@pytest.mark.parametrize("view", ["map", "curves"])
def test_inks_reach_flat_pictures(small_landscape: Landscape, view: str) -> None:
    figure = canvas()
    style = Style(view=view).restyled(axes_ink_color="#ff0080", title_ink_size=2.0, axes_ink_size=1.5)
    axes = draw(figure, small_landscape, style)
    figure.canvas.draw()
    assert axes.spines["left"].get_edgecolor()[:3] == pytest.approx((1.0, 0.0, 0.502), abs=0.01)
    title = next(text for text in figure.findobj(Text) if text.get_text() == small_landscape.title)
    assert title.get_fontsize() == 26


def test_a_legend_says_whose_path_is_which(small_landscape: Landscape) -> None:
    run = small_landscape.trajectories["run"]
    for name, optimizer in (("run", "sgd"), ("other", "adam")):
        small_landscape.trajectories[name] = Trajectory(run.columns, {"optimizer": optimizer})
    figure = canvas()
    draw_map(figure, small_landscape, Style(path_color="name"))
    assert {"sgd", "adam"} <= set(texts(figure).splitlines())
    assert "path's true loss" not in texts(figure)


def test_certainty_can_be_switched_off_but_failures_cannot(bounded_landscape: Landscape) -> None:
    bounded_landscape.surface.evaluated[4, 4] = 5
    figure = canvas()
    axes = draw_map(figure, bounded_landscape, Style(path=False))
    many = len(axes.lines)
    axes = draw_map(canvas(), bounded_landscape, Style(path=False, certainty=False))
    assert len(axes.lines) == many - 1
    assert "lower bound" in "".join(text.get_text() for text in axes.get_legend().get_texts())


def test_paths_over_a_line_share_their_colours(line_landscape: Landscape) -> None:
    alpha = np.linspace(-0.9, 0.2, 5)
    for name, scale in (("low", 0.1), ("high", 10.0)):
        columns = {"alpha": alpha, "beta": np.zeros(5), "train_loss": scale * np.linspace(2, 1, 5)}
        line_landscape.trajectories[name] = Trajectory(columns)
    figure = canvas()
    axes = draw(figure, line_landscape, Style(path_ends=False))
    figure.canvas.draw()
    low, high = (c.get_colors()[:, :3] for c in axes.collections if hasattr(c, "get_segments"))
    assert not any((np.abs(low - color).sum(axis=1) < 0.05).any() for color in high)


def test_pins_stand_on_the_sections_that_they_lie_on(small_landscape: Landscape) -> None:
    pins = (
        Pin(alpha=0.4, text="on α"),
        Pin(alpha=0.0, beta=-0.6, text="on β"),
        Pin(alpha=0.3, beta=0.3, text="beside"),
    )
    figure = canvas()
    left = draw(figure, small_landscape, Style(view="curves", pins=pins))
    right = next(axes for axes in figure.axes if axes.get_title() == "α = 0")
    losses = small_landscape.surface.fields["train_loss"]
    for axes, name, x, value in ((left, "on α", 0.4, losses[5, 7]), (right, "on β", -0.6, losses[2, 5])):
        (named,) = [text for text in axes.texts if name in text.get_text()]
        assert named.xy == pytest.approx((x, value))
    assert "beside" not in texts(figure)
