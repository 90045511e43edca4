"""Montage: several planes beside one another, with identical levels, colour range and scale (invariant 37)."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Callable, Sequence

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox

from ..captions import captions, lettered, plane_note
from ..fairness import verdict
from ..landscape import Landscape
from ..studies.topology import PLURAL
from ..style import Style
from . import look
from .bars import band_edges, fill_color_bar, fill_path_bar, path_relief
from .map import draw_panel, drawable
from .shared import shared_extent, shared_relief, shared_span, surround

BAR = 0.13  # inches: the colour bars' width
BAR_ROOM = 0.95  # inches: theirs, their numbers' and their names'


def draw_montage(figure: Figure, landscapes: Sequence[Landscape], style: Style, *, notes: bool = True) -> list[Axes]:
    """Draw the contour maps side by side; what the figure held before goes. Returns the panels, in the landscapes' order.

    All have one relief (field, scale, threshold, range), hence the same levels and colours; and the same limits, where their
    coordinates are in one kind of unit. Raises LossvistaError where they share no field."""
    first, inks = look.clear(figure, style)
    first.remove()
    style = style.replace(color_field="")  # panels have one bar, of the field that all of them show
    relief, extent = shared_relief(landscapes, style), shared_extent(landscapes)
    span = shared_span(landscapes, relief) if style.path else None
    columns = columns_for(len(landscapes), *(float(side) for side in figure.get_size_inches()))
    rows = -(-len(landscapes) // columns)
    alike = len({one.labels for one in landscapes}) == 1 and extent is not None
    names, panels, entries = captions(landscapes), [], {}
    for k, one in enumerate(landscapes):
        panel = figure.add_subplot(rows, columns, k + 1)
        letter = f"({lettered(len(landscapes))[k]})"
        for entry in draw_panel(panel, one, style, relief, inks, extent=extent, path_span=span):
            label = str(entry.get_label())
            if "(cut away)" not in label and label not in PLURAL.values():  # what is not the same in all panels
                entry.set_label(f"{letter} {label}")
            entries.setdefault(str(entry.get_label()), entry)
        title = _shortened(f"{letter}  {names[k]}", figure, columns, rows)
        panel.set_title(title, color=inks.ink, fontsize=10.5, pad=7)
        if alike:
            panel.set_xlabel(panel.get_xlabel() if k + columns >= len(landscapes) else "")
            panel.set_ylabel(panel.get_ylabel() if k % columns == 0 else "")
        panels.append(panel)
    bars = style.colorbar and any(drawable(one.surface, relief) for one in landscapes)
    said = montage_notes(landscapes, relief.field)[0 if notes else 1 :]
    everything: list[Artist] = list(entries.values())
    surround(figure, style, "", everything, said, right=BAR_ROOM if bars else 0.0, compress=True)
    if bars:
        label = look.field_label(landscapes[0].surface, relief.field)
        ranged = span is not None and path_relief(span, relief).span[1] > path_relief(span, relief).span[0]
        if len(band_edges(relief, style.levels)) > 2:
            fill_color_bar(_beside(figure, panels, 0.36 if ranged else 0.0, 1.0), relief, style, label, inks)
        if ranged and span is not None:
            fill_path_bar(_beside(figure, panels, 0.0, 0.25), span, relief, style, inks)
    return panels


def columns_for(count: int, width: float, height: float) -> int:
    """How many panels stand in a row, so that square ones are as large as may be in width × height."""
    sizes = [min((width - BAR_ROOM) / columns, height / math.ceil(count / columns)) for columns in range(1, count + 1)]
    return int(np.argmax(np.round(sizes, 6))) + 1


def montage_notes(landscapes: Sequence[Landscape], field: str) -> list[str]:
    """Why the comparison is not fair, the panels called by their letters, and what one must know of some panels' planes."""
    names = lettered(len(landscapes))
    planes = [f"({name}) {note}" for name, one in zip(names, landscapes, strict=True) if (note := plane_note(one))]
    return [verdict(landscapes, field, names), *planes]


def _shortened(text: str, figure: Figure, columns: int, rows: int) -> str:
    """A title in one or two lines that have room above a panel."""
    width, height = (float(side) for side in figure.get_size_inches())
    room = max(int(min((width - BAR_ROOM) / columns, 1.15 * height / rows) / 0.088), 10)
    lines = textwrap.wrap(text, room)
    return "\n".join(lines if len(lines) < 3 else [lines[0], lines[1][: room - 1].rstrip(" ,") + "…"])


def _beside(figure: Figure, panels: Sequence[Axes], low: float, high: float) -> Axes:
    """Axes of a bar to the right of all panels, from `low` to `high` of their height, wherever the layout puts them."""
    bar = figure.add_axes((0.9, 0.1, 0.02, 0.8))
    bar.set_in_layout(False)
    bar.set_axes_locator(_locator(figure, panels, low, high))
    return bar


def _locator(figure: Figure, panels: Sequence[Axes], low: float, high: float) -> Callable[..., Bbox]:
    def place(_axes: Axes, _renderer: object) -> Bbox:
        boxes = [panel.get_position() for panel in panels]
        right, bottom, top = max(b.x1 for b in boxes), min(b.y0 for b in boxes), max(b.y1 for b in boxes)
        width = float(figure.get_size_inches()[0])
        left = right + 0.14 / width
        return Bbox.from_extents(
            left, bottom + low * (top - bottom), left + BAR / width, bottom + high * (top - bottom)
        )

    return place
