"""The curve of a line: loss on the left, accuracy on the right, gaps where nothing can be drawn."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text

from lossvista.compute.errors import LossvistaError
from lossvista.compute.figures import draw, draw_curve
from lossvista.compute.landscape import Landscape
from lossvista.compute.relief import Relief
from lossvista.compute.style import Style
from lossvista.compute.surface import Mark, Patch, Surface
from lossvista.compute.trajectory import Trajectory


def canvas() -> Figure:
    figure = Figure(figsize=(8, 6), dpi=100)
    FigureCanvasAgg(figure)
    return figure


def texts(figure: Figure) -> str:
    figure.canvas.draw()
    found = figure.findobj(Text)
    return "\n".join(artist.get_text() for artist in found if artist.get_visible())


def test_both_curves_are_the_stored_values(line_landscape: Landscape) -> None:
    figure = canvas()
    axes = draw(figure, line_landscape, Style())
    twin = next(other for other in figure.axes if other is not axes)
    for drawn, name in ((axes.lines[0], "train_loss"), (twin.lines[0], "train_accuracy")):
        assert np.array_equal(drawn.get_xdata(), line_landscape.surface.grid.alpha)
        assert np.array_equal(drawn.get_ydata(), line_landscape.surface.fields[name][0])
    assert "training loss (nats)" in texts(figure)
    assert "100%" in texts(figure)


@pytest.mark.parametrize(("scale", "expected"), [("log", "log"), ("linear", "linear"), ("symlog", "function")])
def test_the_axis_has_the_reliefs_scale(line_landscape: Landscape, scale: str, expected: str) -> None:
    figure = canvas()
    axes = draw_curve(figure, line_landscape, Style(relief=Relief.of(scale=scale)))
    figure.canvas.draw()
    assert axes.get_yscale() == expected


def test_the_threshold_ends_the_axis(line_landscape: Landscape) -> None:
    figure = canvas()
    axes = draw_curve(figure, line_landscape, Style(relief=Relief(clip=1.0)))
    assert 1.0 < axes.get_ylim()[1] < 1.3
    assert "loss > 1 (cut away)" in texts(figure)


def test_gaps_are_counted_and_missing_points_not_joined(line_landscape: Landscape) -> None:
    values = line_landscape.surface.fields["train_loss"]
    values[0, 3], values[0, 4] = np.nan, -1.0
    line_landscape.surface.evaluated[0, 10] = Mark.NOT_YET
    figure = canvas()
    axes = draw_curve(figure, line_landscape, Style())
    assert np.flatnonzero(np.isnan(axes.lines[0].get_ydata())).tolist() == [3, 4, 10]
    assert "gaps where NaN: 1 point, ≤ 0 (no logarithm): 1 point" in texts(figure)


def test_messages_where_there_is_nothing_to_draw(line_landscape: Landscape) -> None:
    surface = line_landscape.surface
    surface.fields["train_loss"][:] = np.nan
    figure = canvas()
    draw_curve(figure, line_landscape, Style())
    assert "No value can be drawn.\nNaN: 21 points" in texts(figure)
    line_landscape.surface = Surface(surface.grid)
    draw_curve(figure, line_landscape, Style())
    assert "No point has been evaluated yet." in texts(figure)


def test_only_accuracies_go_to_the_left_axis_as_shares(line_landscape: Landscape) -> None:
    del line_landscape.surface.fields["train_loss"]
    figure = canvas()
    draw_curve(figure, line_landscape, Style())
    assert len(figure.axes) == 1
    assert "accuracy" in texts(figure)


def test_a_constant_and_a_failed_point_are_drawn(line_landscape: Landscape) -> None:
    surface = line_landscape.surface
    surface.add(Patch(np.arange(21), {"train_loss": np.full(21, 2.5)}))
    surface.evaluated[0, 4] = Mark.FAILED
    figure = canvas()
    axes = draw_curve(figure, line_landscape, Style())
    assert "failed (1 point)" in texts(figure)
    low, high = axes.get_ylim()
    assert low < 2.5 < high


def test_the_path_is_drawn_at_its_true_loss(line_landscape: Landscape) -> None:
    losses = np.array([3.0, 1.0, 0.5])
    columns = {"alpha": np.array([-0.5, -0.2, 0.0]), "beta": np.zeros(3), "train_loss": losses}
    line_landscape.trajectories["run"] = Trajectory(columns)
    figure = canvas()
    axes = draw_curve(figure, line_landscape, Style())
    corners = [segment for c in axes.collections if hasattr(c, "get_segments") for segment in c.get_segments()]
    assert np.allclose(corners[0][0], [-0.5, 3.0])
    assert np.allclose(corners[-1][1], [0.0, 0.5])


def test_an_unknown_field_is_named(line_landscape: Landscape) -> None:
    with pytest.raises(LossvistaError, match="no field called 'nothing'"):
        draw_curve(canvas(), line_landscape, Style(relief=Relief(field="nothing")))
