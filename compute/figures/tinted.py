"""Tinted: a map whose colours show another field than its contour lines, and the bar of these colours."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from ..colors import rgb
from ..grid import Grid
from ..style import Style
from ..tint import Tint
from . import look
from .bars import finish

STEPS = 256


def draw_tint(axes: Axes, grid: Grid, tint: Tint, drawn: np.ndarray, style: Style) -> None:
    """The colours where `drawn` (ny, nx) holds; where nothing is known, the ground."""
    shades = rgb(style.colormap, np.linspace(0, 1, STEPS), style.reverse) / 255
    share = np.ma.masked_where(~(drawn & np.isfinite(tint.share)), tint.share)
    if share.mask.all():
        return
    levels = np.linspace(0, 1, 65)
    levels[0], levels[-1] = -1e-9, 1 + 1e-9
    colors = shades[((np.arange(64) + 0.5) / 64 * (STEPS - 1)).round().astype(int)]
    ink = style.surface_ink.opacity
    bands = axes.contourf(grid.alpha, grid.beta, share, levels=levels, colors=list(colors), alpha=ink, zorder=2)
    if ink == 1:  # hairlines between the bands would shine through in vector files
        bands.set(edgecolor="face", linewidth=0.3)


def tint_bar(axes: Axes, tint: Tint, style: Style, inks: look.Inks, *, short: bool) -> None:
    """Its colours with round values, beside the map. `short` leaves room for the path's bar."""
    bar = axes.inset_axes((1.045, 0.34, 0.032, 0.66) if short else (1.045, 0.0, 0.032, 1.0))
    ramp = rgb(style.colormap, np.linspace(0, 1, STEPS)[:, None], style.reverse) / 255
    bar.imshow(ramp, origin="lower", extent=(0, 1, 0, 1), aspect="auto", interpolation="nearest")
    finish(bar, tint.relief, 6, tint.name, inks, style)
