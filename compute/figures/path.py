"""Path: the optimizer's way across a flat picture, coloured by its true loss, with a dot an epoch."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.lines import Line2D

from ..colors import hex_share, path_colors, rgb
from ..levels import number
from ..relief import Relief
from ..style import Style
from ..trajectory import BALL, CURVE, UNORDERED, Trajectory, path_groups
from .look import LINE

PIECES = 8  # a segment's colour runs in so many steps
MOST_DOTS = 40
FEW_DOTS = 14  # of a dropped ball's way: at each of its steps they would hide it
PATH = "path"  # the group id of all that draws a path (so it is called in vector files too)
DROP = "#e4002b"  # where the learning rate was lowered


def loss_range(path: Trajectory, relief: Relief) -> tuple[float, float] | None:
    """The lowest and the highest true loss that the relief's scale can display; None where there is none."""
    losses = path["train_loss"][np.isfinite(relief.transform(path["train_loss"]))]
    return (float(losses.min()), float(losses.max())) if len(losses) else None


def common_range(paths: Iterable[Trajectory], relief: Relief) -> tuple[float, float] | None:
    """The same of several paths together, so that one colour bar holds for all of them."""
    spans = [span for path in paths if (span := loss_range(path, relief))]
    return (min(low for low, _ in spans), max(high for _, high in spans)) if spans else None


def draw_path(
    axes: Axes,
    path: Trajectory,
    relief: Relief,
    style: Style,
    *,
    color: str = "",
    heights: np.ndarray | None = None,
    span: tuple[float, float] | None = None,
    small: bool = False,
    name: str = "",
) -> list[Artist]:
    """Draw the path at (α, β), or at (α, heights) where heights (T,) are given. Steps that are not finite leave a gap.
    color: of all of it, where it is not coloured by its true loss.
    span: the losses at the colour map's ends, where not the path's own. small: where both ends are in one place, no name.
    name: of the path, where there are several; written at its end.
    Returns what needs a legend: the red rings where the learning rate was lowered."""
    x, y = path["alpha"], path["beta"] if heights is None else heights
    span = span or loss_range(path, relief)
    share = np.full(len(x), 0.75)  # where no true loss was recorded: one colour that stands out
    if span is not None:
        share = relief.model_copy(update={"low": span[0], "high": span[1]}).share(path["train_loss"])
    if not len(x):
        return []
    fine = np.linspace(0, len(x) - 1, (len(x) - 1) * PIECES + 1)
    fx, fy, fs = (np.interp(fine, np.arange(len(x)), column) for column in (x, y, share))
    ends = np.stack([np.c_[fx[:-1], fy[:-1]], np.c_[fx[1:], fy[1:]]], axis=1)
    drawn = np.isfinite(ends).all(axis=(1, 2))
    ink = style.path_ink

    def colored(shares: np.ndarray) -> np.ndarray:
        chosen = (
            np.broadcast_to(hex_share(color), (*shares.shape, 3)) if color else rgb(style.path_colormap, shares) / 255
        )
        return np.concatenate([chosen, np.full((*shares.shape, 1), ink.opacity)], axis=-1)

    known = np.flatnonzero(np.isfinite(x) & np.isfinite(y))
    if UNORDERED in path.how:
        looks: dict[str, Any] = {"edgecolors": LINE, "linewidths": 0.8, "zorder": 8, "gid": PATH}
        axes.scatter(x[known], y[known], s=46 * ink.width, color=colored(share[known]), **looks)
        if name and len(known):
            _name(axes, float(x[known[-1]]), float(y[known[-1]]), name)
        return []
    colors = colored((fs[:-1] + fs[1:]) / 2)
    if style.path_shape == "tube":  # its rim
        looks = {"solid_capstyle": "round", "solid_joinstyle": "round", "alpha": 0.85 * ink.opacity}
        axes.plot(fx, fy, color=LINE, linewidth=2.6 * ink.width + 1.8, zorder=5, gid=PATH, **looks)
    wide = (2.6 if style.path_shape == "tube" else 1.5) * ink.width
    axes.add_collection(
        LineCollection(
            list(ends[drawn]), colors=list(colors[drawn]), linewidths=wide, capstyle="round", zorder=6, gid=PATH
        ),
        autolim=False,
    )
    if not len(known):
        return []
    entries: list[Artist] = _lowered(axes, path, x, y) if style.path_drops else []
    if not style.path_ends:
        return entries
    dots = _epochs(path)
    axes.scatter(x[dots], y[dots], s=10, color="#ffffff", edgecolors=LINE, linewidths=0.5, zorder=7, gid=PATH)
    first, last = int(known[0]), int(known[-1])
    if CURVE in path.how:
        for at in (first, last):
            looks: dict[str, Any] = {"edgecolors": LINE, "linewidths": 0.9, "zorder": 8, "gid": PATH}
            axes.scatter(x[at], y[at], s=56, marker="o", color=[colored(np.array(share[at]))], **looks)
        if not small:
            middle = known[len(known) // 2]
            _name(axes, float(x[middle]), float(y[middle]), name or "connecting curve")
        return entries
    together = _near(axes, x[[first, last]], y[[first, last]])
    marks = (
        (first, "o", 56, "" if together else "start"),
        (last, "*", 150, ("" if small else name or "start and end") if together else name or "end"),
    )
    for at, symbol, size, label in marks:
        own = colored(np.array(share[at]))
        looks: dict[str, Any] = {"edgecolors": LINE, "linewidths": 0.9, "zorder": 8, "gid": PATH}
        axes.scatter(x[at], y[at], s=size, marker=symbol, color=[own], **looks)
        if label:
            _name(axes, float(x[at]), float(y[at]), label)
    return entries


def named_paths(style: Style, trajectories: Mapping[str, Trajectory]) -> list[Artist]:
    """Legend entries that say which colour is whose, where colours say that."""
    if style.path_color != "name":
        return []
    colors, groups = path_colors(style, trajectories), path_groups(trajectories)
    kinds = {groups[name]: color for name, color in colors.items()}
    return [Line2D([], [], color=color, linewidth=2.6, label=kind) for kind, color in kinds.items()]


def _lowered(axes: Axes, path: Trajectory, x: np.ndarray, y: np.ndarray) -> list[Artist]:
    """A red ring at each drop of the learning rate, and its legend entry with the rates."""
    drops = [k for k in path.drops if np.isfinite(x[k]) and np.isfinite(y[k])]
    if not drops:
        return []
    looks: dict[str, Any] = {
        "marker": "o",
        "linestyle": "none",
        "color": DROP,
        "markeredgecolor": "#ffffff",
        "markeredgewidth": 1.1,
    }
    axes.plot(x[drops], y[drops], markersize=8.5, zorder=7.5, gid=PATH, **looks)
    rates = path["learning_rate"]
    steps = [number(float(rates[drops[0]]), 3), *(number(float(rates[k + 1]), 3) for k in drops)]
    shown = steps if len(steps) <= 5 else [*steps[:3], "…", steps[-1]]
    return [Line2D([], [], markersize=7, label=f"learning rate lowered: {' → '.join(shown)}", **looks)]


def _near(axes: Axes, x: np.ndarray, y: np.ndarray) -> bool:
    """Whether two points would have their names on top of each other: a random plane shows next to nothing of a path."""
    shown = axes.transData.transform(np.c_[x, y])
    return bool((np.abs(shown[1] - shown[0]) < 0.06 * axes.bbox.width).all())


def _epochs(path: Trajectory) -> np.ndarray:
    """The first step of each epoch (every n-th epoch where there are many); every step where epochs are not known."""
    epoch = path["epoch"]
    first = np.arange(len(epoch))
    if CURVE in path.how:  # its points are where it was measured: they have no meaning of their own
        return first[:0]
    if BALL in path.how:
        return first[:: max(1, -(-len(first) // FEW_DOTS))]
    if np.isfinite(epoch).all():
        whole = np.floor(epoch + 1e-9)
        first = np.flatnonzero(np.r_[True, np.diff(whole) != 0])
    return first[:: max(1, -(-len(first) // MOST_DOTS))]


def _name(axes: Axes, x: float, y: float, text: str) -> None:
    """A small label beside an end of the path, on the side towards the middle of the picture so that it stays inside."""
    right = x < sum(axes.get_xlim()) / 2
    axes.annotate(
        text,
        (x, y),
        xytext=(9 if right else -9, 0),
        textcoords="offset points",
        ha="left" if right else "right",
        va="center",
        fontsize=8.5,
        color="#0b1520",
        zorder=9,
        annotation_clip=True,
        bbox={"boxstyle": "round,pad=0.25", "facecolor": "#ffffff", "edgecolor": "none", "alpha": 0.78},
    )
