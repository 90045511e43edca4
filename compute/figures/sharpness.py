"""Sharpness (figure): how far the loss rises in each neighbourhood, at worst and in random directions."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes

from ..landscape import Landscape
from ..levels import number
from ..studies.curvature import place
from ..studies.sharpness import NAMES, TABLE
from . import look
from .studies import inks_of


def draw_sharpness(landscape: Landscape, axes: Axes) -> None:
    """A bar for the worst rise, a dot with its interval for the mean one. Raises LossvistaError where it has not been measured."""
    table, inks = landscape.table(TABLE), inks_of(axes)
    rows = np.arange(len(table))
    worst, mean = np.asarray(table["worst"], float), np.asarray(table["mean"], float)
    axes.barh(rows, worst, color=inks.loss, height=0.5, label="at worst")
    if np.isfinite(mean).any():
        off = np.abs(np.stack([mean - table["mean_low"], table["mean_high"] - mean]))
        looks: dict[str, Any] = {"fmt": "o", "color": inks.accuracy, "markersize": 5, "capsize": 3}
        axes.errorbar(mean, rows, xerr=np.nan_to_num(off), label="in random directions (95 %)", **looks)
    names = [f"{NAMES[str(row['neighbourhood'])]}\nradius {number(float(row['radius']))}" for row in table.rows()]  # type: ignore[arg-type]
    axes.set_yticks(rows, names)
    loss = number(float(table["loss"][0]))
    axes.set(xlabel=f"rise of the loss (nats) from {loss} at {place(table)}", ylim=(len(rows) - 0.4, -0.6))
    axes.legend(loc="lower right")
    axes.set_title(landscape.title, fontsize=12)
    look.frame(axes, inks)
