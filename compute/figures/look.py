"""Look: what the flat pictures share: the theme's inks, the frame of the axes, legends and notes."""

from __future__ import annotations

import textwrap
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast
from weakref import WeakKeyDictionary

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator
from matplotlib.transforms import ScaledTranslation

from ..captions import plane_note
from ..landscape import Landscape
from ..layers import MOST_MARKS, Letters
from ..style import Style
from ..surface import Mark, Surface


@dataclass(frozen=True)
class Inks:
    """paper: background. ink: text and frame. faint: secondary text, hatches. gap: ground where nothing was evaluated.
    hatch: above the threshold. loss, accuracy: of curves. warning: of sentences that one must not miss."""

    paper: str
    ink: str
    faint: str
    gap: str
    hatch: str
    loss: str
    accuracy: str
    warning: str


INKS = {
    "light": Inks("#ffffff", "#16202c", "#7b8794", "#f1f3f6", "#ccd3db", "#31688e", "#c2410c", "#8a5800"),
    "dark": Inks("#10141b", "#dfe5ec", "#8793a1", "#1a212b", "#323c49", "#7fc4d8", "#f5a35c", "#e2b14a"),
}
USUAL = Letters()
NOTHING_YET = "No point has been evaluated yet."
LINE = "#07131d"  # contour lines, as in the 3-D view

WITHIN = 0.94  # of the picture's side a name may be so long
MANY = 100  # marks that may be drawn at full size
# How a value that was not simply evaluated is marked at its node, and what the legend calls it.
MARKS: dict[Mark, tuple[str, str]] = {
    Mark.INTERPOLATED: ("o", "interpolated"),
    Mark.ESTIMATED: ("s", "estimated from a subset"),
    Mark.BOUND: ("^", "lower bound"),
    Mark.FAILED: ("x", "failed"),
}


# Axes, and what writes on each as much as there is room for
FITTED: WeakKeyDictionary[Axes, Callable[[Axes], None]] = WeakKeyDictionary()


class Layout(ConstrainedLayoutEngine):
    """Constrained layout that leaves a canvas too small for its labels as it is, without a warning at every paint. Before it, axes are
    named as the picture has room for; after it, the bars beside them."""

    def execute(self, fig: Figure) -> None:
        for axes in fig.axes:
            if axes in FITTED:
                FITTED[axes](axes)
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "constrained_layout not applied", UserWarning)
            super().execute(fig)
        for axes in fig.axes:
            bars = [bar for bar in axes.child_axes if isinstance(bar, Axes) and bar in FITTED]
            if bars:
                axes.apply_aspect()
            for bar in bars:
                FITTED[bar](bar)


def fit_names(labels: tuple[str, str], axes: Axes) -> None:
    """The axes' names, without what explains them where the picture is too small for that."""
    figure = axes.get_figure()
    assert figure is not None
    for axis, label, room in zip((axes.xaxis, axes.yaxis), labels, figure.bbox.size, strict=True):
        axis.set_label_text(label)
        box = axis.label.get_window_extent()
        if (box.width if axis is axes.xaxis else box.height) > WITHIN * room:
            axis.set_label_text(label.partition(" (")[0].strip())


def lay_out(figure: Figure) -> None:
    """Give the axes and what is written round them their places now, and not when the figure is drawn."""
    engine = figure.get_layout_engine()
    assert engine is not None
    engine.execute(figure)
    for axes in figure.axes:
        axes.apply_aspect()
        axes.get_tightbbox()  # which moves the axes' names


def clear(figure: Figure, style: Style) -> tuple[Axes, Inks]:
    """An empty figure in the theme's colours, and its one pair of axes."""
    inks = INKS[style.theme]
    figure.clear()
    figure.set_layout_engine(Layout(w_pad=0.12, h_pad=0.12))
    figure.set_facecolor(inks.paper)
    axes = figure.add_subplot()
    axes.set_facecolor(inks.paper)
    return axes, inks


def frame(axes: Axes, inks: Inks, *, show: bool = True, letters: Letters = USUAL) -> None:
    """Hairline frame, ticks outside, in the theme's ink or that of `letters`."""
    ink = letters.color or inks.ink
    for spine in axes.spines.values():
        spine.set(color=ink, linewidth=0.8)
    axes.tick_params(colors=ink, labelsize=9 * letters.size, width=0.8, length=3.5)
    axes.tick_params(which="minor", color=ink, width=0.5, length=2)
    for axis in (axes.xaxis, axes.yaxis):
        axis.label.set(color=ink, fontsize=11 * letters.size)
        if not show:
            axis.set_visible(False)


def title(axes: Axes, landscape: Landscape, style: Style, inks: Inks) -> None:
    """The title, and below it what one must know of a plane of this kind: that is never left out."""
    note = textwrap.fill(
        plane_note(landscape),
        max(int((cast(Figure, axes.get_figure(root=True)).get_size_inches()[0] - 1.5) / 0.07), 30),
    )
    if note:
        at: dict[str, Any] = {
            "xy": (0.5, 1.0),
            "xycoords": "axes fraction",
            "xytext": (0, 9),
            "textcoords": "offset points",
        }
        axes.annotate(note, **at, ha="center", va="bottom", fontsize=8.5, color=inks.warning, annotation_clip=False)
    if style.title and landscape.title:
        pad = 12 + (6 + 11 * (note.count("\n") + 1) if note else 0)
        letters = style.title_ink
        axes.set_title(landscape.title, color=letters.color or inks.ink, fontsize=13 * letters.size, pad=pad, wrap=True)


def round_ticks(axes: Axes) -> None:
    """Few, round numbers on both axes."""
    axes.xaxis.set_major_locator(MaxNLocator(7, steps=[1, 2, 2.5, 5, 10]))
    axes.yaxis.set_major_locator(MaxNLocator(7, steps=[1, 2, 2.5, 5, 10]))


def legend(axes: Axes, handles: list[Artist], inks: Inks) -> None:
    """A row of entries below the picture; nothing where there is nothing to explain."""
    if handles:
        axes.legend(
            handles=handles,
            loc="upper center",
            bbox_to_anchor=(0.5, 0.0),
            bbox_transform=axes.transAxes + ScaledTranslation(0, -38 / 72, axes.figure.dpi_scale_trans),
            ncols=min(len(handles), 3),
            frameon=False,
            fontsize=8.5,
            labelcolor=inks.ink,
            handlelength=1.8,
            columnspacing=1.6,
        )


def note(axes: Axes, text: str, inks: Inks) -> None:
    """A sentence in the middle, in place of a picture that cannot be drawn."""
    axes.text(
        0.5,
        0.5,
        text,
        transform=axes.transAxes,
        ha="center",
        va="center",
        color=inks.ink,
        fontsize=11,
        wrap=True,
        zorder=10,
        bbox={"facecolor": inks.paper, "edgecolor": inks.faint, "boxstyle": "round,pad=0.8", "alpha": 0.92},
    )


def mark_nodes(axes: Axes, surface: Surface, heights: np.ndarray | None, inks: Inks, style: Style) -> list[Artist]:
    """Small marks at the nodes whose value was not simply evaluated, if the style shows them; returns their legend entries,
    which are there in any case. heights (nx,): the y of a line's points, None on a map."""
    entries: list[Artist] = []
    stroke = style.certainty_ink
    for mark, (symbol, name) in MARKS.items():
        marked = surface.evaluated == mark
        count = int(marked.sum())
        if not count:
            continue
        thin = heights is None and mark != Mark.FAILED
        j, i = np.nonzero(marked & surface.grid.sparse(MOST_MARKS) if thin else marked)
        y = surface.grid.beta[j] if heights is None else heights[i]
        color = "#c81e3a" if mark == Mark.FAILED else stroke.color or (LINE if heights is None else inks.ink)
        many = max(
            0.4, min(1.0, (MANY / max(len(i), 1)) ** 0.5)
        )  # where most points have one mark, the picture must stay the picture
        size = (2.2 * many if mark != Mark.FAILED else 4.0) * stroke.width
        looks: dict[str, Any] = {"marker": symbol, "linestyle": "none", "color": color, "markersize": size}
        if style.certainty or mark == Mark.FAILED:
            axes.plot(surface.grid.alpha[i], y, zorder=4.5, alpha=0.75 * stroke.opacity, **looks)
        looks |= {"color": stroke.color or inks.ink if mark != Mark.FAILED else color, "markersize": 5}
        entries.append(Line2D([], [], label=f"{name} ({points(count)})", **looks))
    return entries


def counted(causes: dict[str, int]) -> str:
    """ "NaN: 4 points, +inf: 1 point"."""
    return ", ".join(f"{cause}: {points(count)}" for cause, count in causes.items())


def points(count: int) -> str:
    return "1 point" if count == 1 else f"{count:,} points"


def nothing(causes: dict[str, int]) -> str:
    """The sentence in place of a picture, where no value can be drawn, and why."""
    return f"No value can be drawn.\n{counted(causes)}" if causes else NOTHING_YET


def field_name(surface: Surface, name: str) -> str:
    """What a field is called in a picture."""
    info = surface.info.get(name)
    return (info.long_name if info else "") or name.replace("_", " ")


def field_label(surface: Surface, name: str, called: str = "") -> str:
    """ "training loss (nats)", or another name with the field's units."""
    info = surface.info.get(name)
    units = f" ({info.units})" if info and info.units not in ("", "1") else ""
    return (called or field_name(surface, name)) + units
