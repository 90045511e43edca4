"""Scale invariance (figure): one function under two sets of weights, with filter normalization beside without."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LogNorm

from ..landscape import Landscape
from ..levels import number
from ..studies.rescaling import TABLE, apart
from ..table import Table
from . import look
from .studies import inks_of

TITLES = {"filter": "Filter normalization", "none": "No normalization"}
WEIGHTS = {"original": "as trained", "rescaled": "rescaled"}


def draw_scale_invariance(landscape: Landscape, axes: Axes) -> None:
    """Lines: both networks' losses along α, in a panel for each normalization. Planes: a contour map for each network and normalization,
    in one range of colours. Raises LossvistaError where nothing has been rescaled."""
    table = landscape.table(TABLE)
    axes.set_axis_off()
    spec = axes.get_subplotspec()
    assert spec is not None
    if "beta" in table.columns:
        _planes(landscape, table, axes, spec)
    else:
        _lines(landscape, table, axes, spec)


def _lines(landscape: Landscape, table: Table, axes: Axes, spec: Any) -> None:
    inks, figure = inks_of(axes), axes.figure
    parts, first = spec.subgridspec(1, 2, wspace=0.08), None
    for k, (kind, title) in enumerate(TITLES.items()):
        one = figure.add_subplot(parts[k], sharey=first)
        first = first or one
        look.frame(one, inks)
        x = np.asarray(table["alpha" if kind == "filter" else "step"], float)
        looks: dict[str, dict[str, Any]] = {
            "original": {"color": inks.loss, "lw": 3.6, "alpha": 0.55},
            "rescaled": {"color": inks.accuracy, "lw": 1.5},
        }
        for network, style in looks.items():
            one.plot(x, np.asarray(table[f"{network}_{kind}"], float), label=WEIGHTS[network], **style)
        one.set_yscale("log")
        ratio = apart(landscape, kind)
        said = f"same to {number(ratio - 1, 2)}" if ratio < 1.01 else f"up to {number(ratio, 3)} × apart"
        one.set_title(f"{title}:\n{said}", fontsize=10)
        one.set(
            xlabel="α" if kind == "filter" else "α (raw step)",
            ylabel="" if k else "training loss (nats)",
        )
        one.tick_params(labelleft=not k)
        one.margins(x=0)
        one.grid(color=inks.faint, alpha=0.18, lw=0.6)
    assert first is not None
    first.legend(loc="upper center")


def _planes(landscape: Landscape, table: Table, axes: Axes, spec: Any) -> None:
    inks, figure, shape = inks_of(axes), axes.figure, landscape.surface.grid.shape
    parts = spec.subgridspec(2, 2, wspace=0.05, hspace=0.12)
    columns = [np.asarray(table[f"{network}_{kind}"], float) for kind in TITLES for network in WEIGHTS]
    known = np.concatenate(columns)
    known = known[np.isfinite(known) & (known > 0)]
    levels = np.geomspace(known.min(), known.max() * (1 + 1e-9), 24) if len(known) else np.array([1.0, 10.0])
    for k, (values, (kind, network)) in enumerate(zip(columns, [(k, n) for k in TITLES for n in WEIGHTS], strict=True)):
        one = figure.add_subplot(parts[k])
        share = 1.0 if kind == "filter" else float(table.how.get("step", 1.0))
        a, b = (np.asarray(table[name], float).reshape(shape) * share for name in ("alpha", "beta"))
        one.contourf(a, b, values.reshape(shape), levels=levels, norm=LogNorm(), cmap="viridis", extend="both")
        one.contour(a, b, values.reshape(shape), levels=levels, colors="#07131d", linewidths=0.4)
        one.set_aspect("equal")
        look.frame(one, inks)
        one.tick_params(labelsize=7.5)
        one.set_title(f"{TITLES[kind]}, {WEIGHTS[network]}", fontsize=9.5)
