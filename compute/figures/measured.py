"""Measured (of a picture): the straight way between two pins on a map, the stretch of the curve between them, and what is told of it."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes

from ..landscape import Landscape
from ..measure import Measured, measured
from ..pins import Pin
from .look import Inks
from .pins import COLOR

DARK, BRIGHT = "#07131d", "#ffffff"  # as in the 3-D view
AWAY = 9.0  # points between the way and its words
LEVEL, RIM = 0.1, 0.25  # shares of a picture: a way that rises less is level; words so near to the rim turn inward


def draw_measured(
    axes: Axes, landscape: Landscape, field: str, pins: tuple[Pin, Pin] | None, inks: Inks, *, curve: bool = False
) -> None:
    """Draw the way between the two pins that measure (`Style.pair`), with a bead at its highest point; nothing where there are none, or
    one is beside the grid. curve: under the field's curve, so that its own colour stays."""
    way = measured(landscape, field, pins)
    if way is None:
        return
    share = np.array([0.0, way.spot, 1.0])
    if curve:  # the curve's own corners between the pins
        corners = landscape.surface.grid.alpha
        low, high = sorted((way.first[0], way.last[0]))
        inner = corners[(corners > low) & (corners < high)]
        share = np.union1d(share, (inner - way.first[0]) / ((way.last[0] - way.first[0]) or 1.0))
    points = _places(landscape, field, way, share, curve)
    for ink, width, opacity in ((COLOR, 7.0, 0.35),) if curve else ((DARK, 3.4, 1.0), (BRIGHT, 1.5, 1.0)):
        looks: dict[str, Any] = {"color": ink, "linewidth": width, "alpha": opacity, "zorder": 2.6 if curve else 8.4}
        axes.plot(*points.T, solid_capstyle="round", scalex=False, scaley=False, **looks)
    spot = points[int(np.flatnonzero(share == way.spot)[0])]
    if not np.isfinite(spot).all():
        return
    if way.topped:
        axes.plot(*spot, "o", color=DARK, markersize=5.5, markeredgecolor=BRIGHT, markeredgewidth=1.0, zorder=8.6)
    side, above = _room(axes, points[[0, -1]], spot, over=curve and way.topped)
    axes.annotate(
        "\n".join(way.words),
        tuple(spot),
        xytext=({"left": 4, "right": -4}.get(side, 0), AWAY if above else -AWAY),
        textcoords="offset points",
        ha=side,
        va="bottom" if above else "top",
        fontsize=8.5,
        color=inks.ink,
        zorder=9.4,
        annotation_clip=True,
        bbox={"boxstyle": "round,pad=0.25", "facecolor": inks.paper, "edgecolor": inks.faint, "lw": 0.8, "alpha": 0.9},
    )


def _places(landscape: Landscape, field: str, way: Measured, share: np.ndarray, curve: bool) -> np.ndarray:
    """(k, 2) in data coordinates at shares (k,) of the way."""
    alpha, beta = way.at(share)
    if curve:
        beta = np.array([landscape.surface.probe(at, 0.0, field)[0] for at in alpha.tolist()])
    return np.stack([alpha, beta], axis=1)


def _room(axes: Axes, ends: np.ndarray, spot: np.ndarray, *, over: bool) -> tuple[Any, bool]:
    """Which side of the words is at the spot, and whether they stand above it: clear of the way and of the pins' names, which stand above
    the pins, and inside the picture. over: a spot that is higher than both ends."""
    to = axes.transData + axes.transAxes.inverted()
    (left, first), (right, last) = sorted(to.transform(ends).tolist())
    across, up = to.transform(spot).tolist()
    if over or not abs(last - first) > LEVEL * abs(right - left):
        side = "left" if across < RIM else "right" if across > 1 - RIM else "center"
        return side, over or up < RIM
    falls = last < first
    above = (across <= 0.5) if falls else (across >= 0.5)  # else there is no room on that side
    return ("left" if falls == above else "right"), above or up < RIM / 2
