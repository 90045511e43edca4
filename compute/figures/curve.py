"""Curve: the flat picture of a line: loss on the left axis, accuracy on the right one."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch as Swatch
from matplotlib.ticker import NullFormatter, PercentFormatter

from ..colors import path_colors
from ..landscape import Landscape
from ..levels import number, tick_losses
from ..style import Style
from ..surface import ASIDE, Mark, Surface
from . import look
from .critical import draw_critical
from .measured import draw_measured
from .path import common_range, draw_path, named_paths
from .pins import draw_pins

DASHES = ("solid", (0, (5, 2)), (0, (2, 1.6)), "dashdot")
PENALTY = "weight_decay_penalty"
MOST_DOTS = 81  # with more points than this the dots would touch


def draw_curve(figure: Figure, landscape: Landscape, style: Style) -> Axes:
    """Draw every loss (and other field) on the left axis, every accuracy on the right; what the figure held before goes.

    Returns the left axes, in data coordinates (α, value). The left axis is logarithmic, linear or symlog as the relief
    says; a value that cannot be drawn is a gap, counted in the legend; above the threshold is hatched and cut off."""
    axes, inks = look.clear(figure, style)
    look.title(axes, landscape, style, inks)
    _, entries = draw_line(axes, landscape, style, inks)
    look.legend(axes, entries, inks)
    return axes


def draw_line(axes: Axes, landscape: Landscape, style: Style, inks: look.Inks) -> tuple[Axes | None, list[Artist]]:
    """Draw the curves of a landscape of one axis on `axes`, without title and legend; returns the right axes, if there are any,
    and the legend's entries."""
    surface = landscape.surface
    axes.set_facecolor(inks.paper)
    axes.set_xlabel(landscape.labels[0])
    alpha = surface.grid.alpha
    axes.set_xlim(float(alpha[0]), float(alpha[-1]) if len(alpha) > 1 else float(alpha[0]) + 1)
    if not surface.fields:
        look.frame(axes, inks, show=style.axes, letters=style.axes_ink)
        look.note(axes, look.NOTHING_YET, inks)
        return None, []
    main = style.relief.field or surface.main
    surface.values(main)  # says so where there is no such field
    left, right = curve_fields(surface, main)
    entries: list[Artist] = []
    entries += _lines(axes, surface, left or right, inks.loss, style, scaled=bool(left))
    drawn = _left_axis(axes, surface, left, style, inks, entries)
    twin = None
    if left and right:
        twin, named = _accuracy(axes, surface, right, inks, style)
        entries += named
    entries += look.mark_nodes(axes, surface, surface.values(main)[0], inks, style)
    if style.path and left:
        span = style.path_span or common_range(landscape.trajectories.values(), style.relief)
        colors, several = path_colors(style, landscape.trajectories), len(landscape.trajectories) > 1
        for called, path in landscape.trajectories.items():
            own: dict[str, Any] = {
                "color": colors.get(called, ""),
                "span": span,
                "name": called if several and not colors else "",
            }
            entries += draw_path(axes, path, style.relief, style, heights=path["train_loss"], **own)
        entries += named_paths(style, landscape.trajectories)
    shown = main if main in left or not left else left[0]
    entries += draw_critical(axes, landscape, style, inks, curve=True)
    draw_measured(axes, landscape, shown, style.pair, inks, curve=True)
    draw_pins(axes, landscape, style, shown, inks, curve=True)
    if style.centre:
        ink = style.centre_ink
        looks: dict[str, Any] = {"color": ink.color or inks.faint, "linewidth": 0.8 * ink.width, "alpha": ink.opacity}
        axes.axvline(0, linestyle=(0, (2, 3)), zorder=1, **looks)
    axes.grid(color=inks.faint, alpha=0.18, linewidth=0.6)
    look.frame(axes, inks, show=style.axes, letters=style.axes_ink)
    axes.spines["top"].set_visible(False)
    if not (left and right):
        axes.spines["right"].set_visible(False)
    called = "loss" if len(left) > 1 else ""
    axes.set_ylabel(look.field_label(surface, left[0], called) if left else "accuracy", color=inks.loss)
    if not drawn:
        look.note(axes, look.nothing(style.relief.holes(surface.values(main)[surface.evaluated != Mark.NOT_YET])), inks)
    return twin, entries


def curve_fields(surface: Surface, main: str) -> tuple[list[str], list[str]]:
    """The fields of the left axis, `main` first if it is one, and those of the right one: the accuracies. Standard errors and
    the weight-decay penalty, which is no loss of the data, are drawn only where one is `main`."""
    shown = [name for name in surface.fields if name == main or not (name.endswith(ASIDE) or name == PENALTY)]
    left = [name for name in shown if not is_accuracy(name)]
    return sorted(left, key=lambda name: name != main), [name for name in shown if is_accuracy(name)]


def is_accuracy(name: str) -> bool:
    """Whether a field is a share 0…1 that belongs on the right axis."""
    return name.endswith("accuracy")


def _lines(axes: Axes, surface: Surface, names: list[str], color: str, style: Style, *, scaled: bool) -> list[Artist]:
    """A line a field through its evaluated points; returns the legend's entries."""
    known = surface.evaluated[0] != Mark.NOT_YET
    entries: list[Artist] = []
    dots = "o" if int(known.sum()) <= MOST_DOTS else ""
    for k, name in enumerate(names):
        values = surface.values(name)[0]
        if scaled:
            values = np.where(np.isfinite(style.relief.transform(values)), values, np.nan)
        looks: dict[str, Any] = {
            "color": color,
            "linestyle": DASHES[k % len(DASHES)],
            "marker": dots,
            "markersize": 3.2,
        }
        # Between evaluated neighbours only: a line across points that are still missing would claim too much.
        axes.plot(surface.grid.alpha, np.where(known, values, np.nan), linewidth=1.9, zorder=3, **looks)
        entries.append(Line2D([], [], linewidth=1.9, label=look.field_name(surface, name), **looks))
    return entries


def _left_axis(
    axes: Axes, surface: Surface, names: list[str], style: Style, inks: look.Inks, entries: list[Artist]
) -> bool:
    """Scale, limits and threshold of the left axis; whether it shows anything. Adds what needs a legend to `entries`."""
    known = surface.evaluated[0] != Mark.NOT_YET
    if not names:
        axes.yaxis.set_major_formatter(PercentFormatter(1.0))
        return bool(known.any())
    return scale_axis(axes, np.concatenate([surface.values(name)[0][known] for name in names]), style, inks, entries)


def scale_axis(axes: Axes, values: np.ndarray, style: Style, inks: look.Inks, entries: list[Artist]) -> bool:
    """Scale, limits, numbers and threshold of the axis that shows `values` (k,); False where none of them can be shown."""
    relief = style.relief
    shown = relief.transform(values)
    if not np.isfinite(shown).any():
        return False
    own = relief.resolved(values)
    if relief.scale == "log":
        axes.set_yscale("log")
    elif relief.scale == "symlog":
        axes.set_yscale("function", functions=(relief.transform, relief.inverse))
    low, high = own.span
    clip = relief.clip if relief.clip is not None and low < float(relief.transform(relief.clip)) < high else None
    top = high if clip is None else float(relief.transform(clip))
    margin = 0.06 * (top - low) or 0.5
    bottom, above = (float(relief.inverse(v)) for v in (low - margin, top + margin))
    axes.set_ylim(bottom, above)
    if clip is not None:
        axes.axhline(clip, color=inks.ink, linewidth=1.2)
        axes.axhspan(clip, above, facecolor=inks.paper, edgecolor=inks.hatch, hatch="///", linewidth=0, zorder=3.4)
        label = f"loss > {number(clip)} (cut away)"
        entries.append(Swatch(facecolor="none", edgecolor=inks.hatch, hatch="////", linewidth=0.6, label=label))
    losses, texts = tick_losses(relief.model_copy(update={"low": bottom, "high": above, "clip": None}))
    axes.set_yticks(losses, texts)
    axes.yaxis.set_minor_formatter(NullFormatter())
    causes = relief.holes(values)
    if causes:
        entries.append(Line2D([], [], linestyle="none", label=f"gaps where {look.counted(causes)}"))
    return True


def _accuracy(
    axes: Axes, surface: Surface, names: list[str], inks: look.Inks, style: Style
) -> tuple[Axes, list[Artist]]:
    """The right axes, and what needs a legend."""
    twin = axes.twinx()
    entries = _lines(twin, surface, names, inks.accuracy, style, scaled=False)
    twin.set_ylim(-0.03, 1.03)
    twin.yaxis.set_major_formatter(PercentFormatter(1.0))
    twin.set_ylabel("accuracy")
    look.frame(twin, inks, show=style.axes, letters=style.axes_ink)
    twin.yaxis.label.set_color(inks.accuracy)
    twin.spines["top"].set_visible(False)
    return twin, entries
