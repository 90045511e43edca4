"""Montage: several planes beside one another, with identical levels, colour range and scale (invariant 37)."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from weakref import WeakKeyDictionary

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox

from ..captions import captions, lettered, plane_note
from ..fairness import verdict
from ..landscape import Landscape
from ..relief import Relief
from ..studies.topology import PLURAL
from ..style import Style
from . import look
from .bars import band_edges, fill_color_bar, fill_path_bar, path_relief
from .map import draw_panel, drawable
from .shared import shared_extent, shared_relief, shared_span, surround
from .squeeze import LEVELS, roomy, thin, title

BAR = 0.13  # inches: the colour bars' width
BAR_ROOM = 0.95  # inches: theirs, their numbers' and their names'
PATH, GAP = 0.25, 0.11  # shares of the panels' height: the path's bar, and what is between it and the other
SHORTEST = 0.5  # inches: below this a path's bar says nothing
LONG = 0.074  # inches: a letter of a bar's name
# Which of the levels a figure came to, and for what: while one drags a slider, it need not be looked for again.
_found: WeakKeyDictionary[Figure, tuple[object, int]] = WeakKeyDictionary()


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
        if alike:
            panel.set_xlabel(panel.get_xlabel() if k + columns >= len(landscapes) else "")
            panel.set_ylabel(panel.get_ylabel() if k % columns == 0 else "")
        names[k] = f"{letter}  {names[k]}"
        panels.append(panel)
    barred = style.colorbar and any(drawable(one.surface, relief) for one in landscapes)
    said = montage_notes(landscapes, relief.field)[0 if notes else 1 :]
    if _squeezed(figure, panels, names, (columns, rows), style, inks, list(entries.values()), said, barred) and barred:
        label = look.field_label(landscapes[0].surface, relief.field)
        _bars(figure, panels, relief, style, label, inks, span)
    return panels


def _squeezed(
    figure: Figure,
    panels: Sequence[Axes],
    titles: Sequence[str],
    cells: tuple[int, int],
    style: Style,
    inks: look.Inks,
    entries: list[Artist],
    said: list[str],
    barred: bool,
) -> bool:
    """Write titles, legend and notes, all or as many words as there is room for; returns whether bars have room. cells: columns, rows."""
    columns, rows = cells
    width, height = (float(side) for side in figure.get_size_inches())
    of = (width, height, figure.dpi, tuple(titles), len(entries), tuple(said), barred)
    first = _found[figure][1] if figure in _found and _found[figure][0] == of else 0
    for level, words in enumerate(LEVELS[first:], first):
        right = BAR_ROOM if barred and words.bars else 0.0
        cell = (width - right) / columns, height / rows
        thin(panels, words)
        for panel, text in zip(panels, titles, strict=True):
            wide = words.wide * min(cell[0], 1.15 * cell[1])
            panel.set_title(title(text, words, wide), color=inks.ink, fontsize=10.5, pad=7)
        for one in (*figure.legends, *figure.texts):
            one.remove()
        shown, notes = entries if words.rest else [], said if words.bars else []
        surround(figure, style, "", shown, notes, right=right, compress=True)
        look.lay_out(figure)
        if words is LEVELS[-1] or roomy(figure, panels, cell):
            figure.set_layout_engine("none")  # it is done
            _found[figure] = of, level
            return words.bars
    return False


def _bars(
    figure: Figure,
    panels: Sequence[Axes],
    relief: Relief,
    style: Style,
    label: str,
    inks: look.Inks,
    span: tuple[float, float] | None,
) -> None:
    """The bars beside the panels: with as many numbers as they have room for, and with their names where these are not longer."""
    boxes = [panel.get_position() for panel in panels]
    whole = (max(b.y1 for b in boxes) - min(b.y0 for b in boxes)) * float(figure.get_size_inches()[1])
    ranged = span is not None and path_relief(span, relief).span[1] > path_relief(span, relief).span[0]
    ranged = ranged and PATH * whole >= SHORTEST
    if len(band_edges(relief, style.levels)) > 2:
        low = PATH + GAP if ranged else 0.0
        height = (1 - low) * whole
        name = label if LONG * len(label) * style.colorbar_ink.size <= height else ""
        fill_color_bar(_beside(figure, panels, low, 1.0), relief, style, name, inks, height)
    if ranged and span is not None:
        bar = _beside(figure, panels, 0.0, PATH)
        fill_path_bar(bar, span, relief, style, inks, height=PATH * whole)
        if LONG * len(bar.get_ylabel()) * style.colorbar_ink.size > (PATH + 2 * GAP) * whole:
            bar.set_ylabel("")


def columns_for(count: int, width: float, height: float) -> int:
    """How many panels stand in a row, so that square ones are as large as may be in width × height."""
    sizes = [min((width - BAR_ROOM) / columns, height / math.ceil(count / columns)) for columns in range(1, count + 1)]
    return int(np.argmax(np.round(sizes, 6))) + 1


def montage_notes(landscapes: Sequence[Landscape], field: str) -> list[str]:
    """Why the comparison is not fair, the panels called by their letters, and what one must know of some panels' planes."""
    names = lettered(len(landscapes))
    planes = [f"({name}) {note}" for name, one in zip(names, landscapes, strict=True) if (note := plane_note(one))]
    return [verdict(landscapes, field, names), *planes]


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
