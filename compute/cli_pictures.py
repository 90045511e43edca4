"""Commands that draw: `render`, one landscape, and `compare`, several in one picture."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Literal

from .errors import LossvistaError
from .picture import size_of, style_of
from .style import FLAT, View

SUFFIXES = (".png", ".svg", ".pdf")


def render(
    file: Path,
    out: Path,
    *,
    view: View | None = None,
    clip: float | None = None,
    scale: Literal["log", "linear", "symlog"] | None = None,
    colormap: str | None = None,
    theme: Literal["light", "dark"] | None = None,
    style: Path | None = None,
    size: str = "1600x1200",
) -> int:
    """Draw a picture of a landscape: PNG of any view; SVG or PDF of the flat map and of curves.

    Parameters
    ----------
    file
        The landscape.
    out
        The picture, NAME.png, NAME.svg or NAME.pdf.
    view
        How the surface is drawn.
    clip
        Cut away everything above this loss.
    scale
        How the loss becomes height and colour.
    colormap
        Such as viridis, magma, cividis or crameri:batlow.
    theme
        Background: white, or near black.
    style
        A look saved as JSON; the other flags change it.
    size
        WIDTHxHEIGHT in pixels.
    """
    from .storage import load

    landscape = load(file)
    look = style_of(style, view=view, clip=clip, scale=scale, colormap=colormap, theme=theme)
    pixels = size_of(size)
    if out.suffix.lower() in (".svg", ".pdf"):
        from .figures import save_figure

        if view not in (None, *FLAT) and not landscape.surface.grid.line:
            raise LossvistaError(
                f"{out.suffix} holds flat pictures; the view '{view}' is none.",
                "Write a .png, or use --view map or --view curves.",
            )
        save_figure(landscape, look if look.flat else look.replace(view="map"), out, pixels)
    elif out.suffix.lower() == ".png":
        from ..app.scene.still import render as draw

        draw(landscape, look, pixels, out)
    else:
        raise LossvistaError(f"'{out.name}' is no picture that can be written.", "Use .png, .svg or .pdf.")
    print(out)
    return 0


def compare(
    *files: Path,
    field: str | None = None,
    clip: float | None = None,
    scale: Literal["log", "linear", "symlog"] | None = None,
    colormap: str | None = None,
    theme: Literal["light", "dark"] | None = None,
    style: Path | None = None,
    size: str | None = None,
) -> int:
    """Draw several landscapes in one picture: curves over one another, planes beside one another with the same levels and colours.

    Says on stderr why a comparison is not fair: other samples, reach, normalization …

    Parameters
    ----------
    files
        Two or more landscapes, and last the picture: NAME.png, NAME.svg or NAME.pdf.
    field
        What is compared, such as test_loss or train_accuracy.
    clip
        Cut away everything above this loss.
    scale
        How the loss becomes height and colour.
    colormap
        Such as viridis, magma, cividis or crameri:batlow.
    theme
        Background: white, or near black.
    style
        A look saved as JSON; the other flags change it.
    size
        WIDTHxHEIGHT in pixels; not given: as many as the landscapes need.
    """
    if not files or files[-1].suffix.lower() not in SUFFIXES:
        last = f"'{files[-1].name}' is none" if files else "nothing is given"
        raise LossvistaError(
            f"The last name must be the picture's, and {last}.", "lossvista compare A.h5 B.h5 OUT.png (or .svg, .pdf)"
        )
    from .fairness import sentences
    from .figures import save_comparison
    from .storage import load

    *sources, out = files
    look = style_of(style, field=field, clip=clip, scale=scale, colormap=colormap, theme=theme)
    landscapes = [load(source) for source in sources]
    save_comparison(landscapes, look, out, size_of(size) if size else None)
    for sentence in sentences(landscapes, look.relief.field):
        print(sentence, file=sys.stderr)
    print(out)
    return 0
