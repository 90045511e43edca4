"""Bars: the bands of a map's colours, and the bars beside it that say which loss each colour is."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes

from ..colors import rgb
from ..levels import tick_losses
from ..relief import Relief
from ..style import Style
from . import look

CAP = 0.3  # opacity of the plateau above the threshold
NUMBER = 0.17  # inches: from one number of a bar to the next, at least


def band_edges(relief: Relief, count: int) -> np.ndarray:
    """Shares (k + 1,) between which the k bands lie: the range's ends and, in between, those of `contour_levels`."""
    low, high = relief.span
    return np.r_[0.0, (np.arange(count) + 0.5) / count, 1.0] if high > low else np.array([0.0, 1.0])


def band_colors(edges: np.ndarray, style: Style) -> np.ndarray:
    """(k, 3) colours 0…1 of the bands, each that of its middle."""
    return rgb(style.colormap, (edges[:-1] + edges[1:]) / 2, style.reverse) / 255


def cut_share(relief: Relief) -> float:
    """The threshold's share; ∞ where there is none, −∞ where nothing that can be displayed lies below it."""
    if relief.clip is None:
        return np.inf
    shown, (low, high) = float(relief.transform(relief.clip)), relief.span
    if not np.isfinite(shown):
        return -np.inf
    if not high > low:
        return 1.0 if shown > low else -np.inf
    return float(relief.share(relief.clip))


def color_bar(axes: Axes, relief: Relief, style: Style, label: str, inks: look.Inks, *, short: bool) -> None:
    """The bands' bar beside a map. `short` leaves room for the path's bar."""
    if len(band_edges(relief, style.levels)) > 2:
        fill_color_bar(
            axes.inset_axes((1.045, 0.34, 0.032, 0.66) if short else (1.045, 0.0, 0.032, 1.0)),
            relief,
            style,
            label,
            inks,
        )


def fill_color_bar(
    bar: Axes, relief: Relief, style: Style, label: str, inks: look.Inks, height: float | None = None
) -> None:
    """The bands as a bar that fills these axes, with round losses; hatched above the threshold. height: in inches, where numbers may be
    too many for it."""
    edges, at = band_edges(relief, style.levels), max(cut_share(relief), 0.0)
    bar.barh(edges[:-1], 1, np.diff(edges), align="edge", color=band_colors(edges, style), linewidth=0)
    if at < 1:
        hatched: dict[str, Any] = (
            {} if style.relief.clip_style == "cap" else {"edgecolor": inks.hatch, "hatch": "//////"}
        )
        bar.barh(at, 1, 1 - at, align="edge", color=inks.paper, linewidth=0, **hatched)
        if style.relief.clip_style == "cap":
            color = band_colors(np.array([at, at]), style)[0]
            bar.barh(at, 1, 1 - at, align="edge", color=color, alpha=CAP, linewidth=0)
        bar.axhline(at, color=inks.ink, linewidth=1.2)
    _finish(bar, relief, 6, label, inks, style, height)


def path_bar(
    axes: Axes, losses: tuple[float, float], relief: Relief, style: Style, inks: look.Inks, what: str = "path"
) -> None:
    """The true losses along the path, lowest to highest, below the bands' bar. what: the path is called."""
    if path_relief(losses, relief).span[1] > path_relief(losses, relief).span[0]:
        fill_path_bar(axes.inset_axes((1.045, 0.0, 0.032, 0.24)), losses, relief, style, inks, what)


def fill_path_bar(
    bar: Axes,
    losses: tuple[float, float],
    relief: Relief,
    style: Style,
    inks: look.Inks,
    what: str = "path",
    height: float | None = None,
) -> None:
    """The same, filling these axes. height: in inches, where numbers may be too many for it."""
    ramp = rgb(style.path_colormap, np.linspace(0, 1, 128)[:, None]) / 255
    bar.imshow(ramp, origin="lower", extent=(0, 1, 0, 1), aspect="auto", interpolation="nearest")
    _finish(bar, path_relief(losses, relief), 3, f"{what}'s true loss", inks, style, height)


def path_relief(losses: tuple[float, float], relief: Relief) -> Relief:
    """The relief whose range is a path's own, lowest to highest true loss."""
    return relief.model_copy(update={"low": losses[0], "high": losses[1], "clip": None})


def spaced_ticks(relief: Relief, most: int, room: float) -> tuple[np.ndarray, list[str]]:
    """Round losses and their texts, about `most` of them or as few as lie at least the share `room` of the bar apart."""
    losses, texts = tick_losses(relief, most)
    for count in range(most - 1, 0, -1):
        if len(losses) < 2 or np.diff(np.sort(relief.share(losses))).min() >= room:
            return losses, texts
        losses, texts = tick_losses(relief, count)
    return losses[:1], texts[:1]


def _finish(
    bar: Axes, relief: Relief, count: int, label: str, inks: look.Inks, style: Style, height: float | None
) -> None:
    room = 0.0 if height is None else NUMBER * style.colorbar_ink.size / height
    losses, texts = spaced_ticks(relief, count, room)
    bar.set(xlim=(0, 1), ylim=(0, 1))
    bar.xaxis.set_visible(False)
    bar.yaxis.tick_right()
    bar.yaxis.set_label_position("right")
    bar.set_yticks(relief.share(losses), texts)
    bar.set_ylabel(label)
    look.frame(bar, inks, letters=style.colorbar_ink)
    bar.yaxis.label.set_fontsize(9.5 * style.colorbar_ink.size)
