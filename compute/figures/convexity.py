"""Convexity (figure): |λ_min/λ_max| of the full Hessian at its points, over the loss's contour lines (Li et al. 2018, Fig. 7)."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LogNorm

from ..landscape import Landscape
from ..levels import contour_levels
from ..relief import Relief
from ..studies.convexity import RATIO, TABLE
from . import look
from .studies import inks_of

RANGE = (1e-3, 1.0)  # of the colours, the same in all figures, so that they can be compared


def draw_convexity(landscape: Landscape, axes: Axes) -> None:
    """A tile around each point in the colour of its ratio, the contour lines of the loss over them. Of a line, the ratio as a curve.
    Raises LossvistaError where there is no map."""
    table, inks, surface = landscape.table(TABLE), inks_of(axes), landscape.surface
    alpha, beta, ratio = (np.asarray(table[name], float) for name in ("alpha", "beta", RATIO))
    axes.set_title(landscape.title, fontsize=12)
    axes.set(xlabel=landscape.labels[0])
    if surface.grid.line:
        order = np.argsort(alpha)
        axes.plot(alpha[order], ratio[order], "o-", color=inks.loss, markersize=4)
        axes.set(ylabel="|λ_min / λ_max|", ylim=(0, None))
        look.frame(axes, inks)
        return
    columns, rows = np.unique(alpha), np.unique(beta)
    tiles = np.full((len(rows), len(columns)), np.nan)
    tiles[np.searchsorted(rows, beta), np.searchsorted(columns, alpha)] = ratio
    drawn = axes.pcolormesh(
        _edges(columns), _edges(rows), np.ma.masked_invalid(tiles), cmap="viridis", norm=LogNorm(*RANGE)
    )
    axes.set_facecolor(inks.gap)
    relief = Relief(field=surface.main).resolved(surface.values(surface.main))
    limits = _edges(columns)[[0, -1]], _edges(rows)[[0, -1]]
    levels = relief.transform(contour_levels(relief, 24))
    shown = relief.transform(surface.values(surface.main))
    if len(levels) and min(shown.shape) > 1:
        line: dict[str, Any] = {"colors": "#ffffff", "linewidths": 0.7, "alpha": 0.75, "linestyles": "solid"}
        axes.contour(surface.grid.alpha, surface.grid.beta, shown, levels=np.unique(levels), **line)
    axes.plot(0, 0, "+", color="#ffffff", markersize=10, markeredgewidth=1.6)
    axes.set(ylabel=landscape.labels[1], xlim=limits[0], ylim=limits[1], aspect="equal")
    bar = axes.figure.colorbar(drawn, ax=axes, shrink=0.86, pad=0.03, extend="both")  # type: ignore[union-attr]
    bar.set_label("|λ_min / λ_max|  (lower: more convex)", color=inks.ink)
    bar.ax.tick_params(colors=inks.ink, labelsize=9)
    look.frame(axes, inks)


def _edges(places: np.ndarray) -> np.ndarray:
    """Between neighbours, and as far beyond the ends."""
    if len(places) == 1:
        return np.array([places[0] - 0.5, places[0] + 0.5])
    between = (places[:-1] + places[1:]) / 2
    return np.r_[2 * places[0] - between[0], between, 2 * places[-1] - between[-1]]
