"""Style: how a landscape looks. Frozen; undo is a list of them; it travels as a small JSON file beside the landscape."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from .choices import Choices, choice
from .pins import Pin
from .relief import Relief

View = Literal["surface", "contours", "wireframe", "lines", "map"]


class Camera(Choices):
    """Where a 3-D view is seen from, in scene units."""

    position: tuple[float, float, float]
    focus: tuple[float, float, float]
    up: tuple[float, float, float] = (0.0, 0.0, 1.0)
    angle: float = 27.0
    parallel: bool = False
    parallel_scale: float = 1.0


class Style(Choices):
    """One look. Views: surface = smooth mesh; contours = mesh with contour lines; wireframe; lines = floating coloured contour
    lines; map = flat 2-D contour map."""

    view: View = choice("contours", "View", "How the surface is drawn.", group="View")
    relief: Annotated[Relief, Field(title="Relief")] = Relief()
    colormap: str = choice("viridis", "Colour map", "Of the loss.", group="Colour")
    reverse: bool = choice(False, "Reverse colours", "Swap the colour map's ends.", group="Colour")
    levels: int = choice(
        20, "Contour lines", "How many levels between the range's ends.", group="View", low=2, high=100
    )
    floor: bool = choice(True, "Floor map", "A pale contour map below the surface.", group="View")
    path: bool = choice(True, "Descent path", "The optimizer's path at its true loss, coloured by it.", group="Path")
    stems: bool = choice(True, "Stems", "Thin lines from the path's true loss to the slice.", group="Path")
    path_colormap: str = choice("lossvista:ember", "Path colours", "Of the true loss along the path.", group="Path")
    axes: bool = choice(True, "Axes", "Axes with numbers.", group="View")
    colorbar: bool = choice(True, "Colour bar", "With the loss's numbers.", group="View")
    title: bool = choice(True, "Title", "The landscape's title above the picture.", group="View")
    theme: Literal["light", "dark"] = choice("light", "Background", "White, or near black.", group="View")
    camera: Camera | None = None
    pins: tuple[Pin, ...] = ()

    def relieved(self, **values: object) -> Style:
        """A copy with some of the relief's values changed."""
        return self.replace(relief=self.relief.replace(**values))
