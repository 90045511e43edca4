"""Merge tree (figures): how a surface's basins merge, and its persistence diagram, as flat pictures."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes

from ..critical import COLORS, SYMBOLS
from ..errors import LossvistaError
from ..landscape import Landscape
from ..merging import diagram, merging
from ..studies.topology import POINTS, TREE, named
from ..style import Style

LEAST = Style().critical_least  # share of the range below which pairs are left out or faint
NAMED = 14
FIND = "Find them again: lossvista critical F.h5."


def draw_merge_tree(landscape: Landscape, axes: Axes) -> None:
    """A line for each basin, from its minimum up to the saddle where it joins an older one. Raises LossvistaError where nobody has looked
    for critical points."""
    table, lines = landscape.table(POINTS), merging(landscape, LEAST)
    if lines is None:
        raise LossvistaError(f"The table '{TREE}' of '{landscape.title}' is not one of ours.", FIND)
    ink = axes.xaxis.label.get_color()
    top = float(np.nanmax([*lines.death, *lines.birth])) * (1.25 if _log(landscape) else 1.05)
    high = np.where(np.isfinite(lines.death), lines.death, top)
    for k in range(len(lines)):
        axes.plot([lines.x[k]] * 2 + [lines.to[k]], [lines.birth[k], high[k], high[k]], color=ink, lw=1.1, zorder=2)
    names = named(table)
    for kind, x, y in (
        ("minimum", lines.x, lines.birth),
        ("saddle", lines.to[lines.saddle >= 0], high[lines.saddle >= 0]),
    ):
        axes.scatter(
            x, y, s=34, marker=SYMBOLS[kind], color=COLORS[kind], edgecolors="#ffffff", linewidths=0.8, zorder=3
        )
    for k in range(min(len(lines), NAMED)):
        at = (float(lines.x[k]), float(lines.birth[k]))
        axes.annotate(
            names[lines.row[k]], at, xytext=(0, -7), textcoords="offset points", ha="center", va="top", fontsize=7.5
        )
    axes.set(xlim=(0, 1), xticks=[], xlabel="basins, side by side", ylabel=_label(landscape))
    if _log(landscape):
        axes.set_yscale("log")
    axes.margins(y=0.12)


def draw_persistence(landscape: Landscape, axes: Axes) -> None:
    """Each pair by the levels of its birth and death; faint what is less persistent than the usual threshold. Raises LossvistaError where
    nobody has looked for critical points."""
    landscape.table(POINTS)
    pairs = diagram(landscape)
    if pairs is None:
        raise LossvistaError(f"The table '{POINTS}' of '{landscape.title}' is not one of ours.", FIND)
    ends = np.isfinite(pairs.death)
    levels = np.concatenate([pairs.birth, pairs.death[ends]])
    log = _log(landscape)
    low, high = (levels.min() / 1.15, levels.max() * 1.3) if log else (levels.min(), levels.max() * 1.05)
    axes.plot([low, high], [low, high], color=axes.xaxis.label.get_color(), lw=0.8, zorder=1)
    for kind, name in (("minimum", "basins (minimum and saddle)"), ("maximum", "rings (saddle and maximum)")):
        for strong in (False, True):
            these = (pairs.kind == kind) & ((pairs.share >= LEAST) == strong)
            looks: dict[str, Any] = {
                "marker": SYMBOLS[kind],
                "color": COLORS[kind],
                "edgecolors": "#ffffff",
                "linewidths": 0.6,
                "s": 36,
            }
            y = np.where(ends, pairs.death, high)[these]
            axes.scatter(
                pairs.birth[these], y, alpha=1.0 if strong else 0.3, label=name if strong else None, zorder=3, **looks
            )
    axes.set(xlabel=f"born at {_label(landscape)}", ylabel="dies at (on top: never)")
    if log:
        axes.set(xscale="log", yscale="log")
    axes.legend(loc="lower right", frameon=False, fontsize=8.5)


def _log(landscape: Landscape) -> bool:
    table = landscape.tables[POINTS]
    return table.how.get("scale") == "log" and bool((np.asarray(table["value"], float) > 0).all())


def _label(landscape: Landscape) -> str:
    field = str(landscape.tables[POINTS].how.get("field", "loss"))
    info = landscape.surface.info.get(field)
    name = (info.long_name if info else "") or field.replace("_", " ")
    return f"{name} ({info.units})" if info and info.units else name
