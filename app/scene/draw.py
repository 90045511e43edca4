"""Draw: a landscape, or several compared, as a picture in a file, in any view and format. Needs no screen."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from ...compute.errors import LossvistaError
from ...compute.fairness import sentences
from ...compute.landscape import Landscape
from ...compute.picture import VECTOR
from ...compute.style import FLAT, Style


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
    """Draw a landscape into a file: PNG of any view; SVG, PDF or EPS of the flat map, of curves and of a study's figure.

    style: the look; the usual one if none is given. size: (width, height) in pixels; of vector formats, the proportions. width: of
    vector formats as printed, in mm. transparent: without the background. figure: what a study found instead, as in merge-tree.
    Raises LossvistaError for another suffix, for a vector file of a view that is none, and for a figure that there is not or that the
    landscape was not studied for; OutOfSpace for a full disk."""
    target, look = Path(path), style or Style()
    suffix = target.suffix.lower()
    if figure:
        from ...compute.figures.studies import save_study

        save_study(landscape, figure, target, size, theme=look.theme, width=width, transparent=transparent)
    elif suffix in VECTOR:
        from ...compute.figures import save_figure

        if not look.flat and style is not None and "view" in style.model_fields_set and not landscape.surface.grid.line:
            raise LossvistaError(
                f"{target.suffix} holds flat pictures; the view '{look.view}' is none.",
                f"Write a .png, or use the view {' or '.join(FLAT)}.",
            )
        flat = look if look.flat else look.replace(view="map")
        save_figure(landscape, flat, target, size, width=width, transparent=transparent)
    elif suffix == ".png":
        from .still import render as still

        still(landscape, look, size, target, transparent=transparent)
    else:
        raise LossvistaError(f"'{target.name}' is no picture that can be written.", "Use .png, .svg, .pdf or .eps.")


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
