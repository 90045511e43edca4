"""Draw: a landscape, or several compared, as a picture in a file, in any view and format. Needs no screen."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from ...compute.errors import LossvistaError
from ...compute.fairness import sentences
from ...compute.landscape import Landscape
from ...compute.picture import VECTOR
from ...compute.style import Style

PIXELS = (".png", ".jpg", ".jpeg", ".tiff", ".tif", ".webp")
OPAQUE = (".jpg", ".jpeg", ".eps")  # have no transparency


def render(
    landscape: Landscape,
    path: str | os.PathLike[str],
    style: Style | None = None,
    size: tuple[int, int] = (1600, 1200),
    *,
    figure: str = "",
    width: float | None = None,
    transparent: bool = False,
) -> None:
    """Draw a landscape into a file: pixels (PNG, JPEG, TIFF, WebP), or a print (PDF, SVG, EPS), which holds flat views and a study's
    figure as lines and text, and 3-D views as pixels.

    style: the look; the usual one if none is given, on a print the flat one. size: (width, height) in pixels; of flat views on a print,
    the proportions. width: of a print, in mm. transparent: without the background. figure: what a study found instead, as in
    merge-tree. Raises LossvistaError for another suffix, and for a figure that there is not or that the landscape was not studied for;
    OutOfSpace for a full disk."""
    target, look = Path(path), style or Style()
    suffix = target.suffix.lower()
    if figure:
        from ...compute.figures.studies import save_study

        save_study(landscape, figure, target, size, theme=look.theme, width=width, transparent=transparent)
        return
    if suffix in VECTOR and (style is None or "view" not in style.model_fields_set):
        look = look if look.flat else look.replace(view="map")
    if suffix in VECTOR and (look.flat or landscape.surface.grid.line):
        from ...compute.figures import save_figure

        save_figure(landscape, look, target, size, width=width, transparent=transparent)
    elif suffix in (*VECTOR, *PIXELS):
        from .still import render as still

        clear = transparent and suffix not in OPAQUE
        still(landscape, look, size, target, print_width=width, transparent=clear)
    else:
        raise LossvistaError(
            f"'{target.name}' is no picture that can be written.", f"Use {', '.join((*PIXELS, *VECTOR))}."
        )


def compare(
    landscapes: Sequence[Landscape],
    path: str | os.PathLike[str],
    style: Style | None = None,
    size: tuple[int, int] | None = None,
) -> list[str]:
    """Draw several landscapes into one picture, PNG, SVG or PDF: lines over one another, planes beside one another with the same levels
    and colours. size: (width, height) in pixels; as many as they need if none is given.

    Returns why the comparison is not fair, in sentences; they are below the picture, too. Raises LossvistaError where these cannot be
    compared (fewer than two, lines among planes, no field in common), and for another suffix."""
    from ...compute.figures import save_comparison

    look = style or Style()
    save_comparison(landscapes, look, Path(path), size)
    return sentences(landscapes, look.relief.field)
