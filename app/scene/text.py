"""Text: words and numbers drawn over the scene in the shipped font (VTK's own draws 10⁻² as 10²)."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import vtkmodules.vtkRenderingFreeType  # noqa: F401  (registers what draws letters)
from vtkmodules.vtkRenderingCore import vtkTextActor, vtkTextRenderer

from .palette import unit

_FROM_FILE = 4  # VTK_FONT_FILE
_ACROSS = {"left": 0, "center": 1, "right": 2}
_UP = {"bottom": 0, "center": 1, "top": 2}


@cache
def font() -> str:
    """Path of the font."""
    return str(files("lossvista.resources") / "fonts" / "DejaVuSans.ttf")


def words(size: int, *, across: str = "center", up: str = "center") -> vtkTextActor:
    """An empty text of `size` points (pixels of a 72-dpi screen), held at its left, centre or right and bottom … top."""
    made = vtkTextActor()
    made.PickableOff()
    made.SetInput("")
    look = made.GetTextProperty()
    look.SetFontFamily(_FROM_FILE)
    look.SetFontFile(font())
    look.SetFontSize(size)
    look.SetJustification(_ACROSS[across])
    look.SetVerticalJustification(_UP[up])
    return made


def extent(made: vtkTextActor, dpi: int) -> tuple[float, float]:
    """Width and height in pixels at a screen's dpi."""
    box = [0, 0, 0, 0]
    vtkTextRenderer.GetInstance().GetBoundingBox(made.GetTextProperty(), made.GetInput(), box, dpi)
    return float(box[1] - box[0] + 1), float(box[3] - box[2] + 1)


def ink(made: vtkTextActor, color: str, *, plate: str = "") -> None:
    """Colour a text, and lay a plate of another colour behind it so that it reads on any ground."""
    look = made.GetTextProperty()
    look.SetColor(unit(color))
    if plate:
        look.SetBackgroundColor(unit(plate))
        look.SetBackgroundOpacity(0.72)
