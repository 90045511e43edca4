"""Ensemble (figure): the error of ensembles over the number of their members."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from ..colors import SEVERAL
from ..curves.ensemble_choices import METHODS
from ..curves.ensemble_told import TABLE, measure_of, rows_of
from ..landscape import Landscape
from . import look
from .studies import inks_of


def draw_ensemble(landscape: Landscape, axes: Axes) -> None:
    """Of each method a line: the averaged prediction of its first n members (of a snapshot ensemble, its last n); dashed the network
    of their averaged weights, dots the members alone. Raises LossvistaError where no ensembles were measured."""
    table, inks = landscape.table(TABLE), inks_of(axes)
    name = measure_of(table)
    factor = 100.0 if name.endswith("_error") else 1.0
    for k, (method, rows) in enumerate(rows_of(table).items()):
        color, x = SEVERAL[k % len(SEVERAL)], np.asarray(table["members"], float)[rows]
        member, together, weights = (
            factor * np.asarray(table[f"{what}_{name}"], float)[rows] for what in ("member", "together", "weights")
        )
        axes.plot(x, together, "o-", color=color, linewidth=1.9, markersize=4.5, label=METHODS.get(method, method))
        axes.plot(x, member, "o", color=color, markersize=4, markerfacecolor="none", markeredgewidth=0.9)
        if np.isfinite(weights).any():
            axes.plot(x, weights, color=color, linewidth=1.5, linestyle=(0, (4, 2.2)))
    axes.plot([], [], "o", color=inks.faint, markersize=4, markerfacecolor="none", label="each member alone")
    axes.plot([], [], color=inks.faint, linestyle=(0, (4, 2.2)), label="averaged weights")
    axes.set(xlabel="members", ylabel=name.replace("_", " ") + (" (%)" if factor > 1 else ""))
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.grid(color=inks.faint, alpha=0.18, linewidth=0.6)
    axes.legend(fontsize=9, frameon=False, labelcolor=inks.ink)
    axes.set_title(landscape.title, fontsize=12)
    look.frame(axes, inks)
