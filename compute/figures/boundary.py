"""Boundary (figure): which class a network takes each input for, as a filled map with the samples; the centre beside the point."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes

from ..landscape import Landscape
from ..studies.boundaries import TABLE, accuracies, class_color, maps, name_of, samples, shades
from . import look
from .studies import inks_of


def draw_boundary(landscape: Landscape, axes: Axes) -> None:
    """A map for each network. Dots: training samples; rings: test samples that are wrong. Raises LossvistaError where no boundary has
    been drawn."""
    landscape.table(TABLE)
    inks, found = inks_of(axes), maps(landscape)
    figure, spec = axes.figure, axes.get_subplotspec()
    axes.remove()
    parts = spec.subgridspec(1, len(found), wspace=0.06)  # type: ignore[union-attr]
    for k, (which, (classes, sure, ends)) in enumerate(found.items()):
        one = figure.add_subplot(parts[k])
        one.imshow(
            shades(classes, sure, inks.paper), origin="lower", extent=ends, interpolation="bilinear", aspect="equal"
        )
        points = samples(landscape, which)
        colors = np.array([class_color(int(own)) for own in points["class"]])
        train, wrong = points["test"] == 0, (points["test"] == 1) & points["wrong"].astype(bool)
        one.scatter(points["x"][train], points["y"][train], s=13, c=colors[train], edgecolors="#ffffff", linewidths=0.5)
        looks: dict[str, Any] = {"facecolors": "none", "edgecolors": colors[wrong], "linewidths": 0.9}
        one.scatter(points["x"][wrong], points["y"][wrong], s=13, **looks)
        one.set(xlim=ends[:2], ylim=ends[2:], xticks=[], yticks=[], xlabel=accuracies(landscape, which))
        one.set_title(name_of(landscape, which), fontsize=12)
        look.frame(one, inks)
    figure.suptitle(landscape.title, fontsize=13, color=inks.ink)  # type: ignore[union-attr]
