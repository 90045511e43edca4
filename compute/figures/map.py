"""Map: the flat contour map of a plane: bands of equal loss, iso-lines, threshold, holes, and the path across it."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.figure import Figure
from matplotlib.patches import Patch as Swatch

from ..colors import path_colors, rgb
from ..grid import Grid
from ..landscape import Landscape
from ..levels import number
from ..relief import Relief, place
from ..style import Style
from ..surface import Mark, Surface
from ..tint import tint_of
from ..trajectory import called
from . import look
from .bars import CAP, band_colors, band_edges, color_bar, cut_share, path_bar
from .critical import draw_critical
from .isolines import draw_isolines
from .measured import draw_measured
from .path import common_range, draw_path, named_paths
from .pins import draw_pins
from .tinted import draw_tint, tint_bar

PALE = 0.38  # opacity of what is only interpolated while a job runs


def draw_map(figure: Figure, landscape: Landscape, style: Style) -> Axes:
    """Draw the contour map; what the figure held before goes. Returns the axes, whose data coordinates are (α, β).

    Bands, lines and colours are those of the 3-D view (one relief, one table of levels). Points not evaluated yet are
    interpolated in pale colours; cells at a value that cannot be drawn are hatched; above the threshold is blank.
    Raises LossvistaError where the style asks for a field that the landscape does not have."""
    axes, inks = look.clear(figure, style)
    look.title(axes, landscape, style, inks)
    surface = landscape.surface
    relief = (
        style.relief.resolved(surface.values(style.relief.field or surface.main)) if surface.fields else style.relief
    )
    entries = draw_panel(axes, landscape, style, relief, inks)
    if axes.get_xlabel():
        look.FITTED[axes] = partial(look.fit_names, (axes.get_xlabel(), axes.get_ylabel()))
    tint = tint_of(landscape, style)
    if style.colorbar and drawable(surface, relief):
        colored = style.path and style.path_color == "loss"
        span = common_range(landscape.trajectories.values() if colored else (), relief)
        span = span and (style.path_span or span)
        if tint is None:
            label = look.field_label(surface, relief.field or surface.main)
            color_bar(axes, relief, style, label, inks, short=bool(span))
        else:
            tint_bar(axes, tint, style, inks, short=bool(span))
        if span:
            path_bar(axes, span, relief, style, inks, called(landscape.trajectories))
    look.legend(axes, entries, inks)
    return axes


Extent = tuple[tuple[float, float], tuple[float, float]]  # of α and of β


def draw_panel(
    axes: Axes,
    landscape: Landscape,
    style: Style,
    relief: Relief,
    inks: look.Inks,
    *,
    extent: Extent | None = None,
    path_span: tuple[float, float] | None = None,
) -> list[Artist]:
    """Draw the map alone, without title and bars, in a resolved relief; returns the entries of its legend. extent: the limits,
    where not the grid's. path_span: the losses at the path colours' ends, where not those of the paths shown."""
    surface, grid = landscape.surface, landscape.surface.grid
    _plot_area(axes, landscape, style, inks, extent)
    if not surface.fields:
        look.note(axes, look.NOTHING_YET, inks)
        return []
    name = relief.field or surface.main
    values = surface.values(name)
    if min(grid.shape) < 2:
        look.note(axes, f"A map needs at least 2 × 2 points; this grid has {len(grid.alpha)} × {len(grid.beta)}.", inks)
        return []
    known = surface.evaluated != Mark.NOT_YET
    share = relief.share(np.where(known, values, np.nan))  # (ny, nx)
    paths = list(landscape.trajectories.values()) if style.path else []
    entries: list[Artist] = []
    if np.isfinite(share).any():
        if not known.all():
            entries.append(_preview(axes, surface, name, relief, style))
        tint = tint_of(landscape, style)
        if style.surface and tint is not None:
            draw_tint(axes, grid, tint, share <= cut_share(relief), style)
            if not style.isolines_ink.color:  # a line's own colour is chosen to be seen on the loss's
                style = style.restyled(isolines_ink_color=inks.ink)
        elif style.surface:
            _bands(axes, grid, share, relief, style, style.surface_ink.opacity)
        if style.isolines:
            draw_isolines(axes, grid, share, relief, style, paths)
        entries += _threshold(axes, grid, share, relief, style, inks)
    entries += _holes(axes, grid, known & ~np.isfinite(share), relief.holes(values[known]), inks)
    entries += look.mark_nodes(axes, surface, None, inks, style)
    if style.centre:
        _origin(axes, style)
    span, small = path_span or style.path_span or common_range(paths, relief), path_span is not None
    colors = path_colors(style, landscape.trajectories)
    for key, path in zip(landscape.trajectories, paths, strict=False):
        own = key if len(paths) > 1 and style.path_color != "name" else ""
        color = colors.get(key, "")
        entries += draw_path(axes, path, relief, style, color=color, span=span, small=small, name=own)
    entries += named_paths(style, landscape.trajectories) if paths else []
    entries += draw_critical(axes, landscape, style, inks)
    draw_measured(axes, landscape, name, style.pair, inks)
    draw_pins(axes, landscape, style, name, inks)
    sentence = _odd(values[known], share, relief)
    if sentence:
        look.note(axes, sentence, inks)
    return entries


def drawable(surface: Surface, relief: Relief) -> bool:
    """Whether the map has a colour anywhere."""
    if not surface.fields or min(surface.grid.shape) < 2:
        return False
    known = surface.evaluated != Mark.NOT_YET
    return bool(np.isfinite(relief.transform(surface.values(relief.field or surface.main)[known])).any())


def _plot_area(axes: Axes, landscape: Landscape, style: Style, inks: look.Inks, extent: Extent | None) -> None:
    """Limits, proportions as in the 3-D view, labels."""
    grid = landscape.surface.grid
    ends = extent or [(float(axis[0]), float(axis[-1])) for axis in (grid.alpha, grid.beta)]
    x, y = place(Grid(np.array(ends[0]), np.array(ends[1])))
    axes.set_box_aspect(max(abs(y[0]), 0.3) / max(abs(x[0]), 0.3))
    for limits, (low, high) in zip((axes.set_xlim, axes.set_ylim), ends, strict=True):
        limits(low, high if high > low else low + 1)
    axes.set_facecolor(inks.gap)
    labels = landscape.labels
    axes.set(xlabel=labels[0], ylabel=labels[1])
    look.round_ticks(axes)
    look.frame(axes, inks, show=style.axes, letters=style.axes_ink)


def _bands(axes: Axes, grid: Grid, share: np.ndarray, relief: Relief, style: Style, opacity: float) -> None:
    """Filled bands, cut at the threshold; values beyond the range's ends take the end's colour."""
    edges = band_edges(relief, style.levels)
    colors = band_colors(edges, style)
    # contourf leaves out what lies on its outermost edges or beyond them
    edges[0] = min(0.0, np.nanmin(share)) * (1 + 1e-9) - 1e-9
    edges[-1] = max(1.0, np.nanmax(share)) * (1 + 1e-9) + 1e-9
    at = cut_share(relief)
    keep = int(np.searchsorted(edges, at))
    if keep == 0:
        return
    if keep < len(edges):
        edges, colors = np.r_[edges[:keep], at], colors[:keep]
    bands = axes.contourf(
        grid.alpha,
        grid.beta,
        np.ma.masked_invalid(share),
        levels=edges,
        colors=list(colors),
        alpha=opacity,
        zorder=2,
    )
    if opacity == 1:  # hairlines between the bands would shine through in vector files
        bands.set(edgecolor="face", linewidth=0.3)


def _preview(axes: Axes, surface: Surface, name: str, relief: Relief, style: Style) -> Artist:
    """What the points so far let one expect, pale, and a dot at each of them; returns the legend's entry."""
    grid, known = surface.grid, surface.evaluated != Mark.NOT_YET
    _bands(axes, grid, relief.share(surface.preview(name)), relief, style, PALE)
    j, i = np.nonzero(known)
    axes.plot(grid.alpha[i], grid.beta[j], ".", color=look.LINE, markersize=2, alpha=0.7, zorder=3.5)
    color = tuple(rgb(style.colormap, np.array(0.6), style.reverse) / 255)
    count = f"{int(known.sum())} of {grid.size} points evaluated (dots); pale: interpolated"
    return Swatch(facecolor=color, alpha=PALE, label=count)


def _threshold(
    axes: Axes, grid: Grid, share: np.ndarray, relief: Relief, style: Style, inks: look.Inks
) -> list[Artist]:
    """A firm edge along the iso-line of the threshold; above it a hatch, light where the part is removed, or the plateau's tint."""
    at, lowest, highest = cut_share(relief), np.nanmin(share), np.nanmax(share)
    if relief.clip is None or not highest > at:
        return []
    values = np.ma.masked_invalid(share)
    edges = [max(at, lowest * (1 + 1e-9) - 1), highest * (1 + 1e-9) + 1]
    cap, line = style.relief.clip_style == "cap", inks.faint if style.relief.clip_style == "hatch" else inks.hatch
    areas: dict[str, Any] = {"levels": edges, "zorder": 2}
    above = axes.contourf(grid.alpha, grid.beta, values, colors=[inks.paper], hatches=[None if cap else "///"], **areas)
    above.set(edgecolor="face" if cap else line, linewidth=0)
    tint = tuple(rgb(style.colormap, np.array(np.clip(at, 0, 1)), style.reverse) / 255)
    if cap:
        axes.contourf(grid.alpha, grid.beta, values, colors=[tint], alpha=CAP, **areas)
    if lowest < at:
        axes.contour(grid.alpha, grid.beta, values, levels=[at], colors=[inks.ink], linewidths=1.2, zorder=3)
    if cap:
        return [Swatch(facecolor=tint, alpha=CAP, label=f"loss > {number(relief.clip)} (flattened)")]
    label = f"loss > {number(relief.clip)} (cut away)"
    return [Swatch(facecolor=inks.paper, edgecolor=line, hatch="////", linewidth=0.6, label=label)]


def _holes(axes: Axes, grid: Grid, hole: np.ndarray, causes: dict[str, int], inks: look.Inks) -> list[Artist]:
    """Cross-hatch under the cells that touch a hole: hole (ny, nx), evaluated but not to be drawn."""
    if not hole.any():
        return []
    a, b = grid.alpha, grid.beta
    touched = hole[:-1, :-1] | hole[1:, :-1] | hole[:-1, 1:] | hole[1:, 1:]
    cells = [
        [(a[i], b[j]), (a[i + 1], b[j]), (a[i + 1], b[j + 1]), (a[i], b[j + 1])]
        for j, i in zip(*np.nonzero(touched), strict=True)
    ]
    axes.add_collection(
        PolyCollection(cells, facecolor=inks.paper, edgecolor=inks.faint, hatch="xxxx", linewidth=0, zorder=1.5),
        autolim=False,
    )
    label = look.counted(causes)
    return [Swatch(facecolor=inks.paper, edgecolor=inks.faint, hatch="xxxx", linewidth=0.6, label=label)]


def _origin(axes: Axes, style: Style) -> None:
    """A small cross at (0, 0): the centre, where the checkpoint itself is."""
    ink = style.centre_ink
    for color, size, thick, order in (("#ffffff", 11, 2.6, 4.8), (ink.color or look.LINE, 10, 1.2, 4.9)):
        looks: dict[str, Any] = {
            "markersize": size * ink.width**0.5,
            "markeredgewidth": thick * ink.width,
            "alpha": ink.opacity,
        }
        axes.plot(0, 0, "+", color=color, zorder=order, **looks)


def _odd(values: np.ndarray, share: np.ndarray, relief: Relief) -> str:
    """A sentence where there is no picture to see, or no shape in it; values: those evaluated."""
    finite = relief.transform(values)
    finite = finite[np.isfinite(finite)]
    if not len(finite):
        return look.nothing(relief.holes(values))
    if finite.min() == finite.max():
        return f"Constant: {number(float(values[np.isfinite(relief.transform(values))][0]))} at every point evaluated."
    if relief.clip is not None and not np.nanmin(share) < cut_share(relief):
        return f"All of it lies above the threshold of {number(relief.clip)}."
    return ""
