"""Models in no order, such as many minima: a ball and a stem each, and no line from one to the next, here and in files."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from lossvista.compute.exporters.shape import path_of
from lossvista.compute.figures.figure import draw
from lossvista.compute.style import Style
from lossvista.compute.trajectory import UNORDERED, Trajectory


@pytest.fixture
def with_models(small_landscape):
    """A path of 9 checkpoints, and 4 models beside it."""
    columns = {
        "alpha": np.array([-0.5, 0.6, 0.5, -0.6]),
        "beta": np.array([0.5, 0.4, -0.5, -0.6]),
        "train_loss": np.full(4, 0.4),
        "slice_loss": np.full(4, 1.0),
    }
    small_landscape.trajectories["bad minima"] = Trajectory(columns, {UNORDERED: 1})
    return small_landscape


def test_each_has_a_ball_and_nothing_joins_them(scene, with_models) -> None:
    scene.show(with_models, Style(path_color="name"))
    part = next(part for part in scene._parts if part.name == "path")
    balls = part._ends.GetNumberOfPoints()
    assert part._copy.GetNumberOfLines() == 8  # of the path alone
    with_models.trajectories["bad minima"].how.clear()
    scene.show(None, Style())
    scene.show(with_models, Style(path_color="name"))
    assert part._copy.GetNumberOfLines() == 8 + 3
    assert balls == part._ends.GetNumberOfPoints() * 6 // 4  # 4 models and 2 ends, against two ends each


def test_files_and_figures_do_not_join_them_either(with_models, tmp_path) -> None:
    shape = path_of(with_models, Style(), raw=True)
    assert len(shape.cells) == 8 and set(shape.data["trajectory"]) == {0.0}
    figure = Figure()
    FigureCanvasAgg(figure)
    draw(figure, with_models, Style(view="map", path_color="name"))
    offsets = [c.get_offsets() for c in figure.axes[0].collections if hasattr(c, "get_offsets")]
    assert any(len(points) == 4 and np.allclose(points[0], (-0.5, 0.5)) for points in offsets)
