"""Minima (figure): the networks of a minefield, embedded in the plane by t-SNE, PCA and UMAP, coloured by their test accuracy."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.lines import Line2D

from ..landscape import Landscape
from ..minima.choices import BAD, GOOD, ITERATE, UNFIT
from ..minima.told import EMBEDDING, LABELS, MINIMA
from . import look
from .studies import inks_of

MARKERS = {
    ITERATE: (".", 60, "iterates of the good run"),
    GOOD: ("o", 70, "good"),
    BAD: ("^", 60, "bad"),
    UNFIT: ("D", 40, "neither"),
}
MAP = "viridis"


def draw_minima(landscape: Landscape, axes: Axes) -> None:
    """One picture for each embedding that there is. Raises LossvistaError where the landscape is of no minefield."""
    minima, placed, inks = landscape.table(MINIMA), landscape.table(EMBEDDING), inks_of(axes)
    methods = [method for method in LABELS if np.isfinite(placed[f"{method}_1"]).any()]
    figure, spec = axes.figure, axes.get_subplotspec()
    axes.remove()
    row = {str(name): k for k, name in enumerate(minima["model"])}
    rows = np.array([row[str(name)] for name in placed["model"]], int)
    kinds, test = minima["kind"][rows], np.asarray(minima["test_accuracy"], float)[rows]
    span = (float(test.min()), float(test.max())) if len(test) and np.ptp(test) > 0 else (0.0, 1.0)
    parts = spec.subgridspec(1, len(methods) + 1, width_ratios=[1] * len(methods) + [0.03], wspace=0.04)  # type: ignore[union-attr]
    for k, method in enumerate(methods):
        one = figure.add_subplot(parts[k])
        x, y = placed[f"{method}_1"], placed[f"{method}_2"]
        way = [*np.flatnonzero(kinds == ITERATE), *np.flatnonzero(kinds == GOOD)[:1]]
        one.plot(x[way], y[way], color=inks.faint, linewidth=1.1, zorder=1)
        for kind, (marker, size, _) in MARKERS.items():
            own = kinds == kind
            looks: dict[str, Any] = {"edgecolors": inks.ink, "linewidths": 0.5, "zorder": 2 + (kind != ITERATE)}
            one.scatter(
                x[own], y[own], s=size, c=test[own], cmap=MAP, vmin=span[0], vmax=span[1], marker=marker, **looks
            )
        trust = placed.how.get(f"trust_{method}")
        note = f"trustworthiness {float(trust):.3f}" if trust is not None else ""
        if method == "pca" and "explained" in placed.how:
            note += f", {100 * float(placed.how['explained']):.0f} % of the variance"
        one.set_title(LABELS[method], fontsize=12)
        one.set(xlabel=note, xticks=[], yticks=[])
        one.set_aspect("equal", "datalim")
        look.frame(one, inks)
    present = [kind for kind in MARKERS if (kinds == kind).any()]
    entries = [
        Line2D(
            [], [], marker=MARKERS[kind][0], linestyle="none", color=inks.faint, markersize=7, label=MARKERS[kind][2]
        )
        for kind in present
    ]
    shades = ScalarMappable(Normalize(*span), MAP)
    bar = figure.colorbar(shades, cax=figure.add_subplot(parts[-1]))
    bar.set_label("test accuracy", color=inks.ink)
    bar.ax.tick_params(colors=inks.ink)
    figure.legend(handles=entries, loc="outside lower center", ncols=len(entries))  # type: ignore[union-attr]
