"""Comparison: the figure that fits several landscapes, on a canvas of any toolkit or in a file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..captions import listed
from ..errors import LossvistaError
from ..landscape import Landscape
from ..style import Style
from .figure import write_figure
from .montage import columns_for, draw_montage, montage_notes
from .overlay import draw_overlay
from .shared import wrapped

MOST = 64


def draw_comparison(figure: Figure, landscapes: Sequence[Landscape], style: Style, *, notes: bool = True) -> list[Axes]:
    """Draw the overlay of lines or the montage of planes; what the figure held before goes. notes: with the sentences that say
    why the comparison is not fair; what one must know of a plane is always there. Returns the axes in data coordinates, of a
    montage in the landscapes' order.

    Raises LossvistaError where these landscapes cannot be compared (see `check_comparable`)."""
    check_comparable(landscapes)
    if landscapes[0].surface.grid.line:
        return [draw_overlay(figure, landscapes, style, notes=notes)]
    return draw_montage(figure, landscapes, style, notes=notes)


def check_comparable(landscapes: Sequence[Landscape]) -> None:
    """Raises LossvistaError for fewer than two landscapes, too many, lines among planes, and one without a value."""
    if len(landscapes) < 2:
        raise LossvistaError("A comparison needs at least two landscapes.", "Choose more.")
    lines = [one.surface.grid.line for one in landscapes]
    if any(lines) and not all(lines):
        called = {
            kind: listed([one.title or "untitled" for one in landscapes if one.surface.grid.line is kind])
            for kind in lines
        }
        raise LossvistaError(
            f"Lines and planes cannot be compared in one picture: {called[True]} has one axis, {called[False]} has two.",
            "Choose lines only, or planes only.",
        )
    if not lines[0] and len(landscapes) > MOST:
        raise LossvistaError(f"{len(landscapes)} planes are too many for one picture.", f"Choose {MOST} or fewer.")
    for one in landscapes:
        if not one.surface.fields:
            raise LossvistaError(
                f"{one.title or 'A landscape'} holds no evaluated point yet.", "Wait for its first points."
            )


def save_comparison(
    landscapes: Sequence[Landscape], style: Style, path: str | Path, size: tuple[int, int] | None = None
) -> None:
    """Save the figure as PNG of `size` pixels, or as SVG or PDF of the same proportions. size None: as the landscapes need it.

    Raises LossvistaError where they cannot be compared, for another suffix or a place that cannot be written, OutOfSpace for
    a full disk."""
    check_comparable(landscapes)
    inches = natural_size(landscapes)
    if size is not None:
        longer = max(inches)
        inches = (longer * size[0] / max(size), longer * size[1] / max(size))
    title = " · ".join(dict.fromkeys(one.title for one in landscapes if one.title))
    dots = 200.0 if size is None else max(size) / max(inches)
    write_figure(lambda figure: draw_comparison(figure, landscapes, style), path, inches, dots, title)


def natural_size(landscapes: Sequence[Landscape]) -> tuple[float, float]:
    """Width and height, in inches, that give each panel, or the one of a line, room."""
    if landscapes[0].surface.grid.line:
        return 8.0, 5.6
    count = len(landscapes)
    columns = count if count <= 3 else columns_for(count, 16.0, 10.0)
    width, rows = 3.9 * columns + 1.1, -(-count // columns)
    return width, 4.15 * rows + 0.25 + 0.18 * len(wrapped(montage_notes(landscapes, ""), width))
