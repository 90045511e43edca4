"""Whole: all panes as one picture, drawn anew and off-screen."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from pathlib import Path

from PIL import Image

from ...compute.errors import LossvistaError
from ...compute.landscape import Landscape
from ...compute.progress import Progress
from ...compute.style import Style
from ..language import tr
from ..picture_dialog import Wanted
from ..scene.palette import palette

GAP = 0.004  # between two pictures, as a share of the longer side
LEAST = 64  # pixels a side of one picture


def render_panes(
    cells: Sequence[tuple[Landscape, Style] | None], shape: tuple[int, int], wanted: Wanted
) -> Generator[Progress, None, list[str]]:
    """Draw the landscapes in their styles, row by row, and write the picture; None is an empty place. Returns the path and no
    remark. Runs in a child.

    Raises LossvistaError where the picture is too small for so many, or cannot be written."""
    from ..scene.still import render, write_picture

    (rows, columns), size, path = shape, wanted.size, wanted.path
    gap = max(2, round(GAP * max(size)))
    width, height = (size[0] - gap * (columns - 1)) // columns, (size[1] - gap * (rows - 1)) // rows
    if min(width, height) < LEAST:
        raise LossvistaError(
            tr(
                "A picture of {size} × {size2} pixels is too small for {rows} × {columns} panes.",
                size=size[0],
                size2=size[1],
                rows=rows,
                columns=columns,
            ),
            tr("Each needs {least} × {least}.", least=LEAST),
        )
    styles = [cell[1] for cell in cells if cell is not None] or [Style()]
    whole = Image.new("RGB", size, palette(styles[0]).background)
    for at, cell in enumerate(cells):
        yield Progress(tr("drawing {name}", name=Path(path).name), at, len(cells))
        if cell is not None:
            row, column = divmod(at, columns)
            picture = render(*cell, (width, height))
            whole.paste(Image.fromarray(picture), (column * (width + gap), row * (height + gap)))
    write_picture(whole, path, width=wanted.width)
    return [path, ""]
