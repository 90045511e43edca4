"""What the ways of a landscape are called."""

import numpy as np
from matplotlib.figure import Figure
from matplotlib.text import Text

from lossvista.compute.figures.map import draw_map
from lossvista.compute.landscape import Landscape
from lossvista.compute.style import Style
from lossvista.compute.trajectory import CURVE, Trajectory, called


def way(**how) -> Trajectory:
    share = np.linspace(0, 1, 5)
    return Trajectory({"alpha": share - 0.5, "beta": share - 0.5, "train_loss": 0.5 + share}, how)


def test_a_curve_that_nobody_went_along_is_no_path() -> None:
    assert called({}) == "path" and called({"a": way()}) == "path"
    assert called({"bezier": way(**{CURVE: "bezier"})}) == "curve"
    assert called({"bezier": way(**{CURVE: "bezier"}), "a": way()}) == "path"


def test_the_bar_of_a_map_says_so(small_landscape: Landscape) -> None:
    found = []
    for how in ({}, {CURVE: "bezier"}):
        small_landscape.trajectories = {"one": way(**how)}
        figure = Figure()
        draw_map(figure, small_landscape, Style(view="map"))
        labels = [text.get_text() for text in figure.findobj(Text)]
        found += [label for label in labels if "true loss" in label]
    assert found == ["path's true loss", "curve's true loss"]
