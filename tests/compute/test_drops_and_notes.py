"""What teaches: where the learning rate was lowered, and what a plane from the initialization is, are said in every figure."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text

from lossvista.compute.captions import plane_note
from lossvista.compute.figures import draw, draw_comparison
from lossvista.compute.figures.path import DROP
from lossvista.compute.landscape import Landscape
from lossvista.compute.style import Style
from lossvista.compute.trajectory import Trajectory
from lossvista.compute.trust import figures


def canvas() -> Figure:
    figure = Figure(figsize=(6, 5), dpi=60)
    FigureCanvasAgg(figure)
    return figure


def texts(figure: Figure) -> str:
    figure.canvas.draw()
    found = "\n".join(artist.get_text() for artist in figure.findobj(Text) if artist.get_visible())
    return " ".join(found.split())


def path(*rates: float) -> Trajectory:
    return Trajectory({"alpha": np.zeros(len(rates)), "learning_rate": np.array(rates, float)})


@given(st.lists(st.tuples(st.integers(2, 6), st.sampled_from([0.1, 0.2, 0.5, 0.75])), min_size=1, max_size=6))
def test_a_schedule_of_steps_drops_where_each_one_ends(steps: list[tuple[int, float]]) -> None:
    """Steps of two checkpoints and more; each but the first begins with a lower rate."""
    rate, rates, expected = 0.1, [], []
    for k, (length, factor) in enumerate(steps):
        if k:
            expected.append(len(rates) - 1)
            rate *= factor
        rates += [rate] * length
    assert path(*rates).drops.tolist() == expected


def test_other_schedules_have_no_drops() -> None:
    cosine = 0.05 * (1 + np.cos(np.linspace(0, np.pi, 9)))
    for rates in (cosine, np.linspace(0, 0.1, 9), [0.1] * 5, [0.1, 0.1, 0.09, 0.09], [0.1], [], [np.nan] * 4):
        assert path(*rates).drops.tolist() == []


@pytest.fixture
def dropped(small_landscape: Landscape) -> Landscape:
    """The rate falls after the checkpoints 2 and 5."""
    run = small_landscape.trajectories["run"]
    run.columns["learning_rate"] = np.array([0.1] * 3 + [0.01] * 3 + [0.001] * 3)
    return small_landscape


def test_drops_are_red_on_the_map_and_in_the_legend(dropped: Landscape) -> None:
    figure = canvas()
    axes = draw(figure, dropped, Style())
    (red,) = (line for line in axes.lines if line.get_color() == DROP)
    run = dropped.trajectories["run"]
    assert np.array_equal(red.get_xdata(), run["alpha"][[2, 5]])
    assert np.array_equal(red.get_ydata(), run["beta"][[2, 5]])
    assert "learning rate lowered: 0.1 → 0.01 → 0.001" in texts(figure)
    figure = canvas()
    axes = draw(figure, dropped, Style(path=False))
    assert not [line for line in axes.lines if line.get_color() == DROP]


def test_a_plane_from_the_initialization_says_so_everywhere(
    small_landscape: Landscape, line_landscape: Landscape
) -> None:
    said = "a picture that misleads"
    for landscape in (small_landscape, line_landscape):
        figure = canvas()
        draw(figure, landscape, Style())
        assert said not in texts(figure) and plane_note(landscape) == ""
        assert "Kind of plane" not in [line.label for line in figures(landscape)]
        for axis in landscape.axes:
            axis.method = "init"
        for style in (Style(), Style(title=False)):
            figure = canvas()
            draw(figure, landscape, style)
            assert said in texts(figure)
        (line,) = (line for line in figures(landscape) if line.label == "Kind of plane")
        assert line.verdict == "fair" and said in line.meaning and "PCA" in line.todo
        figure = canvas()
        draw_comparison(figure, [landscape, landscape], Style())
        assert said in texts(figure)
