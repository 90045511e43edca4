"""Figure: the flat picture that fits a landscape, on a canvas of any toolkit or in a file."""

from __future__ import annotations

import io
import logging
from collections.abc import Callable
from pathlib import Path

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..errors import LossvistaError
from ..landscape import Landscape
from ..storage.disk import put
from ..style import Style
from .curve import draw_curve
from .map import draw_map
from .sections import ALPHA, BETA, draw_sections
from .shrink import shrink

SUFFIXES = (".png", ".svg", ".pdf", ".eps")
ROOMY = 5.8  # inches: the width from which a print has its words in full size; narrower ones are shrunk
LONGER_SIDE = 8.0  # inches: text keeps its share of the picture, whatever the number of pixels


def draw(figure: Figure, landscape: Landscape, style: Style) -> Axes:
    """Draw the curve of a line, or of a plane its map or, where the style says so, its two sections; what the figure held before
    goes. Returns the axes, in data coordinates (α, β) of a map, (α, value) of a curve; see `place_of` for all of them."""
    if landscape.surface.grid.line:
        return draw_curve(figure, landscape, style)
    return (draw_sections if style.view == "curves" else draw_map)(figure, landscape, style)


def place_of(axes: Axes, x: float, y: float) -> tuple[float, float]:
    """(α, β) of a place in data coordinates of any of a picture's axes."""
    along = str(axes.get_label())
    return {ALPHA: (x, 0.0), BETA: (0.0, x)}.get(along, (x, y))


def save_figure(
    landscape: Landscape,
    style: Style,
    path: str | Path,
    size: tuple[int, int] = (1600, 1200),
    *,
    width: float | None = None,
    transparent: bool = False,
) -> None:
    """Save the flat picture as PNG of `size` pixels, or as SVG, PDF or EPS of the same proportions, 8 inches long. width: of the
    print in mm: a column of a paper has about 85, a page 175; in a narrow one words and lines shrink, and the title goes. transparent:
    without the background (not EPS, which has no transparency).

    Raises LossvistaError for another suffix or a place that cannot be written, OutOfSpace for a full disk."""
    inches, dots = prints(size, width)
    share = 1.0 if width is None else min(1.0, inches[0] / ROOMY)

    def draw_on(figure: Figure) -> None:
        figure.set_size_inches(inches[0] / share, inches[1] / share)
        draw(figure, landscape, style if share == 1 else style.replace(title=False))  # a caption says it
        if share < 1:
            shrink(figure, share)

    write_figure(draw_on, path, inches, dots, landscape.title, transparent)


def prints(size: tuple[int, int], width: float | None) -> tuple[tuple[float, float], float]:
    """(width and height in inches, dots an inch) of a print of `size` pixels, `width` mm wide; None: its longer side has 8 inches.
    Raises LossvistaError for a width that is none."""
    if width is not None and not 20 <= width <= 2000:
        raise LossvistaError(f"A print {width:g} mm wide cannot be made.", "Use 20 to 2000; a column has about 85.")
    dots = max(size) / LONGER_SIDE if width is None else size[0] / (width / 25.4)
    return (size[0] / dots, size[1] / dots), dots


def write_figure(
    draw_on: Callable[[Figure], object],
    path: str | Path,
    inches: tuple[float, float],
    dots: float,
    title: str,
    transparent: bool = False,
) -> None:
    """Draw on a new figure of these inches, and write it: PNG with so many dots an inch, or SVG, PDF or EPS with text as text.

    Raises LossvistaError for another suffix or a place that cannot be written, OutOfSpace for a full disk."""
    path = Path(path)
    if path.suffix.lower() not in SUFFIXES:
        raise LossvistaError(
            f"A flat picture cannot be saved as '{path.name}'.", f"Its name must end in {', '.join(SUFFIXES)}."
        )
    logging.getLogger("matplotlib.backends.backend_ps").setLevel(
        logging.ERROR
    )  # it would warn of each pale line in an EPS
    figure = Figure(figsize=inches, dpi=dots)
    draw_on(figure)
    paper = "none" if transparent else figure.get_facecolor()
    with rc_context({"svg.fonttype": "none", "pdf.fonttype": 42, "ps.fonttype": 42, "svg.hashsalt": "lossvista"}):
        kept = io.BytesIO()
        figure.savefig(kept, format=path.suffix[1:].lower(), facecolor=paper, metadata=_stamp(path, title))
    put(path, kept.getvalue(), rename=False)


def _stamp(path: Path, title: str) -> dict[str, str | None]:
    """What the file says of itself. No date, so that the same landscape gives the same bytes."""
    if path.suffix.lower() == ".png":
        return {"Title": title, "Software": "Lossvista"}
    if path.suffix.lower() == ".svg":
        return {"Title": title, "Creator": "Lossvista", "Date": None}
    if path.suffix.lower() == ".eps":
        return {"Creator": "Lossvista"}
    return {"Title": title, "Creator": "Lossvista", "CreationDate": None}
