"""Isolines: thin lines of equal loss on a map, some of them stronger and numbered where there is room."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.contour import QuadContourSet

from ..colors import rgb
from ..grid import Grid
from ..levels import contour_levels, number
from ..relief import Relief
from ..style import Style
from ..trajectory import Trajectory
from .bars import cut_share
from .look import LINE

MARGIN = 0.07  # of the picture's side: no number nearer to the frame
APART = 0.18  # of the picture's side: a second or third number of one loss keeps this distance from the others


def draw_isolines(
    axes: Axes, grid: Grid, share: np.ndarray, relief: Relief, style: Style, paths: list[Trajectory]
) -> QuadContourSet | None:
    """Draw the lines of `contour_levels` over share (ny, nx); None where none runs through it. About every fourth is
    stronger and numbered, clear of `paths`."""
    losses = contour_levels(relief, style.levels)
    levels = relief.share(losses)
    every = max(2, round(len(losses) / 5))
    strong = np.arange(len(losses)) % every == every // 2
    strong &= levels < cut_share(relief) - 0.04  # a number on the last line before the cut would straddle it
    inside = (levels > np.nanmin(share)) & (levels < np.nanmax(share))
    losses, levels, strong = losses[inside], levels[inside], strong[inside]
    if not len(levels):
        return None
    ink, own = style.isolines_ink, rgb(style.colormap, levels, style.reverse)
    dark = own @ [0.299, 0.587, 0.114] < 95  # by ITU-R BT.601's luma
    colors = [to_rgba("#ffffff", 0.55 * ink.opacity) if d else to_rgba(LINE, 0.6 * ink.opacity) for d in dark]
    if ink.color:
        colors = [to_rgba(ink.color, ink.opacity)] * len(levels)
    elif not style.surface:  # without the bands, the lines themselves tell the loss
        colors = [to_rgba(tuple(color), ink.opacity) for color in own / 255]
    lines = axes.contour(
        grid.alpha,
        grid.beta,
        np.ma.masked_invalid(share),
        levels=levels,
        colors=colors,
        linewidths=np.where(strong, 0.9, 0.45) * ink.width * (1 if style.surface else 2),
        linestyles="solid",
        zorder=3,
    )
    for k, spots in _spots(axes, lines, strong, paths).items():
        axes.clabel(
            lines,
            levels=[float(levels[k])],
            fmt=number(float(losses[k]), 2),
            manual=[tuple(spot) for spot in spots],
            fontsize=7.5,
            inline=True,
            inline_spacing=3,
            colors=[colors[k][:3]] if ink.color or not style.surface else "#ffffff" if dark[k] else LINE,
            zorder=4,
        )
    return lines


def _spots(
    axes: Axes, lines: QuadContourSet, strong: np.ndarray, paths: list[Trajectory]
) -> dict[int, list[np.ndarray]]:
    """Where the numbers go: level → (α, β) on the longest pieces of its line, each as far as may be from the frame, the
    centre, the paths and the other numbers."""
    corner = np.array([axes.get_xlim()[0], axes.get_ylim()[0]])
    side = np.array([axes.get_xlim()[1], axes.get_ylim()[1]]) - corner
    taken = [-corner / side]  # the centre, which has its cross
    for path in paths:
        steps = (np.c_[path["alpha"], path["beta"]] - corner) / side
        taken += list(steps[np.isfinite(steps).all(axis=1)][:: max(1, len(steps) // 200)])
    found: dict[int, list[np.ndarray]] = {}
    for k in np.flatnonzero(strong):
        pieces = [(piece - corner) / side for piece in lines.allsegs[k]]
        pieces = sorted((piece for piece in pieces if _length(piece) > 0.2), key=_length, reverse=True)
        for piece in pieces[:3]:
            inside = piece[((piece > MARGIN) & (piece < 1 - MARGIN)).all(axis=1)]
            if not len(inside):
                continue
            distance = np.min([np.linalg.norm(inside - other, axis=1) for other in taken], axis=0)
            if distance.max() > (APART if k in found else 0.04):
                spot = inside[int(np.argmax(distance))]
                taken.append(spot)
                found.setdefault(int(k), []).append(spot * side + corner)
    return found


def _length(piece: np.ndarray) -> float:
    """Of a polyline (k, 2)."""
    return float(np.linalg.norm(np.diff(piece, axis=0), axis=1).sum())
