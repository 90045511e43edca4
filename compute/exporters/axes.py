"""Axes: the frame of the plane below the surface, with ticks at round coordinates, as segments; the numbers are values, not letters."""

from __future__ import annotations

import numpy as np

from ..colors import hex_share
from ..landscape import Landscape
from ..levels import round_ticks
from ..relief import place, to_scene
from ..style import Style
from .shape import Shape

GAP = 0.5  # between the floor and the lowest thing above it, in scene units: as it is drawn
TICK = 0.035  # length, as a share of half the plane
COUNT = 8  # ticks an axis, about
INK = {"light": "#2c3644", "dark": "#77839a"}


def axes_of(landscape: Landscape, style: Style, raw: bool, lowest: float) -> Shape | None:
    """The four edges and the ticks: values `axis` (0: along α, 1: along β, −1: the frame) and `tick`, the coordinate there (NaN on the
    frame). lowest: height of the lowest thing above. None where the look hides the axes, or for a curve."""
    grid = landscape.surface.grid
    if not style.axes or min(grid.shape) == 1:
        return None
    x, y = (grid.alpha, grid.beta) if raw else place(grid)
    z = lowest if raw else min(lowest, 0.0) - GAP
    (left, right), (front, back) = (x[0], x[-1]), (y[0], y[-1])
    ends = [[left, front], [right, front], [right, back], [left, back]]
    lines = [[ends[k], ends[(k + 1) % 4]] for k in range(4)]
    axis, tick = [-1.0] * 4, [np.nan] * 4
    for k, values in enumerate((grid.alpha, grid.beta)):
        half = (right - left, back - front)[k] / 2
        for value in round_ticks(float(values[0]), float(values[-1]), COUNT):
            at = float(value) if raw else float(to_scene(np.array(value), values, half))
            foot = (front, left)[k]
            out = foot - TICK * max(right - left, back - front) / 2
            lines.append([[at, foot], [at, out]] if k == 0 else [[foot, at], [out, at]])
            axis.append(float(k))
            tick.append(float(value))
    flat = np.array(lines, float).reshape(-1, 2)
    color = np.array(hex_share(style.axes_ink.color or INK[style.theme])) * 255
    colors = np.tile(np.r_[color.round(), 255], (len(flat), 1)).astype(np.uint8)
    data = {"axis": np.repeat(axis, 2), "tick": np.repeat(tick, 2)}
    segments = np.arange(len(flat)).reshape(-1, 2)
    return Shape(np.c_[flat, np.full(len(flat), z)], segments, data, colors, landscape.title)
