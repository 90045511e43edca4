"""Basin (figure): the radii of a basin as a rose, one spoke for each random direction, and as a histogram."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes

from ..landscape import Landscape
from ..levels import number
from . import look
from .studies import inks_of


def draw_basin(landscape: Landscape, axes: Axes) -> None:
    """A rose on the left, the histogram with the median on the right. Raises LossvistaError where no basin has been measured."""
    table, inks = landscape.table("basin"), inks_of(axes)
    radii, how = np.asarray(table["radius"], float), table.how
    spec = axes.get_subplotspec()
    figure = axes.figure
    axes.remove()
    parts = spec.subgridspec(1, 2, width_ratios=(1, 1.25))  # type: ignore[union-attr]
    rose: Any = figure.add_subplot(parts[0], projection="polar")  # a PolarAxes
    angles = 2 * np.pi * np.arange(len(radii)) / max(len(radii), 1)
    rose.fill(angles, radii, facecolor=inks.loss, alpha=0.3, edgecolor=inks.loss, linewidth=1.0)
    opened = np.asarray(table["open"], float) > 0
    rose.scatter(angles[opened], radii[opened], s=16, facecolors=inks.paper, edgecolors=inks.loss, zorder=3)
    rose.set(xticks=[], facecolor=inks.paper)
    rose.set_rlabel_position(90)
    rose.tick_params(colors=inks.ink, labelsize=8)
    rose.grid(color=inks.faint, alpha=0.4, linewidth=0.6)
    bars = figure.add_subplot(parts[1])
    bars.hist(radii, bins=int(np.clip(round(2 * len(radii) ** 0.5), 5, 40)), color=inks.loss)
    median = float(np.median(radii))
    bars.axvline(median, color=inks.ink, linestyle="--", linewidth=1.2, label=f"median {number(median, 3)}")
    bars.legend(loc="upper right")
    unit = "of the filters" if how.get("normalization") == "filter" else "weight units"
    bars.set(xlabel=f"radius ({unit})", ylabel="directions")
    look.frame(bars, inks)
    rim = number(float(how.get("rim_loss", np.nan)), 3)
    figure.suptitle(f"{landscape.title}: basin at loss {rim}", fontsize=12, color=inks.ink)  # type: ignore[union-attr]
