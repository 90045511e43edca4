"""Overlay: the curves of several lines in one picture. Many draws of one recipe get their mean and band: do different directions
look alike? A few networks get loss and accuracy, of training and test split, on twin axes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch as Swatch
from matplotlib.ticker import PercentFormatter

from ..captions import captions, plane_note
from ..fairness import verdict
from ..landscape import Landscape
from ..relief import Relief
from ..style import Style
from ..surface import Mark, Surface
from . import look
from .curve import DASHES, curve_fields, is_accuracy, scale_axis
from .pins import draw_pins_over
from .shared import shared_field, surround

# Told apart also by colour-blind eyes and in grey; the first is that of a single curve.
COLORS = {
    "light": ("#2b5d87", "#c2410c", "#2f7d4f", "#7d3c98", "#a16207", "#b8336a", "#0e7c86", "#4b5563"),
    "dark": ("#7fc4d8", "#f5a35c", "#7fd49b", "#c9a0e0", "#e3c565", "#f08fb4", "#5ed0c8", "#a9b4c2"),
}
SEVERAL = 3  # draws of one recipe from which there is a mean and a band
FEW = 4  # landscapes up to which each shows all of its fields
SQUEEZED = 1.25  # an axis's name may be so many times as long as the axis


def draw_overlay(figure: Figure, landscapes: Sequence[Landscape], style: Style, *, notes: bool = True) -> Axes:
    """Draw the curves of several lines over one another; what the figure held before goes. Returns the left axes.

    Three or more that differ in nothing but the draw of their directions are one group, with one colour, a mean line and a band
    of one standard deviation (n − 1) either way, both of the displayed values (under a log scale: of the loss's logarithm), at
    the points where every member is evaluated. With few landscapes and no such group, all losses and accuracies are drawn, the
    accuracies thin, on the right axis. Raises LossvistaError where they share no field."""
    axes, inks = look.clear(figure, style)
    groups = [
        part for group in grouped(landscapes) for part in ([group] if len(group) >= SEVERAL else [[o] for o in group])
    ]
    main = shared_field(landscapes, style)
    every = not style.relief.field and len(landscapes) <= FEW and max(map(len, groups)) < SEVERAL
    fields = _fields(landscapes, main) if every else ([main], [])
    if is_accuracy(main) and not fields[1]:
        fields = [], [main]
    names = captions([group[0] for group in groups])
    twin = axes.twinx() if all(fields) else None
    entries: list[Artist] = []
    for k, group in enumerate(groups):
        color = COLORS[style.theme][k % len(COLORS[style.theme])]
        for one in group:
            lone = len(group) < SEVERAL
            _lines(axes, one, fields[0] or fields[1], style.relief, color, lone=lone, scaled=bool(fields[0]))
            if twin is not None:
                _lines(twin, one, fields[1], style.relief, color, lone=lone, scaled=False, width=1.1)
        entries.append(_named(names[k], len(group), color))
        if len(group) >= SEVERAL:
            _band(axes, group, main, style.relief, color, scaled=bool(fields[0]))
    if max(map(len, groups)) >= SEVERAL:
        color = COLORS[style.theme][0] if len(groups) == 1 else inks.faint
        entries += _spreads(color, style.relief, bool(fields[0]))
    entries += _kinds(landscapes[0], fields, inks) if len(fields[0]) + len(fields[1]) > 1 else []
    _frame(axes, twin, landscapes, fields, style, inks, entries)
    draw_pins_over(axes, landscapes, style, main, inks)
    for one, name in zip(landscapes, captions(landscapes), strict=True):
        marks = look.mark_nodes(axes, one.surface, one.surface.values(main)[0], inks, style)
        for mark in marks:
            mark.set_label(f"{name}: {mark.get_label()}")
        entries += marks
    title = landscapes[0].title if len({one.title for one in landscapes}) == 1 else ""
    called = [
        name for one in landscapes for name, group in zip(names, groups, strict=True) if any(o is one for o in group)
    ]
    said = [verdict(landscapes, main, called) if notes else "", *dict.fromkeys(plane_note(one) for one in landscapes)]
    surround(figure, style, title, entries, said)
    look.lay_out(figure)
    longest = max(one.yaxis.label.get_window_extent().height for one in (axes, twin or axes))
    if longest > SQUEEZED * axes.get_window_extent().height:
        for one in (axes, twin or axes):
            one.set_ylabel("")  # the legend says what the curves are
    return axes


def grouped(landscapes: Sequence[Landscape]) -> list[list[Landscape]]:
    """Those that differ in nothing but the draw of their directions, together, in the order of their first one."""
    groups: dict[object, list[Landscape]] = {}
    for one in landscapes:
        weights = one.provenance.get("weights_hash")
        chosen = {
            key: value
            for key, value in one.recipe.items()
            if key not in ("seed", "repeat", "title", "device", "engine")
        }
        key = (weights, repr(sorted(chosen.items())), one.surface.grid.alpha.tobytes()) if weights else id(one)
        groups.setdefault(key, []).append(one)
    return list(groups.values())


def _fields(landscapes: Sequence[Landscape], main: str) -> tuple[list[str], list[str]]:
    """The left and the right axis's fields that all landscapes have."""
    left, right = curve_fields(landscapes[0].surface, main)
    shared = [
        [name for name in side if all(name in one.surface.fields for one in landscapes)] for side in (left, right)
    ]
    return shared[0], shared[1]


def _values(landscape: Landscape, name: str, relief: Relief, scaled: bool) -> np.ndarray:
    """(nx,) evaluated values, NaN where there is nothing to draw."""
    values = np.where(landscape.surface.evaluated[0] != Mark.NOT_YET, landscape.surface.values(name)[0], np.nan)
    return np.where(np.isfinite(relief.transform(values)), values, np.nan) if scaled else values


def _lines(
    axes: Axes,
    landscape: Landscape,
    names: list[str],
    relief: Relief,
    color: str,
    *,
    lone: bool,
    scaled: bool,
    width: float = 2.1,
) -> None:
    """A line a field; thin and pale where the group's mean speaks for it."""
    looks: dict[str, Any] = {"linewidth": width, "zorder": 3.2} if lone else {"linewidth": 0.9, "alpha": 0.42}
    for k, name in enumerate(names):
        values = _values(landscape, name, relief, scaled)
        axes.plot(landscape.surface.grid.alpha, values, color=color, linestyle=DASHES[k % len(DASHES)], **looks)


def _band(axes: Axes, group: list[Landscape], name: str, relief: Relief, color: str, *, scaled: bool) -> None:
    low, mean, high = band([_values(one, name, relief, scaled) for one in group], relief if scaled else None)
    alpha = group[0].surface.grid.alpha
    axes.fill_between(alpha, low, high, color=color, alpha=0.2, linewidth=0, zorder=2.4)
    axes.plot(alpha, mean, color=color, linewidth=2.6, zorder=3.4)


def band(curves: Sequence[np.ndarray], relief: Relief | None) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Mean − s, mean and mean + s (nx,) over curves (nx,), s the standard deviation with n − 1, of the values that the relief
    displays (None: of the values themselves). NaN where a curve is not known."""
    stack = np.stack(curves)
    shown = stack if relief is None else relief.transform(stack)
    mean, spread = shown.mean(axis=0), shown.std(axis=0, ddof=1)
    back = (lambda v: v) if relief is None else relief.inverse
    return back(mean - spread), back(mean), back(mean + spread)


def _named(name: str, count: int, color: str) -> Artist:
    """Legend entry of a group."""
    if count < SEVERAL:
        return Line2D([], [], color=color, linewidth=2.1, label=name)
    return Line2D([], [], color=color, linewidth=2.6, label=f"{name}: mean of {count} draws")


def _spreads(color: str, relief: Relief, scaled: bool) -> list[Artist]:
    """Legend entries of the bands and of the lines behind the means."""
    of = {"log": " of the log loss", "symlog": " of the symlog loss"}.get(relief.scale, "") if scaled else ""
    return [
        Swatch(facecolor=(*to_rgb(color), 0.25), linewidth=0, label=f"± standard deviation{of}"),
        Line2D([], [], color=color, linewidth=0.9, alpha=0.6, label="single draws"),
    ]


def _kinds(landscape: Landscape, fields: tuple[list[str], list[str]], inks: look.Inks) -> list[Artist]:
    """Legend entries of the kinds of lines: thick and thin, solid and dashed."""
    return [
        Line2D(
            [],
            [],
            color=inks.faint,
            linewidth=width,
            linestyle=DASHES[k % len(DASHES)],
            label=look.field_name(landscape.surface, name),
        )
        for names, width in zip(fields, (2.1, 1.1 if fields[0] else 2.1), strict=True)
        for k, name in enumerate(names)
    ]


def _frame(
    axes: Axes,
    twin: Axes | None,
    landscapes: Sequence[Landscape],
    fields: tuple[list[str], list[str]],
    style: Style,
    inks: look.Inks,
    entries: list[Artist],
) -> None:
    """Limits, scale, labels and grid."""
    ends = np.concatenate([one.surface.grid.alpha[[0, -1]] for one in landscapes])
    axes.set_xlim(float(ends.min()), float(ends.max()) if np.ptp(ends) else float(ends.min()) + 1)
    labels = {one.labels[0] for one in landscapes}
    axes.set_xlabel(labels.pop() if len(labels) == 1 else "α")
    surface = landscapes[0].surface
    left, right = fields
    if left:
        values = np.concatenate(
            [
                one.surface.values(name)[0][one.surface.evaluated[0] != Mark.NOT_YET]
                for one in landscapes
                for name in left
            ]
        )
        if not scale_axis(axes, values, style, inks, entries):
            look.note(axes, look.nothing(style.relief.holes(values)), inks)
        axes.set_ylabel(look.field_label(surface, left[0], "loss" if len(left) > 1 else ""))
    else:
        _shares(axes, surface, right)
    if twin is not None:
        _shares(twin, surface, right)
        look.frame(twin, inks, show=style.axes, letters=style.axes_ink)
        twin.spines["top"].set_visible(False)
    axes.axvline(0, color=inks.faint, linewidth=0.8, linestyle=(0, (2, 3)), zorder=1)
    axes.grid(color=inks.faint, alpha=0.18, linewidth=0.6)
    look.frame(axes, inks, show=style.axes, letters=style.axes_ink)
    axes.spines["top"].set_visible(False)
    if twin is None:
        axes.spines["right"].set_visible(False)


def _shares(axes: Axes, surface: Surface, names: list[str]) -> None:
    axes.set_ylim(-0.03, 1.03)
    axes.yaxis.set_major_formatter(PercentFormatter(1.0))
    axes.set_ylabel(look.field_name(surface, names[0]) if len(names) == 1 else "accuracy")
