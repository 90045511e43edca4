"""Sections: a plane's curves along each of its axes through the centre, loss on the left and accuracy on the right."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from ..captions import plane_note
from ..grid import Grid
from ..landscape import Axis, Landscape
from ..levels import number
from ..pins import Pin, measuring
from ..relief import Relief
from ..style import Style
from ..surface import Surface
from . import look
from .curve import draw_line
from .shared import surround

SECTIONS = ALPHA, BETA = ("along α", "along β")  # labels of the axes, by which `place_of` knows them


def draw_sections(figure: Figure, landscape: Landscape, style: Style) -> Axes:
    """Draw f(α, 0) and f(0, β) beside each other, at the grid lines nearest to 0, with one scale of losses; what the figure
    held before goes. Returns the left pair's axes, in data coordinates (α, value)."""
    whole, inks = look.clear(figure, style)
    whole.remove()
    lines = section(landscape, 0), section(landscape, 1)
    shared = style.replace(relief=_shared(lines, style.relief), path=False)
    grid, entries = landscape.surface.grid, {}
    left, right = figure.add_subplot(1, 2, 1, label=ALPHA), figure.add_subplot(1, 2, 2, label=BETA)
    for axes, line, name, across in ((left, lines[0], "β", grid.beta), (right, lines[1], "α", grid.alpha)):
        twin, found = draw_line(axes, line, _pinned(shared, grid, axes is right), inks)
        if twin is not None:
            twin.set_label(axes.get_label())
        entries |= {str(entry.get_label()): entry for entry in found}
        axes.xaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 2.5, 5, 10]))
        axes.set_title(f"{name} = {number(float(across[_zero(across)]), 3)}", color=inks.ink, fontsize=10.5, pad=7)
    surround(figure, style, landscape.title, list(entries.values()), [plane_note(landscape)])
    return left


def section(landscape: Landscape, axis: int) -> Landscape:
    """The line along α (0) or β (1) at the other axis's value nearest to 0: stored values, with their marks; no paths."""
    surface, grid = landscape.surface, landscape.surface.grid
    if axis == 0:
        along, at = grid.alpha, (slice(_zero(grid.beta), _zero(grid.beta) + 1), slice(None))
    else:
        along, at = grid.beta, (slice(None), slice(_zero(grid.alpha), _zero(grid.alpha) + 1))
    cut = Surface(
        Grid(along, np.zeros(1), line=True),
        {name: values[at].reshape(1, -1) for name, values in surface.fields.items()},
        surface.evaluated[at].reshape(1, -1),
        surface.samples[at].reshape(1, -1),
        surface.info,
    )
    return Landscape(cut, landscape.title, axes=landscape.axes[axis : axis + 1] or [Axis("αβ"[axis])])


def _pinned(style: Style, grid: Grid, along_beta: bool) -> Style:
    """With the pins that lie on a section alone, at their place along it; two of them measure where they did before."""
    across, kept = grid.alpha if along_beta else grid.beta, dict[int, Pin]()
    for k, pin in enumerate(style.pins):
        at, off = (pin.beta, pin.alpha) if along_beta else (pin.alpha, pin.beta)
        if off == across[_zero(across)]:
            kept[k] = pin.replace(alpha=at, beta=0.0)
    two = [list(kept).index(k) for k in measuring(style.pins, style.measured) if k in kept]
    return style.replace(pins=tuple(kept.values()), measured=tuple(two) if len(two) == 2 else ())


def _zero(axis: np.ndarray) -> int:
    return int(np.abs(axis).argmin())


def _shared(lines: tuple[Landscape, Landscape], relief: Relief) -> Relief:
    """One range for both, so that their heights can be compared."""
    if not lines[0].surface.fields:
        return relief
    return relief.resolved(
        np.concatenate([one.surface.values(relief.field or one.surface.main).ravel() for one in lines])
    )
