"""Seen: what one sees of a landscape in a look, for exporters to take what their format can hold."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from ..landscape import Landscape
from ..style import Style
from .axes import axes_of
from .contours import contours_of
from .critical import critical_of
from .pins import measured_of, pins_of
from .shape import Shape, path_of, shape_of


@dataclass(frozen=True)
class Seen:
    """raw: coordinates (α, β, value) instead of the scene's. ascii: text instead of binary, in formats that have both."""

    landscape: Landscape
    style: Style
    raw: bool = False
    ascii: bool = False

    @cached_property
    def shape(self) -> Shape:
        """The surface, or the curve. Raises LossvistaError where there is nothing to draw."""
        return shape_of(self.landscape, self.style, self.raw)

    @cached_property
    def path(self) -> Shape | None:
        """All descent paths; None where there is none, or the look hides them."""
        return path_of(self.landscape, self.style, self.raw)

    @cached_property
    def contours(self) -> Shape | None:
        """The contour lines at their height; None where the view has none."""
        return contours_of(self.landscape, self.style, self.raw)

    @cached_property
    def axes(self) -> Shape | None:
        """The frame and the ticks below all of it; None where the look hides them."""
        lowest = min(float(shape.points[:, 2].min()) for shape in (self.shape, self.path) if shape is not None)
        return axes_of(self.landscape, self.style, self.raw, lowest)

    @cached_property
    def critical(self) -> Shape | None:
        """The critical points; None where the look shows none."""
        return critical_of(self.landscape, self.style, self.raw)

    @cached_property
    def pins(self) -> Shape | None:
        """The look's pins; None where there are none."""
        return pins_of(self.landscape, self.style, self.raw)

    @cached_property
    def measured(self) -> Shape | None:
        """The way between the two pins that measure; None where none do."""
        return measured_of(self.landscape, self.style, self.raw)

    @property
    def beside(self) -> dict[str, Shape]:
        """What goes into files of its own beside the surface: name → shape."""
        parts = {"path": self.path, "contours": self.contours, "axes": self.axes, "critical": self.critical}
        parts |= {"pins": self.pins, "measured": self.measured}
        return {name: shape for name, shape in parts.items() if shape is not None}
