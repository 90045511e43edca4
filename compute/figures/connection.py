"""Connection (figure): loss and error along a curve between two networks and along the straight line between them."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes

from ..curves.curve import SEGMENT
from ..curves.told import KINDS, TABLE, ways
from ..landscape import Landscape
from ..levels import number
from . import look
from .studies import inks_of

LINES = {"train": "-", "test": (0, (4, 2.2))}


def draw_connection(landscape: Landscape, axes: Axes) -> None:
    """Above the loss, below the error; solid on the training samples, dashed on the test samples. Of several batch-norm policies, that
    of the landscape. Raises LossvistaError where no connection was measured."""
    table, inks = landscape.table(TABLE), inks_of(axes)
    policy = table.how.get("batch_norm")
    known = ways(table)
    shown = [way for way in known if way.statistics == policy] or known
    splits = [split for split in ("train", "test") if f"{split}_loss" in table.columns]
    panels = [(axes, "loss", "loss (nats)", 1.0)]
    if "train_error" in table.columns:
        grid = axes.get_subplotspec().subgridspec(2, 1)  # type: ignore[union-attr]
        axes.set_subplotspec(grid[0])
        panels.append((axes.figure.add_subplot(grid[1], sharex=axes), "error", "error (%)", 100.0))
    for panel, what, label, factor in panels:
        look.frame(panel, inks)
        for way in shown:
            color = inks.accuracy if way.name == SEGMENT else inks.loss
            for split in splits:
                values = factor * np.asarray(table[f"{split}_{what}"], float)[way.rows]
                named = KINDS.get(way.name, way.name).removeprefix("the ") + (f", {split}" if len(splits) > 1 else "")
                panel.plot(way.t, values, color=color, linestyle=LINES[split], linewidth=1.8, label=named)
        panel.set_ylabel(label)
        panel.grid(color=inks.faint, alpha=0.18, linewidth=0.6)
        panel.set_xlim(0, 1)
        panel.set_ylim(bottom=min(0.0, panel.get_ylim()[0]))
    for way in shown:
        if way.barrier > 0.04 * float(np.ptp(axes.get_ylim())):
            _arrow(
                axes,
                way.at,
                way.highest - way.barrier,
                way.highest,
                inks.accuracy if way.name == SEGMENT else inks.loss,
            )
    panels[-1][0].set_xlabel("t  (0: first network, 1: second network)")
    axes.legend(fontsize=9, frameon=False, labelcolor=inks.ink)
    axes.set_title(landscape.title, fontsize=12)


def _arrow(axes: Axes, t: float, low: float, high: float, color: str) -> None:
    """A barrier: from the higher end to the highest point."""
    arrow = {"arrowstyle": "-|>", "color": color, "shrinkA": 0, "shrinkB": 0}
    axes.annotate("", (t, high), (t, low), arrowprops=arrow)
    axes.axhline(low, color=color, linewidth=0.8, linestyle=":")
    text = f"barrier {number(high - low, 3)}"
    at: dict[str, Any] = {
        "xytext": (7, 0),
        "textcoords": "offset points",
        "va": "center",
        "fontsize": 9,
        "color": color,
    }
    at["bbox"] = {"boxstyle": "round,pad=0.2", "facecolor": inks_of(axes).paper, "edgecolor": "none", "alpha": 0.85}
    axes.annotate(text, (t, (low + high) / 2), **at)
