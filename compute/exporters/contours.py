"""Contours: the lines of equal loss of a view that has them, as segments at their height."""

from __future__ import annotations

from typing import Any

import contourpy
import numpy as np

from ..colors import hex_share, rgb
from ..landscape import Landscape
from ..levels import contour_levels
from ..relief import place
from ..style import Style
from ..surface import Mark
from .shape import Shape, resolved

VIEWS = ("contours", "lines")  # in which one sees them
INK = "#07131d"  # of lines on a surface; floating ones have the colour of their loss


def contours_of(landscape: Landscape, style: Style, raw: bool) -> Shape | None:
    """Segments along each line, with its loss; None where the view has none, or where none runs through the surface.

    The lines are those of the displayed values, bilinear between the points, as they are drawn."""
    surface, grid = landscape.surface, landscape.surface.grid
    if style.view not in VIEWS or not style.isolines or min(grid.shape) == 1:
        return None
    name = style.relief.field or surface.main
    there = ~np.isin(surface.evaluated, (Mark.NOT_YET, Mark.FAILED))
    values = np.where(there, surface.values(name), np.nan)
    relief = resolved(style.relief, values, surface.evaluated)
    x, y = (grid.alpha, grid.beta) if raw else place(grid)
    shown = np.ma.masked_invalid(relief.transform(values))
    generator = contourpy.contour_generator(
        x, y, shown, name="serial", line_type=contourpy.LineType.ChunkCombinedOffset
    )
    points, segments, losses = [], [], []
    first = 0
    for loss in contour_levels(relief, style.levels):
        found: Any = generator.lines(float(relief.transform(loss)))  # one chunk: its points, and where its lines begin
        (line,), (offsets,) = found
        if line is None:
            continue
        height = float(loss) if raw else float(relief.heights(np.array(loss)))
        points.append(np.c_[line, np.full(len(line), height)])
        inside = np.ones(len(line) - 1, bool)
        inside[np.asarray(offsets[1:-1], int) - 1] = False  # from the end of a line to the start of the next
        start = first + np.flatnonzero(inside)
        segments.append(np.c_[start, start + 1])
        losses.append(np.full(len(line), float(loss)))
        first += len(line)
    if not points:
        return None
    flat = np.concatenate(losses)
    if style.isolines_ink.color or style.view == "contours":
        ink = np.array(hex_share(style.isolines_ink.color or INK)) * 255
        own = np.tile(ink, (len(flat), 1)).round()
    else:
        own = rgb(style.colormap, relief.share(flat), style.reverse)
    colors = np.c_[own, np.full(len(flat), 255)].astype(np.uint8)
    return Shape(np.concatenate(points), np.concatenate(segments), {name: flat}, colors, landscape.title)
