"""Pins (of a picture): the points that a look has marked, on a map at their place, on a curve at their value, each with its name."""

from __future__ import annotations

import math
from collections.abc import Sequence

from matplotlib.axes import Axes

from ..landscape import Landscape
from ..levels import number
from ..reading import label, read
from ..style import Style
from .look import Inks

COLOR = "#ff5c39"  # as in the 3-D view


def draw_pins(axes: Axes, landscape: Landscape, style: Style, field: str, inks: Inks, *, curve: bool = False) -> None:
    """Draw the look's pins at (α, β), or on a curve at (α, the field's value). Those beside the grid are left out."""
    for pin in style.pins:
        reading = read(landscape, field, pin.alpha, pin.beta)
        if reading is None or (curve and not math.isfinite(reading.main.value)):
            continue
        x, y = pin.alpha, reading.main.value if curve else pin.beta
        _bead(axes, x, y)
        _name(axes, x, y, label(landscape, field, pin), inks)


def draw_pins_over(axes: Axes, landscapes: Sequence[Landscape], style: Style, field: str, inks: Inks) -> None:
    """Draw the look's pins over the curves of several lines: an upright line at α, a bead on each curve, and the name above the highest
    one. Pins beside all of them are left out."""
    for pin in style.pins:
        readings = (read(one, field, pin.alpha, pin.beta) for one in landscapes)
        values = [one.main.value for one in readings if one is not None and math.isfinite(one.main.value)]
        if not values:
            continue
        axes.axvline(pin.alpha, color=COLOR, linewidth=0.9, alpha=0.6, zorder=2.2)
        for value in values:
            _bead(axes, pin.alpha, value)
        _name(axes, pin.alpha, max(values), f"{pin.text}  α {number(pin.alpha)}".strip(), inks)


def _bead(axes: Axes, x: float, y: float) -> None:
    axes.plot(x, y, "o", color=COLOR, markersize=6.5, markeredgecolor="#ffffff", markeredgewidth=1.2, zorder=9)


def _name(axes: Axes, x: float, y: float, text: str, inks: Inks) -> None:
    """Words beside a bead, toward the middle of the picture."""
    right = x > sum(axes.get_xlim()) / 2
    axes.annotate(
        text,
        (x, y),
        xytext=(-8 if right else 8, 8),
        textcoords="offset points",
        ha="right" if right else "left",
        va="bottom",
        fontsize=8.5,
        color=inks.ink,
        zorder=9.5,
        annotation_clip=True,
        parse_math=False,
        bbox={"boxstyle": "round,pad=0.25", "facecolor": inks.paper, "edgecolor": COLOR, "lw": 0.8, "alpha": 0.9},
    )
