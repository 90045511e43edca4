"""Spectrum (figures): the density of the Hessian's eigenvalues with its extreme ones, and the ends and traces of the layers."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from ..landscape import Landscape
from ..levels import number
from ..studies.curvature import DENSITY, LAYERS, SPECTRUM, TRACE, floor_of, matrix, place
from ..table import Table
from . import look
from .studies import inks_of

STEM = 0.16  # of the axes' height
MOST = 60  # layers that can be told apart


def draw_spectrum(landscape: Landscape, axes: Axes) -> None:
    """The density on a logarithmic axis, the eigenvalues as stems from below, their residuals as bars across. Raises LossvistaError where
    the curvature has not been measured."""
    inks, tables = inks_of(axes), landscape.tables
    drawn, ends = (tables.get(name, Table()) for name in (DENSITY, SPECTRUM))
    of = drawn if len(drawn) else landscape.table(SPECTRUM)
    if len(drawn):
        at, heights = np.asarray(drawn["eigenvalue"]), np.asarray(drawn["density"])
        least = floor_of(heights)
        axes.fill_between(at, np.maximum(heights, least), least, color=inks.loss, alpha=0.35, linewidth=0)
        axes.plot(at, np.maximum(heights, least), color=inks.loss, linewidth=1.2)
        axes.set(yscale="log", ylabel="spectral density", ylim=(least, 3 * heights.max()))
    else:
        axes.set(yticks=[], ylim=(0, 1))
    for row in ends.rows():
        value, off = float(row["eigenvalue"]), float(row["residual"])  # type: ignore[arg-type]
        color = inks.accuracy if row["end"] == "largest" else inks.warning
        axes.plot([value, value], [0, STEM], transform=axes.get_xaxis_transform(), color=color, linewidth=1.6)
        axes.plot(
            [value - off, value + off], [STEM] * 2, transform=axes.get_xaxis_transform(), color=color, linewidth=3
        )
        if row["rank"] == 1:
            words, sort = f"λ = {number(value)}", axes.get_xaxis_transform()
            side = "right" if row["end"] == "largest" else "left"
            axes.text(value, STEM + 0.02, words, transform=sort, ha=side, va="bottom", fontsize=9, color=color)
    axes.axvline(0, color=inks.faint, linewidth=0.8, zorder=0)
    trace = tables.get(TRACE, Table())
    told = ""
    if len(trace):
        told = f", trace {number(float(trace.how['value']))}"
        if len(trace) > 1:
            told += f" ({number(float(trace.how['low']))} … {number(float(trace.how['high']))})"
    axes.set(xlabel=f"eigenvalue of the {matrix(of)} at {place(of)}{told}")
    axes.set_title(landscape.title, fontsize=12)
    look.frame(axes, inks)


def draw_layers(landscape: Landscape, axes: Axes) -> None:
    """Bars from the smallest to the largest eigenvalue of each layer's own block, and its trace in words. Raises LossvistaError where
    the layers have not been measured."""
    table, inks = landscape.table(LAYERS), inks_of(axes)
    shown = slice(None, MOST)
    low, high = (np.asarray(table[name], float)[shown] for name in ("lambda_min", "lambda_max"))
    rows = np.arange(len(high))
    axes.barh(rows, high, color=inks.loss, height=0.66, label="largest")
    axes.barh(rows, low, color=inks.accuracy, height=0.66, label="smallest")
    for row, trace, end in zip(rows, table["trace"][shown], high, strict=True):
        if np.isfinite(trace):
            axes.annotate(
                f"trace {number(float(trace), 3)}",
                (max(end, 0.0), row),
                xytext=(4, 0),
                textcoords="offset points",
                va="center",
                fontsize=7.5,
                color=inks.faint,
                annotation_clip=False,
            )
    axes.axvline(0, color=inks.ink, linewidth=0.8)
    axes.set_yticks(rows, [str(name) for name in table["layer"][shown]])
    axes.set(xlabel=f"eigenvalues of each layer's block of the {matrix(table)} at {place(table)}")
    axes.set(ylim=(len(rows) - 0.4, -0.6), xlim=(min(low.min() * 1.05, 0.0), high.max() * 1.18))
    axes.legend(loc="lower right")
    left_out = len(table) - len(rows)
    axes.set_title(
        landscape.title + (f"  (the first {MOST} of {len(table)} layers)" if left_out > 0 else ""), fontsize=12
    )
    look.frame(axes, inks)
