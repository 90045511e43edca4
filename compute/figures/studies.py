"""Studies (figures): what studies found, as flat pictures. To add one, write a function and a line in FIGURES."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

from ..errors import LossvistaError, nearest
from ..landscape import Landscape
from . import look
from .figure import LONGER_SIDE, ROOMY, write_figure
from .shrink import shrink

# name → "module:function", of the looking half: function(landscape, axes) draws on axes that have the theme's colours already, also as
# matplotlib's defaults; `inks_of(axes)` are the theme's others. More axes: axes.figure.add_axes, axes.inset_axes, axes.twinx ….
# It raises LossvistaError where the landscape has not been studied (landscape.table(name) does).
FIGURES: dict[str, str] = {
    "spectrum": "lossvista.compute.figures.spectrum:draw_spectrum",
    "layers": "lossvista.compute.figures.spectrum:draw_layers",
    "convexity": "lossvista.compute.figures.convexity:draw_convexity",
    "sharpness": "lossvista.compute.figures.sharpness:draw_sharpness",
    "ensemble": "lossvista.compute.figures.ensemble:draw_ensemble",
    "basin": "lossvista.compute.figures.basin:draw_basin",
    "boundary": "lossvista.compute.figures.boundary:draw_boundary",
    "minima": "lossvista.compute.figures.minima:draw_minima",
    "connection": "lossvista.compute.figures.connection:draw_connection",
    "merge-tree": "lossvista.compute.figures.merge_tree:draw_merge_tree",
    "persistence": "lossvista.compute.figures.merge_tree:draw_persistence",
    "scale-invariance": "lossvista.compute.figures.scale_invariance:draw_scale_invariance",
    "weights": "lossvista.compute.figures.weights:draw_weights",
}


def draw_study(figure: Figure, landscape: Landscape, name: str, theme: str = "light") -> Axes:
    """Draw what a study found; what the figure held before goes. Raises LossvistaError where there is no such figure, or the landscape
    has not been studied so."""
    if name not in FIGURES:
        raise LossvistaError(f"There is no figure called '{name}'.", nearest(name, FIGURES))
    module, function = FIGURES[name].split(":")
    inks = look.INKS[theme]
    with rc_context(_defaults(inks)):
        figure.clear()
        figure.set_layout_engine(look.Layout(w_pad=0.12, h_pad=0.12))
        figure.set_facecolor(inks.paper)
        axes = figure.add_subplot()
        look.frame(axes, inks)
        getattr(import_module(module), function)(landscape, axes)
    return axes


def inks_of(axes: Axes) -> look.Inks:
    """The inks of the theme that these axes were made in."""
    red, green, blue = to_rgb(axes.figure.get_facecolor())
    return look.INKS["light" if red + green + blue > 1.5 else "dark"]


def save_study(
    landscape: Landscape,
    name: str,
    path: str | Path,
    size: tuple[int, int] = (1600, 1200),
    *,
    theme: str = "light",
    width: float | None = None,
    transparent: bool = False,
) -> None:
    """Save it as PNG of `size` pixels, or as SVG, PDF or EPS of the same proportions. width: of the print in mm. Raises LossvistaError
    as `draw_study` does, for another suffix, and where it cannot be written."""
    dots = max(size) / LONGER_SIDE if width is None else size[0] / (width / 25.4)
    inches = (size[0] / dots, size[1] / dots)
    share = 1.0 if width is None else min(1.0, inches[0] / ROOMY)

    def draw_on(figure: Figure) -> None:
        figure.set_size_inches(inches[0] / share, inches[1] / share)
        draw_study(figure, landscape, name, theme)
        if share < 1:
            shrink(figure, share)

    write_figure(draw_on, path, inches, dots, landscape.title, transparent)


def _defaults(inks: look.Inks) -> dict[Any, Any]:
    """Matplotlib's defaults in the theme's colours."""
    ink = ("text.color", "axes.labelcolor", "axes.edgecolor", "axes.titlecolor", "xtick.color", "ytick.color")
    return {
        **dict.fromkeys(ink, inks.ink),
        "axes.facecolor": inks.paper,
        "grid.color": inks.gap,
        "legend.frameon": False,
        "legend.fontsize": 8.5,
    }
