"""Commands that draw: `render`, one landscape, `animate`, one in motion, and `compare`, several in one picture."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any, Literal

from cyclopts import Parameter

from .errors import LossvistaError
from .picture import VECTOR, size_of, style_of
from .style import Style, View

SUFFIXES = (".png", *VECTOR)
# The flags that all of them have.
Clip = Annotated[float | None, Parameter(help="Cut away everything above this loss.")]
Scale = Annotated[Literal["log", "linear", "symlog"] | None, Parameter(help="How the loss becomes height and colour.")]
Colormap = Annotated[str | None, Parameter(help="Such as viridis, magma, cividis or crameri:batlow.")]
Theme = Annotated[Literal["light", "dark"] | None, Parameter(help="Background: white, or near black.")]
Look = Annotated[Path | None, Parameter(help="A look saved as JSON; the other flags change it.")]
Size = Annotated[str, Parameter(help="WIDTHxHEIGHT in pixels.")]


def render(
    file: Path,
    out: Path,
    *,
    view: View | None = None,
    clip: Clip = None,
    scale: Scale = None,
    colormap: Colormap = None,
    theme: Theme = None,
    style: Look = None,
    size: Size = "1600x1200",
    width: float | None = None,
    transparent: Annotated[bool, Parameter(negative=())] = False,
    reference: Path | None = None,
    figure: str = "",
    color_field: str | None = None,
) -> int:
    """Draw a picture of a landscape: PNG, JPEG, TIFF or WebP; or a print, PDF, SVG or EPS, of lines and text, in 3-D of pixels.

    Parameters
    ----------
    file
        The landscape.
    out
        The picture, NAME.png, NAME.pdf, NAME.svg …
    view
        How the surface is drawn; on a print the flat map, unless another view is named.
    width
        Of a print, in mm: a column of a paper has about 85, a page 175. In a narrow one the title goes, and words in 3-D are larger.
    transparent
        Without the background.
    reference
        A picture that this one should be like; where it is not, the exit code is 1.
    color_field
        Another field that the surface's colours show, such as convexity_ratio.
    figure
        Draw what a study found instead, such as weights; style, view, clip, scale and colormap do not apply to it.
    """
    from .difference import difference_style, is_difference
    from .storage import load

    landscape = load(file)
    usual = difference_style(landscape, Style()) if is_difference(landscape) else None
    flags: dict[str, Any] = {
        "view": view,
        "clip": clip,
        "scale": scale,
        "colormap": colormap,
        "theme": theme,
        "color_field": color_field,
    }
    look = style_of(style, usual, **flags)
    if view is None and out.suffix.lower() in VECTOR and not look.flat:
        look = look.replace(view="map")
    from ..app.scene.draw import render as draw

    draw(landscape, out, look, size_of(size), figure=figure, width=width, transparent=transparent)
    if out.suffix.lower() == ".eps" and not figure:
        print("EPS has no transparency: what is pale elsewhere is solid in it. PDF has.", file=sys.stderr)
    print(out)
    if reference is not None:
        from .likeness import expect_like

        expect_like(out, reference)
    return 0


def animate(
    file: Path,
    out: Path,
    *,
    motion: Literal["turntable", "path", "flight", "growth"] = "turntable",
    clip: Clip = None,
    scale: Scale = None,
    colormap: Colormap = None,
    theme: Theme = None,
    style: Look = None,
    size: Size = "1280x720",
    seconds: float = 8.0,
    rate: int = 25,
) -> int:
    """Film a landscape: once around it, its descent path being drawn, a flight along it, or the surface rising.

    Parameters
    ----------
    file
        The landscape.
    out
        The film, NAME.mp4 (H.264; needs imageio-ffmpeg, the extra video) or NAME.gif.
    motion
        turntable, path, flight or growth.
    seconds
        How long it is.
    rate
        Pictures a second.
    """
    from ..app.scene.reel import film
    from .console import watch
    from .storage import load

    look = style_of(style, clip=clip, scale=scale, colormap=colormap, theme=theme)
    watch(film(load(file), look, str(out), motion, size_of(size), seconds, rate))
    print(out)
    return 0


def compare(
    *files: Path,
    field: str | None = None,
    clip: Clip = None,
    scale: Scale = None,
    colormap: Colormap = None,
    theme: Theme = None,
    style: Look = None,
    size: str | None = None,
    difference: Path | None = None,
) -> int:
    """Draw several landscapes in one picture: curves over one another, planes beside one another with the same levels and colours.

    Says on stderr why a comparison is not fair: other samples, reach, normalization …

    Parameters
    ----------
    files
        Two or more landscapes, and last the picture: NAME.png, NAME.svg or NAME.pdf.
    field
        What is compared, such as test_loss or train_accuracy.
    size
        WIDTHxHEIGHT in pixels; not given: as many as the landscapes need.
    difference
        Write A − B of two landscapes there (.h5), at the points that both cover. A picture is then one of the difference, and not
        needed.
    """
    if difference is not None:
        return _subtract(files, difference, field or "", style_of(style, theme=theme), size_of(size or "1600x1200"))
    if not files or files[-1].suffix.lower() not in SUFFIXES:
        last = f"'{files[-1].name}' is none" if files else "nothing is given"
        raise LossvistaError(
            f"The last name must be the picture's, and {last}.", "lossvista compare A.h5 B.h5 OUT.png (or .svg, .pdf)"
        )
    from ..app.scene.draw import compare as draw
    from .storage import load

    *sources, out = files
    look = style_of(style, field=field, clip=clip, scale=scale, colormap=colormap, theme=theme)
    unfair = draw([load(source) for source in sources], out, look, size_of(size) if size else None)
    for sentence in unfair:
        print(sentence, file=sys.stderr)
    print(out)
    return 0


def _subtract(files: tuple[Path, ...], out: Path, field: str, look: Style, size: tuple[int, int]) -> int:
    """Write the difference of two landscapes, and a picture of it where one is asked for."""
    from .difference import difference_style, subtract
    from .storage import load, save

    sources = [file for file in files if file.suffix.lower() not in SUFFIXES]
    pictures = [file for file in files if file.suffix.lower() in SUFFIXES]
    if len(sources) != 2 or len(pictures) > 1:
        raise LossvistaError(
            f"A difference is of two landscapes, and {len(sources)} are given.",
            "lossvista compare A.h5 B.h5 --difference OUT.h5 (and a picture, NAME.png, if you like)",
        )
    found = subtract(load(sources[0]), load(sources[1]), field)
    origin = found.provenance["difference"]
    for name, source in zip("ab", sources, strict=True):
        origin[name]["file"] = source.name
    print(save(found, out))
    for picture in pictures:
        from .figures import save_figure

        save_figure(found, difference_style(found, look).replace(view="map"), picture, size)
        print(picture)
    for sentence in origin["unfair"]:
        print(sentence, file=sys.stderr)
    return 0
